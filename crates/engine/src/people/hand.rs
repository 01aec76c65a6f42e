//! What the server writes by itself: at the desk of one account after another, in one command. The rules of the types
//! hold as for any caller.

use jmap::{Id, SetError, UtcDate};
use model::{Caller, Effect, Record, Role, Scopes, TypeDef};
use serde_json::{Map, Value};
use std::sync::Arc;
use store::{Miss, N, Tx};

use super::PeopleError;
use crate::access::operator;
use crate::desk::{Desk, Fault, not_found};
use crate::work::{Done, write};
use crate::{Shared, access, records};

/// A running command of the server's own.
pub(crate) struct Hand<'a> {
    pub(crate) shared: &'a Shared,
    pub(crate) tx: &'a mut dyn Tx,
    pub(crate) now: UtcDate,
}

/// Runs a command on these accounts, and waits until it is durable. What it wrote is taken back if it is refused.
pub(crate) async fn by_hand<T: Send + 'static>(
    shared: &Arc<Shared>,
    accounts: impl IntoIterator<Item = Id>,
    mut work: impl FnMut(&mut Hand) -> Result<T, Fault> + Send + 'static,
) -> Result<T, PeopleError> {
    let mut accounts: Vec<Id> = accounts.into_iter().collect();
    accounts.sort_unstable();
    accounts.dedup();
    let (store, shared, now) = (shared.store.clone(), shared.clone(), shared.clock.now());
    let done = write(&*store, accounts, None, move |tx| -> Result<Done<Result<T, SetError>>, Miss> {
        match work(&mut Hand { shared: &shared, tx, now }) {
            Ok(done) => Ok(Done::Keep(Ok(done))),
            Err(Fault::No(error)) => Ok(Done::Undo(Err(error))),
            Err(Fault::Miss) => Err(Miss),
        }
    });
    Ok(done.await??)
}

/// As whom the server writes to an account of its people: as its owner; elsewhere as the operator.
fn writer_of(account: Id) -> Caller {
    match account.letter() {
        b'p' => Caller { person: account, role: Role::Member, scopes: Scopes::ALL },
        _ => operator(),
    }
}

impl Hand<'_> {
    /// Works at the desk of an account, with the rights of `by` there.
    pub(crate) fn desk<T>(
        &mut self,
        by: Caller,
        account: Id,
        work: impl FnOnce(&mut Desk) -> Result<T, Fault>,
    ) -> Result<T, Fault> {
        let open = access::to_write(self.shared, self.tx, &by, account)?;
        let access = open.ok_or_else(|| SetError::not_found(format!("there is no account {account}")))?;
        work(&mut Desk::alone(self.shared, &mut *self.tx, by, self.now, access))
    }

    /// Creates a record with that id, judged as anybody's would be.
    pub(crate) fn create(
        &mut self,
        by: Caller,
        account: Id,
        ty: &'static TypeDef,
        id: Id,
        props: &Value,
    ) -> Result<(), Fault> {
        let props = props.as_object().cloned().unwrap_or_default();
        self.desk(by, account, |desk| desk.create(ty, &id.to_string(), &props)).map(|_| ())
    }

    /// Updates a record, judged as anybody's would be.
    pub(crate) fn update(
        &mut self,
        by: Caller,
        account: Id,
        ty: &'static TypeDef,
        id: Id,
        patch: &Value,
    ) -> Result<(), Fault> {
        let patch = patch.as_object().cloned().unwrap_or_default();
        self.desk(by, account, |desk| desk.update(ty, id, &patch, None)).map(|_| ())
    }

    /// Writes a record that only the server writes; replaces these properties if it is there.
    pub(crate) fn put(
        &mut self,
        account: Id,
        ty: &'static TypeDef,
        id: Id,
        props: Map<String, Value>,
    ) -> Result<(), Fault> {
        let put = Effect::Put { ty: ty.name, account, id, props };
        self.desk(writer_of(account), account, |desk| desk.follow(ty, None, vec![put]))
    }

    /// Sets properties of a record that is there, whoever else may write them.
    pub(crate) fn patch(
        &mut self,
        account: Id,
        ty: &'static TypeDef,
        id: Id,
        patch: Map<String, Value>,
    ) -> Result<(), Fault> {
        let patch = Effect::Patch { ty: ty.name, id, patch };
        self.desk(writer_of(account), account, |desk| desk.follow(ty, None, vec![patch]))
    }

    /// Destroys a record, if it is there.
    pub(crate) fn bury(&mut self, account: Id, ty: &'static TypeDef, id: Id) -> Result<(), Fault> {
        let destroy = Effect::Destroy { ty: ty.name, id };
        self.desk(writer_of(account), account, |desk| desk.follow(ty, None, vec![destroy]))
    }

    /// The number of an account that is there.
    pub(crate) fn n(&mut self, account: Id) -> Result<N, Fault> {
        let head = self.tx.head(account)?;
        Ok(head.ok_or_else(|| SetError::not_found(format!("there is no account {account}")))?.n)
    }

    /// A living record.
    pub(crate) fn there(&mut self, n: N, ty: &TypeDef, id: Id) -> Result<Option<Record>, Fault> {
        let row = self.tx.get(n, ty.number, id)?.filter(|row| row.destroyed.is_none());
        Ok(row.map(|row| records::record(&self.shared.registry, &row)))
    }

    /// The living records of an account whose index row is exactly that, in order of creation.
    pub(crate) fn indexed(
        &mut self,
        n: N,
        ty: &TypeDef,
        index: &str,
        value: &Value,
        limit: u32,
    ) -> Result<Vec<Record>, Fault> {
        let key = records::index_key(value).unwrap_or_default();
        let mut found = Vec::new();
        for seq in self.tx.index(n, index, &key, limit)? {
            let row = self.tx.at_seq(n, ty.number, seq)?.filter(|row| row.destroyed.is_none());
            found.extend(row.map(|row| records::record(&self.shared.registry, &row)));
        }
        Ok(found)
    }

    /// A person who is there and not deactivated.
    pub(crate) fn active_person(&mut self, id: Id) -> Result<Record, Fault> {
        let ty = &model::person::PERSON;
        let person = self.there(self.shared.workspace_n, ty, id)?.ok_or_else(|| not_found(ty, id))?;
        if person.has("deactivatedAt") {
            let why = format!("{} was deactivated; an admin reactivates the person first", person.str("name"));
            return Err(SetError::forbidden(why).into());
        }
        Ok(person)
    }
}
