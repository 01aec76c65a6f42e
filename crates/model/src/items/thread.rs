//! Thread: the activity of what hangs below an Item, so that a reply does not rewrite its root.

use jmap::Origin;
use serde_json::{Map, json};

use crate::change::{Change, Effect};
use crate::kind::{AccountKind, Author, Rules, Shape, TypeDef, Writer, property};

/// The activity of a thread; its id is the root's. Made with the first reply.
pub const THREAD: TypeDef = TypeDef {
    name: "Thread",
    number: 4,
    letter: b'i',
    account: AccountKind::Space,
    about: "The activity of what hangs below an Item. Made with the first reply; its id is that of the root.",
    properties: &[
        property(
            "lastSeq",
            Shape::Integer { min: 0, max: i64::MAX },
            "the seq of the newest living post that was said here; Cursors compare with it",
        )
        .set(),
        property("lastAt", Shape::Instant, "when that was; for imports the date of the newest")
            .set()
            .index("activity.1"),
        property(
            "movedAt",
            Shape::Instant,
            "since when it is on its way to another Space, or something from there into it: until that is done nothing is written to it",
        )
        .server(),
        property("posts", Shape::Integer { min: 0, max: i64::MAX }, "how many living Items hang below the root").set(),
    ],
    has_kinds: false,
    internal: false,
    founds: None,
    id_of: |_| None,
    author: Author::CreatedBy,
    create: Writer::Server,
    destroy: Writer::Server,
    rules: Rules::NONE,
};

/// What a reply, and its deletion, do to the Thread.
pub(super) fn effects(change: &Change) -> Vec<Effect> {
    let record = change.record();
    let Some(root) = record.thread.filter(|root| *root != record.id) else { return Vec::new() };
    let thread = change.related.thread();
    let before = |name: &str| thread.and_then(|t| t.int(name)).unwrap_or(0);
    let last_at = thread.and_then(|t| t.date("lastAt"));
    let mut props = Map::new();
    match (change.before, change.after) {
        (None, Some(new)) => {
            let said = new.origin == Origin::Said;
            // What was written long before it came makes a thread no older.
            let at = new.date(if said { "receivedAt" } else { "createdAt" }).unwrap_or(change.now);
            props.insert("lastSeq".into(), json!(if said { new.created_seq as i64 } else { before("lastSeq") }));
            props.insert("lastAt".into(), json!(last_at.map_or(at, |last| last.max(at))));
            // What comes back emptied is no living post.
            props.insert("posts".into(), json!(before("posts") + i64::from(!new.has("deleted"))));
        }
        (Some(old), None) => {
            // Emptying keeps its place, but it is no living post any more.
            if old.has("deleted") {
                return Vec::new();
            }
            let newest = change.related.newest_living_said();
            let was_newest = before("lastSeq") == old.created_seq as i64;
            let last_seq = if was_newest { newest.map_or(0, |(seq, _)| seq as i64) } else { before("lastSeq") };
            let at = if was_newest { newest.map(|(_, at)| at).or(last_at) } else { last_at };
            props.insert("lastSeq".into(), json!(last_seq));
            props.insert("lastAt".into(), json!(at));
            props.insert("posts".into(), json!((before("posts") - 1).max(0)));
        }
        _ => return Vec::new(),
    }
    vec![Effect::Put { ty: "Thread", account: change.account, id: root, props }]
}
