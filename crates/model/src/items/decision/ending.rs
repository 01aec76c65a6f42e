//! What comes of a decision, at its time or before it: the outcome, who closed it, and what it supersedes.

use jmap::{Id, SetError, UtcDate};
use serde_json::{Value, json};
use std::collections::BTreeMap;

use super::clock::released;
use super::{DECISION, set, text, votes};
use crate::change::{Change, Effect};
use crate::items::close_run;
use crate::record::Record;

/// Whether it has ended, also if the job has not been there since.
pub(super) fn over(item: &Record, now: UtcDate) -> bool {
    item.has("outcome") || item.date("closesAt").is_some_and(|at| at <= now)
}

pub(super) fn check(change: &Change, after: &Record) -> Result<(), SetError> {
    if change.changes("withdrawn") && after.has("withdrawn") && !change.is_new() {
        let by = after.props.get("withdrawn").map(|it| text(it, "by")).unwrap_or("");
        if by != change.by.person.to_string() {
            return Err(SetError::invalid("withdrawn", "\"by\" in \"withdrawn\" is the one who withdraws it: you"));
        }
    }
    if change.is_new() && (after.has("closed") || after.has("withdrawn")) {
        let name = if after.has("closed") { "closed" } else { "withdrawn" };
        return Err(SetError::invalid(name, "a new decision is open; close or withdraw it when it is there"));
    }
    if change.is_new() && after.has("supersedes") {
        return check_superseded(change);
    }
    Ok(())
}

fn check_superseded(change: &Change) -> Result<(), SetError> {
    let no = |why: &str| Err(SetError::invalid("supersedes", why));
    match change.related.get("supersedes") {
        Some(old) if old.kind != DECISION.number || old.has("deleted") => {
            no("only a decision is superseded; link to other things in the text")
        }
        Some(old) if !old.has("outcome") => no("that decision is still open; withdraw it, or wait for its end"),
        Some(old) if old.has("supersededBy") => {
            no("that decision was superseded already; supersede the one that took its place")
        }
        _ => Ok(()),
    }
}

/// What follows where its author or an admin withdraws it, or has it end now.
pub(super) fn early(change: &Change, after: &Record) -> Vec<Effect> {
    let acts = |name: &str| change.changes(name) && after.has(name);
    let by = Some(change.by.person);
    if acts("withdrawn") {
        return end(change.account, after, Outcome { how: "withdrawn", option: None }, by, change.now);
    }
    match acts("closed") {
        true => end(change.account, after, outcome(after), by, change.now),
        false => Vec::new(),
    }
}

/// What follows for a decision whose time has come; nothing where it has not, or has ended.
pub(super) fn ended(account: Id, item: &Record, now: UtcDate) -> Vec<Effect> {
    let at = item.date("closesAt").filter(|at| *at <= now && !item.has("outcome") && !item.has("deleted"));
    at.map_or_else(Vec::new, |at| end(account, item, outcome(item), None, at))
}

/// `by`: who ended it before its time.
fn end(account: Id, item: &Record, outcome: Outcome, by: Option<Id>, at: UtcDate) -> Vec<Effect> {
    let closed = json!({ "by": by.or_else(|| item.id("createdBy")), "at": at });
    let stands = json!({ "how": outcome.how, "option": outcome.option, "at": at, "by": by });
    let mut out = vec![
        set(item.id, [("outcome", stands), ("closed", closed), ("closesAt", json!(at))]),
        Effect::Cancel { account, run: close_run(item.id) },
    ];
    out.extend(released(item, |_| true));
    // What came to nothing takes nobody's place.
    if let Some(old) = item.id("supersedes").filter(|_| matches!(outcome.how, "agreed" | "chosen")) {
        out.push(set(old, [("supersededBy", json!(item.id))]));
    }
    out
}

/// What a decision that is destroyed had superseded stands again.
pub(super) fn let_go_of(change: &Change) -> Vec<Effect> {
    let old =
        change.related.get("supersedes").filter(|old| old.id("supersededBy") == change.before.map(|before| before.id));
    old.map(|old| set(old.id, [("supersededBy", Value::Null)])).into_iter().collect()
}

#[derive(Debug, PartialEq)]
pub(super) struct Outcome {
    pub(super) how: &'static str,
    pub(super) option: Option<String>,
}

/// What the votes come to as they stand. What a deputy said counts until the voter has spoken himself.
pub(super) fn outcome(item: &Record) -> Outcome {
    let all = votes(item);
    let counted = || all.values().filter(|vote| !all.contains_key(text(vote, "for")));
    if item.str("rule") == "consent" {
        let objected = counted().any(|vote| vote.get("objects") == Some(&Value::Bool(true)));
        let proposal = item.list("options").first().map(|option| text(option, "id").to_string());
        let how = if objected { "objected" } else { "agreed" };
        return Outcome { how, option: proposal.filter(|_| !objected) };
    }
    let mut sums: BTreeMap<&str, usize> = BTreeMap::new();
    for option in counted().map(|vote| text(vote, "option")).filter(|option| !option.is_empty()) {
        *sums.entry(option).or_default() += 1;
    }
    let most = sums.values().max().copied().unwrap_or(0);
    let first: Vec<&str> = sums.iter().filter(|(_, sum)| **sum == most).map(|(option, _)| *option).collect();
    match first[..] {
        [] => Outcome { how: "nobody", option: None },
        [one] => Outcome { how: "chosen", option: Some(one.to_string()) },
        _ => Outcome { how: "tied", option: None },
    }
}
