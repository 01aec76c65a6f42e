//! Public Spaces: everyone may read them without signing in. Who opens one, and when it counts as open.

use jmap::SetError;

use crate::caller::{Role, Scopes};
use crate::change::Change;
use crate::record::Record;

/// Who may make a Space public, where the Workspace does not say.
const DEFAULT: &str = "admins";

/// Whether everyone may read a Space now: its admins say so, and its workspace allows it at all.
pub fn is_public(space: &Record, workspace: &Record) -> bool {
    opened(space) && who_may(Some(workspace)) != "nobody"
}

fn opened(space: &Record) -> bool {
    space.str("readableBy") == "everyone" && space.str("kind") != "direct"
}

fn who_may(workspace: Option<&Record>) -> &str {
    workspace.map(|workspace| workspace.str("whoMayPublish")).filter(|who| !who.is_empty()).unwrap_or(DEFAULT)
}

/// Refuses to open what is to stay closed. Closing is open to every admin of the Space.
pub(super) fn check(change: &Change, space: &Record) -> Result<(), SetError> {
    if space.str("readableBy") != "everyone" || !(change.is_new() || change.changes("readableBy")) {
        return Ok(());
    }
    let refused = |why: &str| Err(SetError::invalid("readableBy", why));
    if space.str("kind") == "direct" {
        return refused("a direct Space is between its persons; move what everyone may read to a Space that is public");
    }
    let admin = change.by.role == Role::Admin && change.by.scopes.has(Scopes::ADMIN);
    match who_may(change.related.workspace()) {
        "nobody" => refused("no Space of this workspace is public; an admin of the workspace can allow it"),
        "spaceAdmins" => Ok(()),
        _ if admin => Ok(()),
        _ => refused("only admins of the workspace make a Space public; ask one of them"),
    }
}
