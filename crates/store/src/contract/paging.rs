//! Histories of paging: replicas of three kinds page through `/changes` while others write, and must end equal to the
//! truth. Wrong ways of paging go through the same histories, to show that they would be found out.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use jmap::Id;

use super::Make;
use super::ask::{at, id, open, read, record, tombstone, write};
use super::faulty::{Rule, faulty_page};
use super::soak;
use crate::oracle::Dice;
use crate::{ChangesError, N, Page, Row, Seq, Stop, Store, Tx, TypeNumber, changes};

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
        } else if chance < 28 && !rule.is_faulty() {
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
    quiet: bool,
    seq: Seq,
    made: u64,
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
        World { store, account, n, dice, rule, quiet, seq: 0, made: 0, past: BTreeMap::new() }
    }

    /// Some changes in one command.
    fn write(&mut self, least: u64, most: u64) {
        let mut steps = Vec::new();
        // Faulty numbering gives all changes of a command one number, except to new records.
        let mut shared = None;
        let mut used = BTreeSet::new();
        for _ in 0..self.dice.between(least, most) {
            let ty = if self.dice.percent(80) { 1 } else { 2 };
            let mut living = self.by_creation(ty);
            if self.rule == Rule::SharedNumbers {
                living.retain(|known| !used.contains(known));
            }
            let chance = self.dice.below(100);
            let hot = if self.dice.percent(50) { living.len().saturating_sub(3) } else { 0 };
            let old = self.dice.one_of(&living[hot.min(living.len())..]).copied();
            let step = match old {
                Some(old) if chance >= 80 => Step::Destroy(ty, old),
                Some(old) if chance >= 45 => Step::Update(ty, old),
                _ => {
                    self.made += 1;
                    Step::Create(ty, id(b'i', self.made))
                }
            };
            let (Step::Create(ty, record) | Step::Update(ty, record) | Step::Destroy(ty, record)) = step;
            let fresh = matches!(step, Step::Create(..)) || self.rule != Rule::SharedNumbers || shared.is_none();
            self.seq += u64::from(fresh);
            let seq = if fresh { self.seq } else { shared.unwrap_or(self.seq) };
            if fresh && !matches!(step, Step::Create(..)) {
                shared = Some(seq);
            }
            used.insert(record);
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
    fn living(&self, ty: TypeNumber) -> BTreeMap<Id, Seq> {
        self.living_at(ty, Seq::MAX)
    }

    fn living_at(&self, ty: TypeNumber, when: Seq) -> BTreeMap<Id, Seq> {
        let newest = |past: &[(Seq, bool)]| past.iter().rfind(|(seq, _)| *seq <= when).copied();
        self.past
            .iter()
            .filter(|((of, _), _)| *of == ty)
            .filter_map(|((_, record), past)| newest(past).filter(|(_, living)| *living).map(|(seq, _)| (*record, seq)))
            .collect()
    }

    fn created(&self, ty: TypeNumber, record: Id) -> Seq {
        self.past[&(ty, record)][0].0
    }

    fn newest(&self, ty: TypeNumber, record: Id) -> Seq {
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

/// A client's copy of one type, and where it stands.
struct Replica {
    kind: Kind,
    ty: TypeNumber,
    holds: BTreeMap<Id, Seq>,
    base: Seq,
    cursor: Seq,
    /// In the middle of a paging.
    head: Option<Seq>,
    /// Given as created in this paging.
    delivered: BTreeSet<Id>,
    resyncs: u64,
    last: Page,
}

impl Replica {
    fn new(kind: Kind, ty: TypeNumber) -> Replica {
        Replica {
            kind,
            ty,
            holds: BTreeMap::new(),
            base: 0,
            cursor: 0,
            head: None,
            delivered: BTreeSet::new(),
            resyncs: 0,
            last: Page::default(),
        }
    }

    /// One page; true if there is more.
    fn page(&mut self, world: &mut World, tally: &mut Tally) -> bool {
        let max = world.dice.between(2, 7) as u32;
        let (base, cursor, ty, n) = (self.base, self.cursor, self.ty, world.n);
        let first = self.head;
        let given = match world.rule {
            Rule::Exact | Rule::SharedNumbers => read(&*world.store, move |snapshot| {
                let head = snapshot.head_of(n)?.map_or(0, |account| account.seq);
                let head = first.unwrap_or(head);
                changes(snapshot, n, ty, base, cursor, head, max).map(|page| (page, base, head))
            }),
            _ => faulty_page(world, ty, (base, cursor, first), max),
        };
        let Ok((page, base, head)) = given else {
            assert_eq!(given, Err(ChangesError::CannotCalculate));
            let floor = read(&*world.store, move |snapshot| snapshot.head_of(n)).expect("readable").map(|it| it.floor);
            assert!(floor.is_some_and(|floor| cursor < floor), "only below the floor");
            self.start_anew(world, tally);
            return false;
        };
        if world.rule == Rule::Exact {
            self.check_page(world, &page, max, tally);
        }
        let seen = world.living(ty);
        world.meanwhile();
        self.apply(world, &page);
        self.delivered.extend(&page.created);
        if page.more {
            (self.base, self.cursor, self.head) = (base, page.next, Some(head));
        } else {
            (self.base, self.cursor, self.head) = (page.next, page.next, None);
            self.delivered.clear();
        }
        if world.rule == Rule::Exact {
            self.check_copy(world, &seen);
        }
        let more = page.more;
        self.last = page;
        more
    }

    fn start_anew(&mut self, world: &World, tally: &mut Tally) {
        let (n, ty) = (world.n, self.ty);
        let (rows, head) = read(&*world.store, move |snapshot| {
            let rows = snapshot.range(n, ty, None, false, 100_000).expect("readable");
            (rows, snapshot.head_of(n).expect("readable").map_or(0, |head| head.seq))
        });
        self.holds = rows.into_iter().map(|row| (row.id, row.seq)).collect();
        assert_eq!(self.holds, world.living(ty), "the store tells the truth");
        (self.base, self.cursor, self.head) = (head, head, None);
        self.delivered.clear();
        self.resyncs += 1;
        tally.resyncs += 1;
    }

    /// `/get`, and what this kind of client makes of it.
    fn apply(&mut self, world: &World, page: &Page) {
        let (n, ty) = (world.n, self.ty);
        let get = |ids: &[Id]| {
            let ids = ids.to_vec();
            let mut rows = read(&*world.store, move |snapshot| snapshot.get(n, ty, &ids, false)).expect("readable");
            rows.retain(|row| row.destroyed.is_none());
            rows
        };
        for row in get(&page.created) {
            if self.kind != Kind::InsertIfAbsent || !self.holds.contains_key(&row.id) {
                self.holds.insert(row.id, row.seq);
            }
        }
        for row in get(&page.updated) {
            if self.kind == Kind::Lenient || self.holds.contains_key(&row.id) {
                self.holds.insert(row.id, row.seq);
            }
        }
        for gone in &page.destroyed {
            self.holds.remove(gone);
        }
    }

    /// What must be true of a page when it is given.
    fn check_page(&self, world: &World, page: &Page, max: u32, tally: &mut Tally) {
        let (living, base) = (world.living(self.ty), world.living_at(self.ty, self.base));
        let of = |ids: &[Id]| ids.iter().copied().collect::<BTreeSet<Id>>();
        let (created, updated, destroyed) = (of(&page.created), of(&page.updated), of(&page.destroyed));
        let ids = page.created.len() + page.updated.len() + page.destroyed.len();
        assert!(ids <= max as usize, "{page:?} has more than {max}");
        assert_eq!(ids, created.len() + updated.len() + destroyed.len(), "no id twice in a list");
        assert!(created.iter().all(|id| !base.contains_key(id) && living.contains_key(id)), "{page:?}");
        assert!(updated.iter().all(|id| living.contains_key(id)), "{page:?}");
        assert!(updated.iter().all(|id| base.contains_key(id) || created.contains(id)), "{page:?}");
        for gone in &destroyed {
            let known = base.contains_key(gone) || world.created(self.ty, *gone) <= self.cursor;
            assert!(known && !living.contains_key(gone), "{gone} was never seen, or lives");
        }
        assert!(page.next >= self.cursor && (!page.more || page.next > self.cursor), "{page:?} does not go on");
        if page.more && ids == 0 {
            panic!("an empty page, where the next one would have something");
        }
        tally.pages += 1;
        tally.again += created.iter().filter(|id| self.delivered.contains(id)).count() as u64;
        tally.maybe += destroyed.iter().filter(|id| !base.contains_key(id)).count() as u64;
    }

    /// After each page the copy is complete up to the cursor, and of what it has too much, it will hear.
    fn check_copy(&self, world: &World, seen: &BTreeMap<Id, Seq>) {
        let living = world.living(self.ty);
        if self.kind != Kind::InsertIfAbsent {
            for (record, seq) in seen.iter().filter(|(record, seq)| **seq <= self.cursor && living.contains_key(record))
            {
                let held = self.holds.get(record);
                assert!(held >= Some(seq), "{:?} has {record} as {held:?}, not {seq}", self.kind);
            }
        }
        for record in self.holds.keys().filter(|record| !living.contains_key(record)) {
            assert!(world.newest(self.ty, *record) > self.cursor, "{record} stays for ever");
        }
    }

    fn page_to_the_end(&mut self, world: &mut World, tally: &mut Tally) {
        for _ in 0..5000 {
            if !self.page(world, tally) {
                return;
            }
        }
        panic!("the paging never ends");
    }

    /// A whole paging without writes gives the exact sets (RFC 8620 5.2).
    fn page_undisturbed(&mut self, world: &mut World, tally: &mut Tally) {
        let quiet = std::mem::replace(&mut world.quiet, true);
        if self.head.is_some() {
            self.page_to_the_end(world, tally);
        }
        world.write(0, 40);
        let (from, anew) = (self.base, self.resyncs);
        let (mut created, mut updated, mut destroyed) = (BTreeSet::new(), BTreeSet::new(), BTreeSet::new());
        loop {
            let more = self.page(world, tally);
            created.extend(self.last.created.iter().copied());
            updated.extend(self.last.updated.iter().copied());
            destroyed.extend(self.last.destroyed.iter().copied());
            if !more {
                break;
            }
        }
        world.quiet = quiet;
        if self.resyncs != anew {
            return;
        }
        let (old, new) = (world.living_at(self.ty, from), world.living(self.ty));
        assert_eq!(created, new.keys().filter(|id| !old.contains_key(id)).copied().collect());
        assert_eq!(destroyed, old.keys().filter(|id| !new.contains_key(id)).copied().collect());
        let changed = old.keys().filter(|id| new.get(id).is_some_and(|seq| *seq > from));
        assert_eq!(updated, changed.copied().collect());
    }
}
