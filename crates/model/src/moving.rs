//! Move: a thread, or a part of one, goes to another place. What is asked is a record in one's own account; the moving is
//! done by the engine, and where something has gone is answered by `Moved`, under the rights of who asks.

use jmap::SetError;

use crate::change::{Change, Effect};
use crate::kind::{AccountKind, Author, Default, Rules, Shape, TypeDef, Writer, property};
use crate::limits;

/// Something that is to be moved, and whether it was.
pub const MOVE: TypeDef = TypeDef {
    name: "Move",
    number: 28,
    letter: b'm',
    account: AccountKind::Personal,
    about: "Moves a thread, or a post with all that hangs below it, to another Space or into another thread. It may be asked for by the author of the thread and by admins of its Space, who may write where it goes. Ids, authors and dates stay; nothing becomes unread.",
    properties: &[
        property("spaceId", Shape::AnyId(b"sd"), "where it is").once().required(),
        property("itemId", Shape::AnyId(b"i"), "what is moved: the root of a thread, or a post, with all below it")
            .once()
            .required(),
        property("toSpaceId", Shape::AnyId(b"sd"), "where it goes; the same Space to split or merge threads")
            .once()
            .required(),
        property("toThreadId", Shape::AnyId(b"i"), "the thread that it becomes a part of; null: a thread of its own")
            .once(),
        property(
            "title",
            Shape::Text { max: limits::MAX_TITLE },
            "of the topic that is made for it, where a post becomes a thread of its own; else left out",
        )
        .once(),
        property("newThreadId", Shape::AnyId(b"i"), "the thread in which it is afterwards").server(),
        property("createdAt", Shape::Instant, "when it was asked for").server().default(Default::Now),
        property("doneAt", Shape::Instant, "since when it is there; null while it is under way").server(),
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

fn check(change: &Change) -> Result<(), SetError> {
    if change.after.is_none() && change.before.is_some_and(|before| !before.has("doneAt")) {
        return Err(SetError::forbidden(
            "this is under way; it can be taken away when \"doneAt\" says that it is done",
        ));
    }
    Ok(())
}

fn effects(change: &Change) -> Vec<Effect> {
    if change.is_new() { vec![Effect::Move] } else { Vec::new() }
}

/// The key that says where an Item has gone that was in that Space.
pub fn moved_key(space: jmap::Id, item: jmap::Id) -> String {
    format!("{space}/{item}")
}
