//! Posts per second and the CPU of each: at the store's submit, and through HTTP and JMAP, beside what the disk can do
//! alone and beside a plain loop with one commit a post.

use anyhow::{Context, ensure};
use serde_json::json;
use std::path::Path;
use std::time::{Duration, Instant};

use crate::client::{Client, request};
use crate::server::{Person, Server};
use crate::submit::{Posting, Rate};
use crate::table::{Table, Target, median, short};
use crate::{Run, machine, words};

const SPACES: usize = 100;
const THREADS: usize = 50;
const PEOPLE: usize = 8;
/// Of clients that post at the same time.
pub(crate) const CONNECTIONS: usize = 64;

/// Figures a and g.
pub(crate) fn run(run: &Run, table: &mut Table) -> anyhow::Result<()> {
    let (rounds, time) = if run.quick { (1, Duration::from_millis(1500)) } else { (3, Duration::from_secs(5)) };
    let (plain, served) = (run.folder.join("submit"), run.folder.join("posts"));
    std::fs::create_dir_all(&plain)?;
    let mut posting = Posting::open(&plain)?;
    let (server, _) = Server::start(run.program, &served)?;
    let mut office = Office::new(&server)?;
    let text = words(0, 342);
    posting.run(64, time / 3, &text)?;
    office.post(&[&server], CONNECTIONS, time / 3)?;
    let mut figures: [Vec<f64>; 9] = Default::default();
    let mut disk = Vec::new();
    for _ in 0..rounds {
        // Each between two looks at what the disk gives just then.
        let mut beside = |work: &mut dyn FnMut() -> anyhow::Result<Rate>| -> anyhow::Result<(Rate, f64)> {
            let before = machine::raw_syncs(run.folder, time / 5)?;
            let rate = work()?;
            let raw = f64::midpoint(before, machine::raw_syncs(run.folder, time / 5)?);
            let share = rate.posts / raw;
            disk.push(raw);
            Ok((rate, share))
        };
        let (one, one_share) = beside(&mut || posting.run(1, time, &text))?;
        let (many, share) = beside(&mut || posting.run(64, time, &text))?;
        let (http, http_share) = beside(&mut || office.post(&[&server], CONNECTIONS, time))?;
        let single = machine::one_commit_a_post(run.folder, time / 3, &text)?;
        let rates = [one.posts, many.posts, http.posts, http.posts / single];
        let each = rates.into_iter().chain([one_share, share, http_share, many.cpu, http.cpu]);
        figures.iter_mut().zip(each).for_each(|(all, one)| all.push(one));
    }
    let [one, many, http, times, one_share, share, http_share, cpu, http_cpu] = figures.map(median);
    let raw = short(median(disk));
    let of = |rate: f64| format!("{} posts/s, {rounds} rounds, disk {raw} syncs/s", short(rate));
    table.add("store, 1 writer: of raw fdatasync/s", one_share, "", Target::AtLeast(0.25), of(one));
    table.add("store, 64 writers: of raw fdatasync/s", share, "", Target::AtLeast(0.6), of(many));
    table.add("store, 64 writers: CPU a post", cpu, "µs", Target::AtMost(170.0), "client threads included".into());
    table.add("HTTP and JMAP, 64 connections: posts/s", http, "", Target::Told, of(http));
    table.add("HTTP and JMAP: of raw fdatasync/s", http_share, "", Target::Told, "client on the same cores".into());
    let beside = format!("{} µs of the server a post", short(http_cpu));
    table.add("HTTP and JMAP: CPU a post, of the store's", http_cpu / cpu, "", Target::AtMost(3.0), beside);
    table.add("HTTP and JMAP: of one commit a post", times, "", Target::Told, "plain rusqlite loop, FULL".into());
    posting.close(&plain)?;
    office.close(server, &served, table)
}

/// A workspace with people, Spaces and threads, behind a server.
pub(crate) struct Office {
    people: Vec<Person>,
    places: Vec<(String, Vec<String>)>,
    written: u64,
    from: usize,
}

impl Office {
    pub(crate) fn new(server: &Server) -> anyhow::Result<Office> {
        let people = server.people(PEOPLE)?;
        let admin = &people[0];
        let mut client = Client::new(server.addr, &admin.token)?;
        let names = (0..SPACES).map(|i| json!({ "name": format!("Space {i}") }));
        let spaces = client.create("Space/set", &admin.id, names)?;
        let mut places = Vec::with_capacity(SPACES);
        for space in spaces {
            client.create("Member/set", &space, people[1..].iter().map(|one| json!({ "personId": one.id })))?;
            let topic = |i| json!({ "kind": "topic", "title": format!("Thread {i}"), "text": words(i as u64, 342) });
            let topics = client.create("Item/set", &space, (0..THREADS).map(topic))?;
            places.push((space, topics));
        }
        Ok(Office { people, places, written: (SPACES * THREADS) as u64, from: 0 })
    }

    /// So many connections, in turn to these servers of one workspace, post for so long.
    pub(crate) fn post(&mut self, servers: &[&Server], connections: usize, time: Duration) -> anyhow::Result<Rate> {
        self.from += 1 << 24;
        let me = &*self;
        let used = || servers.iter().map(|server| machine::cpu(server.process())).sum::<anyhow::Result<f64>>();
        let (before, start) = (used()?, Instant::now());
        let count: u64 = std::thread::scope(|scope| {
            let all: Vec<_> = (0..connections)
                .map(|at| scope.spawn(move || me.one(servers[at % servers.len()], at, connections, time)))
                .collect();
            all.into_iter()
                .map(|thread| thread.join().map_err(|_| anyhow::anyhow!("a client panicked"))?)
                .sum::<Result<u64, _>>()
        })?;
        let (took, cpu) = (start.elapsed().as_secs_f64(), used()? - before);
        self.written += count;
        Ok(Rate { posts: count as f64 / took, cpu: cpu * 1e6 / count as f64 })
    }

    /// How many Items were made so far.
    pub(crate) fn written(&self) -> u64 {
        self.written
    }

    /// One connection, one request after the other, one post each.
    fn one(&self, server: &Server, at: usize, step: usize, time: Duration) -> anyhow::Result<u64> {
        let mut client = Client::new(server.addr, &self.people[at % PEOPLE].token)?;
        let (start, mut count) = (Instant::now(), 0);
        while start.elapsed() < time {
            let number = self.from + at + count as usize * step;
            let mix = (number as u64).wrapping_mul(0x9E37_79B9_7F4A_7C15) as usize >> 20;
            let (space, topics) = &self.places[mix % SPACES];
            let post = json!({ "kind": "post", "parentId": topics[mix / SPACES % THREADS], "text": words(number as u64, 342) });
            let body = request(json!([["Item/set", { "accountId": space, "create": { "k": post } }, "0"]]));
            let text = std::str::from_utf8(client.api(body.as_bytes())?)?;
            ensure!(text.contains("\"created\":{\"k\":{"), "the post was refused: {text}");
            count += 1;
        }
        Ok(count)
    }

    /// Stops the server, counts what is there, and weighs the file.
    fn close(self, server: Server, folder: &Path, table: &mut Table) -> anyhow::Result<()> {
        server.stop()?;
        let file = folder.join("meanwhile.db");
        let conn = rusqlite::Connection::open(&file)?;
        conn.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))?;
        let item = model::items::ITEM.number;
        let sql = "SELECT count(*), sum(length(head) + ifnull(length(body), 0)) FROM records WHERE type = ?";
        let (there, bytes): (i64, i64) = conn.query_row(sql, [item], |row| Ok((row.get(0)?, row.get(1)?)))?;
        ensure!(there.cast_unsigned() == self.written, "{there} of {} Items are there", self.written);
        let all: i64 = conn
            .query_row("SELECT sum(length(head) + ifnull(length(body), 0)) FROM records", [], |row| row.get(0))
            .context("the sum of all bodies")?;
        let size = std::fs::metadata(&file)?.len() as f64;
        let (each, of_all) = (bytes / there, size / all as f64);
        let beside = format!("{there} Items of {each} bytes of JSON; {of_all:.2} of the JSON of all records");
        table.add("data file ÷ JSON of the Items", size / bytes as f64, "", Target::AtMost(1.7), beside);
        Ok(())
    }
}
