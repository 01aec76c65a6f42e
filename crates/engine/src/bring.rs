//! Many Items of an import in one transaction, each judged as any create would be. What they came from is not known here.

use jmap::{Id, MethodError, SetError};
use model::space::SPACE;
use model::{Caller, TypeDef};
use serde_json::{Map, Value};
use std::collections::{HashMap, HashSet};
use store::{Miss, Row, StoreError, Tx, TypeNumber};

use crate::Engine;
use crate::access::{to_read, to_write};
use crate::call::store_fault;
use crate::desk::{Desk, ITEM};
use crate::work::{Done, read, write};

/// How one Item of an import fared.
#[derive(Clone, Debug, PartialEq)]
pub enum Brought {
    /// It is there now.
    New,
    /// It was there before, or has been and is deleted.
    There,
    /// The rules refuse it.
    Refused(SetError),
}

impl Engine {
    /// Creates Items with these ids and properties in a Space, in this order, in one transaction.
    ///
    /// # Errors
    /// `accountNotFound` if the Space is not open to the caller; `serverUnavailable` or `serverFail` where the store fails:
    /// then it is unknown whether they are there, and a repeat is harmless.
    pub async fn bring_items(
        &self,
        by: &Caller,
        space: Id,
        items: Vec<(Id, Map<String, Value>)>,
    ) -> Result<Vec<Brought>, MethodError> {
        let (shared, by) = (self.shared.clone(), *by);
        let fault = |fault: StoreError| store_fault(&fault);
        self.shared.know_last_received(space).await.map_err(fault)?;
        let work = move |tx: &mut dyn Tx| -> Result<Done<Option<Vec<Brought>>>, Miss> {
            let Some(access) = to_write(&shared, tx, &by, space)? else { return Ok(Done::Undo(None)) };
            let now = shared.receive_time(space);
            let n = access.head.n;
            let mut desk = Desk::alone(&shared, tx, by, now, access);
            let (mut brought, mut missed) = (Vec::with_capacity(items.len()), false);
            for (id, props) in &items {
                // What is not loaded yet is asked for all at once, and then this runs again.
                let done = desk.one(&mut missed, |desk| {
                    if desk.tx.get(n, ITEM.number, *id)?.is_some() {
                        return Ok(Brought::There);
                    }
                    desk.create(ITEM, &id.to_string(), props).map(|_| Brought::New)
                });
                brought.push(done.unwrap_or_else(Brought::Refused));
            }
            if missed { Err(Miss) } else { Ok(Done::Keep(Some(brought))) }
        };
        let brought = write(&*self.shared.store, vec![space], None, work).await.map_err(fault)?;
        brought.ok_or_else(MethodError::account_not_found)
    }

    /// Those of these Items that are in a Space, with true, or have been, with false; where it is open to the caller.
    pub async fn known_items(&self, by: &Caller, space: Id, ids: Vec<Id>) -> Result<HashMap<Id, bool>, StoreError> {
        let (shared, by) = (self.shared.clone(), *by);
        read(&*self.shared.store, move |at| {
            let Some(access) = to_read(&shared, at, &by, space)? else { return Ok(HashMap::new()) };
            let rows = at.get(access.head.n, ITEM.number, &ids, false)?;
            Ok(rows.into_iter().map(|row| (row.id, row.destroyed.is_none())).collect())
        })
        .await
    }

    /// Those of these persons whom the workspace knows.
    pub async fn known_people(&self, ids: Vec<Id>) -> Result<HashSet<Id>, StoreError> {
        let n = self.shared.workspace_n;
        read(&*self.shared.store, move |at| {
            Ok(at.get(n, model::person::PERSON.number, &ids, false)?.into_iter().map(|row| row.id).collect())
        })
        .await
    }

    /// True if there is a Space with that id.
    pub async fn has_space(&self, id: Id) -> Result<bool, StoreError> {
        Ok(self.row_of(id, SPACE.number, id).await?.is_some())
    }

    /// True if there is a record with that id in the account, and nobody has changed it since it was made.
    pub async fn is_as_made(&self, account: Id, ty: &TypeDef, id: Id) -> Result<bool, StoreError> {
        let row = self.row_of(account, ty.number, id).await?;
        Ok(row.is_some_and(|row| row.destroyed.is_none() && row.seq == row.created_seq))
    }

    async fn row_of(&self, account: Id, ty: TypeNumber, id: Id) -> Result<Option<Row>, StoreError> {
        read(&*self.shared.store, move |at| {
            let Some(head) = at.head(account)? else { return Ok(None) };
            Ok(at.get(head.n, ty, &[id], false)?.pop())
        })
        .await
    }
}
