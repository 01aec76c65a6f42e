//! A check-in: one question to several persons, or to everybody in the Space, which each answers in hours of his own, with a
//! post. It closes at its date; where it is sealed, nobody sees an answer before that. Who is away until then is not asked.

use jmap::{Id, Origin, SetError, UtcDate};
use serde_json::{Map, Value, json};
use std::collections::BTreeSet;

use super::closing::{close_run, over};
use super::{answers, named, persons_in, wants_one};
use crate::change::{Change, Effect};
use crate::kind::{Default, Kind, Rules, Shape, Summary, property};
use crate::limits;
use crate::person::Rhythm;
use crate::record::Record;

/// A question that several answer (shown as "check-in").
pub const CHECKIN: Kind = Kind {
    name: "checkin",
    number: 10,
    schema: 1,
    about: "A question that several persons answer, each in hours of his own: its title is the question, and an answer is a post with `inAnswerTo`. It asks for a reply (`expects`) until its date, and closes then. Where it is sealed, an answer is sent as a Submission, which its author alone can read and change until the check-in closes; then all of them appear.",
    properties: &[
        property("everyone", Shape::Bool, "true: it asks everybody in the Space. `of` is left empty then, and filled by the server a moment later with all who are in the Space; where these are more than an Item may ask, it stays empty, and asks them all without a Delivery to each")
            .once()
            .imported()
            .default(Default::Empty),
        property("sealed", Shape::Bool, "true: nobody sees an answer of another before it closes, who asks and admins included")
            .once()
            .imported()
            .default(Default::Empty),
        property("passedOver", Shape::List(&super::PERSON, limits::MAX_OF), "of those whom it asks, whom it would reach only after its date: it does not ask them, and waits for nothing of theirs. They may answer all the same")
            .server()
            .imported()
            .in_hours()
            .default(Default::Empty),
        property("closesAt", Shape::Instant, "when it closes, or has closed. An answer that comes later is an ordinary post")
            .server()
            .imported(),
    ],
    summary: |item| Summary { title: item.str("title").into(), text: item.str("text").into() },
    upgrade: |_, props| props,
    rules: Rules { check, effects },
    ended,
    example: || {
        json!({
            "kind": "checkin", "title": "What went well this week?", "text": "A line or two is enough.",
            "everyone": true, "sealed": true,
            "expects": { "what": "reply", "by": "2099-11-27T17:00:00Z" },
        })
    },
};

fn by(item: &Record) -> Option<UtcDate> {
    item.props.get("expects")?.get("by").and_then(Value::as_str).and_then(UtcDate::parse)
}

/// Whether it asks everybody and nobody was looked up yet.
pub fn asks_everyone(item: &Record) -> bool {
    let none = item.props.get("expects").and_then(|expects| expects.get("of")).and_then(Value::as_array);
    item.props.get("everyone") == Some(&Value::Bool(true)) && none.is_none_or(Vec::is_empty) && !item.has("closed")
}

/// Whom it would reach only after its date, as hours are now.
fn passed_over(item: &Record, asked: &BTreeSet<Id>, hours: &[(Id, Rhythm)], now: UtcDate) -> Value {
    let (until, gave) = (by(item).unwrap_or(now), answers::answers(item));
    let late = |(person, rhythm): &&(Id, Rhythm)| {
        asked.contains(person) && !gave.contains_key(&person.to_string()) && rhythm.arrival(now) >= until
    };
    hours.iter().filter(late).map(|(person, _)| json!(person)).collect()
}

/// What follows when everybody in the Space was looked up: whom it asks, and who is away.
pub fn asked_everyone(item: &Record, everyone: &BTreeSet<Id>, hours: &[(Id, Rhythm)], now: UtcDate) -> Vec<Effect> {
    let mut expects = item.props.get("expects").cloned().unwrap_or_default();
    expects["of"] = everyone.iter().map(|person| json!(person)).collect();
    let away = passed_over(item, everyone, hours, now);
    vec![set(item.id, [("expects", expects), ("passedOver", away)])]
}

fn check(change: &Change) -> Result<(), SetError> {
    let Some(after) = change.after.filter(|after| !after.has("deleted")) else { return Ok(()) };
    // What was asked elsewhere is brought in as it was.
    if change.is_new() && after.origin != Origin::Said {
        return Ok(());
    }
    let firm = ["expects", "closed"].iter().find(|name| change.changes(name));
    if let Some((name, _)) = firm.zip(change.before).filter(|(_, before)| over(before, change.now)) {
        return Err(SetError::invalid(name, "this has closed, and stays as it was; ask again with a new one"));
    }
    if change.is_new() && after.has("parentId") {
        return Err(SetError::invalid("parentId", "a check-in opens a thread and replies to nothing"));
    }
    if after.str("title").trim().is_empty() {
        return Err(SetError::invalid("title", "a check-in has a question as its title"));
    }
    if change.is_new() && after.has("closed") {
        return Err(SetError::invalid("closed", "a new check-in is open; close it when it is there"));
    }
    check_asks(change, after)
}

fn check_asks(change: &Change, after: &Record) -> Result<(), SetError> {
    if !change.is_new() && !change.changes("expects") {
        return Ok(());
    }
    let no = |why: &str| Err(SetError::invalid("expects", why));
    if answers::what(after) != "reply" {
        return no("a check-in asks for a reply: \"expects\" has \"reply\" as \"what\", and \"by\" until when");
    }
    if wants_one(after) {
        return no("a check-in asks everybody it names; leave \"anyOne\" out");
    }
    let asked = persons_in(&named::settled(change, after), "expects/of");
    match after.props.get("everyone") == Some(&Value::Bool(true)) {
        true if change.is_new() && !asked.is_empty() => {
            return no("it asks everyone, so \"of\" is left empty; or name some, and leave \"everyone\" out");
        }
        false if asked.is_empty() => return no("nobody is asked; name in \"of\" who is, or say \"everyone\""),
        _ => {}
    }
    match by(after) {
        None => no("a check-in closes: give a date as \"by\" in \"expects\""),
        Some(at) if at <= change.now => Err(SetError::invalid(
            "expects",
            format!("it would have closed at {at}, which is past; give a later date, or close it now"),
        )),
        Some(_) => Ok(()),
    }
}

fn effects(change: &Change) -> Vec<Effect> {
    let account = change.account;
    let Some(after) = change.after else {
        return vec![Effect::Cancel { account, run: close_run(change.record().id) }];
    };
    if change.is_new() && after.origin != Origin::Said {
        return Vec::new();
    }
    // Its author or an admin closes it before its time.
    if change.changes("closed") && after.has("closed") {
        let closed = json!({ "by": change.by.person, "at": change.now });
        let stands = set(after.id, [("closed", closed), ("closesAt", json!(change.now))]);
        return vec![stands, Effect::Cancel { account, run: close_run(after.id) }];
    }
    let Some(at) = by(after).filter(|_| change.is_new() || change.changes("expects")) else { return Vec::new() };
    let asked = persons_in(&named::settled(change, after), "expects/of");
    let away = passed_over(after, &asked, change.related.hours(), change.now);
    vec![
        Effect::Job { account, run: close_run(after.id), due: at, waits_for: None, payload: Value::Null },
        set(after.id, [("closesAt", json!(at)), ("passedOver", away)]),
    ]
}

/// What follows when its date has come.
fn ended(account: Id, item: &Record, now: UtcDate) -> Vec<Effect> {
    let Some(at) = item.date("closesAt").filter(|at| *at <= now && !item.has("closed")) else { return Vec::new() };
    let closed = json!({ "by": item.id("createdBy"), "at": at });
    vec![set(item.id, [("closed", closed)]), Effect::Cancel { account, run: close_run(item.id) }]
}

fn set(item: Id, patch: impl IntoIterator<Item = (&'static str, Value)>) -> Effect {
    let patch: Map<String, Value> = patch.into_iter().map(|(name, value)| (name.to_string(), value)).collect();
    Effect::Patch { ty: "Item", id: item, patch }
}
