//! Delivery: one thing reaching one person. Cursor: how far its owner has read a thread; Follow: what its owner wants to
//! hear of it. Nobody else can see any of them.

mod follow;
mod push;

pub use follow::{FOLLOW, follow_key};
pub use push::{PUSH, PUSH_SUBSCRIPTION};

use jmap::SetError;
use serde_json::{Map, Value, json};

use crate::change::{Change, Effect};
use crate::kind::{AccountKind, Author, Default, Rules, Shape, TypeDef, Writer, property};

/// One thing reaching one person. A reader of the log writes it; its id is the Item's. The Item says the rest.
pub const DELIVERY: TypeDef = TypeDef {
    name: "Delivery",
    number: 22,
    letter: b'i',
    account: AccountKind::Personal,
    about: "One thing reaching one person, and what the person did with it. Its id is that of the Item, which says the rest. Until it arrives it is there to be seen, and reaches out to nobody.",
    properties: &[
        property("spaceId", Shape::AnyId(b"sdp"), "where it is. One's own account: in a Space that one is not in, of which one is told alone that it asks whom one stands in for, and until when (`covers`, `by`)").set(),
        property("threadId", Shape::AnyId(b"i"), "the thread that it is in").set(),
        property(
            "why",
            Shape::Choice(&[
                "asked",
                "mention",
                "reply",
                "direct",
                "followed",
                "owed",
                "assignment",
                "decision",
                "announced",
                "unasked",
                "covering",
            ]),
            "why it reaches this person: it asks him, names him, replies to him, is in a direct Space, or in a thread that he follows; `owed`: he asks others; `unasked`: it asked him, and does not any more; what had not arrived by then does not arrive; `covering`: it asks somebody who is away, and for whom he stands in; `decision`: a decision that asked him, or that he began, has ended",
        )
        .set(),
        property("covers", Shape::AnyId(b"p"), "for whom he stands in, where that is why; else null").server(),
        property(
            "by",
            Shape::Instant,
            "until when it asks, as this person was told; asked again after that date, it arrives again, in the next hours. Null where it asks nothing of this person, or said no date",
        )
        .server()
        .index(BY),
        property("createdAt", Shape::Instant, "when it was on its way to this person").set(),
        property("arrivedAt", Shape::Instant, "when it arrived; null while it waits for his next hours").server(),
        property(
            "remindedAt",
            Shape::Instant,
            "when it arrived once more because its date is near and it waits for this person still, at most once; else null",
        )
        .server(),
        property("pending", Shape::Bool, "true while it waits for his next hours, else null").server().index("pending.1"),
        property("doneAt", Shape::Instant, "when the person was done with it; null if he is not"),
        property("snoozedUntil", Shape::Instant, "until then it is out of the way; then it arrives once more"),
    ],
    has_kinds: false,
    internal: false,
    founds: None,
    id_of: |_| None,
    author: Author::Owner,
    create: Writer::Server,
    destroy: Writer::Server,
    rules: Rules { check: |_| Ok(()), effects: snoozed },
};

/// The index of dates until which something asks.
pub const BY: &str = "by.1";

/// The job that lets arrive what waits in an account.
pub const ARRIVE: &str = "arrive";

/// What is snoozed has an instant of its own.
fn snoozed(change: &Change) -> Vec<Effect> {
    let Some(after) = change.after.filter(|_| change.changes("snoozedUntil")) else { return Vec::new() };
    let (account, run) = (change.account, format!("{ARRIVE}/{}", after.id));
    match after.date("snoozedUntil") {
        Some(due) => vec![Effect::Job { account, run, due, waits_for: None, payload: Value::Null }],
        None => vec![Effect::Cancel { account, run }],
    }
}

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
