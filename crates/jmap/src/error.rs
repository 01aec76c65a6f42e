//! Every refusal of RFC 8620 by name, with a text that says what, why, and what to do.

use serde::Serialize;
use serde_json::{Value, json};

/// The whole request is refused (RFC 8620 3.6.1), as problem+json (RFC 9457).
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct RequestError {
    /// A URI of the RFC.
    #[serde(rename = "type")]
    pub kind: &'static str,
    /// The HTTP status.
    pub status: u16,
    /// For people.
    pub detail: String,
    /// The name of the limit that was passed, as in the capability.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub limit: Option<&'static str>,
}

impl RequestError {
    /// The body is not JSON (I-JSON, RFC 7493).
    pub fn not_json(detail: impl Into<String>) -> RequestError {
        RequestError { kind: "urn:ietf:params:jmap:error:notJSON", status: 400, detail: detail.into(), limit: None }
    }

    /// The body is JSON, but no Request object.
    pub fn not_request(detail: impl Into<String>) -> RequestError {
        RequestError { kind: "urn:ietf:params:jmap:error:notRequest", status: 400, detail: detail.into(), limit: None }
    }

    /// `using` names a capability that this server lacks.
    pub fn unknown_capability(name: &str) -> RequestError {
        let detail =
            format!("\"using\" names {name:?}, which this server does not have; the session lists what it has");
        RequestError { kind: "urn:ietf:params:jmap:error:unknownCapability", status: 400, detail, limit: None }
    }

    /// A limit of the capability was passed.
    pub fn limit(limit: &'static str, detail: impl Into<String>) -> RequestError {
        RequestError {
            kind: "urn:ietf:params:jmap:error:limit",
            status: 400,
            detail: detail.into(),
            limit: Some(limit),
        }
    }
}

/// One call is refused (RFC 8620 3.6.2).
#[derive(Clone, Debug, PartialEq)]
pub struct MethodError {
    /// The RFC's word.
    pub kind: &'static str,
    /// For people.
    pub description: String,
    /// Further properties the RFC names for this error.
    pub more: Option<(&'static str, Value)>,
}

impl MethodError {
    fn of(kind: &'static str, description: impl Into<String>) -> MethodError {
        MethodError { kind, description: description.into(), more: None }
    }

    /// The server does not know the method, or `using` does not name its capability.
    pub fn unknown_method(name: &str) -> MethodError {
        MethodError::of("unknownMethod", format!("there is no method {name:?}; is its capability in \"using\"?"))
    }

    /// An argument is missing, of the wrong type or contradicts another.
    pub fn invalid_arguments(description: impl Into<String>) -> MethodError {
        MethodError::of("invalidArguments", description)
    }

    /// A result reference leads nowhere (RFC 8620 3.7).
    pub fn invalid_result_reference(description: impl Into<String>) -> MethodError {
        MethodError::of("invalidResultReference", description)
    }

    /// The caller may not do this at all (as opposed to: with this record).
    pub fn forbidden(description: impl Into<String>) -> MethodError {
        MethodError::of("forbidden", description)
    }

    /// There is no such account, or the caller has no access to it: the two look alike.
    pub fn account_not_found() -> MethodError {
        MethodError::of("accountNotFound", "no account with this id is open to you; Membership/get lists yours")
    }

    /// The account exists, but holds none of this type.
    pub fn account_not_supported_by_method() -> MethodError {
        MethodError::of("accountNotSupportedByMethod", "this account holds no records of this type")
    }

    /// The account may be read only.
    pub fn account_read_only() -> MethodError {
        MethodError::of("accountReadOnly", "this token may only read; ask for one with the scope \"write\"")
    }

    /// More objects or bytes than the capability allows; other calls of the request may be answered.
    pub fn request_too_large(limit: &str, allowed: usize) -> MethodError {
        MethodError::of("requestTooLarge", format!("{limit} is {allowed}; ask for fewer at a time"))
    }

    /// The state is too old, of another lineage, or not ours.
    pub fn cannot_calculate_changes(description: impl Into<String>) -> MethodError {
        MethodError::of("cannotCalculateChanges", description)
    }

    /// `ifInState` is not the state.
    pub fn state_mismatch() -> MethodError {
        MethodError::of("stateMismatch", "the account changed since \"ifInState\"; read the changes and try again")
    }

    /// A filter that the server does not know.
    pub fn unsupported_filter(description: impl Into<String>) -> MethodError {
        MethodError::of("unsupportedFilter", description)
    }

    /// A sort that the server does not know.
    pub fn unsupported_sort(description: impl Into<String>) -> MethodError {
        MethodError::of("unsupportedSort", description)
    }

    /// The anchor of a query is not among its results.
    pub fn anchor_not_found() -> MethodError {
        MethodError::of("anchorNotFound", "the anchor is not among the results")
    }

    /// The machine failed; nothing was written, or it is unknown whether it was: repeat with the same ids.
    pub fn server_fail(description: impl Into<String>) -> MethodError {
        MethodError::of("serverFail", description)
    }

    /// The machine is out of reach or out of space for now; nothing was written.
    pub fn server_unavailable(description: impl Into<String>) -> MethodError {
        MethodError::of("serverUnavailable", description)
    }

    /// The arguments of the `error` response.
    pub fn to_json(&self) -> Value {
        let mut value = json!({ "type": self.kind, "description": self.description });
        if let Some((name, more)) = &self.more {
            value[*name] = more.clone();
        }
        value
    }
}

/// One record is refused (RFC 8620 5.3, 5.4).
#[derive(Clone, Debug, PartialEq)]
pub struct SetError {
    /// The RFC's word, or one of ours where the RFC has none.
    pub kind: &'static str,
    /// For people.
    pub description: String,
    /// The properties that are wrong (`invalidProperties`).
    pub properties: Vec<String>,
    /// The record that is already there (`alreadyExists`).
    pub existing: Option<String>,
}

impl SetError {
    fn of(kind: &'static str, description: impl Into<String>) -> SetError {
        SetError { kind, description: description.into(), properties: Vec::new(), existing: None }
    }

    /// A property has a value that it can't have.
    pub fn invalid(property: &str, description: impl Into<String>) -> SetError {
        SetError { properties: vec![property.to_string()], ..SetError::of("invalidProperties", description) }
    }

    /// The caller may not do this with this record, or this property.
    pub fn forbidden(description: impl Into<String>) -> SetError {
        SetError::of("forbidden", description)
    }

    /// There is no record with this id in the account.
    pub fn not_found(description: impl Into<String>) -> SetError {
        SetError::of("notFound", description)
    }

    /// The PatchObject is not one (RFC 8620 5.3).
    pub fn invalid_patch(description: impl Into<String>) -> SetError {
        SetError::of("invalidPatch", description)
    }

    /// Updated and destroyed in one call.
    pub fn will_destroy() -> SetError {
        SetError::of("willDestroy", "the same call destroys this record; the update was left out")
    }

    /// There is but one of these, made by the server.
    pub fn singleton(description: impl Into<String>) -> SetError {
        SetError::of("singleton", description)
    }

    /// The record, or what it would become, is larger than a limit.
    pub fn too_large(property: &str, limit: &str, allowed: usize, found: usize) -> SetError {
        let description = format!("{property:?} has {found}; {limit} is {allowed}");
        SetError { properties: vec![property.to_string()], ..SetError::of("tooLarge", description) }
    }

    /// Too many in too short a time.
    pub fn rate_limit(description: impl Into<String>) -> SetError {
        SetError::of("rateLimit", description)
    }

    /// A quota of the account is used up.
    pub fn over_quota(description: impl Into<String>) -> SetError {
        SetError::of("overQuota", description)
    }

    /// Somebody else's record has this id or this unique key.
    pub fn already_exists(existing: Option<String>, description: impl Into<String>) -> SetError {
        SetError { existing, ..SetError::of("alreadyExists", description) }
    }

    /// `ifVersion` is not the version of the record (an extension: see the protocol pages).
    pub fn version_mismatch(found: u64) -> SetError {
        let description = format!("somebody edited this: its version is {found}; read it, merge, and send again");
        SetError::of("versionMismatch", description)
    }

    /// RFC 8621 7.5: it can't be taken back any more.
    pub fn cannot_unsend(description: impl Into<String>) -> SetError {
        SetError::of("cannotUnsend", description)
    }

    /// What this hangs below is being moved to another Space; ask `Moved/get` where it is in a moment.
    pub fn moved(description: impl Into<String>) -> SetError {
        SetError::of("moved", description)
    }

    /// A blob is not there, or not open to the caller: the two look alike (RFC 8621 names the error).
    pub fn blob_not_found(property: &str, blob: &str) -> SetError {
        let description = format!("no upload of yours and no file of this account has the id {blob}; upload it first");
        SetError { properties: vec![property.to_string()], ..SetError::of("blobNotFound", description) }
    }

    /// As it goes into `notCreated` and its siblings.
    pub fn to_json(&self) -> Value {
        let mut value = json!({ "type": self.kind, "description": self.description });
        if !self.properties.is_empty() {
            value["properties"] = json!(self.properties);
        }
        if let Some(existing) = &self.existing {
            value["existingId"] = json!(existing);
        }
        value
    }
}
