//! Follow: what its owner wants to hear of, and not. Nobody else can see it: it lives in one's own account, and what
//! a reader of the log needs of it is a key that no method shows.

use jmap::{Id, SetError, UtcDate};
use serde_json::Value;

use crate::change::{Change, Effect};
use crate::kind::{AccountKind, Author, Naming, Property, Rules, Shape, TypeDef, Writer, property};
use crate::record::Record;

const MUTED: &[Property] = &[
    property("at", Shape::Instant, "since when").required(),
    property("until", Shape::Instant, "until when; null until it is taken back"),
];

/// What somebody wants to hear of a thread, or of a whole Space. Its id is theirs with the letter f, so that writing it
/// twice is one.
pub const FOLLOW: TypeDef = TypeDef {
    name: "Follow",
    number: 27,
    letter: b'f',
    account: AccountKind::Personal,
    about: "What its owner wants to hear of a thread, or of a whole Space: everything (followed), or less (muted). Its id is that of the thread, or of the Space, with the letter f. Nobody else can see it. What names its owner, or asks him, reaches him from a muted thread too.",
    properties: &[
        property("spaceId", Shape::AnyId(b"sd"), "the Space").once().required(),
        property("threadId", Shape::AnyId(b"i"), "the thread; null for the whole Space").once(),
        property("followedAt", Shape::Instant, "since when its owner follows it; null if not"),
        property("muted", Shape::Object(MUTED), "since when, and until when, it is muted; null if not"),
    ],
    has_kinds: false,
    internal: false,
    founds: None,
    id_of,
    author: Author::Owner,
    create: Writer::Author,
    destroy: Writer::Author,
    rules: Rules { check, effects },
};

/// The key under which a reader finds who follows a thread: all of them are one range.
pub fn follow_key(space: Id, thread: Id, person: Id) -> String {
    format!("{space}/{thread}/{person}")
}

fn id_of(new: &Naming) -> Option<Id> {
    let of = if new.args.get("threadId").is_none_or(Value::is_null) { "spaceId" } else { "threadId" };
    Some(new.arg(of)?.with_letter(FOLLOW.letter))
}

fn check(change: &Change) -> Result<(), SetError> {
    let Some(follow) = change.after else { return Ok(()) };
    let of = follow.id("threadId").or(follow.id("spaceId"));
    if of.map(|of| of.with_letter(FOLLOW.letter)) != Some(follow.id) {
        return Err(SetError::invalid(
            "id",
            "the id of a Follow is that of its thread, or of its Space, with the letter f; leave it out, or compute it",
        ));
    }
    let instant = |name: &str| follow.props.get("muted")?.get(name)?.as_str().and_then(UtcDate::parse);
    if instant("until").zip(instant("at")).is_some_and(|(until, at)| until <= at) {
        return Err(SetError::invalid(
            "muted",
            "\"until\" in \"muted\" lies after \"at\"; to hear of it again, set null",
        ));
    }
    Ok(())
}

/// A thread that is followed has a key; a Space that is followed has none, since it is looked at when its time comes.
fn key(change: &Change, follow: &Record) -> Option<String> {
    let thread = follow.id("threadId").filter(|_| follow.has("followedAt"))?;
    Some(follow_key(follow.id("spaceId")?, thread, change.account))
}

fn effects(change: &Change) -> Vec<Effect> {
    let of = |follow: Option<&Record>| follow.and_then(|follow| key(change, follow));
    let (old, new) = (of(change.before), of(change.after));
    let mut out = Vec::new();
    if old != new {
        out.extend(old.map(|key| Effect::Release { name: "follow", key, of: change.record().id }));
        out.extend(new.map(|key| Effect::Claim { name: "follow", key, property: "followedAt" }));
    }
    out
}
