//! The random walk: an engine and the naive oracle go through the same commands, and must give the same answers.

use std::collections::BTreeMap;
use std::sync::Arc;

use jmap::Id;

use super::Make;
use super::ask::{Asked, Gate, at, id, read, submit};
use super::op::{Op, Script, some_script};
use super::picture::{COUNTERS, INDEXES, KEY_NAMES, TOP, TYPES, World, number_of, show_job, show_key, show_row};
use super::soak;
use crate::oracle::{Dice, Oracle};
use crate::{ChangesError, IndexRange, N, Range, Seq, Snapshot, Store, StoreError, Tick, changes};

/// The world that is walked through.
pub const WORLD: World = World { accounts: 3, records: 12, blobs: 6 };

/// Answers of an engine and of the oracle stay equal, whatever is written.
pub fn a_random_walk_gives_the_same_answers_as_the_oracle(make: &Make) {
    for seed in 0..soak(4) {
        walk(make(), seed, 40);
    }
}

/// One walk of so many batches. Fails at the first answer that differs, and names the seed.
pub fn walk(store: Arc<dyn Store>, seed: u64, batches: u32) {
    let mut both = Both { stores: [store, Arc::new(Oracle::new())], dice: Dice::new(seed), seen: Vec::new(), now: 0 };
    for batch in 0..batches {
        let scripts = both.batch();
        let found = both.compare().and_then(|()| both.compare_questions());
        if let Err(differs) = found {
            panic!("seed {seed}, batch {batch}, after {scripts:#?}:\n{differs}");
        }
    }
    let faults = both.stores.map(|store| store.check().expect("readable"));
    assert!(faults.iter().all(Vec::is_empty), "seed {seed}: {faults:?}");
}

/// What was known at one moment: each store's token, and the heads.
struct Seen {
    tokens: [Tick; 2],
    heads: BTreeMap<Id, Seq>,
}

struct Both {
    /// The engine, and the oracle.
    stores: [Arc<dyn Store>; 2],
    dice: Dice,
    seen: Vec<Seen>,
    now: i64,
}

impl Both {
    /// Some commands at once, or a write that is not a command.
    fn batch(&mut self) -> Vec<Script> {
        self.now += 1;
        let chance = self.dice.below(100);
        if chance < 5 {
            let tombstones = self.dice.below(self.now as u64) as i64;
            let now = at(self.now);
            let mut gone = self.stores.each_ref().map(|store| store.purge(now, at(tombstones)).expect("writable"));
            gone.iter_mut().for_each(|gone| gone.sort_unstable());
            assert_eq!(gone[0], gone[1], "contents that nothing names any more");
            return Vec::new();
        }
        if chance < 8 {
            let held = self.stores.each_ref().map(|store| (store.hold(true), store.hold(false)));
            assert_eq!(held[0].0, held[1].0, "how much is held");
            return Vec::new();
        }
        let told: Vec<Vec<u64>> = self.stores.iter().map(|store| first_outward(&**store)).collect();
        let scripts: Vec<Script> = (0..self.dice.between(1, 6))
            .map(|_| some_script(&mut self.dice, &WORLD, self.now, told[0].len()))
            .collect();
        let mut ended: Vec<Vec<_>> = Vec::new();
        for (store, told) in self.stores.iter().zip(told) {
            let gate = Gate::close(&**store);
            let asked: Vec<Asked<Vec<String>>> = scripts
                .iter()
                .map(|script| {
                    let (script, told) = (script.clone(), told.clone());
                    submit(&**store, &script.accounts(), move |tx| script.run(tx, &told))
                })
                .collect();
            gate.open();
            let shown = |how: Result<Tick, StoreError>| how.map(|_| ()).map_err(|error| discriminant(&error));
            ended.push(asked.into_iter().map(Asked::wait).map(|ended| (shown(ended.how), ended.value)).collect());
        }
        for (number, (engine, oracle)) in ended[0].iter().zip(&ended[1]).enumerate() {
            assert_eq!(engine, oracle, "what command {number} of {scripts:#?} saw");
        }
        scripts
    }

    /// Everything there is.
    fn compare(&mut self) -> Result<(), String> {
        let [engine, oracle] = self.ask(|snapshot| WORLD.picture(snapshot));
        first_difference(&engine, &oracle)?;
        // Tokens are the engines' own: remember what each stood for.
        let taken = self.stores.each_ref().map(|store| {
            read(&**store, |snapshot| {
                let (token, touched) = snapshot.look(Tick::default(), 99).expect("readable");
                let heads = touched.into_iter().filter(|(_, id, _)| WORLD.account_ids().any(|known| known == *id));
                (token, heads.map(|(_, id, seq)| (id, seq)).collect::<BTreeMap<Id, Seq>>())
            })
        });
        let [(token, heads), (oracle_token, oracle_heads)] = taken;
        if heads != oracle_heads {
            return Err(format!("heads by look: {heads:?}, oracle {oracle_heads:?}"));
        }
        self.seen.push(Seen { tokens: [token, oracle_token], heads });
        Ok(())
    }

    /// Every method, with arguments by chance.
    fn compare_questions(&mut self) -> Result<(), String> {
        for _ in 0..6 {
            let question = Question::some(&mut self.dice, self.seen.len());
            let [engine, oracle] = self.ask({
                let question = question.clone();
                move |snapshot| question.answers(snapshot)
            });
            first_difference(&engine, &oracle).map_err(|differs| format!("{question:?}\n{differs}"))?;
            let seen = &self.seen[question.moment];
            let since: Vec<Vec<String>> = [0, 1]
                .map(|which| {
                    let (token, heads, above) = (seen.tokens[which], seen.heads.clone(), question.seq);
                    read(&*self.stores[which], move |snapshot| news(snapshot, token, &heads, above)).expect("readable")
                })
                .into();
            first_difference(&since[0], &since[1]).map_err(|differs| format!("{question:?}, news\n{differs}"))?;
        }
        let (now, limit) = (at(self.dice.between(0, 600) as i64), self.dice.between(0, 5) as u32);
        let [engine, oracle] = self.stores.each_ref().map(|store| {
            let (jobs, next) = store.jobs_due(now, limit).expect("readable");
            (jobs.iter().map(show_job).collect::<Vec<_>>(), next)
        });
        if engine == oracle { Ok(()) } else { Err(format!("jobs due: {engine:?}\noracle: {oracle:?}")) }
    }

    fn ask<F>(&self, question: F) -> [Vec<String>; 2]
    where
        F: Fn(&dyn Snapshot) -> Result<Vec<String>, StoreError> + Clone + Send + 'static,
    {
        self.stores.each_ref().map(|store| {
            let question = question.clone();
            read(&**store, move |snapshot| question(snapshot)).expect("readable")
        })
    }
}

fn discriminant(error: &StoreError) -> &'static str {
    match error {
        StoreError::Broken(_) => "broken",
        _ => "the machine's fault",
    }
}

/// Each account's first outward row, by account.
fn first_outward(store: &dyn Store) -> Vec<u64> {
    let mut rows = read(store, |snapshot| snapshot.outward(0, 1000)).expect("readable");
    rows.sort_by_key(|row| (row.account, row.number));
    rows.dedup_by_key(|row| row.account);
    rows.into_iter().map(|row| row.number).collect()
}

fn first_difference(engine: &[String], oracle: &[String]) -> Result<(), String> {
    for i in 0..engine.len().max(oracle.len()) {
        let (one, other) = (engine.get(i), oracle.get(i));
        if one != other {
            return Err(format!("engine: {one:?}\noracle: {other:?}"));
        }
    }
    Ok(())
}

/// What is new since a token. More may be told, but not less, and nothing that is wrong.
fn news(
    snapshot: &dyn Snapshot,
    token: Tick,
    heads: &BTreeMap<Id, Seq>,
    above: Seq,
) -> Result<Vec<String>, StoreError> {
    let mut lines = Vec::new();
    let told: BTreeMap<Id, (N, Seq)> =
        snapshot.look(token, 99)?.1.into_iter().map(|(n, id, seq)| (id, (n, seq))).collect();
    for account in WORLD.account_ids() {
        let Some(head) = snapshot.head(account)? else { continue };
        let known = heads.get(&account).copied();
        let (n, moved) = (head.n, known != Some(head.seq));
        if moved || told.contains_key(&account) {
            assert_eq!(told.get(&account), Some(&(n, head.seq)), "{account} was {known:?}");
        }
        for ty in TYPES {
            let rows = snapshot.walk_down(n, ty, token, above)?;
            assert!(rows.windows(2).all(|pair| pair[0].seq < pair[1].seq), "rising, each once");
            assert!(rows.iter().all(|row| row.seq > above), "above {above}");
            let newer = rows.iter().filter(|row| row.seq > known.unwrap_or(0));
            let places: Vec<Seq> = newer.map(|row| row.created_seq).collect();
            let rows = snapshot.at_seqs(n, ty, &places, true)?;
            lines.extend(rows.iter().map(|row| format!("{account} {}", show_row(row))));
        }
    }
    Ok(lines)
}

#[derive(Clone, Debug)]
struct Question {
    account: Id,
    ty: u8,
    record: Id,
    seq: Seq,
    upto: Seq,
    limit: u32,
    down: bool,
    key: Vec<u8>,
    to: Vec<u8>,
    text: String,
    moment: usize,
}

impl Question {
    fn some(dice: &mut Dice, moments: usize) -> Question {
        let seq = dice.below(40);
        Question {
            account: id(b's', dice.between(1, WORLD.accounts)),
            ty: TYPES[dice.below(2) as usize],
            record: id(b'i', dice.between(1, WORLD.records)),
            seq,
            upto: if dice.percent(20) { TOP } else { seq + dice.below(20) },
            limit: dice.below(6) as u32,
            down: dice.percent(50),
            key: Op::index_key(dice),
            to: Op::index_key(dice),
            text: Op::key_text(dice, &WORLD),
            moment: dice.below(moments as u64) as usize,
        }
    }

    fn answers(&self, snapshot: &dyn Snapshot) -> Result<Vec<String>, StoreError> {
        let Question { account, ty, record, seq, upto, limit, down, .. } = *self;
        let n = number_of(snapshot, account)?;
        let mut lines = Vec::new();
        let mut rows = |what: &str, rows: Vec<crate::Row>| {
            lines.extend(rows.iter().map(|row| format!("{what} {}", show_row(row))));
        };
        rows("get", snapshot.get(n, ty, &[record, id(b'i', 3), id(b'i', 1)], down)?);
        rows("at", snapshot.at_seqs(n, ty, &[upto, seq, 3], down)?);
        rows("range", snapshot.range(n, ty, Range { after: down.then_some(seq), down, limit }, true)?);
        rows("range after", snapshot.range(n, ty, Range { after: Some(seq), down: !down, limit }, true)?);
        rows("thread", snapshot.thread_down(n, record, upto, limit)?);
        lines.push(format!("{:?}", snapshot.updated_after(n, ty, seq, limit)?));
        lines.push(format!("{:?}", snapshot.created_after(n, ty, seq, upto, limit)?));
        for name in INDEXES {
            for after in [None, Some((self.key.as_slice(), seq))] {
                let range = IndexRange { from: &self.key, to: &self.to, after, down, limit };
                lines.push(format!("{:?}", snapshot.index(n, name, &range)?));
                let range = IndexRange { from: &[], to: &[0xff; 9], after, down, limit };
                lines.push(format!("{:?}", snapshot.index(n, name, &range)?));
            }
        }
        let prefix = self.text.split_inclusive('/').next().unwrap_or_default();
        for name in KEY_NAMES {
            lines.push(format!("{:?}", snapshot.key(name, &self.text)?.map(|key| show_key(&key))));
            let keys = snapshot.keys(name, prefix, &self.text, limit)?;
            lines.extend(keys.iter().map(|(text, key)| format!("{text} {}", show_key(key))));
            lines.push(format!("{}", snapshot.count_keys(name, prefix)?));
        }
        for name in COUNTERS {
            lines.push(format!("{:?}", snapshot.counter(&format!("{name}/{}", self.text))?));
        }
        lines.push(format!("{:?}", snapshot.outward(0, limit)?.len()));
        let page = changes(snapshot, n, ty, seq, upto.max(seq), upto, limit.max(1));
        lines.push(match page {
            Ok(page) => format!("{page:?}"),
            Err(ChangesError::CannotCalculate) => "can't be calculated".into(),
            Err(ChangesError::Store(error)) => return Err(error),
        });
        Ok(lines)
    }
}
