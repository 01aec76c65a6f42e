//! What is said again and again: a job under the Space's account says each at its time, in the name of whoever says it, once,
//! however late it comes and however often it is tried: what is said and what is due next are one transaction.

use jmap::{Id, SetError, UtcDate};
use model::schedule::{self, Occurrence, Recurrence, SCHEDULE, SCHEDULES};
use model::space::MEMBER;
use model::{Effect, Record, Role, TypeDef};
use serde_json::{Map, Value};
use std::collections::BTreeSet;
use std::sync::Arc;
use store::{Changed, Command, Job, Lease, LogReader, Miss, N, Snapshot, StoreError, Tx, TypeNumber};

use crate::access::to_write;
use crate::closing::server_desk;
use crate::desk::{Desk, Fault, ITEM};
use crate::jobs::Ran;
use crate::publish::{caller, kept};
use crate::work::{Done, quiet, write};
use crate::{Shared, records};

/// Runs one job `say/<id>`.
pub(crate) async fn say(shared: &Arc<Shared>, lease: &Lease, job: &Job) -> Result<Ran, StoreError> {
    let Some(id) = job.run.strip_prefix("say/").and_then(|id| Id::parse(id).ok()) else {
        return Err(StoreError::Broken(format!("the job {} says not what is said", job.run)));
    };
    let (me, of, space) = (shared.clone(), job.clone(), job.account);
    shared.know_last_received(space).await?;
    let work = move |tx: &mut dyn Tx| -> Result<Done<Ran>, Miss> {
        let now = me.clock.now();
        let found = open_schedule(&me, tx, of.n, id)?;
        let Some((schedule, due)) = found.and_then(|it| it.date("nextAt").map(|due| (it, due))) else {
            tx.drop_job(of.n, &of.run);
            return Ok(Done::Keep(Ran::Done));
        };
        if due > now {
            tx.put_job(Job { due, ..of.clone() });
            return Ok(Done::Keep(Ran::Done));
        }
        let mark = tx.mark();
        let patch = match says(&me, tx, space, &schedule, (due, now)) {
            Ok(patch) => patch,
            Err(Fault::Miss) => return Err(Miss),
            Err(Fault::No(error)) => {
                tx.undo_to(mark);
                schedule::stopped(&error.description, now)
            }
        };
        match patch.get("nextAt").and_then(Value::as_str).and_then(UtcDate::parse) {
            Some(due) => tx.put_job(Job { due, ..of.clone() }),
            None => tx.drop_job(of.n, &of.run),
        }
        changes(&me, tx, space, id, patch, now)?;
        Ok(Done::Keep(Ran::Done))
    };
    write(&*shared.store, vec![space], Some(lease.clone()), work).await
}

/// Says the newest of what is due. What changes on the Schedule comes back, or why it could not be said.
fn says(
    shared: &Shared,
    tx: &mut dyn Tx,
    space: Id,
    schedule: &Record,
    (due, now): (UtcDate, UtcDate),
) -> Result<Map<String, Value>, Fault> {
    let rule = Recurrence::read(&schedule.props).map_err(|(name, why)| SetError::invalid(name, why))?;
    // Of what was missed the newest alone is said.
    let Some(time) = rule.newest(due, now) else { return Ok(schedule::went_on(&rule, None, schedule, now)) };
    let gone = || SetError::forbidden("whoever said this is not here any more; somebody else can take it over");
    let speaker = schedule.id("saidBy").ok_or_else(gone)?;
    let by = caller(shared, tx, speaker)?.ok_or_else(gone)?;
    let access = to_write(shared, tx, &by, space)?.ok_or_else(gone)?;
    let said_at = Some(time.at);
    let (received, again) = (shared.receive_time(space), Some(schedule.id));
    let mut desk = Desk { said_at, again, ..Desk::alone(shared, tx, by, received, access) };
    let said = desk.says_at(schedule, &rule, time)?;
    Ok(schedule::went_on(&rule, said.map(|item| (time, item)), schedule, now))
}

/// Sets properties of a Schedule, as the server's own act.
fn changes(
    shared: &Shared,
    tx: &mut dyn Tx,
    space: Id,
    id: Id,
    patch: Map<String, Value>,
    now: UtcDate,
) -> Result<(), Miss> {
    let Some(mut desk) = server_desk(shared, tx, space, now)? else { return Ok(()) };
    kept(desk.follow(&SCHEDULE, None, vec![Effect::Patch { ty: SCHEDULE.name, id, patch }]))
}

fn open_schedule(shared: &Shared, tx: &mut dyn Tx, n: N, id: Id) -> Result<Option<Record>, Miss> {
    let row = tx.get(n, SCHEDULE.number, id)?.filter(|row| row.destroyed.is_none());
    Ok(row.map(|row| records::record(&shared.registry, &row)).filter(|schedule| !schedule.has("paused")))
}

impl Desk<'_> {
    /// Says what a Schedule says at one of its times; `None` where nobody could answer it any more.
    fn says_at(&mut self, schedule: &Record, rule: &Recurrence, time: Occurrence) -> Result<Option<Id>, Fault> {
        let hours = self.hours_asked(schedule)?;
        let by = schedule::answer_by(schedule, rule, time, &hours, self.now);
        if by.is_some_and(|by| by <= self.now) {
            return Ok(None);
        }
        let item = schedule::said_at(schedule, rule, time, &hours, self.now);
        let id = schedule::occurrence_id(schedule.id, time);
        self.create(ITEM, &id.to_string(), &item)?;
        Ok(Some(id))
    }

    /// The hours of those whom a Schedule asks, where its date is counted in them.
    fn hours_asked(&mut self, schedule: &Record) -> Result<Vec<(Id, model::person::Rhythm)>, Fault> {
        let counted = schedule.props.get("answerBy").and_then(|by| by.get("workingMinutes"));
        if counted.is_none_or(Value::is_null) {
            return Ok(Vec::new());
        }
        let mut asked: BTreeSet<Id> = schedule::asked(schedule).into_iter().filter(|id| id.letter() == b'p').collect();
        for named in self.newly_named(&schedule::as_item(schedule, 0))? {
            asked.extend(named.here);
        }
        Ok(self.hours_of(&asked)?)
    }

    /// How many Schedules the Space has.
    pub(crate) fn schedules(&mut self) -> Result<usize, Fault> {
        let prefix = format!("{}/", self.access.head.id);
        Ok(self.tx.keys(SCHEDULES, &prefix, u32::MAX)?.len())
    }

    /// Judges what a Schedule will say as if it said it at its next time, so that what can't be said is refused when it is
    /// set up, and not in a week. Nothing of it stays.
    pub(crate) fn rehearse(
        &mut self,
        ty: &'static TypeDef,
        before: Option<&Record>,
        after: &Record,
    ) -> Result<(), Fault> {
        let same = |name: &str| before.is_some_and(|before| before.props.get(name) == after.props.get(name));
        if ty.number != SCHEDULE.number || (same("item") && same("answerBy")) {
            return Ok(());
        }
        let rule = Recurrence::read(&after.props).map_err(|(name, why)| SetError::invalid(name, why))?;
        let Some(time) = rule.next_after(self.now.plus_ms(-1)) else { return Ok(()) };
        let mark = self.tx.mark();
        let done = self.says_at(after, &rule, time);
        self.tx.undo_to(mark);
        match done {
            Ok(_) => Ok(()),
            Err(Fault::Miss) => Err(Fault::Miss),
            Err(Fault::No(error)) => {
                let properties = error.properties.iter().map(|name| format!("item/{name}")).collect();
                Err(Fault::No(SetError { properties, ..error }))
            }
        }
    }
}

/// Pauses what somebody said who is not in the Space any more, so that the others see it before its time.
pub(crate) struct Speakers(pub(crate) Arc<Shared>);

impl LogReader for Speakers {
    fn name(&self) -> &'static str {
        "speakers"
    }

    fn wants(&self, ty: TypeNumber) -> bool {
        ty == MEMBER.number
    }

    fn take(&mut self, n: N, batch: &[Changed], at: &dyn Snapshot) -> Result<Vec<Box<dyn Command>>, StoreError> {
        let members = batch.iter().map(|changed| (changed.account, records::record(&self.0.registry, &changed.row)));
        let left: Vec<_> = members
            .filter(|(_, member)| Role::from_word(member.str("role")) == Role::None && member.has("leftAt"))
            .collect();
        let Some((space, _)) = left.first() else { return Ok(Vec::new()) };
        let mut out = Vec::new();
        for (_, key) in at.keys(SCHEDULES, &format!("{space}/"), "", u32::MAX)? {
            let (me, space, id, left) = (self.0.clone(), *space, key.id, left.clone());
            let work = move |tx: &mut dyn Tx| -> Result<Done<()>, Miss> {
                let now = me.clock.now();
                let Some(schedule) = open_schedule(&me, tx, n, id)? else { return Ok(Done::Undo(())) };
                let Some((_, member)) = left.iter().find(|(_, one)| Some(one.id) == schedule.id("saidBy")) else {
                    return Ok(Done::Undo(()));
                };
                // Whoever came back meanwhile goes on.
                let row = tx.get(n, MEMBER.number, member.id)?;
                let now_there = row.map(|row| records::record(&me.registry, &row));
                if now_there.is_none_or(|member| Role::from_word(member.str("role")) != Role::None) {
                    return Ok(Done::Undo(()));
                }
                let why = format!("{} said this, and is not in this Space any more", member.str("name"));
                changes(&me, tx, space, id, schedule::stopped(&why, now), now)?;
                tx.drop_job(n, &schedule::say_run(id));
                Ok(Done::Keep(()))
            };
            out.push(quiet(vec![space], work));
        }
        Ok(out)
    }
}
