//! Each query of the data path walks an index and sorts nothing, whatever the tables hold, and late pages cost what the
//! first costs.

use std::sync::atomic::{AtomicU32, Ordering::Relaxed};
use std::time::{Duration, Instant};

use super::super::reads::{CREATED, LOOK, UPDATED};
use super::super::rows;
use super::super::session::{Session, Use, settings};
use super::{database, opened, session};
use crate::contract::ask::{id, open, read};
use crate::{N, PostgresOptions, Seq, changes};

/// The plan that a prepared statement has after many uses.
fn plan(c: &Session, sql: &str, values: &str) -> String {
    static COUNT: AtomicU32 = AtomicU32::new(0);
    let name = format!("asked{}", COUNT.fetch_add(1, Relaxed));
    c.execute(&format!("PREPARE {name} AS {sql}")).unwrap();
    let read = |row: &tokio_postgres::Row| rows::get::<String>(row, 0);
    let lines = c.wait(c.link.all(&format!("EXPLAIN (COSTS OFF) EXECUTE {name} ({values})"), &[], read)).unwrap();
    lines.join("\n")
}

fn ours(options: &PostgresOptions) -> Session {
    let c = session(options);
    c.execute(&settings(options, Use::Read)).unwrap();
    c
}

/// So many records; of every hundred, `old` were touched long after they were made and `early` right then.
fn fill(c: &Session, n: N, records: u32, old: u32, early: u32) -> Seq {
    let changes = records * 2;
    c.execute(&format!(
        "INSERT INTO records (account, type, created_seq, seq, tick, version, kind, origin, id, head, body)
         SELECT {n}, 1, g * 2 - 1,
           CASE WHEN g % 100 < {early} THEN g * 2 WHEN g % 100 < {early} + {old} THEN {changes} + g ELSE g * 2 - 1 END,
           0, 1, 3, 0, '\\x69'::bytea || decode(md5(g::text), 'hex'), '{{}}', repeat('text ', 20)
         FROM generate_series(1, {records}) g;
         UPDATE records SET id = overlay(overlay(id placing '\\x70' from 8) placing '\\x80' from 10) WHERE account = {n};
         UPDATE accounts SET seq = {changes} + {records} WHERE n = {n}"
    ))
    .unwrap();
    Seq::from(changes + records)
}

#[test]
fn both_scans_of_a_page_and_a_look_are_index_scans_without_a_sort() {
    let options = database();
    let store = opened(&options).unwrap();
    let n = open(&*store, id(b's', 1));
    let c = session(&options);
    let ours = ours(&options);
    // On empty tables, on full ones of which the database knows nothing, and on those it has counted.
    for state in ["empty", "full", "counted"] {
        if state == "full" {
            fill(&c, n, 20_000, 30, 0);
        } else if state == "counted" {
            c.execute("ANALYZE").unwrap();
        }
        for (sql, values, index) in [
            (CREATED, "1, 1, 0, 9999999, 2000", "records_pkey"),
            (UPDATED, "1, 1, 0, 501", "records_updated"),
            (LOOK, "5, 100", "accounts_tick"),
        ] {
            let plan = plan(&ours, sql, values);
            assert!(plan.contains(&format!("Index Scan using {index}")), "{state}: {plan}");
            assert!(!plan.contains("Sort") && !plan.contains("Seq Scan"), "{state}: {plan}");
        }
    }
    // The check can fail: without the words by which the planner knows the partial index.
    let plain = UPDATED.replace("seq > created_seq AND ", "");
    let plan = plan(&ours, &plain, "1, 1, 0, 501");
    assert!(plan.contains("Sort"), "{plan}");
}

/// Three mixes of records that are new, touched at once, and touched late. Times are the machine's, so only a large
/// difference counts, and the best of some tries.
#[test]
fn page_two_hundred_costs_what_page_one_costs() {
    let options = database();
    let store = opened(&options).unwrap();
    let c = session(&options);
    for (account, (old, early)) in [(1, (30, 0)), (2, (0, 100)), (3, (0, 50))] {
        let n = open(&*store, id(b's', account));
        let head = fill(&c, n, 100_000, old, early);
        let pages = read(&*store, move |snapshot| {
            let (mut cursor, mut pages) = (0, Vec::new());
            loop {
                let mut best = Duration::MAX;
                let mut next = None;
                for _ in 0..3 {
                    let begin = Instant::now();
                    next = Some(changes(snapshot, n, 1, 0, cursor, head, 500).unwrap());
                    best = best.min(begin.elapsed());
                }
                pages.push(best);
                let page = next.unwrap();
                cursor = page.next;
                if !page.more {
                    return pages;
                }
            }
        });
        let middle = |some: &[Duration]| {
            let mut some = some.to_vec();
            some.sort_unstable();
            some[some.len() / 2]
        };
        assert!(pages.len() >= 150, "{}", pages.len());
        let (first, late) = (middle(&pages[..20]), middle(&pages[pages.len() - 40..pages.len() - 1]));
        eprintln!("{} pages, the first {first:?}, the last {late:?}", pages.len());
        assert!(late <= first * 2 + Duration::from_millis(1), "first {first:?}, late {late:?}");
    }
}
