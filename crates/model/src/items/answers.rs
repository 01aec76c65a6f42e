//! Answers: who of those whom an Item asks has answered it. Written in the transaction of the post that answers, or by
//! the person's own "Got it".

use jmap::{Id, Origin, SetError};
use serde_json::{Map, Value, json};

use crate::change::{Change, Effect};
use crate::items::persons_in;
use crate::record::Record;

pub(super) fn answers(item: &Record) -> Map<String, Value> {
    item.props.get("answers").and_then(Value::as_object).cloned().unwrap_or_default()
}

pub(super) fn what(item: &Record) -> &str {
    item.props.get("expects").and_then(|expects| expects.get("what")).and_then(Value::as_str).unwrap_or("")
}

/// True for an answer without a post: a "Got it", or one from another Space.
fn is_bare(answer: &Value) -> bool {
    answer.get("itemId").is_none_or(Value::is_null)
}

pub(super) fn check(change: &Change, after: &Record) -> Result<(), SetError> {
    if after.origin != Origin::Said || !change.changes("answers") {
        return Ok(());
    }
    let none = |why: &str| Err(SetError::invalid("answers", why));
    // At creation the table refuses it.
    let Some(before) = change.before else { return Ok(()) };
    let key = change.by.person.to_string();
    let (old, new) = (answers(before), answers(after));
    if old.get(&key).is_some_and(|old| !is_bare(old)) {
        return none("you have answered with a post; whoever deletes it takes the answer back");
    }
    match new.get(&key) {
        None => Ok(()),
        Some(answer) if !is_bare(answer) => {
            none("a post that answers names the question as \"inAnswerTo\"; here \"itemId\" is null")
        }
        Some(_) if what(after) != "acknowledgement" => {
            none("a \"Got it\" answers what asks for one; answer this with a post that names it as \"inAnswerTo\"")
        }
        Some(_) if !persons_in(after, "expects/of").contains(&change.by.person) => none("it does not ask you"),
        Some(_) => Ok(()),
    }
}

pub(super) fn effects(change: &Change) -> Vec<Effect> {
    let mut out: Vec<Effect> = reply(change).into_iter().collect();
    // The instant of a "Got it" is the server's.
    if let (Some(before), Some(after)) = (change.before, change.after) {
        let key = change.by.person.to_string();
        let (old, mut new) = (answers(before), answers(after));
        if new.contains_key(&key) && !old.contains_key(&key) && change.changes("answers") {
            new.insert(key, json!({ "itemId": null, "at": change.now }));
            out.push(set(after.id, new));
        }
    }
    out
}

/// What a post that answers does to the question, and what its deletion does.
fn reply(change: &Change) -> Option<Effect> {
    // What is voted on is answered by a vote, and a post is a remark to it.
    let answerable = |question: &&Record| !question.has("deleted") && !question.props.contains_key("votes");
    let question = change.related.get("inAnswerTo").filter(answerable)?;
    let mut all = answers(question);
    match (change.before, change.after) {
        (None, Some(post)) if post.origin == Origin::Said => {
            let by = post.id("createdBy").filter(|by| persons_in(question, "expects/of").contains(by))?;
            all.insert(by.to_string(), json!({ "itemId": post.id, "at": change.now }));
        }
        (Some(post), None) => {
            let by = post.id("createdBy")?.to_string();
            let its = |answer: &Value| answer.get("itemId").and_then(Value::as_str).and_then(|id| Id::parse(id).ok());
            all.get(&by).filter(|answer| its(answer) == Some(post.id))?;
            all.remove(&by);
        }
        _ => return None,
    }
    Some(set(question.id, all))
}

fn set(item: Id, answers: Map<String, Value>) -> Effect {
    let patch = Map::from_iter([("answers".to_string(), Value::Object(answers))]);
    Effect::Patch { ty: "Item", id: item, patch }
}
