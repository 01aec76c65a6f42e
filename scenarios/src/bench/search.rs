//! Search: a million posts in a thousand Spaces, asked for by two words, a prefix, a phrase and in Japanese, by rank and by
//! time, in 200 of the Spaces; and what keeping the index costs. Beside it SQLite's own full-text index over the same texts.

use anyhow::{Context, ensure};
use jmap::Id;
use model::Caller;
use scenarios::direct::Direct;
use scenarios::process::files_below;
use serde_json::{Value, json};
use std::path::Path;
use std::sync::Arc;
use std::sync::mpsc::channel;
use std::time::Instant;
use store::{Command, Origin, Row, SqliteOptions, SqliteStore, Stop, Store, StoreError, Tick, Tx};

use crate::Run;
use crate::table::{Table, Target};

/// Posts of one commit.
const BULK: u64 = 5_000;
/// Of each sort of question.
const ASKED: u64 = 300;
/// Of how many posts one is Japanese.
const JAPANESE: u64 = 20;
/// Rare words, of which each post has some.
const RARE: u64 = 40_000;

pub(crate) async fn run(run: &Run<'_>, table: &mut Table) -> anyhow::Result<()> {
    let (posts, spaces, asked) = if run.quick { (20_000, 100, 20) } else { (1_000_000, 1000, 200) };
    let folder = run.folder.join("search");
    std::fs::create_dir_all(&folder)?;
    let store = Arc::new(SqliteStore::open(&folder, SqliteOptions::default())?);
    let mut desk = Direct::open(store.clone(), &folder).await;
    let ana = desk.hire("Ana").await;
    let mut homes = Vec::new();
    for number in 0..spaces {
        homes.push(desk.space(&ana, &format!("Space {number}")).await);
    }
    desk.settle().await;
    let start = Instant::now();
    let bytes = fill(&*store, &homes, ana.person, posts)?;
    settled(&desk, &ana).await?;
    let told = || format!("{posts} posts, {} MB of text", bytes / 1_000_000);
    let took = start.elapsed().as_secs_f64();
    table.add("indexed while written", posts as f64 / took, "posts/s", Target::Told, told());
    drop(store);

    let start = Instant::now();
    let index = folder.join(search::FOLDER);
    desk.restart_after(|| std::fs::remove_dir_all(&index).unwrap_or_default()).await;
    settled(&desk, &ana).await?;
    let rebuilt = start.elapsed().as_secs_f64();
    table.add("index made anew", rebuilt, "s", Target::Told, format!("{:.0} posts/s", posts as f64 / rebuilt));
    let size: u64 = files_below(&index).iter().filter_map(|file| file.metadata().ok()).map(|meta| meta.len()).sum();
    table.add("index ÷ text", size as f64 / bytes as f64, "", Target::AtMost(0.5), told());

    let beside = Fts::made(&folder, posts)?;
    let some = &homes[..asked];
    for (what, question) in QUESTIONS {
        for sort in ["rank", "newest"] {
            let mut times = Vec::new();
            let mut hits = 0;
            for number in 0..ASKED {
                let filter = json!({ "text": question(number), "in": some });
                let args = json!({ "accountId": ana.person, "filter": filter, "sort": sort });
                let start = Instant::now();
                let answer = desk.one(&ana, "Search/query", args).await;
                times.push(start.elapsed().as_secs_f64() * 1e3);
                hits += answer["total"].as_u64().with_context(|| answer.to_string())?;
            }
            ensure!(hits > 0, "{what}: nothing was found");
            let [p50, p99] = percentiles(&mut times);
            let target = if what == "two words" && sort == "rank" { Target::AtMost(15.0) } else { Target::Told };
            let other = match what {
                "two words" => format!("; FTS5 {}", beside.ask(question, sort, asked)?),
                _ => String::new(),
            };
            let told = format!(
                "p50 {p50:.2} ms, {:.0} hits a question, {asked} of {spaces} Spaces{other}",
                hits as f64 / ASKED as f64
            );
            table.add(&format!("search, {what}, {sort}: p99"), p99, "ms", target, told);
        }
    }
    Ok(())
}

type Ask = fn(u64) -> String;

const QUESTIONS: [(&str, Ask); 5] = [
    ("two words", |n| format!("release {}", rare(n))),
    ("two frequent words", |_| "release thursday".into()),
    ("prefix", |n| format!("{}*", &rare(n)[..5])),
    ("phrase", |n| format!("\"the release of\" {}", rare(n))),
    ("Japanese", |n| japanese(n * JAPANESE).chars().skip(3).take(3).collect()),
];

fn percentiles(times: &mut [f64]) -> [f64; 2] {
    times.sort_by(f64::total_cmp);
    [50, 99].map(|percent| times[(times.len() - 1) * percent / 100])
}

/// Waits for the index, however long that takes.
async fn settled(desk: &Direct, who: &Caller) -> anyhow::Result<()> {
    for _ in 0..60 {
        if desk.engine.settle().await.is_ok() {
            let args = json!({ "accountId": who.person, "filter": { "kind": ["topic"] } });
            let answer = desk.one(who, "Search/query", args).await;
            ensure!(answer["catchingUp"] == Value::Null, "{answer}");
            return Ok(());
        }
    }
    anyhow::bail!("the index is not there after an hour")
}

fn mixed(n: u64) -> u64 {
    let n = (n ^ (n >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    (n ^ (n >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB) >> 20
}

/// A word that some posts have; few short ones are much more frequent than most.
fn rare(n: u64) -> String {
    let word = mixed(n) % RARE * (mixed(n + 7) % 100) / 100;
    let letter = |place: u32| char::from(b'a' + (mixed(word) >> (place * 5)) as u8 % 26);
    (0..6).map(letter).chain(word.to_string().chars().map(|c| char::from(c as u8 + 49))).collect()
}

fn japanese(n: u64) -> String {
    (0..30).filter_map(|place| char::from_u32(0x4e00 + (mixed(n * 31 + place) % 2000) as u32)).collect()
}

fn text(n: u64) -> String {
    if n.is_multiple_of(JAPANESE) {
        return japanese(n);
    }
    let rare = (0..4).map(|place| rare(n * 4 + place)).collect::<Vec<_>>().join(" ");
    format!("{}{rare}", crate::words(n, 300))
}

/// Writes the posts as the engine does; bytes of their texts.
fn fill(store: &dyn Store, spaces: &[Id], by: Id, posts: u64) -> anyhow::Result<u64> {
    let mut bytes = 0;
    for from in (0..posts).step_by(BULK as usize) {
        let (told, answer) = channel();
        // Each commit goes to some Spaces alone.
        let homes = (0..10).map(|place| spaces[(mixed(from + place) % spaces.len() as u64) as usize]).collect();
        bytes += (from..from + BULK).map(|n| text(n).len() as u64).sum::<u64>();
        store.submit(Box::new(Bulk { homes, by, from, told }));
        answer.recv().context("the store ended")??;
    }
    Ok(bytes)
}

struct Bulk {
    homes: Vec<Id>,
    by: Id,
    from: u64,
    told: std::sync::mpsc::Sender<Result<Tick, StoreError>>,
}

impl Command for Bulk {
    fn accounts(&self) -> &[Id] {
        &self.homes
    }

    fn run(&mut self, tx: &mut dyn Tx) -> Result<(), Stop> {
        for number in self.from..self.from + BULK {
            let home = self.homes[(number % self.homes.len() as u64) as usize];
            let Some(head) = tx.head(home)? else { return Err(Stop::Refused) };
            let seq = tx.next_seq(head.n)?;
            let mut bytes = [0; 16];
            bytes[..8].copy_from_slice(&mixed(number).to_be_bytes());
            bytes[8..].copy_from_slice(&number.to_be_bytes());
            let at = jmap::UtcDate::from_ms(1_700_000_000_000 + number as i64 * 1000);
            let head_text =
                json!({ "title": format!("Topic {number}"), "createdBy": self.by, "createdAt": at, "receivedAt": at });
            tx.put(Row {
                n: head.n,
                ty: model::items::ITEM.number,
                id: Id::derived(b'i', bytes),
                created_seq: seq,
                seq,
                tick: Tick::default(),
                origin: Origin::Said,
                destroyed: None,
                version: 1,
                kind: model::items::topic::TOPIC.number,
                thread: Some(Id::derived(b'i', bytes)),
                head: head_text.to_string(),
                body: Some(json!({ "text": text(number) }).to_string()),
            });
        }
        Ok(())
    }

    fn done(self: Box<Self>, how: Result<Tick, StoreError>) {
        // Whoever fills waits for it.
        let _ = self.told.send(how);
    }
}

/// SQLite's full-text index over the same texts, without the texts.
struct Fts(rusqlite::Connection);

impl Fts {
    fn made(folder: &Path, posts: u64) -> anyhow::Result<Fts> {
        let conn = rusqlite::Connection::open(folder.join("fts.db"))?;
        conn.execute_batch("PRAGMA synchronous = OFF; CREATE VIRTUAL TABLE fts USING fts5(text, content=''); BEGIN")?;
        let mut insert = conn.prepare("INSERT INTO fts (rowid, text) VALUES (?, ?)")?;
        for number in 0..posts {
            insert.execute(rusqlite::params![number as i64, text(number)])?;
        }
        drop(insert);
        conn.execute_batch("COMMIT")?;
        Ok(Fts(conn))
    }

    fn ask(&self, question: Ask, sort: &str, part: usize) -> anyhow::Result<String> {
        let order = if sort == "rank" { "rank" } else { "rowid DESC" };
        let sql =
            format!("SELECT rowid FROM fts WHERE fts MATCH ? AND rowid % 1000 < {part} ORDER BY {order} LIMIT 20");
        let mut ask = self.0.prepare(&sql)?;
        let mut times = Vec::new();
        for number in 0..ASKED {
            let start = Instant::now();
            let rows = ask.query_map([question(number)], |row| row.get::<_, i64>(0))?.collect::<Result<Vec<_>, _>>()?;
            ensure!(rows.len() <= 20, "no more than asked for");
            times.push(start.elapsed().as_secs_f64() * 1e3);
        }
        let [p50, p99] = percentiles(&mut times);
        Ok(format!("p50 {p50:.2} ms, p99 {p99:.2} ms"))
    }
}
