//! A decision: options and open votes, or a proposal that is agreed unless somebody objects, and an instant at which it
//! ends. What came of it stays as a record, and may take the place of an older one.

mod clock;
mod ending;
mod voting;

pub use clock::{CLOCK, clock_prefix, retimed};
use ending::ended;

use jmap::{Id, Origin, SetError};
use serde_json::{Map, Value, json};
use std::collections::BTreeSet;

use super::{WHO_AND_WHEN, answers, named, persons_in, wants_one};
use crate::caller::Role;
use crate::change::{Change, Effect};
use crate::kind::{Default, Keys, Kind, Must, Property, Rules, Shape, Summary, Writer, property};
use crate::limits;
use crate::record::Record;

/// Options of a vote, at most.
const MOST_OPTIONS: usize = 20;
/// Bytes of the key of an option.
const MAX_KEY: usize = 32;
/// Bytes of what is said about an option, and of a reason.
const MAX_WHY: usize = 2000;
/// Working minutes that each voter may be given: twenty weeks of forty hours are for a date.
const MOST_MINUTES: i64 = 9600;

const OPTION: &[Property] = &[
    property("id", Shape::Text { max: MAX_KEY }, "its key, by which votes name it").required(),
    property("title", Shape::Text { max: limits::MAX_TITLE }, "a line that names it").required(),
    property("text", Shape::Markdown { max: MAX_WHY }, "what there is to say about it, in Markdown"),
];

const VOTE: &[Property] = &[
    property("option", Shape::Text { max: MAX_KEY }, "the key of what was chosen; null where nothing was"),
    property("objects", Shape::Bool, "true for an objection").default(Default::Empty),
    property("why", Shape::Markdown { max: MAX_WHY }, "the reason, in Markdown; an objection has one"),
    property(
        "for",
        Shape::Ref { to: "Person", must: Must::Nothing },
        "of an objection: for which voter who is away it is raised, by whoever stands in",
    ),
    property("at", Shape::Instant, "when, by the server's clock"),
];

const OUTCOME: &[Property] = &[
    property(
        "how",
        Shape::Choice(&["agreed", "objected", "chosen", "tied", "nobody", "withdrawn"]),
        "agreed: nobody objected; objected; chosen: an option has the most votes; tied: several have; nobody has voted; withdrawn",
    )
    .required(),
    property("option", Shape::Text { max: MAX_KEY }, "the key of the option that it came to"),
    property("at", Shape::Instant, "when it ended").required(),
    property("by", Shape::AnyId(b"p"), "who ended it before its time; null where its time did"),
];

/// Something that several persons decide (shown as "decision").
pub const DECISION: Kind = Kind {
    name: "decision",
    number: 9,
    schema: 1,
    about: "Something that several persons decide: whom it asks (`expects`, with \"decision\") votes for an option, or lets pass what is proposed. It ends at its instant, and stays as a record. Votes are open: everybody in the Space sees who voted what.",
    properties: &[
        property("rule", Shape::Choice(&["vote", "consent"]), "how it comes to an outcome: the option with the most votes; or what is proposed is agreed unless somebody objects. It stays once there is a vote")
            .default(Default::Word("vote")),
        property("options", Shape::List(&Shape::Object(OPTION), MOST_OPTIONS), "between what: two or more of a vote; of a consent what is proposed, or none where the text is the proposal. Once there is a vote, options can only be added")
            .in_body()
            .versioned()
            .default(Default::Empty),
        property("workingMinutes", Shape::Integer { min: 1, max: MOST_MINUTES }, "instead of a date (`expects/by`): how many minutes of hours of his own each voter has; it ends when the last of them has had them. Days off do not count")
            .in_hours(),
        property("votes", Shape::Map(Keys::Person, &Shape::Object(VOTE), 2 * limits::MAX_OF), "who voted what. Each sets his own vote, and may change it until it ends; a vote is written down in `answers` too")
            .in_body()
            .by(Writer::SelfKey)
            .imported()
            .default(Default::Empty),
        property("countsFrom", Shape::Map(Keys::Person, &Shape::Instant, limits::MAX_OF), "with `workingMinutes`: since when the hours of each voter count")
            .in_body()
            .server()
            .imported()
            .default(Default::Empty),
        property("closesAt", Shape::Instant, "when it ends, or has ended: from that instant on no vote is taken")
            .server()
            .imported(),
        property("withdrawn", Shape::Object(WHO_AND_WHEN), "who withdrew it, and when: then nothing comes of it. To have it end now with what was said so far, set `closed`")
            .by(Writer::AuthorOr(Role::Admin)),
        property("outcome", Shape::Object(OUTCOME), "what came of it; null as long as it is open").server().imported(),
        property("supersedes", Shape::Ref { to: "Item", must: Must::Exist }, "the decision whose place it takes, once it is agreed or chosen")
            .once(),
        property("supersededBy", Shape::AnyId(b"i"), "the decision that took its place").server().imported(),
    ],
    summary,
    upgrade: |_, props| props,
    rules: Rules { check, effects },
    ended,
    example: || {
        let options = [("thu", "On Thursday"), ("mon", "On Monday")].map(|(id, title)| json!({ "id": id, "title": title }));
        let expects = json!({ "what": "decision", "of": ["paaaaaaaaabyabaaaaaaaaaaaaa"] });
        json!({
            "kind": "decision", "title": "When do we release?", "text": "Both dates work for the shop.",
            "rule": "vote", "options": options, "expects": expects, "workingMinutes": 480,
        })
    },
};

/// The words of the options are found with those of the text.
fn summary(item: &Record) -> Summary {
    let lines = item.list("options").iter().map(|option| format!("\n\n- {}", text(option, "title")));
    let text = item.str("text").to_string() + &lines.collect::<String>();
    Summary { title: item.str("title").into(), text }
}

fn text<'a>(of: &'a Value, name: &str) -> &'a str {
    of.get(name).and_then(Value::as_str).unwrap_or("")
}

fn votes(item: &Record) -> Map<String, Value> {
    item.props.get("votes").and_then(Value::as_object).cloned().unwrap_or_default()
}

/// Whom it asks, also by the groups that it names with this change.
fn voters(change: &Change, item: &Record) -> BTreeSet<Id> {
    persons_in(&named::settled(change, item), "expects/of")
}

/// What makes it the decision that it is: none of it changes once it has ended.
const FIRM: [&str; 11] = [
    "votes",
    "title",
    "text",
    "rule",
    "options",
    "workingMinutes",
    "expects",
    "answers",
    "closed",
    "withdrawn",
    "blobs",
];

fn check(change: &Change) -> Result<(), SetError> {
    let Some(after) = change.after.filter(|after| !after.has("deleted")) else { return Ok(()) };
    // What was decided elsewhere is brought in as it was.
    if change.is_new() && after.origin != Origin::Said {
        return Ok(());
    }
    if let Some(before) = change.before {
        let touched = FIRM.iter().find(|name| change.changes(name));
        if let Some(name) = touched.filter(|_| ending::over(before, change.now)) {
            return Err(over(name));
        }
        check_voted(change, before, after)?;
    }
    let anew = ["title", "rule", "options", "expects"];
    if change.is_new() || anew.iter().any(|name| change.changes(name)) {
        check_asked(change, after)?;
        check_options(after)?;
    }
    clock::check(change, after)?;
    ending::check(change, after)?;
    voting::check(change, after)
}

/// Refuses what comes after the end.
fn over(name: &str) -> SetError {
    let why = match name {
        "votes" => "this has ended, and takes no vote since; say what you think in a reply",
        _ => "this has ended, and stays as it was; a new decision can supersede it",
    };
    SetError::invalid(name, why)
}

/// What somebody has voted on stays.
fn check_voted(change: &Change, before: &Record, after: &Record) -> Result<(), SetError> {
    if votes(before).is_empty() {
        return Ok(());
    }
    if change.changes("rule") {
        return Err(SetError::invalid("rule", "somebody has voted by this rule; withdraw it and begin a new one"));
    }
    let gone = before.list("options").iter().find(|option| !after.list("options").contains(option));
    if let Some(gone) = gone {
        let why = format!(
            "somebody has voted, so {:?} stays as it is; options can be added, or withdraw this and begin a new one",
            text(gone, "title")
        );
        return Err(SetError::invalid("options", why));
    }
    let proposal = before.str("rule") == "consent" && (change.changes("title") || change.changes("text"));
    if proposal || (before.str("rule") == "consent" && change.changes("options")) {
        let why = "somebody has said what he thinks of this proposal, so it stays; withdraw it and propose another";
        return Err(SetError::invalid("text", why));
    }
    Ok(())
}

fn check_asked(change: &Change, after: &Record) -> Result<(), SetError> {
    if after.str("title").trim().is_empty() {
        return Err(SetError::invalid("title", "a decision has a title; say in a line what is to be decided"));
    }
    if answers::what(after) != "decision" {
        return Err(SetError::invalid(
            "expects",
            "a decision asks for one: \"expects\" has \"decision\" as \"what\", and in \"of\" who decides",
        ));
    }
    if wants_one(after) {
        return Err(SetError::invalid("expects", "a decision asks everybody it names; leave \"anyOne\" out"));
    }
    if voters(change, after).is_empty() {
        return Err(SetError::invalid("expects", "nobody is asked; name in \"of\" who decides"));
    }
    Ok(())
}

fn check_options(after: &Record) -> Result<(), SetError> {
    let no = |why: String| Err(SetError::invalid("options", why));
    let options = after.list("options");
    match (after.str("rule"), options.len()) {
        ("vote", 0 | 1) => return no("a vote has two options or more; one proposal alone is a \"consent\"".into()),
        ("consent", 2..) => {
            return no("a consent has one proposal: its text, or one option; several are a \"vote\"".into());
        }
        _ => {}
    }
    let (mut keys, mut titles) = (BTreeSet::new(), BTreeSet::new());
    for option in options {
        let (key, title) = (text(option, "id"), text(option, "title").trim());
        if key.is_empty() || title.is_empty() {
            return no("an option has a key as \"id\" and a title".into());
        }
        if !keys.insert(key) {
            return no(format!("two options have the key {key:?}; each has its own"));
        }
        if !titles.insert(title.to_lowercase()) {
            return no(format!("{title:?} is there twice; each option has a title of its own"));
        }
    }
    Ok(())
}

fn effects(change: &Change) -> Vec<Effect> {
    let Some(after) = change.after else {
        return clock::forgotten(change).into_iter().chain(ending::let_go_of(change)).collect();
    };
    if change.is_new() && after.origin != Origin::Said {
        return Vec::new();
    }
    let early = ending::early(change, after);
    if !early.is_empty() {
        return early;
    }
    let mut out = voting::effects(change, after);
    out.extend(clock::effects(change, after));
    out
}

fn set(item: Id, patch: impl IntoIterator<Item = (&'static str, Value)>) -> Effect {
    let patch = patch.into_iter().map(|(name, value)| (name.to_string(), value)).collect();
    Effect::Patch { ty: "Item", id: item, patch }
}

#[cfg(test)]
mod tests;
