//! Who stands in for somebody who is asked and away: so that nothing waits for a person who does not know of it.

use jmap::{Id, UtcDate};
use model::Record;
use model::delivery::DELIVERY;
use model::items::{still_asked, wants_one};
use model::person::{PERSON, Rhythm};
use std::collections::BTreeSet;
use std::sync::Arc;
use store::{Command, Job, Lease, Miss, N, Range, Snapshot, StoreError, Tx};

use super::{Deliveries, hours_of, rhythm};
use crate::desk::{Desk, Fault, ITEM};
use crate::jobs::Ran;
use crate::work::{Done, finished, quiet, read, write};
use crate::{Shared, records};

/// Who is away for whom, and for whom again: so many are asked.
const MOST: usize = 8;

/// The job that tells deputies what asks somebody already when his days off begin.
pub(crate) const COVER: &str = "cover";
/// So many of the things that reached him last are looked through for it.
const LOOKED_THROUGH: u32 = 500;

/// Somebody stands in for another.
pub(super) struct Covering {
    pub(super) deputy: Id,
    person: Id,
    /// The deputy is in the Space; else he is told that it asks, and until when, and nothing else.
    is_here: bool,
}

impl Deliveries {
    /// Those who stand in for some of `asked`, each for one of them; who asks it himself does not.
    pub(super) fn deputies(
        &self,
        n: N,
        item: &Record,
        asked: &[Id],
        at: &dyn Snapshot,
    ) -> Result<Vec<Covering>, StoreError> {
        let mut out: Vec<Covering> = Vec::new();
        let still = still_asked(item);
        // Of whom one is enough, the others are there.
        if asked.is_empty() || wants_one(item) && self.somebody_is_there(&still, at)? {
            return Ok(out);
        }
        for person in asked.iter().filter(|person| still.contains(person)) {
            let Some(deputy) = self.deputy(*person, at)? else { continue };
            if item.id("createdBy") == Some(deputy) || out.iter().any(|one| one.deputy == deputy) {
                continue;
            }
            let is_here = !self.members(n, &[deputy], at)?.is_empty();
            out.push(Covering { deputy, person: *person, is_here });
        }
        Ok(out)
    }

    /// Tells a deputy. What is in a Space that is not his stands in his own account.
    pub(super) fn cover(&self, space: Id, item: &Record, of: &Covering) -> Box<dyn Command> {
        let place = if of.is_here { space } else { of.deputy };
        self.deliver(place, item, of.deputy, "covering", Some(of.person))
    }

    /// Somebody's days off may be others now: when they begin, or at once, his deputy hears of what asks him already.
    pub(super) fn covered_anew(&self, person: &Record) -> Box<dyn Command> {
        let (shared, hours, account) = (self.0.clone(), hours_of(person), person.id);
        let work = move |tx: &mut dyn Tx| -> Result<Done<()>, Miss> {
            let Some(head) = tx.head(account)? else { return Ok(Done::Undo(())) };
            let now = shared.clock.now();
            let due = hours.as_ref().and_then(|hours| hours.cover(now).map(|_| now).or_else(|| hours.next_cover(now)));
            let there = tx.job(head.n, COVER)?;
            if there.as_ref().map(|job| job.due) == due {
                return Ok(Done::Undo(()));
            }
            covers_at(tx, head.n, account, due);
            Ok(Done::Keep(()))
        };
        quiet(vec![account], work)
    }

    /// What asks somebody and waits for his answer still, as far as his deputies need to hear of it.
    fn waits_for(&self, n: N, person: Id, at: &dyn Snapshot) -> Result<Vec<Box<dyn Command>>, StoreError> {
        let last = Range { after: None, down: true, limit: LOOKED_THROUGH };
        let mut out = Vec::new();
        for row in at.range(n, DELIVERY.number, last, true)?.iter().filter(|row| row.destroyed.is_none()) {
            let reached = records::record(&self.0.registry, row);
            let Some(space) = reached.id("spaceId").filter(|_| reached.str("why") == "asked") else { continue };
            let Some(head) = at.head(space)? else { continue };
            let row = at.get(head.n, ITEM.number, &[reached.id], false)?.pop().filter(|row| row.destroyed.is_none());
            let Some(item) = row.map(|row| records::record(&self.0.registry, &row)) else { continue };
            if !still_asked(&item).contains(&person) || self.members(head.n, &[person], at)?.is_empty() {
                continue;
            }
            let covering = self.deputies(head.n, &item, &[person], at)?;
            out.extend(covering.iter().map(|one| self.cover(space, &item, one)));
        }
        Ok(out)
    }

    /// Whether one of them is there: no days off keep it from him.
    fn somebody_is_there(&self, persons: &BTreeSet<Id>, at: &dyn Snapshot) -> Result<bool, StoreError> {
        let now = self.0.clock.now();
        let ids: Vec<Id> = persons.iter().copied().collect();
        let rows = at.get(self.0.workspace_n, PERSON.number, &ids, true)?;
        let alive = rows.iter().filter(|row| row.destroyed.is_none());
        let mut hours = alive.filter_map(|row| hours_of(&records::record(&self.0.registry, row)));
        Ok(hours.any(|hours| !hours.is_away(now)))
    }

    /// Who stands in for somebody now; for a deputy who is away too, his own. Nobody where they all are away for each other.
    fn deputy(&self, person: Id, at: &dyn Snapshot) -> Result<Option<Id>, StoreError> {
        stands_in(person, self.0.clock.now(), |one| {
            let row = at.get(self.0.workspace_n, PERSON.number, &[one], true)?.pop();
            let row = row.filter(|row| row.destroyed.is_none());
            Ok(row.and_then(|row| hours_of(&records::record(&self.0.registry, &row))))
        })
    }
}

/// Who stands in for somebody at an instant, by the hours of one person after the other.
fn stands_in<E>(
    person: Id,
    now: UtcDate,
    mut hours: impl FnMut(Id) -> Result<Option<Rhythm>, E>,
) -> Result<Option<Id>, E> {
    let mut chain = vec![person];
    while let Some(last) = chain.last().copied().filter(|_| chain.len() <= MOST) {
        let Some(hours) = hours(last)? else { return Ok(None) };
        match hours.cover(now) {
            None => return Ok(Some(last).filter(|last| *last != person)),
            Some(next) if chain.contains(&next) => return Ok(None),
            Some(next) => chain.push(next),
        }
    }
    Ok(None)
}

impl Desk<'_> {
    /// Who stands in for somebody now.
    pub(crate) fn stands_in(&mut self, person: Id) -> Result<Option<Id>, Fault> {
        let now = self.now;
        stands_in(person, now, |one| Ok(rhythm(self.shared, self.tx, one)?))
    }
}

/// From then on the deputies of an account's owner are told; `None`: no days off with one are planned.
fn covers_at(tx: &mut dyn Tx, n: N, account: Id, due: Option<UtcDate>) {
    match due {
        Some(due) => {
            let payload = serde_json::Value::Null.to_string();
            tx.put_job(Job { n, account, run: COVER.into(), due, waits_for: None, order: 0, payload });
        }
        None => tx.drop_job(n, COVER),
    }
}

/// Runs [`COVER`]: the deputies hear of what asks somebody already, each in his next hours; then it waits for the days off
/// after these.
pub(crate) async fn cover(shared: &Arc<Shared>, lease: &Lease, job: &Job) -> Result<Ran, StoreError> {
    let (me, of) = (Deliveries(shared.clone()), job.clone());
    let told = read(&*shared.store, move |at| me.waits_for(of.n, of.account, at)).await?;
    finished(&*shared.store, lease, told).await?;
    let (me, of) = (shared.clone(), job.clone());
    let work = move |tx: &mut dyn Tx| -> Result<Done<()>, Miss> {
        let hours = rhythm(&me, tx, of.account)?;
        covers_at(tx, of.n, of.account, hours.and_then(|hours| hours.next_cover(me.clock.now())));
        Ok(Done::Keep(()))
    };
    write(&*shared.store, vec![job.account], Some(lease.clone()), work).await?;
    Ok(Ran::Done)
}
