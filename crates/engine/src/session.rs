//! The Session object and the capabilities (RFC 8620 2), with the limits as data.

use model::{Caller, Role, limits};
use serde_json::{Map, Value, json};
use store::StoreError;

use crate::work::read;
use crate::{Engine, Shared};

/// RFC 8620's own.
pub(crate) const CORE: &str = "urn:ietf:params:jmap:core";
/// Ours.
pub(crate) const WORKSPACE: &str = "urn:meanwhile:jmap:workspace";

/// There where arrivals and invitations go out by mail.
const MAIL: &str = "urn:meanwhile:jmap:mail";

/// An account of the session.
struct Listed {
    id: String,
    name: String,
    personal: bool,
    read_only: bool,
}

impl Engine {
    /// The Session object for this caller; `url` is how the server is reached, without a slash at the end.
    pub async fn session(&self, by: &Caller, url: &str) -> Result<Value, StoreError> {
        let shared = self.shared.clone();
        let caller = *by;
        let accounts = read(&*self.shared.store, move |at| accounts(&shared, at, &caller)).await?;
        let mut out = Map::new();
        for account in accounts {
            let value = json!({
                "name": account.name,
                "isPersonal": account.personal,
                "isReadOnly": account.read_only,
                "accountCapabilities": { WORKSPACE: {} },
            });
            out.insert(account.id, value);
        }
        let mut capabilities = json!({ CORE: core(), WORKSPACE: capability(&self.shared) });
        if self.mails() {
            capabilities[MAIL] = json!({});
        }
        let me = by.person.to_string();
        let workspace = (by.role != Role::Guest).then(|| self.shared.workspace.to_string());
        Ok(json!({
            "capabilities": capabilities,
            "accounts": out,
            "primaryAccounts": { WORKSPACE: me },
            "username": me,
            "workspaceAccountId": workspace,
            "apiUrl": format!("{url}/jmap/api"),
            "downloadUrl": format!("{url}/jmap/download/{{accountId}}/{{blobId}}/{{name}}?type={{type}}"),
            "uploadUrl": format!("{url}/jmap/upload/{{accountId}}"),
            "eventSourceUrl": format!("{url}/jmap/events?types={{types}}&closeafter={{closeafter}}&ping={{ping}}"),
            "state": self.session_state(),
        }))
    }

    /// Changes when the capabilities do; joins and leaves are followed through `Membership/changes`.
    pub(crate) fn session_state(&self) -> String {
        let outside = if self.mails() { "-mail" } else { "" };
        format!("1-{}{outside}", env!("CARGO_PKG_VERSION"))
    }
}

fn accounts(shared: &Shared, at: &dyn store::Snapshot, by: &Caller) -> Result<Vec<Listed>, StoreError> {
    let listed = |id: String, name: String, personal| Listed {
        id,
        name,
        personal,
        read_only: !by.scopes.has(model::Scopes::WRITE),
    };
    let mut out = vec![listed(by.person.to_string(), "Personal".into(), true)];
    if by.role != Role::Guest {
        out.push(listed(shared.workspace.to_string(), "Workspace".into(), false));
    }
    let prefix = format!("{}/", by.person);
    let mut after = String::new();
    loop {
        let page = at.keys("member", &prefix, &after, 1000)?;
        for (_, key) in &page {
            let row = at.get(key.n, model::space::SPACE.number, &[key.account], false)?.pop();
            let name = row.map(|row| crate::records::record(&shared.registry, &row).str("name").to_string());
            out.push(listed(key.account.to_string(), name.unwrap_or_default(), false));
        }
        match page.last() {
            Some((last, _)) if page.len() == 1000 => after.clone_from(last),
            _ => return Ok(out),
        }
    }
}

fn core() -> Value {
    json!({
        "maxSizeUpload": limits::MAX_UPLOAD,
        "maxConcurrentUpload": limits::MAX_CONCURRENT_UPLOAD,
        "maxSizeRequest": limits::MAX_REQUEST,
        "maxConcurrentRequests": 16,
        "maxCallsInRequest": limits::MAX_CALLS,
        "maxObjectsInGet": limits::MAX_OBJECTS,
        "maxObjectsInSet": limits::MAX_OBJECTS,
        "collationAlgorithms": [],
    })
}

fn capability(shared: &Shared) -> Value {
    json!({
        "kinds": shared.registry.kind_names(),
        "maxObjectsInRequest": limits::MAX_OBJECTS,
        "maxSizeResponse": limits::MAX_RESPONSE,
        "maxSizeText": limits::MAX_TEXT,
        "maxSizeHead": limits::MAX_HEAD,
        "maxSizeTitle": limits::MAX_TITLE,
        "maxSizeQuery": limits::MAX_QUERY,
        "maxBlobs": limits::MAX_BLOBS,
        "maxReactions": limits::MAX_REACTIONS,
        "maxOpenUploads": limits::MAX_OPEN_UPLOADS,
        "uploadDays": limits::UPLOAD_DAYS,
        "maxPersonsAsked": limits::MAX_OF,
        "maxItemsMoved": limits::MAX_MOVED,
        "maxItemsMovedFrom": limits::MAX_MOVED_FROM,
        "maxPersonsInGroup": limits::MAX_GROUP,
        "maxDirectPersons": limits::MAX_DIRECT,
        "maxTemplates": limits::MAX_TEMPLATES,
        "maxSizeTemplate": limits::MAX_TEMPLATE,
        "maxSchedules": limits::MAX_SCHEDULES,
        "maxSizePicture": limits::MAX_PICTURE,
        "maxSizeWorkingWith": limits::MAX_WORKING_WITH,
        "maxComers": limits::MAX_COMERS,
        "spaceLinkDays": limits::SPACE_LINK_DAYS,
        "maxSizeSearchText": limits::MAX_SEARCH_TEXT,
        "maxSearchWords": limits::MAX_SEARCH_WORDS,
        "maxSearchIds": limits::MAX_SEARCH_IDS,
        "maxSearchLimit": limits::MAX_SEARCH_LIMIT,
        "maxSearchHits": limits::MAX_SEARCH_HITS,
        "undoSeconds": limits::UNDO_SECONDS,
        "maxUndoSeconds": limits::MAX_UNDO_SECONDS,
        "invitationDays": limits::INVITATION_DAYS,
        "resetDays": limits::RESET_DAYS,
    })
}
