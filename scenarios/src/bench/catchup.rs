//! A replica that was away: what it costs to read all that is new, beside a bare SELECT of the same text.

use anyhow::{Context, anyhow, ensure};
use jmap::{Id, Request};
use model::Caller;
use scenarios::direct::Direct;
use serde::Deserialize;
use serde_json::value::RawValue;
use serde_json::{Map, Value, json};
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};
use store::{SqliteOptions, SqliteStore};

use crate::client::request;
use crate::machine::cpu;
use crate::table::{Table, Target, median, short};
use crate::{Run, words};

const SPACES: usize = 200;
const CHANGED: usize = 50;

/// What a catch-up brought.
struct Brought {
    took: Duration,
    cpu: f64,
    items: usize,
    bytes: usize,
}

/// Figure c, the first half.
pub(crate) async fn run(run: &Run<'_>, table: &mut Table) -> anyhow::Result<()> {
    let (posts, rounds) = if run.quick { (10_000, 3) } else { (100_000, 5) };
    let folder = run.folder.join("catchup");
    std::fs::create_dir_all(&folder)?;
    let store = Arc::new(SqliteStore::open(&folder, SqliteOptions::default())?);
    let desk = Direct::open(store, &folder).await;
    let ana = desk.hire("Ana").await;
    let spaces = spaces(&desk, &ana).await?;
    let mut states = Vec::with_capacity(CHANGED);
    for space in &spaces[..CHANGED] {
        states.push(state(&desk, &ana, *space).await?);
    }
    // Round by round, as posts come in life: neighbours in time lie in different Spaces.
    let mut written = 0;
    while written < posts {
        for space in &spaces[..CHANGED] {
            let count = (posts / CHANGED).min(100);
            write(&desk, &ana, *space, count, written).await?;
            written += count;
        }
    }
    desk.settle().await;
    for page in [500, 1000] {
        let (mut ours, mut bare) = (Vec::new(), Vec::new());
        // The first round warms both.
        for round in 0..=rounds {
            let brought = catch_up(&desk, &ana, &spaces[..CHANGED], &states, page).await?;
            let selected = select(&folder)?;
            ensure!(brought.items == written, "{} of {written} posts came", brought.items);
            ensure!(selected.items == written, "{} of {written} posts were selected", selected.items);
            ensure!(brought.bytes > selected.bytes, "the answers are shorter than what they hold");
            if round > 0 {
                ours.push(brought);
                bare.push(selected);
            }
        }
        let ms = |all: &[Brought]| median(all.iter().map(|one| one.took.as_secs_f64() * 1e3).collect());
        let cpu = |all: &[Brought]| all.iter().map(|one| one.cpu).sum::<f64>();
        let beside = format!(
            "{} ms for {written} posts, {} bytes each; SELECT {} ms; in CPU {}",
            short(ms(&ours)),
            ours[0].bytes / written,
            short(ms(&bare)),
            short(cpu(&bare) / cpu(&ours))
        );
        let what = format!("catch-up by pages of {page}: of a bare SELECT");
        table.add(&what, ms(&bare) / ms(&ours), "", Target::AtLeast(0.5), beside);
    }
    Ok(())
}

async fn spaces(desk: &Direct, by: &Caller) -> anyhow::Result<Vec<Id>> {
    let all: Map<String, Value> =
        (0..SPACES).map(|i| (format!("k{i:04}"), json!({ "name": format!("Space {i}") }))).collect();
    let answer = desk.one(by, "Space/set", json!({ "accountId": by.person, "create": all })).await;
    let ids =
        answer["created"].as_object().into_iter().flatten().filter_map(|(_, one)| Id::parse(one["id"].as_str()?).ok());
    let ids: Vec<Id> = ids.collect();
    ensure!(ids.len() == SPACES, "{} Spaces were made: {}", ids.len(), answer["notCreated"]);
    Ok(ids)
}

async fn state(desk: &Direct, by: &Caller, space: Id) -> anyhow::Result<String> {
    let answer = desk.one(by, "Item/get", json!({ "accountId": space, "ids": [] })).await;
    Ok(answer["state"].as_str().unwrap_or_default().to_string())
}

async fn write(desk: &Direct, by: &Caller, space: Id, count: usize, from: usize) -> anyhow::Result<()> {
    let one = |i: usize| match i {
        0 => json!({ "kind": "topic", "title": "A thread", "text": words((from + i) as u64, 342) }),
        _ => json!({ "kind": "post", "parentId": "#k0000", "text": words((from + i) as u64, 342) }),
    };
    let create: Map<String, Value> = (0..count).map(|i| (format!("k{i:04}"), one(i))).collect();
    let answer = desk.one(by, "Item/set", json!({ "accountId": space, "create": create })).await;
    let made = answer["created"].as_object().map_or(0, Map::len);
    ensure!(made == count, "{made} of {count} Items were made: {}", answer["notCreated"]);
    Ok(())
}

/// What is looked at when the time is taken.
#[derive(Deserialize)]
struct Answers<'a> {
    #[serde(borrow, rename = "methodResponses")]
    answers: Vec<(&'a str, &'a RawValue, &'a str)>,
}

#[derive(Deserialize)]
struct Got {
    list: Vec<serde::de::IgnoredAny>,
}

/// What a client needs to go on, from the beginning of an answer: reading all of it is not the engine's work.
fn next_state(answer: &str) -> Option<(String, bool)> {
    let changes = &answer[..answer.find("\"Item/get\"")?];
    let (_, state) = changes.split_once("\"newState\":\"")?;
    Some((state.split('"').next()?.to_string(), changes.contains("\"hasMoreChanges\":true")))
}

async fn catch_up(
    desk: &Direct,
    by: &Caller,
    spaces: &[Id],
    states: &[String],
    page: usize,
) -> anyhow::Result<Brought> {
    let (before, start, mut all) = (cpu(std::process::id())?, Instant::now(), Vec::new());
    for (space, state) in spaces.iter().zip(states) {
        let mut since = state.clone();
        loop {
            let ids = json!({ "resultOf": "0", "name": "Item/changes", "path": "/created" });
            let body = request(json!([
                ["Item/changes", { "accountId": space, "sinceState": since, "maxChanges": page }, "0"],
                ["Item/get", { "accountId": space, "#ids": ids }, "1"],
            ]));
            let asked = Request::read(body.as_bytes(), 256).map_err(|error| anyhow!("{error:?}"))?;
            let answer = desk.engine.call(by, asked).await.map_err(|error| anyhow!("{error:?}"))?.to_json();
            let (state, more) = next_state(&answer).context("an answer without a state")?;
            all.push(answer);
            since = state;
            if !more {
                break;
            }
        }
    }
    let (took, cpu) = (start.elapsed(), cpu(std::process::id())? - before);
    let (mut items, bytes) = (0, all.iter().map(String::len).sum());
    for answer in all {
        let read: Answers = serde_json::from_str(&answer)?;
        ensure!(read.answers[1].0 == "Item/get", "an error came: {}", read.answers[1].1);
        items += serde_json::from_str::<Got>(read.answers[1].1.get())?.list.len();
    }
    Ok(Brought { took, cpu, items, bytes })
}

/// The same heads and bodies, read by nobody's rules from the same file.
fn select(folder: &Path) -> anyhow::Result<Brought> {
    let conn = rusqlite::Connection::open(folder.join("meanwhile.db"))?;
    conn.execute_batch("PRAGMA query_only = ON; PRAGMA cache_size = -4000; BEGIN")?;
    let item = model::items::ITEM.number;
    let sql = "SELECT head, body FROM records WHERE account = ? AND type = ? ORDER BY created_seq";
    let accounts: Vec<u32> =
        conn.prepare("SELECT n FROM accounts")?.query_map([], |row| row.get(0))?.collect::<Result<_, _>>()?;
    let (before, start, mut items, mut bytes) = (cpu(std::process::id())?, Instant::now(), 0, 0);
    let mut query = conn.prepare(sql)?;
    for account in accounts {
        let mut rows = query.query((account, item))?;
        let mut out = String::new();
        while let Some(row) = rows.next()? {
            out.push_str(row.get_ref(0)?.as_str()?);
            out.push_str(row.get_ref(1)?.as_str_or_null()?.unwrap_or(""));
            items += 1;
        }
        bytes += std::hint::black_box(out).len();
    }
    Ok(Brought { took: start.elapsed(), cpu: cpu(std::process::id())? - before, items, bytes })
}
