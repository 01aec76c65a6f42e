//! What there is to be told outside now, and when there is more: from the rows as they stand, by the hours of whom they are
//! for.

use jmap::{DAY_MS, Id, UtcDate};
use serde_json::Value;
use std::collections::{BTreeMap, HashMap};
use store::{Outward, Snapshot, StoreError};

use super::arrived::{Reader, Told};
use super::rows::{ARRIVED, INVITED, MAIL, PUSHED, REFUSED};
use super::seal::Group;
use crate::Shared;
use crate::deliveries::{brings, hours_of};

/// Rows that are read at a time.
const PAGE: u32 = 500;
/// For so many days it is told what could not be told to somebody.
const REMEMBER_DAYS: i64 = 30;

/// For when something was put off, by the number of its row, or of the first of several: what comes a moment after that
/// instant is not late.
pub(super) type Promised = HashMap<u64, UtcDate>;

/// What there is to do.
#[derive(Default)]
pub(super) struct Plan {
    pub(super) seals: Vec<Group>,
    pub(super) sends: Vec<Outward>,
    /// What was refused too long ago.
    pub(super) forget: Vec<Outward>,
    pub(super) refused: HashMap<Id, Vec<u64>>,
    pub(super) promised: Promised,
    pub(super) next: Option<UtcDate>,
}

impl Plan {
    /// It is told then, and not before.
    fn put_off(&mut self, row: u64, due: UtcDate) {
        self.promised.insert(row, due);
        self.later(due);
    }

    pub(super) fn later(&mut self, at: UtcDate) {
        self.next = Some(self.next.map_or(at, |next| next.min(at)));
    }
}

pub(super) fn value(row: &Outward) -> Value {
    serde_json::from_str(&row.value).unwrap_or_default()
}

pub(super) fn rows(at: &dyn Snapshot) -> Result<Vec<Outward>, StoreError> {
    let mut out = Vec::new();
    loop {
        let page = at.outward(out.last().map_or(0, |row: &Outward| row.number), PAGE)?;
        let is_last = page.len() < PAGE as usize;
        out.extend(page);
        if is_last {
            return Ok(out);
        }
    }
}

/// `down`: the relay takes nothing now, so of mails nothing has to be found out.
pub(super) fn plan(
    shared: &Shared,
    at: &dyn Snapshot,
    now: UtcDate,
    (down, promised): (bool, &Promised),
) -> Result<Plan, StoreError> {
    let mut plan = Plan::default();
    let mut groups: BTreeMap<(Id, bool), Group> = BTreeMap::new();
    for row in rows(at)? {
        let value = value(&row);
        let date = |name: &str| value[name].as_str().and_then(UtcDate::parse).unwrap_or(now);
        let any_hour = value["anyHour"] == true;
        match row.what.as_str() {
            ARRIVED => {
                let Some(item) = value["item"].as_str().and_then(|id| Id::parse(id).ok()) else { continue };
                let new = || Group {
                    n: row.n,
                    person: row.account,
                    rows: vec![],
                    told: vec![],
                    at: date("at"),
                    due: date("due"),
                    any_hour,
                };
                let group = groups.entry((row.account, any_hour)).or_insert_with(new);
                group.due = group.due.min(date("due"));
                group.at = group.at.max(date("at"));
                group.rows.push(row.number);
                let told = Told { item, again: value["again"] == true };
                group.told.retain(|other| other.item != item);
                group.told.push(told);
            }
            MAIL if down => {
                plan.promised.extend(promised.get(&row.number).map(|due| (row.number, *due)));
                plan.sends.push(row);
            }
            MAIL | PUSHED if any_hour => plan.sends.push(row),
            MAIL | PUSHED => {
                let due = promised.get(&row.number).copied().unwrap_or_else(|| date("at"));
                match in_hours(shared, at, row.account, due, now)? {
                    Some(due) if due > now => plan.put_off(row.number, due),
                    _ => {
                        plan.promised.insert(row.number, due);
                        plan.sends.push(row);
                    }
                }
            }
            INVITED => plan.sends.push(row),
            REFUSED if date("at") < now.plus_ms(-REMEMBER_DAYS * DAY_MS) => plan.forget.push(row),
            REFUSED => plan.refused.entry(row.account).or_default().push(row.number),
            _ => {}
        }
    }
    for group in groups.into_values() {
        let first = group.rows.first().copied().unwrap_or_default();
        let due = promised.get(&first).copied().unwrap_or(group.due);
        let due = if due > now || group.any_hour { Some(due) } else { in_hours(shared, at, group.person, due, now)? };
        // What arrives at the same window is on its way still.
        let more = at.jobs(group.n)?.iter().any(|job| brings(job) && job.due <= now);
        match due {
            Some(due) if due > now => plan.put_off(first, due),
            _ if more => {}
            _ => plan.seals.push(group),
        }
    }
    Ok(plan)
}

/// When what was due to somebody at an instant may be told to him, now that it is `now`; `None`: nobody is there, and what
/// is for him can be dealt with.
fn in_hours(
    shared: &Shared,
    at: &dyn Snapshot,
    person: Id,
    due: UtcDate,
    now: UtcDate,
) -> Result<Option<UtcDate>, StoreError> {
    let reader = Reader::of(shared, at, person)?;
    Ok(reader.and_then(|reader| hours_of(&reader.person)).map(|hours| hours.late(due, now)))
}
