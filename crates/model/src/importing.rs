//! Import: an export of another program comes in. What an admin wants is a record in the own account, with the file; it is
//! done by the server beside all else, and the record tells how far it is.

use jmap::{SetError, UtcDate};
use serde_json::{Map, json};

use crate::caller::{Role, Scopes};
use crate::change::{Change, Effect};
use crate::kind::{AccountKind, Author, Default, Rules, Shape, TypeDef, Writer, property};
use crate::limits;

/// The words of `wanted`.
pub const WANTED: &[&str] = &["nothing", "preview", "import"];
/// The words of `state`.
pub const STATES: &[&str] = &["waiting", "previewing", "previewed", "importing", "imported", "stopped", "failed"];
/// Bytes of what is told of an import, as JSON.
const MAX_TOLD: usize = 256 * 1024;

/// An export that comes in, or has come in.
pub const IMPORT: TypeDef = TypeDef {
    name: "Import",
    number: 29,
    letter: b'm',
    account: AccountKind::Personal,
    about: "An export of another program (a zip of Slack), which an admin of the workspace brings in. First it is only looked through, and `preview` says what would come of it. What came in stays when it is stopped or fails; to go on, it is wanted once more. What is there already is never doubled.",
    properties: &[
        property("blobId", Shape::Blob, "the export").once().required(),
        property("name", Shape::Text { max: limits::MAX_NAME }, "of the file").once().default(Default::Empty),
        property(
            "wanted",
            Shape::Choice(WANTED),
            "what is to be done; \"nothing\" stops what is under way, and is what the server sets when it is done with it",
        )
        .default(Default::Word("preview")),
        property("state", Shape::Choice(STATES), "how far it is").server().default(Default::Word("waiting")),
        property("progress", Shape::Free { max: 1024 }, "what is being done, `done` of `of`; null when nothing is").server(),
        property("preview", Shape::Free { max: MAX_TOLD }, "what would come of it; an object as `meanwhile import slack --preview --json` prints it, with the largest Spaces alone")
            .server()
            .in_body(),
        property("result", Shape::Free { max: MAX_TOLD }, "what came in at the last run, and what of it could not be taken")
            .server()
            .in_body(),
        property("reason", Shape::Markdown { max: 4096 }, "why it failed, and what to do").server(),
        property("createdAt", Shape::Instant, "when it was given").server().default(Default::Now),
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

/// The job that does what is wanted.
pub fn run(id: jmap::Id) -> String {
    format!("import/{id}")
}

fn check(change: &Change) -> Result<(), SetError> {
    // Who is no admin any more may still stop it, and take it away.
    let goes_on = change.after.is_some_and(|after| after.str("wanted") != "nothing");
    if goes_on && !(change.by.role == Role::Admin && change.by.scopes.has(Scopes::ADMIN)) {
        return Err(SetError::forbidden("only admins of the workspace import; ask one of them"));
    }
    Ok(())
}

fn effects(change: &Change) -> Vec<Effect> {
    let id = change.record().id;
    let Some(after) = change.after else { return vec![Effect::Cancel { account: change.account, run: run(id) }] };
    if !change.changes("wanted") || after.str("wanted") == "nothing" {
        return Vec::new();
    }
    let due: UtcDate = change.now;
    let job = Effect::Job { account: change.account, run: run(id), due, waits_for: None, payload: json!(null) };
    let waiting = Map::from_iter([("state".to_string(), json!("waiting")), ("reason".to_string(), json!(null))]);
    vec![Effect::Patch { ty: "Import", id, patch: waiting }, job]
}
