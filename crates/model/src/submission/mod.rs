//! Submission: what is written but not yet in its Space (RFC 8621's word and undoStatus). Draft: what is being written.

mod sealed;

pub use sealed::{SEALED, sealed_key, sealed_prefix};

use jmap::{Id, SetError, UtcDate};
use serde_json::{Map, Value, json};

use crate::change::{Change, Effect};
use crate::kind::{AccountKind, Author, Default, Rules, Shape, TypeDef, Writer, property};
use crate::limits;
use crate::record::Record;

/// What waits to be published: undo, and send later.
pub const SUBMISSION: TypeDef = TypeDef {
    name: "Submission",
    number: 20,
    letter: b'i',
    account: AccountKind::Personal,
    about: "What is written but not yet in its Space. Its id is the id that the Item will have. It can be taken back while undoStatus is pending.",
    properties: &[
        property("spaceId", Shape::AnyId(b"sd"), "where it goes").once().required(),
        property(
            "item",
            Shape::Embedded("Item"),
            "the whole Item. It stays as it was sent, unless it is sealed: then its author changes its words and files until it is published",
        )
        .in_body()
        .required(),
        property(
            "sendIn",
            Shape::Integer { min: 0, max: limits::MAX_UNDO_SECONDS },
            "seconds until it is published, 30 if left out; what a client that was offline has left",
        )
        .nowhere(),
        property(
            "waited",
            Shape::Integer { min: 0, max: limits::MAX_SAFE },
            "seconds since Send was pressed, of what waited for a network; 0 if left out, and no more than maxUndoSeconds are counted",
        )
        .nowhere(),
        property(
            "sendAt",
            Shape::Instant,
            "when it is published. Its author may give it, and change it as long as it is pending, at most maxUndoSeconds ahead: send later. Left out, it follows from sendIn",
        )
        .default(Default::Set),
        property(
            "undoStatus",
            Shape::Choice(&["pending", "final", "canceled"]),
            "pending; canceled by its author; final from the moment it is published",
        )
        .default(Default::Word("pending")),
        property(
            "sealedBy",
            Shape::AnyId(b"i"),
            "the open check-in that it answers, where that is sealed: it is published when that closes, at whatever instant that is, and nobody else knows of it until then",
        )
        .server(),
        property(
            "createdAt",
            Shape::Instant,
            "when Send was pressed, or the sendAt that its author gave; the Item is dated so",
        )
        .server()
        .default(Default::Now),
    ],
    has_kinds: false,
    internal: false,
    founds: None,
    id_of: |_| None,
    author: Author::Owner,
    create: Writer::Author,
    destroy: Writer::Author,
    rules: Rules { check, effects },
};

/// Under which name the rules see the question that the Item of a Submission answers, where it is open to its author.
pub const QUESTION: &str = "item/inAnswerTo";

/// What is being written.
pub const DRAFT: TypeDef = TypeDef {
    name: "Draft",
    number: 21,
    letter: b'i',
    account: AccountKind::Personal,
    about: "What is being written, on all devices of its author. What could not be published comes back here, with the reason.",
    properties: &[
        property("spaceId", Shape::AnyId(b"sd"), "where it is meant to go"),
        property("item", Shape::Free { max: limits::MAX_TEXT + limits::MAX_HEAD }, "the Item as far as it is written")
            .in_body()
            .default(Default::Empty),
        property("reason", Shape::Text { max: 1000 }, "why it came back").default(Default::Null),
        property("createdAt", Shape::Instant, "when it was begun").server().default(Default::Now),
        property("editedAt", Shape::Instant, "when it was last touched").server(),
        property("version", Shape::Integer { min: 1, max: i64::MAX }, "counts nothing here").column(),
    ],
    has_kinds: false,
    internal: false,
    founds: None,
    id_of: |_| None,
    author: Author::Owner,
    create: Writer::Author,
    destroy: Writer::Author,
    rules: Rules::NONE,
};

fn check(change: &Change) -> Result<(), SetError> {
    check_time(change)?;
    sealed::check(change)?;
    match (change.before, change.after) {
        (None, Some(new)) if new.str("undoStatus") != "pending" => {
            Err(SetError::invalid("undoStatus", "a new submission is pending"))
        }
        (None, Some(new)) if parent(new) == Some(new.id) => {
            Err(SetError::invalid("item/parentId", "nothing replies to itself; give the id of what it replies to"))
        }
        (Some(before), Some(after)) if change.changes("undoStatus") => {
            match (before.str("undoStatus"), after.str("undoStatus")) {
                ("pending", "canceled") => Ok(()),
                ("final", _) => Err(SetError::cannot_unsend("it was published already; edit or delete it where it is")),
                (_, to) => Err(SetError::invalid("undoStatus", format!("it can't become {to:?}; write a new one"))),
            }
        }
        (Some(before), None) if before.str("undoStatus") == "final" => {
            Err(SetError::cannot_unsend("it is being published; edit or delete it where it is"))
        }
        _ => Ok(()),
    }
}

/// The instant that its author gives with this change, if any.
fn said_time(change: &Change) -> Option<UtcDate> {
    change.after.filter(|_| change.changes("sendAt")).and_then(|after| after.date("sendAt"))
}

fn check_time(change: &Change) -> Result<(), SetError> {
    let Some(at) = said_time(change) else { return Ok(()) };
    if change.said.contains_key("sendIn") || change.said.contains_key("waited") {
        return Err(SetError::invalid("sendAt", "it is given by itself, or by sendIn and waited; give one of them"));
    }
    let last = change.now.plus_ms(limits::MAX_UNDO_SECONDS * 1000);
    if at > last {
        return Err(SetError::invalid(
            "sendAt",
            format!("{at} is too far ahead; the last that can be given is {last}"),
        ));
    }
    if change.before.is_some_and(|before| before.has("sealedBy") && before.str("undoStatus") == "pending") {
        let why = "this is sealed: it is published when what it answers closes; take it back, or leave it";
        return Err(SetError::invalid("sendAt", why));
    }
    match change.before.map(|before| before.str("undoStatus")) {
        Some("final") => Err(SetError::cannot_unsend("it was published already; edit or delete it where it is")),
        Some("canceled") => Err(SetError::invalid("sendAt", "it was taken back; send a new one")),
        _ => Ok(()),
    }
}

/// The question that the Item of a Submission answers.
pub fn question(submission: &Record) -> Option<Id> {
    Id::parse(submission.props.get("item")?.get("inAnswerTo")?.as_str()?).ok()
}

/// What the Item of a Submission replies to.
pub fn parent(submission: &Record) -> Option<Id> {
    Id::parse(submission.props.get("item")?.get("parentId")?.as_str()?).ok()
}

fn effects(change: &Change) -> Vec<Effect> {
    let record = change.record();
    let Some(space) = record.id("spaceId") else { return Vec::new() };
    let run = run(record.id);
    match (change.before, change.after) {
        (None, Some(new)) => {
            let said = |name: &str| change.said.get(name).and_then(Value::as_i64);
            let waited = said("waited").unwrap_or(0).min(limits::MAX_UNDO_SECONDS);
            let due = change.now.plus_ms(said("sendIn").unwrap_or(limits::UNDO_SECONDS) * 1000);
            let (due, dated) = chosen(change).unwrap_or((due, change.now.plus_ms(-waited * 1000)));
            sealed::timed(change, new, space, due, dated)
        }
        (Some(_), Some(after)) if after.str("undoStatus") == "canceled" && change.changes("undoStatus") => {
            [Effect::Cancel { account: space, run }].into_iter().chain(sealed::released(after)).collect()
        }
        (Some(_), Some(after)) => {
            chosen(change).map_or_else(Vec::new, |(due, dated)| timed(change, after, space, due, dated))
        }
        (Some(before), None) => {
            [Effect::Cancel { account: space, run }].into_iter().chain(sealed::released(before)).collect()
        }
        (None, None) => Vec::new(),
    }
}

/// The name of the job that publishes it.
fn run(id: Id) -> String {
    format!("publish/{id}")
}

/// When it is published and how it is dated, where its author gives an instant: both the same, and not before now.
fn chosen(change: &Change) -> Option<(UtcDate, UtcDate)> {
    said_time(change).map(|at| at.max(change.now)).map(|at| (at, at))
}

/// Has it published at that instant, and dated so.
fn timed(change: &Change, it: &Record, space: Id, due: UtcDate, dated: UtcDate) -> Vec<Effect> {
    let mut patch = Map::new();
    patch.insert("sendAt".into(), json!(due));
    patch.insert("createdAt".into(), json!(dated));
    vec![
        Effect::Patch { ty: "Submission", id: it.id, patch },
        Effect::Job {
            account: space,
            run: run(it.id),
            due,
            waits_for: parent(it),
            payload: json!({ "person": change.account }),
        },
    ]
}
