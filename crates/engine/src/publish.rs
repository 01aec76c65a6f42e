//! The job that publishes a Submission, in three steps, each harmless when repeated: mark it final, create the Item in
//! its Space, put the Submission away. What may not be sent goes back to Drafts with the reason.

use jmap::{Id, Origin, SetError, UtcDate};
use model::submission::{self, DRAFT, SUBMISSION};
use model::{AccountKind, Caller, Record, Role, Scopes, person};
use serde_json::{Map, Value};
use std::sync::Arc;
use store::{Job, Lease, Miss, StoreError, Tx};

use crate::access::{Access, to_write};
use crate::desk::{Desk, Fault, ITEM};
use crate::jobs::Ran;
use crate::work::{Done, read, write};
use crate::{Shared, moved, records, sealing};

/// What the first step finds.
enum Next {
    /// Nothing to publish: it was canceled, or is published and put away.
    Nothing,
    /// It replies to something that is not published yet; run again at that instant.
    Later(UtcDate),
    /// Publish this, as said at that instant.
    Create(Map<String, Value>, Option<UtcDate>),
    /// It replies to something that was taken back.
    Back(Map<String, Value>),
    /// Its author has put it off since; the job stands at the new time.
    PutOff,
}

/// Runs one job `publish/<id>`.
pub(crate) async fn publish(shared: &Arc<Shared>, lease: &Lease, job: &Job) -> Result<Ran, StoreError> {
    let payload: Value = serde_json::from_str(&job.payload).unwrap_or_default();
    let named = |name: &str| payload.get(name).and_then(Value::as_str).and_then(|id| Id::parse(id).ok());
    let author = named("person");
    let id = job.run.strip_prefix("publish/").and_then(|id| Id::parse(id).ok());
    let (Some(author), Some(id)) = (author, id) else {
        return Err(StoreError::Broken(format!("the job {} says not what to publish", job.run)));
    };
    if let Some(checkin) = named("sealedBy")
        && sealing::still(shared, lease, job, author, checkin).await?
    {
        return Ok(Ran::Done);
    }
    let (item, reason) = match finalize(shared, lease, job, author, id).await? {
        Next::Nothing => {
            put_away(shared, lease, job, author, id, None).await?;
            return Ok(Ran::Done);
        }
        Next::PutOff => return Ok(Ran::Done),
        Next::Later(due) => {
            postpone(shared, lease, job, due).await?;
            return Ok(Ran::Waits);
        }
        Next::Back(item) => (item, Some("what this replies to was taken back".to_string())),
        Next::Create(item, said_at) => {
            let moving = |refused: &Option<SetError>| refused.as_ref().is_some_and(|error| error.kind == "moved");
            let mut refused = create(shared, lease, job.account, author, (id, item.clone(), said_at)).await?;
            // What it replies to may be elsewhere by now: then it goes there, if its author may.
            if refused.is_some()
                && !moving(&refused)
                && let Some(space) = moved_to(shared, job.account, &item).await?
            {
                refused = create(shared, lease, space, author, (id, item.clone(), said_at)).await?;
            }
            if moving(&refused) {
                return Ok(Ran::Waits);
            }
            (item, refused.map(|error| error.description))
        }
    };
    let back = reason.map(|reason| (item, reason));
    put_away(shared, lease, job, author, id, back).await?;
    Ok(Ran::Done)
}

async fn finalize(shared: &Arc<Shared>, lease: &Lease, job: &Job, author: Id, id: Id) -> Result<Next, StoreError> {
    let (me, now, space) = (shared.clone(), shared.clock.now(), job.n);
    let work = move |tx: &mut dyn Tx| -> Result<Done<Next>, Miss> {
        let Some(mut desk) = owner_desk(&me, tx, author, now)? else { return Ok(Done::Undo(Next::Nothing)) };
        let Some(before) = desk.mine(id)? else { return Ok(Done::Undo(Next::Nothing)) };
        let item = before.props.get("item").and_then(Value::as_object).cloned().unwrap_or_default();
        let said_at = before.date("createdAt");
        match before.str("undoStatus") {
            "canceled" => return Ok(Done::Undo(Next::Nothing)),
            "final" => return Ok(Done::Undo(Next::Create(item, said_at))),
            // What is sealed was let go by what it answers.
            _ if !before.has("sealedBy") && before.date("sendAt").is_some_and(|due| due > now) => {
                return Ok(Done::Undo(Next::PutOff));
            }
            _ => {}
        }
        // It waits only for what was made before it, so no two wait for each other.
        if let Some(parent) = submission::parent(&before)
            && desk.tx.get(space, ITEM.number, parent)?.is_none()
            && let Some(first) = desk.mine(parent)?.filter(|first| first.created_seq < before.created_seq)
        {
            // One that is final and not there yet is being published, or fails for a moment.
            let due = first.date("sendAt").unwrap_or(now);
            let canceled = first.str("undoStatus") == "canceled";
            return Ok(Done::Undo(if canceled { Next::Back(item) } else { Next::Later(due) }));
        }
        let mut after = before.clone();
        after.props.insert("undoStatus".into(), "final".into());
        after.seq = desk.tx.next_seq(desk.access.head.n)?;
        kept(desk.rewrite(&SUBMISSION, &before, &after))?;
        Ok(Done::Keep(Next::Create(item, said_at)))
    };
    write(&*shared.store, vec![author], Some(lease.clone()), work).await
}

/// Creates the Item as its author, whose rights are judged now.
async fn create(
    shared: &Arc<Shared>,
    lease: &Lease,
    account: Id,
    author: Id,
    (id, item, said_at): (Id, Map<String, Value>, Option<UtcDate>),
) -> Result<Option<SetError>, StoreError> {
    let me = shared.clone();
    shared.know_last_received(account).await?;
    let work = move |tx: &mut dyn Tx| -> Result<Done<Option<SetError>>, Miss> {
        let now = me.receive_time(account);
        let gone = |why: &str| Ok(Done::Undo(Some(SetError::forbidden(why))));
        let Some(by) = caller(&me, tx, author)? else { return gone("its author was deactivated") };
        let Some(access) = to_write(&me, tx, &by, account)? else { return gone("you are not in this Space any more") };
        let mut desk = Desk { said_at, ..Desk::alone(&me, tx, by, now, access) };
        match desk.create(ITEM, &id.to_string(), &item) {
            Ok(_) => Ok(Done::Keep(None)),
            Err(Fault::Miss) => Err(Miss),
            Err(Fault::No(error)) => Ok(Done::Undo(Some(error))),
        }
    };
    write(&*shared.store, vec![account], Some(lease.clone()), work).await
}

/// The Space to which what it replies to was moved.
async fn moved_to(shared: &Arc<Shared>, space: Id, item: &Map<String, Value>) -> Result<Option<Id>, StoreError> {
    let parent = item.get("parentId").and_then(Value::as_str).and_then(|id| Id::parse(id).ok());
    let Some(parent) = parent else { return Ok(None) };
    let now = read(&*shared.store, move |at| moved::space_now(at, space, parent)).await?;
    Ok(Some(now).filter(|now| *now != space))
}

async fn put_away(
    shared: &Arc<Shared>,
    lease: &Lease,
    job: &Job,
    author: Id,
    id: Id,
    back: Option<(Map<String, Value>, String)>,
) -> Result<(), StoreError> {
    let (me, now) = (shared.clone(), shared.clock.now());
    let (space, space_n, run) = (job.account, job.n, job.run.clone());
    let work = move |tx: &mut dyn Tx| -> Result<Done<()>, Miss> {
        if let Some(mut desk) = owner_desk(&me, tx, author, now)? {
            // A canceled one stays: its author, or his next Send, puts it away.
            if let Some(before) = desk.mine(id)?.filter(|s| s.str("undoStatus") != "canceled") {
                kept(desk.discard(&before))?;
            }
            if let Some((item, reason)) = &back {
                kept(desk.give_back(id, space, item, reason))?;
            }
        }
        tx.drop_job(space_n, &run);
        Ok(Done::Keep(()))
    };
    write(&*shared.store, vec![author, space], Some(lease.clone()), work).await
}

async fn postpone(shared: &Arc<Shared>, lease: &Lease, job: &Job, due: UtcDate) -> Result<(), StoreError> {
    // Never earlier than it asked for: what waits beside a job that fails is asked again without a commit.
    if due <= job.due {
        return Ok(());
    }
    let account = job.account;
    let job = Job { due, ..job.clone() };
    let work = move |tx: &mut dyn Tx| -> Result<Done<()>, Miss> {
        tx.put_job(job.clone());
        Ok(Done::Keep(()))
    };
    write(&*shared.store, vec![account], Some(lease.clone()), work).await
}

/// A desk in the author's own account, with no rights but to move what is his.
pub(crate) fn owner_desk<'a>(
    shared: &'a Shared,
    tx: &'a mut dyn Tx,
    author: Id,
    now: UtcDate,
) -> Result<Option<Desk<'a>>, Miss> {
    let Some(head) = tx.head(author)? else { return Ok(None) };
    let by = Caller { person: author, role: Role::Member, scopes: Scopes::SESSION };
    let access = Access { head, kind: AccountKind::Personal, role: Role::Admin, join: 0 };
    Ok(Some(Desk::alone(shared, tx, by, now, access)))
}

/// The author as he stands now; `None` if he was deactivated.
pub(crate) fn caller(shared: &Shared, tx: &mut dyn Tx, author: Id) -> Result<Option<Caller>, Miss> {
    let row = tx.get(shared.workspace_n, person::PERSON.number, author)?.filter(|row| row.destroyed.is_none());
    let person = row.map(|row| records::record(&shared.registry, &row)).filter(|person| !person.has("deactivatedAt"));
    let role = |person: Record| Role::from_word(person.str("role"));
    Ok(person.map(|person| Caller { person: author, role: role(person), scopes: Scopes::SESSION }))
}

/// What the server itself writes agrees with the table; only a miss can come of it.
pub(crate) fn kept<T>(done: Result<T, Fault>) -> Result<T, Miss> {
    match done {
        Ok(done) => Ok(done),
        Err(Fault::Miss) => Err(Miss),
        Err(Fault::No(error)) => panic!("the server's own write was refused: {}", error.description),
    }
}

impl Desk<'_> {
    /// One's own Submission that is there.
    pub(crate) fn mine(&mut self, id: Id) -> Result<Option<Record>, Miss> {
        let row = self.tx.get(self.access.head.n, SUBMISSION.number, id)?.filter(|row| row.destroyed.is_none());
        Ok(row.map(|row| records::record(&self.shared.registry, &row)))
    }

    fn discard(&mut self, before: &Record) -> Result<(), Fault> {
        for (_, blob) in model::judge::found(&self.shared.registry, &SUBMISSION, before).blobs {
            self.tx.drop_blob(self.access.head.n, blob, records::holder(&SUBMISSION, before.id));
        }
        if let Some(key) = submission::sealed_key(before) {
            self.let_go(submission::SEALED, &key, before.id)?;
        }
        self.bury(&SUBMISSION, before)
    }

    /// Puts what could not be sent back into Drafts, under the id it had, with its files. A Draft that lives under it is
    /// of the same text, and gives way: what was sent is the newer.
    fn give_back(&mut self, id: Id, space: Id, item: &Map<String, Value>, reason: &str) -> Result<(), Fault> {
        let n = self.access.head.n;
        let old = self.tx.get(n, DRAFT.number, id)?;
        let living = old.as_ref().filter(|row| row.destroyed.is_none());
        let living = living.map(|row| records::record(&self.shared.registry, row));
        let mut props = living.as_ref().map(|draft| draft.props.clone()).unwrap_or_default();
        let now = Value::from(self.now.to_string());
        props.entry("createdAt").or_insert_with(|| now.clone());
        props.insert("editedAt".into(), if living.is_some() { now } else { Value::Null });
        props.insert("spaceId".into(), Value::from(space.to_string()));
        props.insert("item".into(), Value::Object(item.clone()));
        props.insert("reason".into(), Value::from(reason));
        let mut draft = records::new_record(id, props, Origin::Said);
        draft.seq = self.tx.next_seq(n)?;
        draft.created_seq = old.map_or(draft.seq, |row| row.created_seq);
        if let Some(living) = &living {
            for (_, blob) in model::judge::found(&self.shared.registry, &DRAFT, living).blobs {
                self.tx.drop_blob(n, blob, records::holder(&DRAFT, id));
            }
        }
        for (_, blob) in model::judge::found(&self.shared.registry, &DRAFT, &draft).blobs {
            self.tx.hold_blob(n, blob, records::holder(&DRAFT, id), None);
        }
        let row = self.row(&DRAFT, &draft)?;
        self.tx.put(row);
        Ok(())
    }
}
