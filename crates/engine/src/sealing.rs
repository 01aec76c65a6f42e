//! Answers that are sealed: each waits in its author's own account until what it answers closes, also when that is moved or
//! comes early. Nobody else learns that it is there.

use jmap::{Id, UtcDate};
use model::items::sealed_until;
use model::submission::{self, SEALED, SUBMISSION};
use model::{Effect, Record};
use serde_json::{Map, json};
use std::sync::Arc;
use store::{Changed, Command, Job, Lease, LogReader, Miss, N, Snapshot, StoreError, Tx, TypeNumber};

use crate::access::to_write;
use crate::desk::{Desk, Fault, ITEM};
use crate::moved::space_now;
use crate::publish::{kept, owner_desk};
use crate::work::{Done, quiet, read, write};
use crate::{Shared, records};

/// Whether the job that publishes one comes too early, because what it answers is still open: then it is due later.
pub(crate) async fn still(
    shared: &Arc<Shared>,
    lease: &Lease,
    job: &Job,
    author: Id,
    checkin: Id,
) -> Result<bool, StoreError> {
    let first = job.account;
    let space = read(&*shared.store, move |at| space_now(at, first, checkin)).await?;
    let Some(id) = job.run.strip_prefix("publish/").and_then(|id| Id::parse(id).ok()) else { return Ok(false) };
    let mut accounts = vec![author, first, space];
    accounts.sort_unstable();
    accounts.dedup();
    let (me, of) = (shared.clone(), job.clone());
    let work = move |tx: &mut dyn Tx| -> Result<Done<bool>, Miss> {
        let now = me.clock.now();
        let Some(due) = waits_until(&me, tx, space, checkin, now)? else { return Ok(Done::Undo(false)) };
        put_off(&me, tx, author, id, due)?;
        tx.put_job(Job { due, ..of.clone() });
        Ok(Done::Keep(true))
    };
    write(&*shared.store, accounts, Some(lease.clone()), work).await
}

/// Until when answers to something are sealed; `None` where they are not, or not any more.
fn waits_until(
    shared: &Shared,
    tx: &mut dyn Tx,
    space: Id,
    checkin: Id,
    now: UtcDate,
) -> Result<Option<UtcDate>, Miss> {
    let Some(head) = tx.head(space)? else { return Ok(None) };
    let row = tx.get(head.n, ITEM.number, checkin)?.filter(|row| row.destroyed.is_none());
    Ok(row.and_then(|row| sealed_until(&records::record(&shared.registry, &row), now)))
}

/// Writes into a Submission when it is published; whether it waits at all.
fn put_off(shared: &Shared, tx: &mut dyn Tx, author: Id, id: Id, due: UtcDate) -> Result<bool, Miss> {
    let Some(mut desk) = owner_desk(shared, tx, author, shared.clock.now())? else { return Ok(false) };
    let Some(waiting) = desk.mine(id)?.filter(|one| one.str("undoStatus") == "pending") else { return Ok(false) };
    if waiting.date("sendAt") != Some(due) {
        let patch = Map::from_iter([("sendAt".to_string(), json!(due)), ("createdAt".to_string(), json!(due))]);
        kept(desk.follow(&SUBMISSION, None, vec![Effect::Patch { ty: SUBMISSION.name, id, patch }]))?;
    }
    Ok(true)
}

impl Desk<'_> {
    /// The question that the Item of a Submission answers, if its author may read it.
    pub(crate) fn question_of(&mut self, sent: &Record) -> Result<Option<Record>, Fault> {
        let (Some(space), Some(question)) = (sent.id("spaceId"), submission::question(sent)) else { return Ok(None) };
        let by = self.by;
        let Some(access) = to_write(self.shared, self.tx, &by, space)? else { return Ok(None) };
        self.there(access.head.n, ITEM, question)
    }
}

/// Has what waits for a check-in published when it closes, where that is another instant now.
pub(crate) struct Seals(pub(crate) Arc<Shared>);

impl LogReader for Seals {
    fn name(&self) -> &'static str {
        "seals"
    }

    fn wants(&self, ty: TypeNumber) -> bool {
        ty == ITEM.number
    }

    fn take(&mut self, _: N, batch: &[Changed], at: &dyn Snapshot) -> Result<Vec<Box<dyn Command>>, StoreError> {
        let mut out = Vec::new();
        for changed in batch.iter().filter(|changed| changed.row.kind == model::items::checkin::CHECKIN.number) {
            let checkin = changed.row.id;
            for (_, key) in at.keys(SEALED, &submission::sealed_prefix(checkin), "", u32::MAX)? {
                let (me, author, id) = (self.0.clone(), key.account, key.id);
                let row = at.get(key.n, SUBMISSION.number, &[id], false)?.pop();
                let sent_to = row.and_then(|row| records::record(&me.registry, &row).id("spaceId"));
                let Some(sent_to) = sent_to else { continue };
                let space = space_now(at, sent_to, checkin)?;
                let work = move |tx: &mut dyn Tx| -> Result<Done<()>, Miss> {
                    let now = me.clock.now();
                    let due = waits_until(&me, tx, space, checkin, now)?.unwrap_or(now);
                    let Some(head) = tx.head(sent_to)? else { return Ok(Done::Undo(())) };
                    let Some(job) = tx.job(head.n, &format!("publish/{id}"))? else { return Ok(Done::Undo(())) };
                    // What is due is published with what it answers, dated as that has closed.
                    if job.due == due || (due == now && job.due <= now) || !put_off(&me, tx, author, id, due)? {
                        return Ok(Done::Undo(()));
                    }
                    tx.put_job(Job { due, ..job });
                    Ok(Done::Keep(()))
                };
                let mut accounts = vec![author, sent_to, space];
                accounts.sort_unstable();
                accounts.dedup();
                out.push(quiet(accounts, work));
            }
        }
        Ok(out)
    }
}
