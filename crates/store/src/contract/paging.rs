//! Histories of paging: replicas of three kinds page through `/changes` while others write, and must end equal to the
//! truth. Wrong ways of paging go through the same histories, to show that they would be found out.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use jmap::Id;

use super::Make;
use super::ask::{at, id, open, record, tombstone, write};
use super::faulty::Rule;
use super::replica::Replica;
use super::soak;
use crate::oracle::Dice;
use crate::{N, Row, Seq, Stop, Store, Tx, TypeNumber};

/// What a replica does with what it is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// Takes what it is given.
    Lenient,
    /// Ignores updates of what it does not have.
    Strict,
    /// Ignores creations of what it has.
    InsertIfAbsent,
}

/// Counted over histories.
#[derive(Clone, Debug, Default)]
pub struct Tally {
    /// Histories gone through.
    pub histories: u64,
    /// Pages given and checked.
    pub pages: u64,
    /// Ids that came again after they were delivered earlier in the same paging.
    pub again: u64,
    /// Tombstones reported although the record came after the base.
    pub maybe: u64,
    /// Times that a replica had to start anew.
    pub resyncs: u64,
    /// Pages given to who began with nothing, though tombstones behind the cursor are gone.
    pub spared: u64,
    /// Histories in which a replica of that kind ended wrong.
    pub wrong: BTreeMap<Kind, u64>,
}

/// Replicas end equal to the account, whatever is written between pages, and between `/changes` and `/get`.
pub fn replicas_that_page_while_others_write_end_equal(make: &Make) {
    let mut tally = Tally::default();
    for seed in 0..soak(6) {
        history(make(), seed, Rule::Exact, seed % 2 == 0, &mut tally);
    }
    assert_eq!(tally.wrong, BTreeMap::new(), "{tally:?}");
}

/// One history. `quiet`: nobody writes inside a paging, and then the lists must be the exact sets.
pub fn history(store: Arc<dyn Store>, seed: u64, rule: Rule, quiet: bool, tally: &mut Tally) {
    let mut world = World::new(store, Dice::new(seed), rule, quiet);
    world.write(0, 25);
    let kinds = [Kind::Lenient, Kind::Strict, Kind::InsertIfAbsent];
    let mut replicas: Vec<Replica> =
        kinds.into_iter().flat_map(|kind| [1, 2, 1].map(|ty| Replica::new(kind, ty))).collect();
    for _ in 0..world.dice.between(20, 80) {
        let chance = world.dice.below(100);
        if chance < 25 {
            world.write(1, 12);
        } else if chance < 27 {
            world.burst();
        } else if chance < 30 && rule.minds_the_floor() {
            world.purge();
        } else {
            let which = world.dice.below(replicas.len() as u64) as usize;
            for _ in 0..world.dice.between(1, 4) {
                if !replicas[which].page(&mut world, tally) {
                    break;
                }
            }
        }
    }
    let mut wrong = BTreeSet::new();
    for replica in &mut replicas {
        if rule == Rule::Exact && (quiet || world.dice.percent(50)) {
            replica.page_undisturbed(&mut world, tally);
        }
        world.quiet = true;
        replica.page_to_the_end(&mut world, tally);
        world.quiet = quiet;
        if replica.holds != world.living(replica.ty) {
            wrong.insert(replica.kind);
        }
    }
    tally.histories += 1;
    for kind in wrong {
        *tally.wrong.entry(kind).or_default() += 1;
    }
}

/// The account, and what is true of it.
pub(super) struct World {
    pub(super) store: Arc<dyn Store>,
    pub(super) account: Id,
    pub(super) n: N,
    pub(super) dice: Dice,
    pub(super) rule: Rule,
    pub(super) quiet: bool,
    seq: Seq,
    made: u64,
    /// What the command at hand has changed.
    used: BTreeSet<Id>,
    /// Each record's changes: (seq, living).
    past: BTreeMap<(TypeNumber, Id), Vec<(Seq, bool)>>,
}

#[derive(Clone, Copy)]
enum Step {
    Create(TypeNumber, Id),
    Update(TypeNumber, Id),
    Destroy(TypeNumber, Id),
}

impl World {
    fn new(store: Arc<dyn Store>, dice: Dice, rule: Rule, quiet: bool) -> World {
        let account = id(b's', 1);
        let n = open(&*store, account);
        World { store, account, n, dice, rule, quiet, seq: 0, made: 0, used: BTreeSet::new(), past: BTreeMap::new() }
    }

    /// Some changes in one command.
    pub(super) fn write(&mut self, least: u64, most: u64) {
        let count = self.dice.between(least, most);
        self.command(count, |world, _, ty| {
            let mut living = world.by_creation(ty);
            if world.rule == Rule::SharedNumbers {
                living.retain(|known| !world.used.contains(known));
            }
            let chance = world.dice.below(100);
            let hot = if world.dice.percent(50) { living.len().saturating_sub(3) } else { 0 };
            let old = world.dice.one_of(&living[hot.min(living.len())..]).copied();
            match old {
                Some(old) if chance >= 80 => Step::Destroy(ty, old),
                Some(old) if chance >= 45 => Step::Update(ty, old),
                _ => world.creation(ty),
            }
        });
    }

    /// An import, and then a change of nearly all of it: a walk by creation finds mostly what moved away.
    fn burst(&mut self) {
        let first = self.made;
        let count = self.dice.between(10, 40);
        self.command(count, |world, _, _| world.creation(1));
        self.command(count, |world, number, _| {
            let record = id(b'i', first + 1 + number);
            if world.dice.percent(85) { Step::Update(1, record) } else { world.creation(1) }
        });
    }

    fn creation(&mut self, ty: TypeNumber) -> Step {
        self.made += 1;
        Step::Create(ty, id(b'i', self.made))
    }

    fn command(&mut self, count: u64, mut some: impl FnMut(&mut World, u64, TypeNumber) -> Step) {
        let mut steps = Vec::new();
        // Faulty numbering gives all changes of a command one number, except to new records.
        let mut shared = None;
        self.used.clear();
        for number in 0..count {
            let ty = if self.dice.percent(80) { 1 } else { 2 };
            let step = some(self, number, ty);
            let (Step::Create(ty, record) | Step::Update(ty, record) | Step::Destroy(ty, record)) = step;
            let fresh = matches!(step, Step::Create(..)) || self.rule != Rule::SharedNumbers || shared.is_none();
            self.seq += u64::from(fresh);
            let seq = if fresh { self.seq } else { shared.unwrap_or(self.seq) };
            if fresh && !matches!(step, Step::Create(..)) {
                shared = Some(seq);
            }
            self.used.insert(record);
            self.past.entry((ty, record)).or_default().push((seq, !matches!(step, Step::Destroy(..))));
            steps.push((step, fresh, seq));
        }
        let n = self.n;
        write(&*self.store, &[self.account], move |tx| {
            steps.iter().try_for_each(|(step, fresh, seq)| step.run(tx, n, *fresh, *seq))
        });
    }

    /// What others do between two moments.
    pub(super) fn meanwhile(&mut self) {
        if !self.quiet && self.dice.percent(60) {
            self.write(1, 3);
        }
    }

    fn purge(&mut self) {
        // Tombstones carry their change's number as instant.
        let before = self.dice.between(0, self.seq);
        self.store.purge(at(0), at(before as i64)).expect("writable");
    }

    fn by_creation(&self, ty: TypeNumber) -> Vec<Id> {
        let mut living: Vec<(Seq, Id)> = self
            .past
            .iter()
            .filter(|((of, _), past)| *of == ty && past.last().is_some_and(|(_, living)| *living))
            .map(|((_, record), past)| (past[0].0, *record))
            .collect();
        living.sort_unstable();
        living.into_iter().map(|(_, record)| record).collect()
    }

    /// The truth: living records and their newest change.
    pub(super) fn living(&self, ty: TypeNumber) -> BTreeMap<Id, Seq> {
        self.living_at(ty, Seq::MAX)
    }

    pub(super) fn living_at(&self, ty: TypeNumber, when: Seq) -> BTreeMap<Id, Seq> {
        let newest = |past: &[(Seq, bool)]| past.iter().rfind(|(seq, _)| *seq <= when).copied();
        self.past
            .iter()
            .filter(|((of, _), _)| *of == ty)
            .filter_map(|((_, record), past)| newest(past).filter(|(_, living)| *living).map(|(seq, _)| (*record, seq)))
            .collect()
    }

    pub(super) fn created(&self, ty: TypeNumber, record: Id) -> Seq {
        self.past[&(ty, record)][0].0
    }

    pub(super) fn newest(&self, ty: TypeNumber, record: Id) -> Seq {
        self.past[&(ty, record)].last().map_or(0, |(seq, _)| *seq)
    }
}

impl Step {
    fn run(self, tx: &mut dyn Tx, n: N, fresh: bool, seq: Seq) -> Result<(), Stop> {
        if fresh {
            assert_eq!(tx.next_seq(n)?, seq, "numbers rise by one");
        }
        let row = match self {
            Step::Create(ty, record_id) => record(n, ty, record_id, seq),
            Step::Update(ty, record_id) => Row { seq, ..tx.get(n, ty, record_id)?.ok_or(Stop::Refused)? },
            Step::Destroy(ty, record_id) => {
                tombstone(&tx.get(n, ty, record_id)?.ok_or(Stop::Refused)?, seq, at(seq as i64))
            }
        };
        tx.put(row);
        Ok(())
    }
}
