//! Group: a named set of persons. It is made by members, changed by who made it and by admins, and archived, never
//! destroyed: what names it shows what it was called.

use jmap::{Id, SetError};
use serde_json::Value;

use crate::caller::Role;
use crate::change::{Change, Effect};
use crate::kind::{AccountKind, Author, Default, Keys, Rules, Shape, TypeDef, Writer, property};
use crate::limits;
use crate::record::Record;

/// Words that people take for everybody, or for nobody in particular: no group is called so.
const TAKEN: &[&str] = &["all", "channel", "everybody", "everyone", "group", "here", "nobody", "space"];

/// A named set of persons.
pub const GROUP: TypeDef = TypeDef {
    name: "Group",
    number: 12,
    letter: b'g',
    account: AccountKind::Workspace,
    about: "A named set of persons, to be named and asked together. In a Space it stands for those of them who are in it.",
    properties: &[
        property(
            "handle",
            Shape::Text { max: limits::MAX_HANDLE },
            "the word behind the @: small letters a to z, digits, - and _; no two groups that are not archived have the same",
        )
        .by(Writer::AuthorOr(Role::Admin))
        .required(),
        property("name", Shape::Text { max: limits::MAX_TITLE }, "what it is called")
            .by(Writer::AuthorOr(Role::Admin))
            .required(),
        property("purpose", Shape::Markdown { max: 4096 }, "what it is for").by(Writer::AuthorOr(Role::Admin)),
        property(
            "persons",
            Shape::Map(Keys::Ref("Person"), &Shape::Bool, limits::MAX_GROUP),
            "who is in it, each with true",
        )
        .by(Writer::AuthorOr(Role::Admin))
        .default(Default::Empty),
        property("createdBy", Shape::AnyId(b"p"), "who made it").server().default(Default::Caller),
        property("createdAt", Shape::Instant, "when").server().default(Default::Now),
        property("archivedAt", Shape::Instant, "from then on nobody names it any more, and its handle is free")
            .by(Writer::AuthorOr(Role::Admin)),
    ],
    has_kinds: false,
    internal: false,
    founds: None,
    id_of: |_| None,
    author: Author::CreatedBy,
    create: Writer::Role(Role::Member),
    destroy: Writer::Server,
    rules: Rules { check, effects },
};

/// The key that leads to a Space in which a group was named.
pub fn named_key(group: Id, space: Id) -> String {
    format!("{group}/{space}")
}

fn check(change: &Change) -> Result<(), SetError> {
    let Some(group) = change.after else { return Ok(()) };
    let handle = group.str("handle");
    let letter = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit();
    let good = handle.len() > 1 && handle.starts_with(letter) && handle.chars().all(|c| letter(c) || "-_".contains(c));
    if !good {
        return Err(SetError::invalid(
            "handle",
            "a handle has 2 or more of the small letters a to z, digits, - and _, and begins with a letter or digit",
        ));
    }
    if TAKEN.contains(&handle) {
        let why = format!("people would take @{handle} for everybody or nobody; choose another handle");
        return Err(SetError::invalid("handle", why));
    }
    if group.str("name").trim().is_empty() {
        return Err(SetError::invalid("name", "a group has a name"));
    }
    let persons = group.props.get("persons").and_then(Value::as_object);
    if persons.is_some_and(|persons| persons.values().any(|is| is != &Value::Bool(true))) {
        return Err(SetError::invalid("persons", "whoever is in it stands there with true; to take one out, set null"));
    }
    Ok(())
}

/// The handle that a group holds: none once it is archived, so that nobody keeps a word by archiving.
fn held(group: &Record) -> Option<String> {
    (!group.has("archivedAt")).then(|| group.str("handle").to_string())
}

fn effects(change: &Change) -> Vec<Effect> {
    let (old, new) = (change.before.and_then(held), change.after.and_then(held));
    let mut out = Vec::new();
    if old != new {
        out.extend(old.map(|key| Effect::Release { name: "handle", key, of: change.record().id }));
        out.extend(new.map(|key| Effect::Claim { name: "handle", key, property: "handle" }));
    }
    out
}
