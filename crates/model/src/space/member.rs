//! Member: who is in a Space, and what he may. Membership: the same for his own account, so that clients follow joins
//! and leaves without asking each Space.

use jmap::{Id, SetError};
use serde_json::{Map, Value, json};

use crate::caller::{Role, Scopes};
use crate::change::{Change, Effect};
use crate::kind::{AccountKind, Author, Default, Must, Rules, Shape, TypeDef, Writer, property};
use crate::limits;
use crate::record::Record;

/// A person of a Space; its id is the person's.
pub const MEMBER: TypeDef = TypeDef {
    name: "Member",
    number: 2,
    letter: b'p',
    account: AccountKind::Space,
    about: "A person of a Space, or somebody named in it (role none): name, picture and role, never an address or hours. Its id is the person's. A group that is named in the Space has one too, with the group's id and its handle as the name.",
    properties: &[
        property(
            "personId",
            Shape::Ref { to: "Person", must: Must::Exist },
            "who; also the id of the record. Given at creation; null where a group stands here",
        )
        .once(),
        property("name", Shape::Text { max: limits::MAX_TITLE }, "his name, kept up to date by the server").set(),
        property(
            "picture",
            Shape::Picture { max: limits::MAX_PICTURE },
            "his picture as long as he is here, kept up to date by the server; it is downloaded from this account",
        )
        .server(),
        property("role", Shape::Choice(Role::WORDS), "what he may here; none for who left")
            .by(Writer::AuthorOr(Role::Admin))
            .default(Default::Word("member")),
        property(
            "joinedSeq",
            Shape::Integer { min: 0, max: i64::MAX },
            "the change with which he joined; part of his state",
        )
        .server(),
        property("joinedAt", Shape::Instant, "when he joined, the last time").server(),
        property("leftAt", Shape::Instant, "when he left; of a group, when it was archived").server(),
        property("createdBy", Shape::AnyId(b"p"), "who added him").server().default(Default::Caller),
    ],
    has_kinds: false,
    internal: false,
    founds: None,
    id_of: |new| new.arg("personId"),
    author: Author::Itself,
    create: Writer::Role(Role::None),
    destroy: Writer::Server,
    rules: Rules { check, effects },
};

/// One's own copy of a Member record.
pub const MEMBERSHIP: TypeDef = TypeDef {
    name: "Membership",
    number: 24,
    letter: b's',
    account: AccountKind::Personal,
    about: "A Space that one is in: a copy of the Member record. Its id is the Space's. Clients follow joins and leaves through Membership/changes.",
    properties: &[
        property("spaceId", Shape::AnyId(b"sd"), "the Space, and the id of its account").set(),
        property("kind", Shape::Choice(&["team", "direct"]), "as in Space").set(),
        property("name", Shape::Text { max: limits::MAX_TITLE }, "what it is called").server(),
        property("persons", Shape::List(&Shape::AnyId(b"p"), limits::MAX_DIRECT), "of a direct Space").set(),
        property("role", Shape::Choice(Role::WORDS), "what one may there").set(),
        property("joinedSeq", Shape::Integer { min: 0, max: i64::MAX }, "as in Member").set(),
        property("hidden", Shape::Bool, "a direct Space that one does not want in the list").default(Default::Empty),
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

fn check(change: &Change) -> Result<(), SetError> {
    let Some(member) = change.after else { return Ok(()) };
    let myself = member.id == change.by.person;
    if change.is_new() && Some(member.id) != member.id("personId") {
        return Err(SetError::invalid("personId", "the id of a Member is the id of the person"));
    }
    if member.id.letter() != b'p' {
        return Err(SetError::invalid("id", "the id of a Member begins with p"));
    }
    let named = change.is_new() && member.str("role") == Role::None.word() && change.by.scopes.has(Scopes::IMPORT);
    if change.account.letter() == b'd' && !named {
        return Err(SetError::forbidden("nobody joins or leaves a direct Space; start one with the persons you mean"));
    }
    let before = change.before.map_or(Role::None, |m| Role::from_word(m.str("role")));
    let role = Role::from_word(member.str("role"));
    if role == before {
        return Ok(());
    }
    // The table lets a person write his own role, so that he can leave. It does not let him rise.
    let admin = change.role == Role::Admin;
    let adds_himself = change.by.role == Role::Admin && myself;
    let open = change.related.space().is_some_and(|space| space.str("whoMayJoin") == "members");
    let joins_open = open && myself && role == Role::Member && change.by.role.at_least(Role::Member);
    let leaves = myself && before.at_least(role);
    if admin || adds_himself || joins_open || leaves { may_have(change, role) } else { Err(not_open()) }
}

/// A guest of the workspace is a guest in its Spaces; who was deactivated is nobody's member any more.
fn may_have(change: &Change, role: Role) -> Result<(), SetError> {
    let Some(person) = change.related.get("personId") else { return Ok(()) };
    if person.has("deactivatedAt") && role != Role::None {
        return Err(SetError::invalid("personId", "this person was deactivated; reactivate the person first"));
    }
    if person.str("role") == "guest" && role.at_least(Role::Member) {
        return Err(SetError::invalid("role", "a guest of the workspace joins as a guest"));
    }
    Ok(())
}

fn not_open() -> SetError {
    SetError::forbidden("a person with the role \"admin\" in this Space adds people and changes their roles")
}

fn effects(change: &Change) -> Vec<Effect> {
    let Some(member) = change.after.filter(|_| change.is_new() || change.changes("role")) else { return Vec::new() };
    let mut patch = Map::new();
    let person = change.related.get("personId");
    if let Some(person) = person.filter(|_| change.is_new()) {
        patch.insert("name".into(), Value::from(person.str("name")));
    }
    let was = change.before.is_some_and(|m| Role::from_word(m.str("role")) != Role::None);
    let is = Role::from_word(member.str("role")) != Role::None;
    let mut out = Vec::new();
    let key = member_key(member.id, change.account);
    if is && !was {
        patch.insert("joinedSeq".into(), json!(member.seq));
        patch.insert("joinedAt".into(), json!(change.now));
        patch.insert("leftAt".into(), Value::Null);
        out.push(Effect::Claim { name: "member", key, property: "personId" });
        if let Some(blob) = person.and_then(|person| person.id("picture")) {
            patch.insert("picture".into(), json!(blob));
            out.push(Effect::Hold { ty: "Member", account: change.account, id: member.id, blob });
        }
    } else if was && !is {
        patch.insert("leftAt".into(), json!(change.now));
        out.push(Effect::Release { name: "member", key, of: member.id });
        // Nobody tells this Space of it when he takes his picture away.
        if let Some(blob) = member.id("picture") {
            patch.insert("picture".into(), Value::Null);
            out.push(Effect::LetGo { ty: "Member", account: change.account, id: member.id, blob });
        }
    }
    if !patch.is_empty() {
        out.push(Effect::Patch { ty: "Member", id: member.id, patch });
    }
    out
}

/// What makes a person a member of a new Space.
pub(super) fn joins(change: &Change, space: Id, person: &Record, role: Role) -> Vec<Effect> {
    let mut props = Map::new();
    props.insert("personId".into(), json!(person.id));
    props.insert("name".into(), Value::from(person.str("name")));
    props.insert("role".into(), json!(role.word()));
    // 0: whoever is there from the first day needs no other state than the account's.
    props.insert("joinedSeq".into(), json!(0));
    props.insert("joinedAt".into(), json!(change.now));
    props.insert("createdBy".into(), json!(change.by.person));
    let picture = person.id("picture");
    props.insert("picture".into(), json!(picture));
    let hold = picture.map(|blob| Effect::Hold { ty: "Member", account: space, id: person.id, blob });
    let put = Effect::Put { ty: "Member", account: space, id: person.id, props };
    let claim = Effect::Claim { name: "member", key: member_key(person.id, space), property: "persons" };
    [put, claim].into_iter().chain(hold).collect()
}

/// The key that leads from a person to a Space of his.
pub fn member_key(person: Id, space: Id) -> String {
    format!("{person}/{space}")
}
