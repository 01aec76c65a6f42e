//! When a decision ends: at its date, or when the last of its voters has had so many minutes of hours of his own. It is
//! counted again when somebody's hours change.

use jmap::{Id, SetError, UtcDate};
use serde_json::{Map, Value, json};
use std::collections::BTreeSet;

use super::ending::over;
use super::{set, voters};
use crate::change::{Change, Effect};
use crate::items::{close_run, persons_in};
use crate::person::Rhythm;
use crate::record::Record;

/// The keys that lead from a person to the open decisions that count hours of his.
pub const CLOCK: &str = "clock";

/// How the keys of a person begin.
pub fn clock_prefix(person: Id) -> String {
    format!("{person}/")
}

fn clock_key(person: Id, item: Id) -> String {
    format!("{person}/{item}")
}

fn by(item: &Record) -> Option<UtcDate> {
    item.props.get("expects")?.get("by").and_then(Value::as_str).and_then(UtcDate::parse)
}

fn minutes(item: &Record) -> Option<u32> {
    item.int("workingMinutes").and_then(|minutes| u32::try_from(minutes).ok())
}

/// Since when the hours of each voter count: who is asked later has his own beginning.
fn counts_from(item: &Record, voters: &BTreeSet<Id>, now: UtcDate) -> Map<String, Value> {
    let was = item.props.get("countsFrom").and_then(Value::as_object);
    let from = |voter: &Id| was.and_then(|was| was.get(&voter.to_string())).cloned().unwrap_or_else(|| json!(now));
    voters.iter().map(|voter| (voter.to_string(), from(voter))).collect()
}

/// The instant at which it ends. Hours count of whom things reach; if they reach nobody, the usual ones.
fn closes_at(item: &Record, from: &Map<String, Value>, hours: &[(Id, Rhythm)]) -> Option<UtcDate> {
    let Some(minutes) = minutes(item) else { return by(item) };
    let since = |voter: &str| from.get(voter).and_then(Value::as_str).and_then(UtcDate::parse);
    let had = |(voter, rhythm): &(Id, Rhythm)| Some(rhythm.worked(since(&voter.to_string())?, minutes));
    let first = from.keys().filter_map(|voter| since(voter)).min();
    hours.iter().filter_map(had).max().or_else(|| Some(Rhythm::default().worked(first?, minutes)))
}

fn planned(change: &Change, after: &Record) -> (Map<String, Value>, Option<UtcDate>) {
    let from = counts_from(after, &voters(change, after), change.now);
    let at = closes_at(after, &from, change.related.hours());
    (from, at)
}

/// Whether something changes by which its end is found.
fn is_timed_anew(change: &Change) -> bool {
    change.is_new() || ["expects", "groups", "workingMinutes"].iter().any(|name| change.changes(name))
}

pub(super) fn check(change: &Change, after: &Record) -> Result<(), SetError> {
    if !is_timed_anew(change) {
        return Ok(());
    }
    let name = if minutes(after).is_some() { "workingMinutes" } else { "expects" };
    let at = match (by(after), minutes(after)) {
        (Some(_), Some(_)) => {
            let why = "a decision ends at a date, or after so many minutes of each voter's hours; give one of them";
            return Err(SetError::invalid("workingMinutes", why));
        }
        (None, None) => {
            let why = "a decision ends: give a date as \"by\" in \"expects\", or \"workingMinutes\"";
            return Err(SetError::invalid("expects", why));
        }
        _ => planned(change, after).1,
    };
    match at.filter(|at| *at <= change.now) {
        Some(at) => Err(SetError::invalid(
            name,
            format!("it would have ended at {at}, which is past; give a later end, or close it now"),
        )),
        None => Ok(()),
    }
}

/// What is due when, and who has to be looked at when hours change.
pub(super) fn effects(change: &Change, after: &Record) -> Vec<Effect> {
    if !is_timed_anew(change) {
        return Vec::new();
    }
    let (from, Some(at)) = planned(change, after) else { return Vec::new() };
    let counted = if minutes(after).is_some() { from } else { Map::new() };
    let mut out = due(change.account, after, at);
    for person in ids(&counted) {
        out.push(Effect::Lead { name: CLOCK, key: clock_key(person, after.id), to: after.id });
    }
    out.extend(released(after, |person| !counted.contains_key(&person.to_string())));
    out.push(set(after.id, [("countsFrom", Value::Object(counted))]));
    out
}

fn due(account: Id, item: &Record, at: UtcDate) -> Vec<Effect> {
    let run = close_run(item.id);
    vec![
        Effect::Job { account, run, due: at, waits_for: None, payload: Value::Null },
        set(item.id, [("closesAt", json!(at))]),
    ]
}

fn ids(of: &Map<String, Value>) -> impl Iterator<Item = Id> + '_ {
    of.keys().filter_map(|id| Id::parse(id).ok())
}

/// Lets go the keys of those whose hours it has counted so far, and of whom that says so.
pub(super) fn released(item: &Record, which: impl Fn(Id) -> bool) -> Vec<Effect> {
    let was = item.props.get("countsFrom").and_then(Value::as_object).cloned().unwrap_or_default();
    let gone = ids(&was).filter(|person| which(*person));
    gone.map(|person| Effect::Release { name: CLOCK, key: clock_key(person, item.id), of: item.id }).collect()
}

/// Of one that is destroyed.
pub(super) fn forgotten(change: &Change) -> Vec<Effect> {
    let Some(before) = change.before.filter(|before| !before.has("outcome")) else { return Vec::new() };
    let mut out = released(before, |_| true);
    out.push(Effect::Cancel { account: change.account, run: close_run(before.id) });
    out
}

/// What follows for an open decision when the hours of a voter are others now; nothing where it ends as before. What has
/// been said stays said: it never ends earlier than now, and what is over is not opened again.
pub fn retimed(account: Id, item: &Record, hours: &[(Id, Rhythm)], now: UtcDate) -> Vec<Effect> {
    let open = item.date("closesAt").filter(|_| minutes(item).is_some() && !over(item, now));
    let Some(was) = open else { return Vec::new() };
    let from = counts_from(item, &persons_in(item, "expects/of"), now);
    match closes_at(item, &from, hours).map(|at| at.max(now)).filter(|at| *at != was) {
        Some(at) => due(account, item, at),
        None => Vec::new(),
    }
}
