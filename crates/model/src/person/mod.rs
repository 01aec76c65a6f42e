//! Who people are: Person with the vocabulary of hours, groups, the workspace, and the secrets by which a person
//! is known to the doors.

mod group;
mod rhythm;
mod secrets;

pub use group::{GROUP, named_key};
pub use rhythm::Rhythm;
pub(crate) use rhythm::zone_named;
pub use secrets::{CREDENTIAL, LINK, SERVER_KEY, SESSION, SPACE_LINK, TOKEN};

use jmap::SetError;
use serde_json::{Map, Value};

use crate::caller::Role;
use crate::change::{Change, Effect};
use crate::kind::{AccountKind, Author, Default, Property, Rules, Shape, TypeDef, Writer, property};
use crate::limits;

const SPAN: &[Property] = &[
    property("from", Shape::Text { max: 5 }, "the time of day it begins, 09:00").required(),
    property("to", Shape::Text { max: 5 }, "the time of day it ends, 17:00").required(),
];

const DAY: &[Property] = &[
    property("weekday", Shape::Choice(&["mo", "tu", "we", "th", "fr", "sa", "su"]), "as in RFC 5545").required(),
    property("spans", Shape::List(&Shape::Object(SPAN), 8), "the hours of that day").required(),
];

const TIME_OFF: &[Property] = &[
    property("from", Shape::Day, "the first day off").required(),
    property("to", Shape::Day, "the last day off").required(),
    property("note", Shape::Text { max: limits::MAX_TITLE }, "for those who ask"),
    property("coveredBy", Shape::AnyId(b"p"), "the deputy"),
    property(
        "saidBy",
        Shape::AnyId(b"p"),
        "who said it for the person, who is told so when he is back; null: he himself",
    ),
];

const RHYTHM: &[Property] = &[
    property("zone", Shape::Text { max: 64 }, "an IANA zone").required(),
    property(
        "hours",
        Shape::List(&Shape::Object(DAY), 7),
        "the hours of each weekday, none on those that are left out; where there is no day at all, Monday to Friday, 09:00 to 17:00",
    )
    .default(Default::Empty),
    property(
        "arrivals",
        Shape::List(&Shape::Text { max: 5 }, 8),
        "times of day, within the hours, at which things arrive; none: at any time of the hours",
    )
        .default(Default::Empty),
    property("timeOff", Shape::List(&Shape::Object(TIME_OFF), 50), "days off").default(Default::Empty),
    property(
        "urgent",
        Shape::Bool,
        "true: what is urgent and asks or names the person arrives outside these hours too, days off aside; off by default",
    ),
    property(
        "answersWithin",
        Shape::Integer { min: 15, max: 10_080 },
        "within how many minutes of these hours the person usually answers, as he says himself: nothing measures it",
    ),
    property("languages", Shape::List(&Shape::Text { max: 35 }, 8), "BCP 47, the best first").default(Default::Empty),
];

/// Everybody the workspace knows.
pub const PERSON: TypeDef = TypeDef {
    name: "Person",
    number: 11,
    letter: b'p',
    account: AccountKind::Workspace,
    about: "A person: member, guest, bot, or the placeholder of an imported author. The id is also that of the personal account.",
    properties: &[
        property("name", Shape::Text { max: limits::MAX_TITLE }, "how the person is called")
            .by(Writer::AuthorOr(Role::Admin))
            .required(),
        property("email", Shape::Text { max: 254 }, "the address").by(Writer::Role(Role::Admin)),
        property("role", Shape::Choice(&["admin", "member", "guest"]), "what the person may in the workspace")
            .by(Writer::Role(Role::Admin))
            .default(Default::Word("member")),
        property("placeholder", Shape::Bool, "stands for an imported author until the person claims it")
            .by(Writer::Importer)
            .once()
            .default(Default::Empty),
        property(
            "picture",
            Shape::Picture { max: limits::MAX_PICTURE },
            "a picture of the person, square; members download it from the workspace account",
        )
        .by(Writer::AuthorOr(Role::Admin)),
        property(
            "pronunciation",
            Shape::Text { max: limits::MAX_TITLE },
            "how the name is said, in letters that others can read",
        )
        .by(Writer::AuthorOr(Role::Admin)),
        property(
            "workingWith",
            Shape::Markdown { max: limits::MAX_WORKING_WITH },
            "how to work with this person best, in his own words",
        )
        .by(Writer::AuthorOr(Role::Admin)),
        property("rhythm", Shape::Object(RHYTHM), "hours and time off (shown as Hours & time off)")
            .by(Writer::AuthorOr(Role::Admin)),
        property("createdBy", Shape::AnyId(b"p"), "who made the record").server().default(Default::Caller),
        property("createdAt", Shape::Instant, "when").server().default(Default::Now),
        property(
            "deactivatedAt",
            Shape::Instant,
            "from then on the person is out: sessions, tokens and streams end within a minute",
        )
        .by(Writer::Role(Role::Admin)),
    ],
    has_kinds: false,
    internal: false,
    founds: Some(AccountKind::Personal),
    id_of: |_| None,
    author: Author::Itself,
    create: Writer::Role(Role::Admin),
    destroy: Writer::Server,
    rules: Rules { check: check_person, effects: person_effects },
};

/// What holds for the whole workspace: one record, with the account's id.
pub const WORKSPACE: TypeDef = TypeDef {
    name: "Workspace",
    number: 10,
    letter: b'w',
    account: AccountKind::Workspace,
    about: "The workspace itself: one record, with the id of its account.",
    properties: &[
        property("name", Shape::Text { max: limits::MAX_TITLE }, "what it is called")
            .by(Writer::Role(Role::Admin))
            .required(),
        property(
            "retentionDays",
            Shape::Integer { min: 0, max: 3650 },
            "days after which what was deleted is gone for good",
        )
        .by(Writer::Role(Role::Admin)),
        property(
            "whoMayPublish",
            Shape::Choice(&["admins", "spaceAdmins", "nobody"]),
            "who makes a Space public that he is an admin of: admins of the workspace (so too where this is null), every admin of a Space, or nobody; then no Space is public, whatever its `readableBy` says",
        )
        .by(Writer::Role(Role::Admin)),
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

/// One's own settings: one record, with the account's id.
pub const SETTINGS: TypeDef = TypeDef {
    name: "Settings",
    number: 25,
    letter: b'p',
    account: AccountKind::Personal,
    about: "One's own settings: one record, with the id of the account.",
    properties: &[
        property("undoSeconds", Shape::Integer { min: 0, max: 300 }, "how long Send can be undone"),
        property("language", Shape::Text { max: 35 }, "of the screen and of mail, BCP 47"),
        property(
            "mail",
            Shape::Choice(&["nothing", "asks", "everything"]),
            "which arrivals are told by mail, where the server sends any: none, what asks its owner (so too where this is null), or all",
        ),
        property("mailHidesContent", Shape::Bool, "true: mail says who and why, and shows nothing of what was written"),
        property(
            "tryOn",
            Shape::List(&Shape::AnyId(b"i"), 10),
            "threads that a new workspace begins with, to try things on; null once they are removed",
        ),
    ],
    has_kinds: false,
    internal: false,
    founds: None,
    id_of: |new| Some(new.account),
    author: Author::Owner,
    create: Writer::Author,
    destroy: Writer::Server,
    rules: Rules { check: check_settings, effects: |_| Vec::new() },
};

/// A search that its owner has given a name, on all of his devices.
pub const SAVED_SEARCH: TypeDef = TypeDef {
    name: "SavedSearch",
    number: 26,
    letter: b'i',
    account: AccountKind::Personal,
    about: "A search that its owner has given a name, on all of his devices.",
    properties: &[
        property("name", Shape::Text { max: limits::MAX_TITLE }, "what its owner calls it").required(),
        property(
            "query",
            Shape::Text { max: limits::MAX_QUERY },
            "the search as clients write it: words and operators, persons and Spaces by their ids",
        )
        .required(),
        property("createdAt", Shape::Instant, "when it was saved").server().default(Default::Now),
    ],
    has_kinds: false,
    internal: false,
    founds: None,
    id_of: |_| None,
    author: Author::Owner,
    create: Writer::Author,
    destroy: Writer::Author,
    rules: Rules { check: check_saved_search, effects: |_| Vec::new() },
};

fn check_saved_search(change: &Change) -> Result<(), SetError> {
    let Some(search) = change.after else { return Ok(()) };
    if search.str("name").trim().is_empty() {
        return Err(SetError::invalid("name", "a saved search has a name"));
    }
    if search.str("query").trim().is_empty() {
        return Err(SetError::invalid("query", "a saved search looks for something"));
    }
    Ok(())
}

fn check_settings(change: &Change) -> Result<(), SetError> {
    if change.record().id == change.account {
        Ok(())
    } else {
        Err(SetError::singleton("there is one Settings record, with the id of the account"))
    }
}

fn check_person(change: &Change) -> Result<(), SetError> {
    let Some(person) = change.after else { return Ok(()) };
    if person.has("email") && email_key(person.str("email")).is_none() {
        return Err(SetError::invalid("email", "an address has one @ with something on both sides and no blanks"));
    }
    if person.str("name").trim().is_empty() {
        return Err(SetError::invalid("name", "a person has a name"));
    }
    if change.changes("rhythm") {
        let rhythm = Rhythm::read(person.props.get("rhythm")).map_err(|why| SetError::invalid("rhythm", &why))?;
        if rhythm.is_covered_by(person.id) {
            let why = "who is away can't stand in for himself; \"coveredBy\" is somebody else, or null";
            return Err(SetError::invalid("rhythm", why));
        }
        let said = |record: &crate::Record| -> Vec<Value> {
            let off = record.props.get("rhythm").and_then(|rhythm| rhythm.get("timeOff"));
            let all = off.and_then(Value::as_array).into_iter().flatten().filter_map(|off| off.get("saidBy").cloned());
            all.filter(|by| !by.is_null()).collect()
        };
        let before = change.before.map(said).unwrap_or_default();
        let me = Value::String(change.by.person.to_string());
        if said(person).iter().any(|by| *by != me && !before.contains(by)) {
            let why = "\"saidBy\" of days off is whoever says so: you, or null";
            return Err(SetError::invalid("rhythm", why));
        }
    }
    let myself = person.id == change.by.person;
    if myself && !change.is_new() && (change.changes("role") || change.changes("deactivatedAt")) {
        return Err(SetError::forbidden("another admin changes your role or deactivates you, so that one is left"));
    }
    Ok(())
}

fn person_effects(change: &Change) -> Vec<Effect> {
    let Some(person) = change.after.filter(|_| change.changes("email")) else { return Vec::new() };
    let key = |record: &crate::Record| email_key(record.str("email"));
    let mut out = Vec::new();
    if let Some(old) = change.before.and_then(key) {
        out.push(Effect::Release { name: "email", key: old, of: person.id });
    }
    if let Some(new) = key(person) {
        out.push(Effect::Claim { name: "email", key: new, property: "email" });
    }
    out
}

/// The form in which addresses are compared; `None` for what is none.
pub fn email_key(address: &str) -> Option<String> {
    let address = address.trim();
    let (local, domain) = address.rsplit_once('@')?;
    let blank = address.chars().any(|c| c.is_whitespace() || c.is_control());
    let good = !local.is_empty() && !local.contains('@') && domain.len() > 1 && !blank;
    good.then(|| address.to_lowercase())
}

/// The properties of the Workspace record of a new server.
pub fn new_workspace(name: &str) -> Map<String, Value> {
    let mut props = Map::new();
    props.insert("name".into(), Value::from(name));
    props.insert("retentionDays".into(), Value::from(30));
    props
}
