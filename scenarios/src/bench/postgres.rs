//! The same on PostgreSQL: one busy Space at the store's submit, beside a plain loop with one transaction a post that reads
//! and writes the same; and posts through HTTP and JMAP to one server and to two on one database, all on a PostgreSQL of
//! this run that syncs its log.

use anyhow::ensure;
use std::sync::Arc;
use std::time::{Duration, Instant};
use store::contract::postgres::Server as Database;
use store::{PostgresOptions, PostgresStore};
use tokio_postgres::{Client, Error, NoTls};

use crate::posts::{CONNECTIONS, Office};
use crate::server::Server;
use crate::submit::{ITEM, Posting};
use crate::table::{Table, Target, median, short};
use crate::{Run, machine, words};

const WRITERS: u64 = 64;
/// Connections of the plain loop, each with one transaction a post.
const PLAIN: u64 = 16;

/// Figure j.
pub(crate) async fn run(run: &Run<'_>, table: &mut Table) -> anyhow::Result<()> {
    let (rounds, time) = if run.quick { (1, Duration::from_millis(1500)) } else { (3, Duration::from_secs(5)) };
    let database = Database::start(true);
    let text = words(0, 342);
    let address = database.database();
    let store = Arc::new(PostgresStore::open(PostgresOptions::new(&address))?);
    let mut posting = Posting::new(store, 1);
    let plain = database.database();
    prepare(&plain).await?;
    posting.run(WRITERS, time / 3, &text)?;
    let mut figures: [Vec<f64>; 5] = Default::default();
    for _ in 0..rounds {
        let raw = machine::raw_syncs(run.folder, time / 5)?;
        let one = one_a_transaction(&plain, 1, time / 2, &text).await?;
        let several = one_a_transaction(&plain, PLAIN, time / 2, &text).await?;
        let ours = posting.run(WRITERS, time, &text)?;
        let best = one.max(several);
        let each = [ours.posts, ours.posts / best, ours.posts / raw, one, several];
        figures.iter_mut().zip(each).for_each(|(all, one)| all.push(one));
    }
    let [ours, times, of_raw, one, several] = figures.map(median);
    let beside = format!(
        "{} posts/s, {rounds} rounds; the loop {} by one connection, {} by {PLAIN}",
        short(ours),
        short(one),
        short(several)
    );
    table.add("PostgreSQL, one busy Space: of a transaction a post", times, "", Target::AtLeast(20.0), beside);
    let beside = format!("{WRITERS} writers at the store's submit");
    table.add("PostgreSQL, one busy Space: of raw fdatasync/s", of_raw, "", Target::Told, beside);
    let there = database.texts(&address, &format!("SELECT count(*)::text FROM records WHERE type = {ITEM}"))?;
    ensure!(there == [posting.written().to_string()], "{there:?} of {} posts are there", posting.written());
    drop(posting);
    two(run, &database, table, rounds, time)
}

/// Posts to one server, and to two of the same database.
fn two(run: &Run<'_>, database: &Database, table: &mut Table, rounds: usize, time: Duration) -> anyhow::Result<()> {
    let address = database.database();
    let (one, other) = (run.folder.join("node-one"), run.folder.join("node-two"));
    let (first, _) = Server::start_on(run.program, &one, Some(&address))?;
    // The same key of the files; there are none.
    std::fs::create_dir(&other)?;
    std::fs::copy(one.join("blobs.key"), other.join("blobs.key"))?;
    let (second, _) = Server::start_on(run.program, &other, Some(&address))?;
    let mut office = Office::new(&first)?;
    office.post(&[&first, &second], CONNECTIONS, time / 3)?;
    let (mut alone, mut both) = (Vec::new(), Vec::new());
    for _ in 0..rounds {
        alone.push(office.post(&[&first], CONNECTIONS, time)?.posts);
        both.push(office.post(&[&first, &second], CONNECTIONS, time)?.posts);
    }
    let (alone, both) = (median(alone), median(both));
    let beside = format!("{} against {} posts/s through HTTP and JMAP, on the same cores", short(both), short(alone));
    table.add("PostgreSQL: two servers ÷ one", both / alone, "", Target::Told, beside);
    first.stop()?;
    second.stop()?;
    let item = model::items::ITEM.number;
    let there = database.texts(&address, &format!("SELECT count(*)::text FROM records WHERE type = {item}"))?;
    ensure!(there == [office.written().to_string()], "{there:?} of {} Items are there", office.written());
    Ok(())
}

async fn connected(address: &str) -> anyhow::Result<Client> {
    let (client, connection) = tokio_postgres::connect(address, NoTls).await?;
    tokio::spawn(connection);
    Ok(client)
}

/// What a post at the store's submit reads and writes, in tables of the same shape.
const TABLES: &str = "
    CREATE TABLE spaces (id integer PRIMARY KEY, seq bigint NOT NULL);
    CREATE TABLE records (space integer, type smallint, id text, seq bigint, head text, body text, PRIMARY KEY (space, type, id));
    CREATE TABLE authors (space integer, author integer, seq bigint, PRIMARY KEY (space, author, seq));
    INSERT INTO spaces VALUES (1, 0);
    INSERT INTO records VALUES (1, 3, 'p1', 0, '{\"role\":\"member\"}', NULL)";
const NEXT: &str = "UPDATE spaces SET seq = seq + 2 WHERE id = 1 RETURNING seq";
const READ: &str = "SELECT head FROM records WHERE space = 1 AND type = $1 AND id = $2";
const POST: &str = "INSERT INTO records VALUES (1, 1, $1, $2, $3, $4)";
const INDEX: &str = "INSERT INTO authors VALUES (1, 1, $1)";
const THREAD: &str = "INSERT INTO records VALUES (1, 2, $1, $2, $3, NULL) ON CONFLICT (space, type, id) DO UPDATE SET seq = $2, head = $3";

async fn prepare(address: &str) -> anyhow::Result<()> {
    Ok(connected(address).await?.batch_execute(TABLES).await?)
}

/// Posts per second where each is a transaction of its own, with the same reads and writes, one after the other.
async fn one_a_transaction(address: &str, connections: u64, time: Duration, text: &str) -> anyhow::Result<f64> {
    let start = Instant::now();
    let mut all = tokio::task::JoinSet::new();
    for at in 0..connections {
        let (client, text) = (connected(address).await?, text.to_string());
        all.spawn(async move { post(client, at, start, time, &text).await });
    }
    let mut count = 0;
    while let Some(done) = all.join_next().await {
        count += done??;
    }
    Ok(count as f64 / start.elapsed().as_secs_f64())
}

async fn post(mut client: Client, at: u64, start: Instant, time: Duration, text: &str) -> Result<u64, Error> {
    let (next, read) = (client.prepare(NEXT).await?, client.prepare(READ).await?);
    let (insert, index) = (client.prepare(POST).await?, client.prepare(INDEX).await?);
    let update = client.prepare(THREAD).await?;
    let mut count = 0u64;
    while start.elapsed() < time {
        let tx = client.transaction().await?;
        let seq: i64 = tx.query_one(&next, &[]).await?.get(0);
        let (id, thread) = (format!("i{at}-{seq}"), format!("t{}", seq % 50));
        for (ty, id) in [(3i16, "p1"), (1, &id), (2, &thread)] {
            tx.query_opt(&read, &[&ty, &id]).await?;
        }
        let head = format!("{{\"kind\":\"post\",\"excerpt\":\"{}\"}}", &text[..80]);
        tx.execute(&insert, &[&id, &seq, &head, &text]).await?;
        tx.execute(&index, &[&seq]).await?;
        tx.execute(&update, &[&thread, &seq, &format!("{{\"lastSeq\":{seq}}}")]).await?;
        tx.commit().await?;
        count += 1;
    }
    Ok(count)
}
