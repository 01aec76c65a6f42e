//! Reminders: what asks somebody until a date and still waits for him arrives once more, once, at an hour of his own before
//! that date. One job per person holds the next of those instants; they follow from his hours and the dates, so hours that
//! change cost one row. Nobody is reminded of what he has answered, was freed of, is done with or has put off himself.

use jmap::{Id, UtcDate};
use model::Record;
use model::delivery::{ARRIVE, DELIVERY};
use model::person::Rhythm;
use serde_json::{Value, json};
use std::sync::Arc;
use store::{Command, Job, Lease, Miss, N, Snapshot, StoreError, Tx};

use super::{Deliveries, hours_of, put, rhythm};
use crate::jobs::Ran;
use crate::outward::{How, Reader, tell};
use crate::work::{Done, quiet, read, write};
use crate::{Shared, records};

/// The job that reminds somebody.
pub(crate) const REMIND: &str = "remind";

/// Something that asks somebody until a date has arrived: he may be reminded of it.
pub(super) fn remind_of(tx: &mut dyn Tx, n: N, person: Id, rhythm: &Rhythm, one: &Record) -> Result<(), Miss> {
    let dates = one.date("arrivedAt").zip(one.date("by")).filter(|_| may_be(one));
    match dates.and_then(|(heard, by)| rhythm.reminder(heard, by)) {
        Some(due) if tx.job(n, REMIND)?.is_none_or(|job| job.due > due) => remind_at(tx, n, person, Some(due)),
        _ => {}
    }
    Ok(())
}

fn remind_at(tx: &mut dyn Tx, n: N, account: Id, due: Option<UtcDate>) {
    match due {
        Some(due) => {
            let payload = Value::Null.to_string();
            tx.put_job(Job { n, account, run: REMIND.into(), due, waits_for: None, order: 0, payload });
        }
        None => tx.drop_job(n, REMIND),
    }
}

/// Whether somebody is reminded of it at all, as far as his own account says.
fn may_be(one: &Record) -> bool {
    let by_himself = ["remindedAt", "doneAt", "snoozedUntil", "pending"].into_iter().any(|name| one.has(name));
    one.str("why") == "asked" && one.has("arrivedAt") && !by_himself
}

impl Deliveries {
    /// Somebody's hours may be others now: the next reminder has another instant, if anything asks him until a date.
    pub(super) fn reminded_anew(&self, person: Id, at: &dyn Snapshot) -> Result<Option<Box<dyn Command>>, StoreError> {
        let now = self.0.clock.now();
        let reader = Reader::of(&self.0, at, person)?;
        if reader.map(|reader| reader.asks_after(now)).transpose()?.is_none_or(|asks| asks.is_empty()) {
            return Ok(None);
        }
        let shared = self.0.clone();
        let work = move |tx: &mut dyn Tx| -> Result<Done<()>, Miss> {
            let Some(head) = tx.head(person)? else { return Ok(Done::Undo(())) };
            remind_at(tx, head.n, person, Some(shared.clock.now()));
            Ok(Done::Keep(()))
        };
        Ok(Some(quiet(vec![person], work)))
    }
}

/// What is to be reminded of now, and when there is more.
/// `promised`: when somebody who was late before said that it would be.
fn due(
    shared: &Shared,
    at: &dyn Snapshot,
    person: Id,
    (promised, now): (UtcDate, UtcDate),
) -> Result<(Vec<Id>, Option<UtcDate>), StoreError> {
    let (mut now_due, mut next) = (Vec::new(), None::<UtcDate>);
    let Some(reader) = Reader::of(shared, at, person)? else { return Ok((now_due, next)) };
    let Some(hours) = hours_of(&reader.person) else { return Ok((now_due, next)) };
    for one in reader.asks_after(now)?.iter().filter(|one| may_be(one)) {
        let Some((heard, by)) = one.date("arrivedAt").zip(one.date("by")) else { continue };
        let Some(first) = hours.reminder(heard, by) else { continue };
        // Who is late must not come at night, and not after the date.
        let due = if first > now { first } else { hours.late(first.max(promised), now) };
        if due > now {
            next = Some(due).filter(|due| *due < by).map_or(next, |due| Some(next.map_or(due, |next| next.min(due))));
        } else if reader.still_waits(one)?.is_some() {
            now_due.push(one.id);
        }
    }
    Ok((now_due, next))
}

/// Runs [`REMIND`].
pub(crate) async fn remind(shared: &Arc<Shared>, lease: &Lease, job: &Job) -> Result<Ran, StoreError> {
    let (me, person, now) = (shared.clone(), job.account, shared.clock.now());
    let promised = job.due;
    let (ids, next) = read(&*shared.store, move |at| due(&me, at, person, (promised, now))).await?;
    let (me, of) = (shared.clone(), job.clone());
    let work = move |tx: &mut dyn Tx| -> Result<Done<()>, Miss> {
        let Some(rhythm) = rhythm(&me, tx, of.account)? else {
            tx.drop_job(of.n, REMIND);
            return Ok(Done::Keep(()));
        };
        for id in &ids {
            let row = tx.get(of.n, DELIVERY.number, *id)?.filter(|row| row.destroyed.is_none());
            let Some(before) = row.map(|row| records::record(&me.registry, &row)).filter(may_be) else { continue };
            let mut after = before.clone();
            after.props.insert("arrivedAt".into(), json!(now));
            after.props.insert("remindedAt".into(), json!(now));
            tell(
                &me,
                tx,
                of.n,
                &after,
                (of.account, &rhythm, now),
                How { window: true, again: true, any_hour: false },
            )?;
            put(&me, tx, of.n, Some(&before), after)?;
        }
        // One that was put off to now by something that came in between stays.
        let moved = tx.job(of.n, REMIND)?.filter(|job| job.due != of.due).map(|job| job.due);
        remind_at(tx, of.n, of.account, moved.into_iter().chain(next).min());
        Ok(Done::Keep(()))
    };
    write(&*shared.store, vec![job.account], Some(lease.clone()), work).await?;
    Ok(Ran::Done)
}

/// Whether that job lets something arrive.
pub(crate) fn brings(job: &Job) -> bool {
    [ARRIVE, REMIND].contains(&job.run.as_str())
}
