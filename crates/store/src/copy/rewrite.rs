//! What is different in a copy. Commit numbers mean nothing at another place; what counts is which cursor a record is
//! newer than, and that stays.

use super::{End, TABLES, Table, Value};
use crate::StoreError;

/// When a record is news to a reader: if its tick is so to the reader's cursor.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Newer {
    /// As on SQLite: the cursor is the newest commit that was seen.
    Above,
    /// As on PostgreSQL: the cursor is the oldest transaction that may not have been seen.
    AtLeast,
}

/// How the rows of a copy differ from those of its source. A copy that goes on has the same, while its source is the same.
pub(crate) struct Rewrite {
    /// The source's cursors, rising, each once.
    cursors: Vec<i64>,
    from: Newer,
    to: Newer,
    seed: Option<[u8; 32]>,
}

impl Rewrite {
    /// With `seed`, a workspace of its own.
    pub(crate) fn of(source: &mut dyn End, to: Newer, seed: Option<[u8; 32]>) -> Result<Rewrite, StoreError> {
        let table = TABLES.iter().find(|table| table.name == "cursors").expect("readers have cursors");
        let tick = table.at("tick").expect("a cursor is a tick");
        let mut cursors = Vec::new();
        source.walk(table, &mut |row| {
            if let Value::Int(cursor) = row[tick] {
                cursors.push(cursor);
            }
            Ok(())
        })?;
        cursors.sort_unstable();
        cursors.dedup();
        Ok(Rewrite { cursors, from: source.newer(), to, seed })
    }

    /// A tick that no record and no cursor of the copy is above.
    pub(crate) fn above(&self) -> i64 {
        self.cursors.len() as i64 + 2
    }

    /// Above 0, where a reader begins that never ran: it is told of all there is.
    fn tick(&self, tick: i64) -> i64 {
        1 + self.cursors.partition_point(|cursor| match self.from {
            Newer::Above => *cursor < tick,
            Newer::AtLeast => *cursor <= tick,
        }) as i64
    }

    fn cursor(&self, cursor: i64) -> i64 {
        let place = 1 + self.cursors.partition_point(|other| *other < cursor) as i64;
        match self.to {
            Newer::Above => place,
            Newer::AtLeast => place + 1,
        }
    }

    pub(crate) fn apply(&self, table: &Table, row: &mut [Value]) {
        let mut set = |column: &str, value: Value| {
            if let Some(place) = table.at(column).and_then(|at| row.get_mut(at)) {
                *place = value;
            }
        };
        match table.name {
            // Whoever held one is gone; the next has a higher fence than all before.
            "leases" => {
                set("holder", Value::Null);
                set("until", Value::Int(0));
            }
            "jobs" | "outward" if self.seed.is_some() => set("held", Value::Int(1)),
            _ => {}
        }
        if let Some(place) = table.at("tick").and_then(|at| row.get_mut(at))
            && let Value::Int(tick) = place
        {
            *tick = if table.name == "cursors" { self.cursor(*tick) } else { self.tick(*tick) };
        }
        if table.name == "accounts"
            && let (Some(seed), Some(id), Some(lineage)) = (&self.seed, table.at("id"), table.at("lineage"))
            && let Value::Bytes(id) = &row[id]
        {
            let hash = blake3::keyed_hash(seed, id);
            let bits = hash.as_bytes().first_chunk().copied().unwrap_or_default();
            row[lineage] = Value::Int(i64::from_le_bytes(bits));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn news(newer: Newer, tick: i64, cursor: i64) -> bool {
        match newer {
            Newer::Above => tick > cursor,
            Newer::AtLeast => tick >= cursor,
        }
    }

    proptest! {
        #[test]
        fn what_was_news_to_a_reader_still_is_and_nothing_else(
            ticks in proptest::collection::vec(1i64..40, 1..20),
            readers in proptest::collection::vec(0i64..40, 0..8),
            from in prop_oneof![Just(Newer::Above), Just(Newer::AtLeast)],
            to in prop_oneof![Just(Newer::Above), Just(Newer::AtLeast)],
        ) {
            let mut cursors = readers.clone();
            cursors.sort_unstable();
            cursors.dedup();
            let rewrite = Rewrite { cursors, from, to, seed: None };
            for tick in &ticks {
                let new = rewrite.tick(*tick);
                for reader in &readers {
                    prop_assert_eq!(news(from, *tick, *reader), news(to, new, rewrite.cursor(*reader)));
                }
                prop_assert!(news(to, new, 0), "a reader that never ran is told of all");
                prop_assert!(!news(to, new, rewrite.above()));
                for other in &ticks {
                    prop_assert!(tick > other || new <= rewrite.tick(*other), "the order stays");
                }
            }
        }
    }
}
