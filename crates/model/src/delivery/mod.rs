//! Delivery: one thing reaching one person (a vocabulary so far; nothing writes one yet). Cursor: how far its owner has
//! read a thread; nobody else can see it.

use jmap::SetError;
use serde_json::{Map, json};

use crate::change::{Change, Effect};
use crate::kind::{AccountKind, Author, Default, Rules, Shape, TypeDef, Writer, property};

/// One thing reaching one person.
pub const DELIVERY: TypeDef = TypeDef {
    name: "Delivery",
    number: 22,
    letter: b'i',
    account: AccountKind::Personal,
    about: "One thing reaching one person: why, what is asked by when, and what the person did.",
    properties: &[
        property("spaceId", Shape::AnyId(b"sd"), "where it is").set(),
        property("itemId", Shape::AnyId(b"i"), "what it is").set(),
        property(
            "why",
            Shape::Choice(&["mention", "reply", "assignment", "decision", "direct", "followed", "announced", "owed"]),
            "why it reaches this person",
        )
        .set(),
        property("arrivedAt", Shape::Instant, "when it arrived; null while it waits for the next hours").server(),
        property("doneAt", Shape::Instant, "when the person was done with it"),
        property("snoozedUntil", Shape::Instant, "when it comes back"),
    ],
    has_kinds: false,
    internal: false,
    founds: None,
    id_of: |_| None,
    author: Author::Owner,
    create: Writer::Server,
    destroy: Writer::Server,
    rules: Rules::NONE,
};

/// How far its owner has read a thread. Its id is the thread's, so that writing it twice is one.
pub const CURSOR: TypeDef = TypeDef {
    name: "Cursor",
    number: 23,
    letter: b'i',
    account: AccountKind::Personal,
    about: "How far its owner has read a thread. Its id is the thread's. It never goes backwards by itself: two devices merge to the later one; \"unread from here\" is said by \"unreadFrom\".",
    properties: &[
        property("spaceId", Shape::AnyId(b"sd"), "the Space").once().required(),
        property("threadId", Shape::AnyId(b"i"), "the thread").once().required(),
        property("lastSeq", Shape::Integer { min: 0, max: i64::MAX }, "the newest post that was read").required(),
        property(
            "unreadFrom",
            Shape::Integer { min: 1, max: i64::MAX },
            "kept unread from this post on; null again when the thread is read",
        ),
        property("follows", Shape::Bool, "follows the thread; null as the Space does"),
        property("readAt", Shape::Instant, "when").server().default(Default::Now),
    ],
    has_kinds: false,
    internal: false,
    founds: None,
    id_of: |new| new.arg("threadId"),
    author: Author::Owner,
    create: Writer::Author,
    destroy: Writer::Author,
    rules: Rules { check, effects },
};

fn check(change: &Change) -> Result<(), SetError> {
    let Some(cursor) = change.after else { return Ok(()) };
    if cursor.id("threadId") != Some(cursor.id) {
        return Err(SetError::invalid(
            "threadId",
            "the id of a Cursor is the id of its thread; give it as the creation id",
        ));
    }
    Ok(())
}

fn effects(change: &Change) -> Vec<Effect> {
    let (Some(before), Some(after)) = (change.before, change.after) else { return Vec::new() };
    let (was, is) = (before.int("lastSeq").unwrap_or(0), after.int("lastSeq").unwrap_or(0));
    if is >= was {
        return Vec::new();
    }
    let mut patch = Map::new();
    patch.insert("lastSeq".into(), json!(was));
    vec![Effect::Patch { ty: "Cursor", id: after.id, patch }]
}
