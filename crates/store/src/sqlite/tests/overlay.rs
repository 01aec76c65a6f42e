//! What a command sees of a batch is what everybody sees once it is written down, and what is undone was never there.

use proptest::prelude::*;

use crate::contract::ask::{at, blob, id, job, record, tombstone, version};
use crate::overlay::Overlay;
use crate::sqlite::SqliteOptions;
use crate::sqlite::flush::flush;
use crate::sqlite::schema::{Use, connect, migrate};
use crate::sqlite::view::Direct;
use crate::{Head, Row, Tick, Tx, Version};

const SPACES: u64 = 3;
const ITEMS: u64 = 5;
const KEYS: [&str; 4] = ["a", "ab", "abc", "b"];

/// One random write: which, and with what.
type Write = (u8, u64, u64, u64);

/// Does a write as a careful command would. Reads never miss here.
fn apply(tx: &mut dyn Tx, (what, space, item, extra): Write) {
    let extra = extra % 100;
    let space = id(b's', space % SPACES);
    let head = tx.open_account(space, 1).unwrap();
    let (n, item, ty) = (head.n, id(b'i', item % ITEMS), 1 + (extra % 2) as u8);
    let key = KEYS[(extra % 4) as usize];
    match what % 20 {
        0..=4 => {
            let thread = Some(id(b'i', extra % 2));
            let seq = tx.next_seq(n).unwrap();
            let old = tx.get(n, ty, item).unwrap();
            tx.put(match old {
                Some(old) if what % 20 == 4 => tombstone(&old, seq, at(5)),
                Some(old) => Row { seq, thread, head: format!("{{\"now\":{seq}}}"), ..old },
                None => Row { thread, ..record(n, ty, item, seq) },
            });
        }
        5 => tx.put_index(n, "by", key.as_bytes(), 1 + extra % 9),
        6 => tx.drop_index(n, "by", key.as_bytes(), 1 + extra % 9),
        7 => match tx.key("handle", key).unwrap() {
            Some(_) => tx.release("handle", key),
            None => tx.claim("handle", key, n, item, (extra > 50).then(|| at(9))),
        },
        8 | 9 => tx.put_version(version(n, item, 1 + (extra % 3) as u32, None)),
        10 => tx.expire_versions(n, 1, item, (extra % 3 > 0).then(|| at(extra as i64))),
        11 => tx.drop_version(n, 1, item, 1 + (extra % 3) as u32),
        12 => tx.put_blob(blob(n, extra % 3, extra as u8, at(7))),
        13 | 14 => tx.hold_blob(n, id(b'b', extra % 3), item, (extra > 50).then(|| at(8))),
        15 => tx.drop_blob(n, id(b'b', extra % 3), item),
        16 => tx.put_job(job(n, space, key, at(extra as i64), u64::MAX - extra)),
        17 => tx.drop_job(n, key),
        18 => tx.set_counter(key, extra, at(6)),
        _ => {
            tx.put_outward(n, "mail", format!("{{\"to\":{extra}}}"));
            tx.drop_outward(extra % 7);
        }
    }
}

/// All that can be asked, as text. Ticks are set only when it is written down.
fn picture(tx: &mut dyn Tx) -> Vec<String> {
    let mut seen = Vec::new();
    let untold = |row: Row| Row { tick: Tick(0), ..row };
    for space in 0..SPACES {
        let Some(head) = tx.head(id(b's', space)).unwrap() else { continue };
        let n = head.n;
        seen.push(format!("{:?}", Head { tick: Tick(0), ..head.clone() }));
        for ty in [1, 2] {
            for item in 0..ITEMS {
                seen.push(format!("{:?}", tx.get(n, ty, id(b'i', item)).unwrap().map(untold)));
            }
            for seq in 0..=head.seq {
                seen.push(format!("{:?}", tx.at_seq(n, ty, seq).unwrap().map(untold)));
            }
        }
        for limit in [0, 1, 2, 100] {
            for thread in 0..2 {
                for below in [3, u64::MAX] {
                    let rows = tx.thread_down(n, id(b'i', thread), below, limit).unwrap();
                    seen.push(format!("{:?}", rows.into_iter().map(untold).collect::<Vec<_>>()));
                }
            }
            for key in KEYS {
                seen.push(format!("{:?}", tx.index(n, "by", key.as_bytes(), limit).unwrap()));
                seen.push(format!("{:?}", tx.keys("handle", key, limit).unwrap()));
            }
            seen.push(format!("{:?}", tx.keys("handle", "", limit).unwrap()));
        }
        for item in 0..ITEMS {
            let versions: Vec<Version> = tx.versions(n, 1, id(b'i', item)).unwrap();
            seen.push(format!("{versions:?}"));
        }
        for number in 0..3 {
            let blob = id(b'b', number);
            seen.push(format!("{:?} {}", tx.blob(blob).unwrap(), tx.blob_served(n, blob).unwrap()));
        }
        for key in KEYS {
            seen.push(format!(
                "{:?}",
                (tx.job(n, key).unwrap(), tx.counter(key).unwrap(), tx.key("handle", key).unwrap())
            ));
        }
    }
    seen
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 60, ..ProptestConfig::default() })]

    #[test]
    fn a_batch_reads_the_same_before_and_after_it_is_written(
        batches in proptest::collection::vec(proptest::collection::vec(any::<Write>(), 0..40), 1..5),
        undone in proptest::collection::vec(any::<Write>(), 0..40),
    ) {
        let folder = tempfile::tempdir().unwrap();
        let options = SqliteOptions::default();
        let conn = connect(&folder.path().join("meanwhile.db"), &options, Use::Write).unwrap();
        conn.execute_batch("PRAGMA synchronous = OFF").unwrap();
        migrate(&conn).unwrap();
        for batch in batches {
            conn.execute_batch("BEGIN IMMEDIATE").unwrap();
            let mut overlay = Overlay::new(Direct::new(&conn));
            for (i, write) in batch.into_iter().enumerate() {
                apply(&mut overlay, write);
                if i % 8 == 0 {
                    overlay.keep();
                }
            }
            let before = picture(&mut overlay);
            let tellings = overlay.pending.outward.len();
            let mark = overlay.mark();
            for write in &undone {
                apply(&mut overlay, *write);
            }
            overlay.undo_to(mark);
            prop_assert_eq!(&picture(&mut overlay), &before);
            prop_assert_eq!(overlay.pending.outward.len(), tellings);

            flush(&conn, &overlay.pending).unwrap();
            let written = picture(&mut Overlay::new(Direct::new(&conn)));
            conn.execute_batch("COMMIT").unwrap();
            prop_assert_eq!(written, before);
        }
    }
}
