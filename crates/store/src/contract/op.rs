//! Commands by chance: a script of steps that depend on nothing but the script and what the transaction shows.

use jmap::Id;

use super::ask::{at, blob, id, job, record, tombstone, version};
use super::picture::{
    COUNTERS, INDEXES, KEY_NAMES, TYPES, World, show_blob, show_head, show_key, show_row, show_version,
};
use crate::oracle::Dice;
use crate::{N, Origin, Row, Seq, Stop, Tx, TypeNumber};

/// One step.
#[derive(Clone, Debug)]
pub(super) enum Op {
    /// A new record, in the thread of another or in none; nothing if the id is taken.
    Create(TypeNumber, Id, Option<Id>),
    /// A change of a living record.
    Update(TypeNumber, Id),
    /// Its end.
    Destroy(TypeNumber, Id, i64),
    /// A change without a record.
    Number,
    /// Adds an index row to a record, or takes it away.
    Index(usize, Vec<u8>, TypeNumber, Id, bool),
    /// Takes a key, unless it is another's for good.
    Claim(usize, String, Id, Option<i64>),
    /// Lets one go.
    Release(usize, String),
    /// An older version.
    Version(Id, u32, Option<i64>),
    /// All of them expire, or are kept.
    Expire(Id, Option<i64>),
    /// One less.
    DropVersion(Id, u32),
    /// An upload.
    Blob(u64, u8, i64),
    /// A record holds one that was uploaded.
    Hold(Id, Id, Option<i64>),
    /// Or no more.
    LetGo(Id, Id),
    /// A job.
    Job(String, i64, u64),
    /// One less.
    DropJob(String),
    /// Something to be told.
    Outward(u64),
    /// The first row of one of the accounts has been told.
    Told(usize),
    /// A counter.
    Count(usize, String, i64),
    /// Reads a bit of everything.
    Look(Id, Vec<u8>, String),
    /// Does all that, and takes it back.
    Undone(Vec<Op>),
    /// Writes nothing after all.
    Refuse,
    /// A mistake of ours.
    Panic,
}

/// One command: its account, and another that it declares too.
#[derive(Clone, Debug)]
pub(super) struct Script {
    account: Id,
    second: Option<Id>,
    ops: Vec<(bool, Op)>,
}

/// A command by chance. Some outward rows, of `told` accounts, can be taken away.
pub(super) fn some_script(dice: &mut Dice, world: &World, now: i64, told: usize) -> Script {
    let first = dice.between(1, world.accounts);
    let second = dice.percent(25).then(|| id(b's', 1 + first % world.accounts));
    let mut ops: Vec<(bool, Op)> = (0..dice.between(1, 9))
        .map(|_| (second.is_some() && dice.percent(40), Op::some(dice, world, first, now, told, true)))
        .collect();
    match dice.below(100) {
        0..8 => ops.push((false, Op::Refuse)),
        8..11 => ops.push((false, Op::Panic)),
        _ => {}
    }
    Script { account: id(b's', first), second, ops }
}

impl Script {
    /// What it declares.
    pub(super) fn accounts(&self) -> Vec<Id> {
        [Some(self.account), self.second].into_iter().flatten().collect()
    }

    /// Runs it; what it saw on the way. `told` are the numbers that [`Op::Told`] means.
    pub(super) fn run(&self, tx: &mut dyn Tx, told: &[u64]) -> Result<Vec<String>, Stop> {
        let mut seen = Vec::new();
        for (second, op) in &self.ops {
            let account = self.second.filter(|_| *second).unwrap_or(self.account);
            let n = tx.open_account(account, 7)?.n;
            op.run(tx, n, account, told, &mut seen)?;
        }
        Ok(seen)
    }
}

impl Op {
    /// A key of an index.
    pub(super) fn index_key(dice: &mut Dice) -> Vec<u8> {
        (0..dice.below(3)).map(|_| [0, b'a', b'b', 255][dice.below(4) as usize]).collect()
    }

    /// A key, in the part of an account.
    pub(super) fn key_text(dice: &mut Dice, world: &World) -> String {
        format!("{}/{}", dice.between(1, world.accounts), dice.below(4))
    }

    fn some(dice: &mut Dice, world: &World, account: u64, now: i64, told: usize, nested: bool) -> Op {
        let ty = TYPES[usize::from(dice.percent(25))];
        let record = id(b'i', dice.between(1, world.records));
        let name = dice.below(2) as usize;
        // Keys, counters and uploads belong to all: each account keeps to its part, so that the order among
        // commands without a common account makes no difference.
        let part = format!("{account}/{}", dice.below(4));
        let upload = account + world.accounts * dice.below(world.blobs / world.accounts);
        let later = now + dice.between(0, 30) as i64;
        let expires = dice.percent(50).then_some(later);
        match dice.below(100) {
            0..18 => Op::Create(ty, record, dice.percent(50).then(|| id(b'i', dice.between(1, 4)))),
            18..34 => Op::Update(ty, record),
            34..40 => Op::Destroy(ty, record, now),
            40..42 => Op::Number,
            42..50 => Op::Index(name, Op::index_key(dice), ty, record, dice.percent(70)),
            50..55 => Op::Claim(name, part, record, expires),
            55..58 => Op::Release(name, part),
            58..62 => Op::Version(record, dice.between(1, 4) as u32, expires),
            62..64 => Op::Expire(record, expires),
            64..66 => Op::DropVersion(record, dice.between(1, 4) as u32),
            66..69 => Op::Blob(upload, dice.between(1, 3) as u8, later),
            69..73 => Op::Hold(id(b'b', upload), record, expires),
            73..75 => Op::LetGo(id(b'b', upload), record),
            75..79 => Op::Job(format!("a/{}", dice.below(3)), later, dice.below(3)),
            79..81 => Op::DropJob(format!("a/{}", dice.below(3))),
            81..84 => Op::Outward(dice.below(100)),
            84..86 if told > 0 => Op::Told(dice.below(told as u64) as usize),
            84..89 => Op::Count(name, part, later),
            89..94 if nested => {
                let inside = dice.between(1, 5);
                Op::Undone((0..inside).map(|_| Op::some(dice, world, account, now, told, false)).collect())
            }
            _ => Op::Look(record, Op::index_key(dice), part),
        }
    }

    fn run(&self, tx: &mut dyn Tx, n: N, account: Id, told: &[u64], seen: &mut Vec<String>) -> Result<(), Stop> {
        match self {
            Op::Create(..) | Op::Update(..) | Op::Destroy(..) | Op::Number => {
                let seq = self.change(tx, n)?;
                seen.push(format!("{seq:?}"));
            }
            Op::Index(name, key, ty, record, add) => {
                if let Some(row) = tx.get(n, *ty, *record)? {
                    if *add {
                        tx.put_index(n, INDEXES[*name], key, row.created_seq);
                    } else {
                        tx.drop_index(n, INDEXES[*name], key, row.created_seq);
                    }
                }
            }
            Op::Claim(name, key, record, expires) => {
                let old = tx.key(KEY_NAMES[*name], key)?;
                if old.is_none_or(|old| old.expires.is_some() || (old.n, old.id) == (n, *record)) {
                    tx.claim(KEY_NAMES[*name], key, n, *record, expires.map(at));
                }
            }
            Op::Release(name, key) => tx.release(KEY_NAMES[*name], key),
            Op::Version(record, number, expires) => tx.put_version(version(n, *record, *number, expires.map(at))),
            Op::Expire(record, expires) => tx.expire_versions(n, 1, *record, expires.map(at)),
            Op::DropVersion(record, number) => tx.drop_version(n, 1, *record, *number),
            Op::Blob(number, content, expires) => {
                if tx.blob(id(b'b', *number))?.is_none_or(|old| old.n == n) {
                    tx.put_blob(blob(n, *number, *content, at(*expires)));
                }
            }
            Op::Hold(upload, record, expires) => {
                if tx.blob(*upload)?.is_some() {
                    tx.hold_blob(n, *upload, *record, expires.map(at));
                }
            }
            Op::LetGo(upload, record) => tx.drop_blob(n, *upload, *record),
            Op::Job(run, due, order) => {
                // No two accounts have jobs at the same instant: which is first would be the engine's choice.
                let due = due * 10 + i64::from(account.uuid()[15]);
                tx.put_job(job(n, account, run, at(due), *order));
            }
            Op::DropJob(run) => tx.drop_job(n, run),
            Op::Outward(value) => tx.put_outward(n, "mail", format!(r#"{{"n":{value}}}"#)),
            Op::Told(which) => told.get(*which).into_iter().for_each(|number| tx.drop_outward(*number)),
            Op::Count(name, part, expires) => {
                let name = format!("{}/{part}", COUNTERS[*name]);
                let count = tx.counter(&name)?.map_or(0, |(count, _)| count);
                tx.set_counter(&name, count + 1, at(*expires));
            }
            Op::Look(record, key, text) => look(tx, n, account, *record, key, text, seen)?,
            Op::Undone(ops) => {
                let mark = tx.mark();
                for op in ops {
                    op.run(tx, n, account, told, seen)?;
                }
                tx.undo_to(mark);
            }
            Op::Refuse => return Err(Stop::Refused),
            // A real one would print.
            Op::Panic => std::panic::resume_unwind(Box::new("on purpose")),
        }
        Ok(())
    }

    /// The steps that use up a number, if they find what they need.
    fn change(&self, tx: &mut dyn Tx, n: N) -> Result<Option<Seq>, Stop> {
        let (Op::Create(ty, record_id, _) | Op::Update(ty, record_id) | Op::Destroy(ty, record_id, _)) = self else {
            return Ok(Some(tx.next_seq(n)?));
        };
        let row = match (self, tx.get(n, *ty, *record_id)?) {
            (Op::Create(_, _, thread), None) => {
                let seq = tx.next_seq(n)?;
                let origin = Origin::from_number((seq % 4) as u8).unwrap_or(Origin::Said);
                Row { thread: *thread, origin, ..record(n, *ty, *record_id, seq) }
            }
            (Op::Update(..), Some(old)) if old.destroyed.is_none() => {
                let seq = tx.next_seq(n)?;
                let body = (seq % 3 != 0).then(|| format!(r#"{{"text":"again {seq}"}}"#));
                Row { seq, version: old.version + 1, head: format!(r#"{{"title":"again {seq}"}}"#), body, ..old }
            }
            (Op::Destroy(_, _, when), Some(old)) if old.destroyed.is_none() => {
                let seq = tx.next_seq(n)?;
                tombstone(&old, seq, at(*when))
            }
            _ => return Ok(None),
        };
        let seq = row.seq;
        tx.put(row);
        Ok(Some(seq))
    }
}

fn look(
    tx: &mut dyn Tx,
    n: N,
    account: Id,
    record: Id,
    key: &[u8],
    text: &str,
    seen: &mut Vec<String>,
) -> Result<(), Stop> {
    seen.push(format!("{:?}", tx.head(account)?.map(|head| show_head(&head))));
    for ty in TYPES {
        let row = tx.get(n, ty, record)?;
        if let Some(row) = &row {
            let at = tx.at_seq(n, ty, row.created_seq)?;
            assert_eq!(at.map(|row| show_row(&row)), Some(show_row(row)), "both ways to a record are one");
        }
        seen.push(format!("{:?}", row.map(|row| show_row(&row))));
        let versions = tx.versions(n, ty, record)?;
        seen.push(format!("{:?}", versions.iter().map(show_version).collect::<Vec<_>>()));
    }
    let thread = tx.thread_down(n, record, 30, 3)?;
    seen.push(format!("{:?}", thread.iter().map(show_row).collect::<Vec<_>>()));
    for name in INDEXES {
        seen.push(format!("{:?}", tx.index(n, name, key, 2)?));
    }
    let prefix = text.split_inclusive('/').next().unwrap_or_default();
    for name in KEY_NAMES {
        seen.push(format!("{:?}", tx.key(name, text)?.map(|key| show_key(&key))));
        let keys = tx.keys(name, prefix, 2)?;
        seen.push(format!("{:?}", keys.iter().map(|(text, key)| (text, show_key(key))).collect::<Vec<_>>()));
    }
    for number in 1..=6 {
        let upload = id(b'b', number);
        if tx.blob(upload)?.is_some_and(|blob| blob.n == n) {
            seen.push(format!("{:?} {}", tx.blob(upload)?.map(|blob| show_blob(&blob)), tx.blob_served(n, upload)?));
        }
    }
    for run in ["a/0", "a/1", "a/2"] {
        seen.push(format!("{:?}", tx.job(n, run)?.map(|job| job.due)));
    }
    for name in COUNTERS {
        seen.push(format!("{:?}", tx.counter(&format!("{name}/{text}"))?));
    }
    Ok(())
}
