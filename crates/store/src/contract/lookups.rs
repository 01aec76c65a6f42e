//! Promises about what leads to records or hangs on them: index rows, keys, versions, uploads, jobs, outward rows.

use super::Make;
use super::ask::{Gate, at, blob, create, id, job, open, read, submit, version, write};
use super::picture::{ALL, TOP};
use crate::{IndexRange, Seq, Snapshot, Stop};

const NONE: [Seq; 0] = [];

fn places(snapshot: &dyn Snapshot, n: u32, range: &IndexRange) -> Vec<Seq> {
    snapshot.index(n, "by-color", range).expect("readable").into_iter().map(|(_, seq)| seq).collect()
}

/// Both ways, from any row on, for any bytes.
pub(super) fn an_index_is_read_in_ranges_up_and_down(make: &Make) {
    let store = make();
    let (account, other) = (id(b's', 1), id(b's', 2));
    let (n, m) = (open(&*store, account), open(&*store, other));
    let rows: [(&[u8], Seq); 9] =
        [(b"", 1), (b"\0", 2), (b"a", 3), (b"a", 4), (b"a\0", 5), (b"ab", 6), (b"b", 7), (b"b", 9), (b"\xff\xff", 8)];
    write(&*store, &[account, other], move |tx| {
        for number in 1..=9 {
            super::ask::put_new(tx, account, 1, id(b'i', number))?;
        }
        super::ask::put_new(tx, other, 1, id(b'i', 1))?;
        // Written in another order than they are read.
        for (key, seq) in rows.iter().rev() {
            tx.put_index(n, "by-color", key, *seq);
        }
        tx.put_index(n, "by-color", b"a", 3);
        tx.put_index(n, "by-day/2", b"a", 1);
        tx.put_index(m, "by-color", b"a", 1);
        tx.put_index(n, "by-color", b"gone", 1);
        tx.drop_index(n, "by-color", b"gone", 1);
        tx.drop_index(n, "by-color", b"never", 1);
        Ok(())
    });
    read(&*store, move |snapshot| {
        let whole = IndexRange { from: b"", to: &[0xff; 9], after: None, down: false, limit: ALL };
        let all = snapshot.index(n, "by-color", &whole).expect("readable");
        assert_eq!(all, rows.map(|(key, seq)| (key.to_vec(), seq)));
        let down = IndexRange { down: true, ..whole.clone() };
        assert_eq!(places(snapshot, n, &down), [8, 9, 7, 6, 5, 4, 3, 2, 1]);
        let part = IndexRange { from: b"a", to: b"b", ..whole.clone() };
        assert_eq!(places(snapshot, n, &part), [3, 4, 5, 6]);
        assert_eq!(places(snapshot, n, &IndexRange { limit: 2, ..part.clone() }), [3, 4]);
        assert_eq!(places(snapshot, n, &IndexRange { down: true, limit: 3, ..part.clone() }), [6, 5, 4]);
        assert_eq!(places(snapshot, n, &IndexRange { after: Some((b"a", 3)), ..part.clone() }), [4, 5, 6]);
        assert_eq!(places(snapshot, n, &IndexRange { after: Some((b"a", TOP)), ..part.clone() }), [5, 6]);
        let from_the_middle = IndexRange { after: Some((b"a\0", 5)), down: true, ..part.clone() };
        assert_eq!(places(snapshot, n, &from_the_middle), [4, 3]);
        assert_eq!(places(snapshot, n, &IndexRange { limit: 1, ..from_the_middle }), [4]);
        assert_eq!(places(snapshot, n, &IndexRange { to: b"a", ..part.clone() }), NONE);
        assert_eq!(places(snapshot, n, &IndexRange { limit: 0, ..whole.clone() }), NONE);
        assert_eq!(places(snapshot, m, &whole), [1]);
        assert_eq!(snapshot.index(n, "none", &whole).expect("readable"), []);
        // Page by page, in both directions, is the whole.
        for down in [false, true] {
            let mut paged = Vec::new();
            loop {
                let after = paged.last().map(|(key, seq): &(Vec<u8>, Seq)| (key.clone(), *seq));
                let after = after.as_ref().map(|(key, seq)| (key.as_slice(), *seq));
                let page = IndexRange { after, down, limit: 2, ..whole.clone() };
                let rows = snapshot.index(n, "by-color", &page).expect("readable");
                if rows.is_empty() {
                    break;
                }
                paged.extend(rows);
            }
            if down {
                paged.reverse();
            }
            assert_eq!(paged, all);
        }
    });
    let inside = write(&*store, &[account], move |tx| {
        tx.drop_index(n, "by-color", b"b", 7);
        tx.put_index(n, "by-color", b"a", 2);
        Ok([tx.index(n, "by-color", b"a", 9)?, tx.index(n, "by-color", b"a", 2)?, tx.index(n, "by-color", b"b", 9)?])
    });
    assert_eq!(inside, [vec![2, 3, 4], vec![2, 3], vec![9]]);
}

/// A key leads to one record, until it is let go or expires.
pub(super) fn a_key_leads_to_one_record(make: &Make) {
    let store = make();
    let (one, two) = (id(b's', 1), id(b's', 2));
    let (n, m) = (open(&*store, one), open(&*store, two));
    write(&*store, &[one, two], move |tx| {
        tx.claim("handle", "ada", n, id(b'i', 1), None);
        tx.claim("token", "ada", m, id(b'i', 2), Some(at(50)));
        tx.claim("handle", "passing", n, id(b'i', 3), Some(at(50)));
        tx.claim("handle", "own", n, id(b'i', 4), None);
        Ok(())
    });
    // One that expired is another's now; an own one is written anew.
    let seen = write(&*store, &[one, two], move |tx| {
        let expired = tx.key("handle", "passing")?;
        tx.claim("handle", "passing", m, id(b'i', 5), None);
        tx.claim("handle", "own", n, id(b'i', 4), Some(at(70)));
        tx.release("token", "nobody's");
        Ok((expired.map(|key| (key.id, key.expires)), tx.key("handle", "passing")?.map(|key| (key.account, key.id))))
    });
    assert_eq!(seen, (Some((id(b'i', 3), Some(at(50)))), Some((two, id(b'i', 5)))), "expired ones are given too");
    read(&*store, move |snapshot| {
        let key = |name, key| snapshot.key(name, key).expect("readable");
        let ada = key("handle", "ada").expect("claimed");
        assert_eq!((ada.n, ada.account, ada.id, ada.expires), (n, one, id(b'i', 1), None));
        assert_eq!(key("token", "ada").map(|key| (key.n, key.expires)), Some((m, Some(at(50)))));
        assert_eq!(key("handle", "passing").map(|key| (key.account, key.expires)), Some((two, None)));
        assert_eq!(key("handle", "own").and_then(|key| key.expires), Some(at(70)));
        assert_eq!((key("handle", "Ada"), key("handle", "ad"), key("none", "ada")), (None, None, None));
    });
    write(&*store, &[one], |tx| {
        tx.release("handle", "ada");
        assert_eq!(tx.key("handle", "ada")?, None);
        Ok(())
    });
    assert_eq!(read(&*store, |snapshot| snapshot.key("handle", "ada")), Ok(None));
    assert!(read(&*store, |snapshot| snapshot.key("token", "ada")).expect("readable").is_some());
}

/// By prefix, in byte order, with characters that mean something elsewhere.
pub(super) fn keys_are_listed_by_prefix_in_byte_order(make: &Make) {
    let store = make();
    let account = id(b's', 1);
    let n = open(&*store, account);
    let mut all = ["A/1", "a", "a%", "a/1", "a/10", "a/2", "a_", "ab", "b/1", "é", "éa", "\u{10ffff}", "\u{10ffff}a"];
    write(&*store, &[account], move |tx| {
        for key in all.iter().rev() {
            tx.claim("handle", key, n, id(b'i', 1), None);
        }
        tx.claim("token", "a/3", n, id(b'i', 1), None);
        Ok(())
    });
    all.sort_unstable();
    read(&*store, move |snapshot| {
        let keys = |prefix: &str, after: &str, limit| {
            let found = snapshot.keys("handle", prefix, after, limit).expect("readable");
            found.into_iter().map(|(key, _)| key).collect::<Vec<_>>()
        };
        assert_eq!(keys("", "", ALL), all);
        for prefix in ["a", "a/", "a%", "a_", "é", "\u{10ffff}", "none", "A"] {
            let expected: Vec<_> = all.into_iter().filter(|key| key.starts_with(prefix)).collect();
            assert_eq!(keys(prefix, "", ALL), expected, "{prefix}");
            assert_eq!(snapshot.count_keys("handle", prefix), Ok(expected.len() as u64), "{prefix}");
        }
        assert_eq!(keys("a/", "a/1", ALL), ["a/10", "a/2"]);
        assert_eq!(keys("a/", "a/10x", ALL), ["a/2"]);
        assert_eq!(keys("a/", "", 2), ["a/1", "a/10"]);
        assert_eq!(keys("a/", "b", ALL), Vec::<String>::new());
        assert_eq!(keys("a/", "A", ALL).len(), 3);
        assert_eq!(keys("", "", 0).len(), 0);
        assert_eq!(snapshot.count_keys("handle", ""), Ok(all.len() as u64));
    });
    let inside = write(&*store, &[account], move |tx| {
        tx.release("handle", "a/1");
        tx.claim("handle", "a/11", n, id(b'i', 1), None);
        Ok([tx.keys("handle", "a/", 9)?, tx.keys("handle", "a/", 2)?])
    });
    let texts = inside.map(|keys| keys.into_iter().map(|(key, _)| key).collect::<Vec<_>>());
    assert_eq!(texts, [vec!["a/10", "a/11", "a/2"], vec!["a/10", "a/11"]]);
}

/// Of two that want a key at once, one gets it, and the other sees that.
pub(super) fn one_of_two_gets_a_key(make: &Make) {
    let store = make();
    let accounts = [id(b's', 1), id(b's', 2), id(b's', 3)];
    for account in accounts {
        open(&*store, account);
    }
    let gate = Gate::close(&*store);
    let asked = accounts.map(|account| {
        submit(&*store, &[account], move |tx| {
            let n = tx.head(account)?.ok_or(Stop::Refused)?.n;
            if let Some(key) = tx.key("handle", "ops")? {
                return Ok(Err(key.account));
            }
            tx.claim("handle", "ops", n, id(b'i', 1), None);
            Ok(Ok(account))
        })
    });
    gate.open();
    let ended = asked.map(|asked| asked.wait().value());
    let owner = read(&*store, |snapshot| snapshot.key("handle", "ops")).expect("readable").map(|key| key.account);
    assert_eq!(ended.iter().filter(|how| how.is_ok()).count(), 1, "{ended:?}");
    assert!(ended.iter().all(|how| Some(how.unwrap_or_else(|account| account)) == owner), "{ended:?}");
}

/// Newest first; they expire and are kept again together.
pub(super) fn versions_are_read_newest_first(make: &Make) {
    let store = make();
    let account = id(b's', 1);
    let n = open(&*store, account);
    let (one, two) = (id(b'i', 1), id(b'i', 2));
    write(&*store, &[account], move |tx| {
        for number in [2, 1, 300, 12] {
            tx.put_version(version(n, one, number, None));
        }
        tx.put_version(version(n, two, 1, None));
        tx.expire_versions(n, 1, one, Some(at(40)));
        tx.put_version(version(n, one, 301, None));
        tx.drop_version(n, 1, one, 2);
        tx.drop_version(n, 1, one, 99);
        Ok(())
    });
    read(&*store, move |snapshot| {
        let all = snapshot.versions(n, 1, one, true).expect("readable");
        let heads = snapshot.versions(n, 1, one, false).expect("readable");
        assert!(all.iter().zip(&heads).all(|(all, head)| !all.body.is_empty() && head.body.is_empty()));
        assert_eq!(snapshot.version(n, 1, one, 12).expect("readable").as_ref(), all.iter().find(|v| v.version == 12));
        assert_eq!(snapshot.version(n, 1, one, 2), Ok(None), "it was taken away");
    });
    let numbers = move |of| {
        let versions = read(&*store, move |snapshot| snapshot.versions(n, 1, of, true)).expect("readable");
        versions.iter().map(|version| (version.version, version.expires)).collect::<Vec<_>>()
    };
    assert_eq!(numbers(one), [(301, None), (300, Some(at(40))), (12, Some(at(40))), (1, Some(at(40)))]);
    assert_eq!(numbers(two), [(1, None)]);
    assert_eq!(numbers(id(b'i', 3)), []);
}

/// An upload is served to an account only through a record of it, and not once it is kept for a while only.
pub(super) fn a_blob_is_served_through_a_record_alone(make: &Make) {
    let store = make();
    let (one, two) = (id(b's', 1), id(b's', 2));
    let (n, m) = (open(&*store, one), open(&*store, two));
    let big = crate::Blob { size: 1 << 40, media_type: "x/é; a=\"b\"".into(), ..blob(n, 1, 1, at(60)) };
    let uploaded = big.clone();
    write(&*store, &[one, two], move |tx| {
        tx.put_blob(uploaded.clone());
        tx.put_blob(blob(m, 2, 1, at(60)));
        tx.put_blob(blob(n, 3, 3, at(60)));
        assert!(!tx.blob_served(n, id(b'b', 1))?, "uploaded, but no record's");
        tx.hold_blob(n, id(b'b', 1), id(b'i', 1), None);
        tx.hold_blob(n, id(b'b', 1), id(b'i', 2), None);
        tx.hold_blob(n, id(b'b', 3), id(b'i', 1), Some(at(90)));
        Ok(())
    });
    let served =
        |n, number| read(&*store, move |snapshot| snapshot.blob_served(n, id(b'b', number))).expect("readable");
    assert!(served(n, 1) && !served(m, 1) && !served(n, 2) && !served(m, 2) && !served(n, 3));
    assert_eq!(read(&*store, |snapshot| snapshot.blob(id(b'b', 1))), Ok(Some(big)));
    assert_eq!(read(&*store, |snapshot| snapshot.blob(id(b'b', 9))), Ok(None));
    let mut hashes = read(&*store, |snapshot| snapshot.blob_hashes()).expect("readable");
    hashes.sort_unstable();
    hashes.dedup();
    assert_eq!(hashes, [[1; 32], [3; 32]]);
    let change = |held: Option<jmap::UtcDate>| {
        write(&*store, &[one], move |tx| Ok(tx.hold_blob(n, id(b'b', 1), id(b'i', 1), held)));
    };
    change(Some(at(90)));
    assert!(served(n, 1), "the other record still serves it");
    let drop_second = move |tx: &mut dyn crate::Tx| {
        tx.drop_blob(n, id(b'b', 1), id(b'i', 2));
        Ok(tx.blob_served(n, id(b'b', 1))?)
    };
    assert!(!write(&*store, &[one], drop_second));
    assert!(!served(n, 1), "what is left of it is kept, not served");
    change(None);
    assert!(served(n, 1), "restored");
}

/// By due, then order, then account, then name.
pub(super) fn jobs_come_when_they_are_due_in_their_order(make: &Make) {
    let store = make();
    let (one, two) = (id(b's', 1), id(b's', 2));
    let (n, m) = (open(&*store, one), open(&*store, two));
    write(&*store, &[one, two], move |tx| {
        tx.put_job(job(n, one, "b/1", at(20), 5));
        tx.put_job(job(m, two, "a/1", at(20), 4));
        tx.put_job(job(n, one, "a/1", at(20), 5));
        tx.put_job(crate::Job { waits_for: Some(id(b'i', 4)), ..job(n, one, "c/1", at(10), u32::MAX.into()) });
        tx.put_job(job(n, one, "later/1", at(21), 0));
        tx.put_job(job(m, two, "moved/1", at(1), 0));
        tx.put_job(job(m, two, "moved/1", at(30), 0));
        tx.put_job(job(m, two, "gone/1", at(1), 0));
        tx.drop_job(m, "gone/1");
        tx.drop_job(m, "never");
        assert_eq!(tx.job(m, "gone/1")?, None);
        assert_eq!(tx.job(m, "moved/1")?.map(|job| job.due), Some(at(30)));
        Ok(())
    });
    let due = |now, limit| {
        let (jobs, next) = store.jobs_due(at(now), limit).expect("readable");
        (jobs.into_iter().map(|job| job.run).collect::<Vec<_>>(), next)
    };
    assert_eq!(due(9, 9), (vec![], Some(at(10))));
    assert_eq!(due(10, 9), (vec!["c/1".to_owned()], Some(at(20))));
    assert_eq!(due(20, 9).0, ["c/1", "a/1", "a/1", "b/1"]);
    assert_eq!(store.jobs_due(at(20), 9).expect("readable").0[1].account, two);
    assert_eq!(due(20, 2), (vec!["c/1".to_owned(), "a/1".to_owned()], Some(at(21))));
    assert_eq!(due(100, 99).0.len(), 6);
    assert_eq!(due(100, 99).1, None);
    let first = store.jobs_due(at(10), 1).expect("readable").0.remove(0);
    assert_eq!(first, crate::Job { waits_for: Some(id(b'i', 4)), ..job(n, one, "c/1", at(10), u32::MAX.into()) });
    let listed = read(&*store, move |snapshot| snapshot.jobs(n)).expect("readable");
    assert_eq!(listed.iter().map(|job| job.run.as_str()).collect::<Vec<_>>(), ["a/1", "b/1", "c/1", "later/1"]);
}

/// Outward rows rise, and go when they were told.
pub(super) fn outward_rows_rise_until_they_are_told(make: &Make) {
    let store = make();
    let (one, two) = (id(b's', 1), id(b's', 2));
    let (n, m) = (open(&*store, one), open(&*store, two));
    for number in 0..3 {
        write(&*store, &[one, two], move |tx| {
            tx.put_outward(n, "mail", format!(r#"{{"n":{number}}}"#));
            tx.put_outward(m, "push", format!(r#"{{"n":{number}}}"#));
            Ok(())
        });
    }
    let rows = read(&*store, |snapshot| snapshot.outward(0, ALL)).expect("readable");
    assert!(rows.windows(2).all(|pair| pair[0].number < pair[1].number) && rows[0].number > 0);
    let shown: Vec<_> = rows.iter().map(|row| (row.n, row.account, &*row.what, &*row.value)).collect();
    assert_eq!(shown[..2], [(n, one, "mail", r#"{"n":0}"#), (m, two, "push", r#"{"n":0}"#)]);
    assert_eq!(rows.len(), 6);
    let (second, after) = (rows[1].number, rows[1].number);
    let behind = read(&*store, move |snapshot| snapshot.outward(after, 2)).expect("readable");
    assert_eq!(behind, rows[2..4]);
    let all: Vec<u64> = rows.iter().map(|row| row.number).collect();
    write(&*store, &[one], move |tx| Ok(tx.drop_outward(second)));
    assert_eq!(read(&*store, |snapshot| snapshot.outward(0, ALL)).expect("readable").len(), 5);
    write(&*store, &[one], move |tx| Ok(all.iter().for_each(|number| tx.drop_outward(*number))));
    write(&*store, &[one], move |tx| Ok(tx.put_outward(n, "mail", "{}".into())));
    let again = read(&*store, |snapshot| snapshot.outward(0, ALL)).expect("readable");
    assert!(again.len() == 1 && again[0].number > rows[5].number, "numbers are never used again");
}

/// After a restore nothing goes out until somebody says so.
pub(super) fn what_is_held_neither_runs_nor_goes_out(make: &Make) {
    let store = make();
    let account = id(b's', 1);
    let n = open(&*store, account);
    create(&*store, account, 1, id(b'i', 1));
    let add = |number: u64| {
        write(&*store, &[account], move |tx| {
            tx.put_job(job(n, account, &format!("a/{number}"), at(number as i64), 0));
            tx.put_outward(n, "mail", format!(r#"{{"n":{number}}}"#));
            Ok(())
        });
    };
    add(1);
    add(2);
    assert_eq!(store.hold(true), Ok(4));
    let open_ones = || {
        let (jobs, next) = store.jobs_due(at(2), 9).expect("readable");
        let outward = read(&*store, |snapshot| snapshot.outward(0, ALL)).expect("readable");
        let jobs: Vec<String> = jobs.into_iter().map(|job| job.run).collect();
        (jobs, next, outward.into_iter().map(|row| row.value).collect::<Vec<_>>())
    };
    assert_eq!(open_ones(), (vec![], None, vec![]));
    add(3);
    assert_eq!(open_ones(), (vec![], Some(at(3)), vec![r#"{"n":3}"#.to_owned()]));
    assert_eq!(read(&*store, move |snapshot| snapshot.jobs(n)).expect("readable").len(), 3, "an admin sees them");
    store.hold(false).expect("writable");
    let (jobs, next, outward) = open_ones();
    assert_eq!((jobs.len(), next, outward.len()), (2, Some(at(3)), 3));
}

/// Counters are set and read; they forget nothing by themselves.
pub(super) fn a_counter_keeps_its_count(make: &Make) {
    let store = make();
    let account = id(b's', 1);
    open(&*store, account);
    let count = move || {
        write(&*store, &[account], |tx| {
            let count = tx.counter("sign-in/ada")?.map_or(0, |(count, _)| count) + 1;
            tx.set_counter("sign-in/ada", count, at(count as i64));
            Ok(count)
        });
        read(&*store, |snapshot| Ok::<_, crate::StoreError>((snapshot.counter("sign-in/ada")?, snapshot.counter("x")?)))
    };
    assert_eq!(count(), Ok((Some((1, at(1))), None)));
    assert_eq!(count(), Ok((Some((2, at(2))), None)));
}
