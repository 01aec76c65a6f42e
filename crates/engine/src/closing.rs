//! Decisions and check-ins end at their instant (`closesAt`): a job closes each, once, however late it comes; what follows the
//! kind says. Where hours of those asked are counted, the instant is counted again when somebody's hours change.

use jmap::{Id, Origin, UtcDate};
use model::change::Named;
use model::items::decision;
use model::person::Rhythm;
use model::{AccountKind, Caller, Effect, Record, Role, Scopes, TypeDef, items};
use std::collections::BTreeSet;
use std::sync::Arc;
use store::{Command, Job, Lease, Miss, Snapshot, StoreError, Tx};

use crate::access::Access;
use crate::deliveries::rhythm;
use crate::desk::{Desk, Fault, ITEM};
use crate::jobs::Ran;
use crate::moved::space_now;
use crate::publish::kept;
use crate::work::{Done, quiet, read, write};
use crate::{Shared, records};

/// Runs one job `close/<id>`.
pub(crate) async fn close(shared: &Arc<Shared>, lease: &Lease, job: &Job) -> Result<Ran, StoreError> {
    let Some(id) = job.run.strip_prefix("close/").and_then(|id| Id::parse(id).ok()) else {
        return Err(StoreError::Broken(format!("the job {} says not what to close", job.run)));
    };
    // It may have been moved to another Space since, and is closed there.
    let first = job.account;
    let space = read(&*shared.store, move |at| space_now(at, first, id)).await?;
    let mut accounts = vec![job.account, space];
    accounts.dedup();
    let (me, of) = (shared.clone(), job.clone());
    let work = move |tx: &mut dyn Tx| -> Result<Done<Ran>, Miss> {
        let now = me.clock.now();
        let Some(mut desk) = server_desk(&me, tx, space, now)? else { return Ok(Done::Undo(Ran::Done)) };
        let found = desk.ending(id)?;
        if let Some(found) = &found {
            if desk.is_moving(found)? {
                return Ok(Done::Undo(Ran::Waits));
            }
            let kind = me.registry.kind(found.kind);
            let effects = kind.map(|kind| (kind.ended)(space, found, now)).unwrap_or_default();
            if effects.is_empty() {
                desk.due_later(found, &of, space);
            } else {
                kept(desk.change(found, effects))?;
            }
        }
        let later = desk.tx.job(of.n, &of.run)?.is_some_and(|job| job.due > now);
        if !later {
            desk.tx.drop_job(of.n, &of.run);
        }
        Ok(Done::Keep(Ran::Done))
    };
    write(&*shared.store, accounts, Some(lease.clone()), work).await
}

/// Counts anew when the open decisions end that count hours of this person.
pub(crate) fn counted_anew(
    shared: &Arc<Shared>,
    person: Id,
    at: &dyn Snapshot,
) -> Result<Vec<Box<dyn Command>>, StoreError> {
    let mut out = Vec::new();
    for (_, key) in at.keys(decision::CLOCK, &decision::clock_prefix(person), "", u32::MAX)? {
        let (me, id, space) = (shared.clone(), key.id, space_now(at, key.account, key.id)?);
        let work = move |tx: &mut dyn Tx| -> Result<Done<()>, Miss> {
            let now = me.clock.now();
            let Some(mut desk) = server_desk(&me, tx, space, now)? else { return Ok(Done::Undo(())) };
            let Some(found) = desk.ending(id)? else { return Ok(Done::Undo(())) };
            // What is on its way is written to by nobody; it ends at the instant that it had.
            if desk.is_moving(&found)? {
                return Ok(Done::Undo(()));
            }
            let asked = items::persons_in(&found, "expects/of");
            let effects = decision::retimed(space, &found, &desk.hours_of(&asked)?, now);
            if effects.is_empty() {
                return Ok(Done::Undo(()));
            }
            kept(desk.change(&found, effects))?;
            Ok(Done::Keep(()))
        };
        out.push(quiet(vec![space], work));
    }
    Ok(out)
}

/// A desk of the server's own in a Space: what it writes is nobody's act.
pub(crate) fn server_desk<'a>(
    shared: &'a Shared,
    tx: &'a mut dyn Tx,
    space: Id,
    now: UtcDate,
) -> Result<Option<Desk<'a>>, Miss> {
    let Some(head) = tx.head(space)? else { return Ok(None) };
    let by = Caller { person: shared.workspace, role: Role::None, scopes: Scopes::SESSION };
    let access = Access { head, kind: AccountKind::Space, role: Role::None, join: 0 };
    Ok(Some(Desk::alone(shared, tx, by, now, access)))
}

impl Desk<'_> {
    /// What ends by itself.
    fn ending(&mut self, id: Id) -> Result<Option<Record>, Miss> {
        let row = self.tx.get(self.access.head.n, ITEM.number, id)?.filter(|row| row.destroyed.is_none());
        let record = row.map(|row| records::record(&self.shared.registry, &row));
        Ok(record.filter(|record| record.has("closesAt") && !record.has("deleted")))
    }

    fn is_moving(&mut self, item: &Record) -> Result<bool, Miss> {
        let Some(root) = item.thread else { return Ok(false) };
        let row = self.tx.get(self.access.head.n, items::THREAD.number, root)?;
        let thread = row.filter(|row| row.destroyed.is_none());
        Ok(thread.is_some_and(|row| records::record(&self.shared.registry, &row).has("movedAt")))
    }

    pub(crate) fn change(&mut self, before: &Record, effects: Vec<Effect>) -> Result<(), Fault> {
        let mut after = before.clone();
        after.seq = self.tx.next_seq(self.access.head.n)?;
        self.follow(ITEM, Some(&mut after), effects)?;
        self.rewrite(ITEM, before, &after)
    }

    /// Its end was put off, or it is in another Space than the job: there it is due at the instant that it has now.
    fn due_later(&mut self, item: &Record, job: &Job, space: Id) {
        let open = item.date("closesAt").filter(|at| *at > self.now && !item.has("closed"));
        if let Some(due) = open {
            self.tx.put_job(Job { n: self.access.head.n, account: space, due, ..job.clone() });
        }
    }

    /// The hours of those of some persons whom things reach.
    pub(crate) fn hours_of(&mut self, persons: &BTreeSet<Id>) -> Result<Vec<(Id, Rhythm)>, Miss> {
        let (mut out, mut missed) = (Vec::new(), false);
        for person in persons {
            match rhythm(self.shared, self.tx, *person) {
                Ok(hours) => out.extend(hours.map(|hours| (*person, hours))),
                Err(Miss) => missed = true,
            }
        }
        if missed { Err(Miss) } else { Ok(out) }
    }

    /// The hours of those whom an Item asks, where a property of it is counted in them and something changes by which its
    /// end is found.
    pub(crate) fn hours_of_asked(
        &mut self,
        ty: &'static TypeDef,
        before: Option<&Record>,
        item: &Record,
        groups: &[Named],
    ) -> Result<Vec<(Id, Rhythm)>, Fault> {
        let kind = self.shared.registry.kind(item.kind).filter(|_| ty.has_kinds && item.origin != Origin::Imported);
        let counted = kind.and_then(|kind| kind.properties.iter().find(|p| p.in_hours && item.has(p.name)));
        let Some(counted) = counted else { return Ok(Vec::new()) };
        let same = |name: &str| before.is_some_and(|before| before.props.get(name) == item.props.get(name));
        if [counted.name, "expects", "groups"].into_iter().all(same) {
            return Ok(Vec::new());
        }
        let mut asked = items::persons_in(item, "expects/of");
        // Of a group that is named just now it is not written down yet for whom it stands.
        asked.extend(groups.iter().flat_map(|named| named.here.iter().copied()));
        Ok(self.hours_of(&asked)?)
    }
}
