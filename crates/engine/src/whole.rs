//! Everything as it stands, for an export: a Space, or what lies in the workspace account, each on one snapshot. Earlier
//! versions, what was destroyed, and who has read what are no part of it.

use jmap::Id;
use model::{AccountKind, TypeDef, person, space};
use serde_json::{Map, Value};
use std::collections::HashSet;
use store::{Head, Range, Seq, Snapshot, StoreError, Tick};

use crate::desk::ITEM;
use crate::work::read;
use crate::{Engine, Shared, access, records};

/// Records that are read at a time.
const PAGE: u32 = 500;

/// One account as it stands.
pub struct Whole<'a> {
    shared: &'a Shared,
    at: &'a dyn Snapshot,
    head: Head,
}

impl Engine {
    /// Reads an account on one snapshot; `None` if there is none. For the operator: no rights are asked.
    ///
    /// # Errors
    /// What the store fails at.
    pub async fn read_whole<T: Send + 'static>(
        &self,
        account: Id,
        work: impl FnOnce(&Whole) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<Option<T>, StoreError> {
        let shared = self.shared.clone();
        read(&*self.shared.store, move |at| match at.head(account)? {
            Some(head) => work(&Whole { shared: &shared, at, head }).map(Some),
            None => Ok(None),
        })
        .await
    }

    /// The ids of all Spaces, conversations too, in order.
    ///
    /// # Errors
    /// What the store fails at.
    pub async fn all_spaces(&self) -> Result<Vec<Id>, StoreError> {
        read(&*self.shared.store, |at| {
            let (_, touched) = at.look(Tick(0), u32::MAX)?;
            let ids = touched.into_iter().map(|(_, account, _)| account);
            let mut ids: Vec<Id> = ids.filter(|id| access::account_kind(*id) == Some(AccountKind::Space)).collect();
            ids.sort_unstable_by_key(Id::to_string);
            ids.dedup();
            Ok(ids)
        })
        .await
    }
}

impl Whole<'_> {
    /// The Space of the account.
    pub fn space(&self) -> Result<Option<Map<String, Value>>, StoreError> {
        let row = self.at.get(self.head.n, space::SPACE.number, &[self.head.id], true)?.pop();
        let row = row.filter(|row| row.destroyed.is_none());
        Ok(row.map(|row| self.wire(&space::SPACE, &row)))
    }

    /// The persons of a Space, and who is named in it.
    pub fn members(&self) -> Result<Vec<Map<String, Value>>, StoreError> {
        self.all(&space::MEMBER)
    }

    /// The persons of the workspace.
    pub fn persons(&self) -> Result<Vec<Map<String, Value>>, StoreError> {
        self.all(&person::PERSON)
    }

    /// The groups of the workspace.
    pub fn groups(&self) -> Result<Vec<Map<String, Value>>, StoreError> {
        self.all(&person::GROUP)
    }

    /// A person's own record of a type that lies in the personal account.
    pub fn own(&self, ty: &'static TypeDef) -> Result<Vec<Map<String, Value>>, StoreError> {
        self.all(ty)
    }

    /// The ids of all Items of a Space.
    pub fn item_ids(&self) -> Result<HashSet<Id>, StoreError> {
        let mut ids = HashSet::new();
        self.pages(ITEM, false, &mut |row| {
            ids.insert(row.id);
            true
        })?;
        Ok(ids)
    }

    /// All Items, in order of their coming, until `each` says no.
    pub fn items(&self, each: &mut dyn FnMut(Map<String, Value>) -> bool) -> Result<(), StoreError> {
        self.pages(ITEM, true, &mut |row| each(self.wire(ITEM, row)))
    }

    /// The Items of a thread, in order of their coming.
    pub fn thread(&self, root: Id) -> Result<Vec<Map<String, Value>>, StoreError> {
        let (mut below, mut ids) = (Seq::MAX, Vec::new());
        loop {
            let rows = self.at.thread_down(self.head.n, root, below, PAGE)?;
            let Some(last) = rows.last() else { break };
            below = last.created_seq;
            ids.extend(rows.iter().filter(|row| row.ty == ITEM.number && row.destroyed.is_none()).map(|row| row.id));
        }
        ids.reverse();
        let mut items = Vec::with_capacity(ids.len());
        for some in ids.chunks(PAGE as usize) {
            let rows = self.at.get(self.head.n, ITEM.number, some, true)?;
            items.extend(rows.iter().map(|row| self.wire(ITEM, row)));
        }
        Ok(items)
    }

    fn all(&self, ty: &'static TypeDef) -> Result<Vec<Map<String, Value>>, StoreError> {
        let mut found = Vec::new();
        self.pages(ty, true, &mut |row| {
            found.push(self.wire(ty, row));
            true
        })?;
        Ok(found)
    }

    fn pages(
        &self,
        ty: &'static TypeDef,
        bodies: bool,
        each: &mut dyn FnMut(&store::Row) -> bool,
    ) -> Result<(), StoreError> {
        let mut after = None;
        loop {
            let page = self.at.range(self.head.n, ty.number, Range { after, down: false, limit: PAGE }, bodies)?;
            for row in &page {
                if !each(row) {
                    return Ok(());
                }
            }
            match page.last() {
                Some(last) if page.len() == PAGE as usize => after = Some(last.created_seq),
                _ => return Ok(()),
            }
        }
    }

    fn wire(&self, ty: &'static TypeDef, row: &store::Row) -> Map<String, Value> {
        records::wire(&self.shared.registry, ty, &records::record(&self.shared.registry, row), None)
    }
}
