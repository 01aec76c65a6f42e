//! A client's copy of one type: what it makes of the pages it is given, and what must be true of them.

use std::collections::{BTreeMap, BTreeSet};

use jmap::Id;

use super::ask::read;
use super::faulty::{Rule, faulty_page};
use super::paging::{Kind, Tally, World};
use crate::{ChangesError, Page, Range, Seq, TypeNumber, changes};

/// A client's copy of one type, and where it stands.
pub(super) struct Replica {
    pub(super) kind: Kind,
    pub(super) ty: TypeNumber,
    pub(super) holds: BTreeMap<Id, Seq>,
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
    pub(super) fn new(kind: Kind, ty: TypeNumber) -> Replica {
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
    pub(super) fn page(&mut self, world: &mut World, tally: &mut Tally) -> bool {
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
            assert!(base > 0 || first.is_some_and(|head| floor > Some(head)), "the first page from nothing is given");
            return self.start_anew(world, tally);
        };
        if base == 0 {
            let floor = read(&*world.store, move |snapshot| snapshot.head_of(n)).expect("readable").map(|it| it.floor);
            tally.spared += u64::from(floor.is_some_and(|floor| cursor < floor));
        }
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

    /// Either all at once, or page by page from nothing: then there is more.
    fn start_anew(&mut self, world: &mut World, tally: &mut Tally) -> bool {
        let (n, ty) = (world.n, self.ty);
        self.resyncs += 1;
        tally.resyncs += 1;
        self.delivered.clear();
        if world.dice.percent(60) {
            self.holds.clear();
            (self.base, self.cursor, self.head) = (0, 0, None);
            return true;
        }
        let (rows, head) = read(&*world.store, move |snapshot| {
            let rows = snapshot.range(n, ty, Range::first(100_000), true).expect("readable");
            (rows, snapshot.head_of(n).expect("readable").map_or(0, |head| head.seq))
        });
        self.holds = rows.into_iter().map(|row| (row.id, row.seq)).collect();
        assert_eq!(self.holds, world.living(ty), "the store tells the truth");
        (self.base, self.cursor, self.head) = (head, head, None);
        false
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

    pub(super) fn page_to_the_end(&mut self, world: &mut World, tally: &mut Tally) {
        for _ in 0..5000 {
            if !self.page(world, tally) {
                return;
            }
        }
        panic!("the paging never ends");
    }

    /// A whole paging without writes gives the exact sets (RFC 8620 5.2).
    pub(super) fn page_undisturbed(&mut self, world: &mut World, tally: &mut Tally) {
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
