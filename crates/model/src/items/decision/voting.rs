//! Votes: who may say what, and that a voter's own word answers the question for him.

use jmap::{Id, SetError};
use serde_json::{Map, Value, json};

use super::{set, text, voters, votes};
use crate::change::{Change, Effect};
use crate::items::answers::answers;
use crate::record::Record;

/// The vote that the caller sets with this change; `Some(None)` where he takes it back.
fn cast(change: &Change, after: &Record) -> Option<Option<Map<String, Value>>> {
    let me = change.by.person.to_string();
    let [before, after] = [change.before, Some(after)].map(|item| item.and_then(|item| votes(item).remove(&me)));
    let vote = |value: Value| value.as_object().cloned();
    (before != after).then(|| after.and_then(vote))
}

pub(super) fn check(change: &Change, after: &Record) -> Result<(), SetError> {
    if !change.is_new() && change.changes("answers") {
        return Err(SetError::invalid(
            "answers",
            "a decision is answered by a vote; set or take back yours in \"votes\"",
        ));
    }
    let no = |why: &str| Err(SetError::invalid("votes", why));
    let Some(vote) = cast(change, after) else { return Ok(()) };
    let me = change.by.person;
    if !after.has("closesAt") {
        return no("this was brought in from elsewhere and is not open for votes; begin a decision here");
    }
    // Whoever is not asked any more may take back what he said.
    let Some(vote) = vote else { return Ok(()) };
    let asked = voters(change, after);
    let objects = vote.get("objects") == Some(&Value::Bool(true));
    match vote.get("for").and_then(Value::as_str).map(Id::parse) {
        Some(_) if asked.contains(&me) => return no("it asks you yourself: vote in your own name, without \"for\""),
        Some(Ok(of)) if !asked.contains(&of) => return no("whom you stand in for is not asked; leave it to who is"),
        Some(Ok(of)) if change.related.deputy(of) != Some(me) => {
            return no("you do not stand in for this person now; on the days off it says who does");
        }
        Some(_) if !objects => return no("who stands in for somebody can object for him, and not choose"),
        Some(_) => {}
        None if !asked.contains(&me) => return no("it does not ask you; say what you think in a reply"),
        None => {}
    }
    let option = vote.get("option").and_then(Value::as_str);
    let known = |key: &str| after.list("options").iter().any(|option| text(option, "id") == key);
    if option.is_some_and(|key| !known(key)) {
        return no("there is no such option; \"option\" is the \"id\" of one of them");
    }
    if objects && vote.get("why").and_then(Value::as_str).is_none_or(|why| why.trim().is_empty()) {
        return no("an objection has a reason: say in \"why\" what would have to be otherwise");
    }
    if objects && option.is_some() {
        return no("an objection chooses nothing; leave out \"option\", or \"objects\"");
    }
    if !objects && option.is_none() && after.str("rule") == "vote" {
        return no("a vote names an \"option\", or objects with a reason");
    }
    Ok(())
}

/// The instant of a vote is the server's, and who is asked has answered with it.
pub(super) fn effects(change: &Change, after: &Record) -> Vec<Effect> {
    let Some(vote) = cast(change, after) else { return Vec::new() };
    let me = change.by.person.to_string();
    let (mut all, mut gave) = (votes(after), answers(after));
    match vote {
        Some(vote) => {
            let part = |name: &str| vote.get(name).cloned().unwrap_or_default();
            let objects = vote.get("objects") == Some(&Value::Bool(true));
            let whole = json!({
                "option": part("option"), "objects": objects, "why": part("why"), "for": part("for"), "at": change.now,
            });
            all.insert(me.clone(), whole);
            if voters(change, after).contains(&change.by.person) {
                gave.insert(me, json!({ "itemId": null, "at": change.now }));
            }
        }
        None => drop(gave.remove(&me)),
    }
    vec![set(after.id, [("votes", Value::Object(all)), ("answers", Value::Object(gave))])]
}
