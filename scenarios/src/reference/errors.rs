//! The page of errors: every constructor of `jmap`'s error types, with its sentence from the source and one example.

use jmap::{MethodError, RequestError, SetError};
use std::collections::BTreeMap;
use std::fmt::Write;

const SOURCE: &str = include_str!("../../../crates/jmap/src/error.rs");

/// One constructor, called: its name, the word on the wire, a description.
type Called = (&'static str, &'static str, String);

pub(super) fn page() -> String {
    let mut out = "# Errors\n\nAn error has a `type` for programs and a `description` for people, which says what \
                   happened, to what, and what to do next. The descriptions below are examples; the types are stable. \
                   What is not there and what is not open to the caller look alike.\n"
        .to_string();
    let levels: [(&str, &str, Vec<Called>); 3] = [
        (
            "RequestError",
            "The whole request is refused, and nothing of it was done (RFC 8620 3.6.1): problem details \
             (`application/problem+json`, RFC 9457) with `type`, `status`, `detail`, and `limit` where a limit was passed.",
            request_errors(),
        ),
        (
            "MethodError",
            "One call is refused (RFC 8620 3.6.2); the calls before and after it are answered. The answer is \
             `[\"error\", {\"type\": …, \"description\": …}, callId]`.",
            method_errors(),
        ),
        (
            "SetError",
            "One record is refused (RFC 8620 5.3), in `notCreated`, `notUpdated` or `notDestroyed`. `properties` names \
             what is wrong, `existingId` what is there already.",
            set_errors(),
        ),
    ];
    for (owner, about, called) in levels {
        let mut sentences = sentences(owner);
        let _ = write!(out, "\n## {}\n\n{about}\n\n| type | when | for example |\n|---|---|---|\n", heading(owner));
        for (name, kind, description) in called {
            let sentence = sentences.remove(name).unwrap_or_else(|| panic!("{owner}::{name} is gone from error.rs"));
            let (sentence, description) = (sentence.replace('|', "\\|"), description.replace('|', "\\|"));
            let _ = writeln!(out, "| `{kind}` | {sentence} | {description} |");
        }
        assert!(
            sentences.is_empty(),
            "these errors have no example in scenarios/src/reference/errors.rs: {sentences:?}"
        );
    }
    out
}

fn heading(owner: &str) -> &'static str {
    match owner {
        "RequestError" => "Of a request",
        "MethodError" => "Of a call",
        _ => "Of a record",
    }
}

/// The documentation of each public constructor of a type in the source.
fn sentences(owner: &str) -> BTreeMap<String, String> {
    let start = SOURCE.find(&format!("\nimpl {owner} {{")).expect("the type has constructors");
    let body = &SOURCE[start + 1..];
    let body = &body[..body.find("\n}").expect("the block ends")];
    let (mut sentences, mut doc) = (BTreeMap::new(), String::new());
    for line in body.lines().map(str::trim) {
        if let Some(more) = line.strip_prefix("/// ") {
            if !doc.is_empty() {
                doc.push(' ');
            }
            doc.push_str(more);
        } else if let Some(rest) = line.strip_prefix("pub fn ") {
            let name = rest.split(['(', '<']).next().unwrap_or("").to_string();
            let makes_one = !rest.contains("&self");
            let sentence = std::mem::take(&mut doc);
            if makes_one {
                sentences.insert(name, sentence);
            }
        } else if !line.starts_with("#[") {
            doc.clear();
        }
    }
    sentences
}

fn request_errors() -> Vec<Called> {
    let all = [
        ("not_json", RequestError::not_json("the body is not JSON: expected value at line 1 column 1")),
        ("not_request", RequestError::not_request("the body is JSON, but not a Request object (RFC 8620 3.3)")),
        ("unknown_capability", RequestError::unknown_capability("urn:example:other")),
        ("limit", RequestError::limit("maxCallsInRequest", "300 calls in one request; maxCallsInRequest is 256")),
    ];
    all.map(|(name, error)| (name, error.kind, error.detail)).into()
}

fn method_errors() -> Vec<Called> {
    let all = [
        ("unknown_method", MethodError::unknown_method("Item/copy")),
        ("invalid_arguments", MethodError::invalid_arguments("\"ids\" takes a list of ids, or null")),
        ("invalid_result_reference", MethodError::invalid_result_reference("no call before this one has the id \"0\"")),
        ("forbidden", MethodError::forbidden("only an admin of the workspace may do this")),
        ("account_not_found", MethodError::account_not_found()),
        ("account_not_supported_by_method", MethodError::account_not_supported_by_method()),
        ("account_read_only", MethodError::account_read_only()),
        ("request_too_large", MethodError::request_too_large("maxObjectsInGet", model::limits::MAX_OBJECTS)),
        (
            "cannot_calculate_changes",
            MethodError::cannot_calculate_changes("this state is too old; read the account anew"),
        ),
        ("state_mismatch", MethodError::state_mismatch()),
        ("unsupported_filter", MethodError::unsupported_filter("a Member can't be filtered by \"name\"")),
        ("unsupported_sort", MethodError::unsupported_sort("a Member can't be sorted by \"name\"")),
        ("anchor_not_found", MethodError::anchor_not_found()),
        (
            "server_fail",
            MethodError::server_fail("something is wrong with the server; tell its operator of fault 5be0c2a1"),
        ),
        (
            "server_unavailable",
            MethodError::server_unavailable(
                "the server can't write now. Repeat this later with the same ids (fault 5be0c2a1)",
            ),
        ),
    ];
    all.map(|(name, error)| (name, error.kind, error.description)).into()
}

fn set_errors() -> Vec<Called> {
    let all = [
        ("invalid", SetError::invalid("title", "a topic has a title; say in a line what it is about")),
        ("forbidden", SetError::forbidden("you may not make a Person here")),
        (
            "moved",
            SetError::moved(
                "this thread is being moved, or something into it; try again in a moment, and look where it has gone",
            ),
        ),
        ("not_found", SetError::not_found("there is no Item with this id here")),
        ("invalid_patch", SetError::invalid_patch("two paths of the patch overlap")),
        ("will_destroy", SetError::will_destroy()),
        ("singleton", SetError::singleton("there is one Settings record, with the id of the account")),
        ("too_large", SetError::too_large("text", "maxSizeText in bytes", model::limits::MAX_TEXT, 300_000)),
        ("rate_limit", SetError::rate_limit("too many in a minute; wait 20 seconds")),
        ("over_quota", SetError::over_quota("this account is full; delete files, or ask an admin for more")),
        ("already_exists", SetError::already_exists(None, "somebody else made a record with this id")),
        ("version_mismatch", SetError::version_mismatch(4)),
        ("cannot_unsend", SetError::cannot_unsend("it was published already; edit or delete it where it is")),
        ("blob_not_found", SetError::blob_not_found("blobs", "baaaaaaaaaapabaaaaaaaaaaaaa")),
    ];
    all.map(|(name, error)| (name, error.kind, error.description)).into()
}
