//! Space: the unit of membership and rights. Member is the only truth for rights; Membership is a reader's copy,
//! SpaceCard what members may know of a Space before they join.

mod direct;
mod member;
mod public;
mod templates;

pub use direct::direct_id;
pub use member::{MEMBER, MEMBERSHIP, member_key};
pub use public::is_public;

use jmap::SetError;

use crate::caller::Role;
use crate::change::{Change, Effect};
use crate::kind::{AccountKind, Author, Default, Must, Property, Rules, Shape, TypeDef, Writer, property};
use crate::limits;

const JOIN: &[&str] = &["invited", "members"];
const READ: &[&str] = &["members", "everyone"];
const INTERRUPT: &[&str] = &["members", "admins", "nobody"];

const NAME: Property = property("name", Shape::Text { max: limits::MAX_TITLE }, "what it is called");
const PURPOSE: Property = property("purpose", Shape::Markdown { max: 4096 }, "what it is for");

/// The Space itself: one record in its own account, with the account's id.
pub const SPACE: TypeDef = TypeDef {
    name: "Space",
    number: 1,
    letter: b's',
    account: AccountKind::Space,
    about: "A Space. It is created in one's own personal account, and lives in an account of its own from then on.",
    properties: &[
        property("kind", Shape::Choice(&["team", "direct"]), "team, or direct: between the persons named")
            .once()
            .default(Default::Word("team")),
        NAME.by(Writer::Role(Role::Admin)),
        PURPOSE.by(Writer::Role(Role::Admin)),
        property("whoMayJoin", Shape::Choice(JOIN), "only who is invited, or every member of the workspace")
            .by(Writer::Role(Role::Admin))
            .default(Default::Word("invited")),
        property(
            "readableBy",
            Shape::Choice(READ),
            "its members; or everyone, who reads it on plain pages at /public/<id> without signing in. Who may say so is in the Workspace's `whoMayPublish`",
        )
        .by(Writer::Role(Role::Admin))
        .default(Default::Word("members")),
        property(
            "whoMayInterrupt",
            Shape::Choice(INTERRUPT),
            "who may call something `urgent` here: its members, its admins, or nobody; guests never. It reaches outside hours whoever lets it, and nobody else",
        )
        .by(Writer::Role(Role::Admin))
        .default(Default::Word("members")),
        property("indexed", Shape::Bool, "search engines may list its public pages; else these ask them not to")
            .by(Writer::Role(Role::Admin))
            .default(Default::Empty),
        property(
            "persons",
            Shape::List(&Shape::Ref { to: "Person", must: Must::Exist }, limits::MAX_DIRECT),
            "of a direct Space: all of them",
        )
        .once()
        .default(Default::Empty),
        property("createdBy", Shape::Ref { to: "Person", must: Must::Exist }, "who made it")
            .server()
            .default(Default::Caller),
        property("createdAt", Shape::Instant, "when").server().default(Default::Now),
        property("archivedAt", Shape::Instant, "from then on it is only read").by(Writer::Role(Role::Admin)),
        templates::TEMPLATES,
    ],
    has_kinds: false,
    internal: false,
    founds: Some(AccountKind::Space),
    id_of: direct::id_of,
    author: Author::CreatedBy,
    create: Writer::Role(Role::Member),
    destroy: Writer::Server,
    rules: Rules { check, effects },
};

/// What members of the workspace may know of a Space that is open to them.
pub const SPACE_CARD: TypeDef = TypeDef {
    name: "SpaceCard",
    number: 13,
    letter: b's',
    account: AccountKind::Workspace,
    about: "The directory: a Space that every member of the workspace may join.",
    properties: &[
        property("name", Shape::Text { max: limits::MAX_TITLE }, "what it is called").set(),
        property("purpose", Shape::Markdown { max: 4096 }, "what it is for").server(),
        property("whoMayJoin", Shape::Choice(JOIN), "who may join").set(),
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

fn check(change: &Change) -> Result<(), SetError> {
    let Some(space) = change.after else {
        return Err(SetError::forbidden("a Space is archived (\"archivedAt\"), not destroyed"));
    };
    let direct = space.str("kind") == "direct";
    if direct && !change.is_new() && (change.changes("name") || change.changes("whoMayJoin")) {
        return Err(SetError::invalid("name", "a direct Space is named by its persons, and nobody joins it"));
    }
    if !direct && space.str("name").trim().is_empty() {
        return Err(SetError::invalid("name", "a Space has a name"));
    }
    public::check(change, space)?;
    templates::check(change, space)?;
    if !change.is_new() {
        return Ok(());
    }
    if !direct && !space.list("persons").is_empty() {
        return Err(SetError::invalid("persons", "a team Space has members, not persons: add them with Member/set"));
    }
    if direct {
        return direct::check(change);
    }
    if space.id.letter() != SPACE.letter {
        return Err(SetError::invalid(
            "id",
            "only the id of a direct Space begins with d, and that follows from its persons",
        ));
    }
    match change.by.role {
        Role::Guest | Role::None => {
            Err(SetError::forbidden("members of the workspace make Spaces; guests are asked in"))
        }
        Role::Admin | Role::Member => Ok(()),
    }
}

fn effects(change: &Change) -> Vec<Effect> {
    let Some(space) = change.after.filter(|_| change.is_new()) else { return Vec::new() };
    let direct = space.str("kind") == "direct";
    let (persons, role) = if direct { ("persons", Role::Member) } else { ("createdBy", Role::Admin) };
    let persons = change.related.all(persons);
    persons.into_iter().flat_map(|person| member::joins(change, space.id, person, role)).collect()
}
