//! Requests, responses and result references (RFC 8620 3.3, 3.4, 3.7).

use serde::Deserialize;
use serde_json::{Map, Value};
use std::borrow::Cow;
use std::collections::BTreeMap;

use crate::error::{MethodError, RequestError};

/// One method call.
#[derive(Clone, Debug)]
pub struct Call {
    /// Such as `Item/set`.
    pub method: String,
    /// The arguments; names that begin with `#` are references.
    pub args: Map<String, Value>,
    /// The client's name for the call.
    pub id: String,
}

/// A Request object (RFC 8620 3.3).
#[derive(Clone, Debug)]
pub struct Request {
    /// The capabilities that the client means to use.
    pub using: Vec<String>,
    /// The calls, done in order.
    pub calls: Vec<Call>,
    /// Creation ids of former requests and the ids they became; given back with those of this request.
    pub created_ids: Option<BTreeMap<String, String>>,
}

#[derive(Deserialize)]
struct Wire {
    using: Vec<String>,
    #[serde(rename = "methodCalls")]
    calls: Vec<(String, Map<String, Value>, String)>,
    #[serde(rename = "createdIds", default)]
    created_ids: Option<BTreeMap<String, String>>,
}

impl Request {
    /// Reads a request of at most `max_calls` calls. What is no JSON, no request or too long is told apart.
    pub fn read(body: &[u8], max_calls: usize) -> Result<Request, RequestError> {
        let wire: Wire = serde_json::from_slice(body).map_err(|error| {
            if error.is_data() {
                RequestError::not_request(format!("the body is JSON, but not a Request object (RFC 8620 3.3): {error}"))
            } else {
                RequestError::not_json(format!("the body is not JSON: {error}"))
            }
        })?;
        if wire.calls.len() > max_calls {
            let detail = format!("{} calls in one request; maxCallsInRequest is {max_calls}", wire.calls.len());
            return Err(RequestError::limit("maxCallsInRequest", detail));
        }
        let calls = wire.calls.into_iter().map(|(method, args, id)| Call { method, args, id }).collect();
        Ok(Request { using: wire.using, calls, created_ids: wire.created_ids })
    }
}

/// The arguments of a response: a value, or JSON text that was spliced from what the store holds.
#[derive(Clone, Debug)]
pub enum Answer {
    /// Made here.
    Value(Value),
    /// An object, spliced; never parsed unless a reference asks for it.
    Text(String),
}

impl Answer {
    /// As a value; parses spliced text.
    pub fn to_value(&self) -> Value {
        match self {
            Answer::Value(value) => value.clone(),
            Answer::Text(text) => serde_json::from_str(text).unwrap_or(Value::Null),
        }
    }

    /// About how many bytes it has as JSON.
    pub fn size(&self) -> usize {
        match self {
            Answer::Value(value) => size(value),
            Answer::Text(text) => text.len(),
        }
    }

    fn write(&self, out: &mut String) {
        match self {
            Answer::Value(value) => out.push_str(&serde_json::to_string(value).expect("a value is JSON")),
            Answer::Text(text) => out.push_str(text),
        }
    }
}

/// A Response object (RFC 8620 3.4).
#[derive(Clone, Debug, Default)]
pub struct Response {
    /// Method (or `error`), arguments, call id.
    pub answers: Vec<(String, Answer, String)>,
    /// Given back when the request had it.
    pub created_ids: Option<BTreeMap<String, String>>,
    /// The state of the session object.
    pub session_state: String,
}

impl Response {
    /// As JSON text.
    pub fn to_json(&self) -> String {
        let spliced = |answer: &Answer| if let Answer::Text(text) = answer { text.len() + 64 } else { 512 };
        let mut out =
            String::with_capacity(256 + self.answers.iter().map(|(_, answer, _)| spliced(answer)).sum::<usize>());
        out.push_str("{\"methodResponses\":[");
        for (i, (method, answer, call)) in self.answers.iter().enumerate() {
            if i > 0 {
                out.push(',');
            }
            out.push('[');
            out.push_str(&Value::from(method.as_str()).to_string());
            out.push(',');
            answer.write(&mut out);
            out.push(',');
            out.push_str(&Value::from(call.as_str()).to_string());
            out.push(']');
        }
        out.push(']');
        if let Some(created) = &self.created_ids {
            out.push_str(",\"createdIds\":");
            out.push_str(&serde_json::json!(created).to_string());
        }
        out.push_str(",\"sessionState\":");
        out.push_str(&Value::from(self.session_state.as_str()).to_string());
        out.push('}');
        out
    }
}

/// About how many bytes a value has as JSON; never fewer than it has in its texts.
pub fn size(value: &Value) -> usize {
    match value {
        Value::String(text) => text.len() + 2,
        Value::Array(items) => 2 + items.iter().map(|item| size(item) + 1).sum::<usize>(),
        Value::Object(entries) => 2 + entries.iter().map(|(name, value)| name.len() + size(value) + 4).sum::<usize>(),
        _ => 8,
    }
}

/// References in one call.
const MAX_REFERENCES: usize = 16;
/// Bytes to which they may come: a call that writes them out could not have more.
const MAX_RESOLVED: usize = 10 * 1024 * 1024;

/// Replaces the arguments that are result references (`#name`) by what they point at (RFC 8620 3.7). A call can't grow
/// without bound by them.
pub fn resolve_references<'a>(
    args: &'a Map<String, Value>,
    answers: &[(String, Answer, String)],
) -> Result<Cow<'a, Map<String, Value>>, MethodError> {
    let references = args.keys().filter(|name| name.starts_with('#')).count();
    if references == 0 {
        return Ok(Cow::Borrowed(args));
    }
    if references > MAX_REFERENCES {
        let why = format!("a call has at most {MAX_REFERENCES} references, this one has {references}");
        return Err(MethodError::invalid_result_reference(why));
    }
    let (mut out, mut room) = (Map::new(), MAX_RESOLVED);
    for (name, value) in args {
        let Some(bare) = name.strip_prefix('#') else {
            out.insert(name.clone(), value.clone());
            continue;
        };
        if args.contains_key(bare) {
            return Err(MethodError::invalid_arguments(format!("{bare:?} and {name:?} are both given; one of them")));
        }
        let found = resolve(bare, value, answers)?;
        let too_large = || MethodError::request_too_large("maxSizeRequest", MAX_RESOLVED);
        room = room.checked_sub(size(&found)).ok_or_else(too_large)?;
        out.insert(bare.to_string(), found);
    }
    Ok(Cow::Owned(out))
}

fn resolve(name: &str, reference: &Value, answers: &[(String, Answer, String)]) -> Result<Value, MethodError> {
    let fail = |why: &str| MethodError::invalid_result_reference(format!("\"#{name}\": {why}"));
    let text = |key: &str| reference.get(key).and_then(Value::as_str);
    let (Some(of), Some(method), Some(path)) = (text("resultOf"), text("name"), text("path")) else {
        return Err(fail("a reference has the texts resultOf, name and path"));
    };
    let (found, answer, _) =
        answers.iter().find(|(_, _, id)| id == of).ok_or_else(|| fail("no call before this one has that id"))?;
    if found != method {
        return Err(fail(&format!("that call was answered by {found:?}, not by {method:?}")));
    }
    let found = match answer {
        Answer::Value(value) => point(value, path),
        Answer::Text(_) => point(&answer.to_value(), path),
    };
    found.ok_or_else(|| fail("the path leads nowhere in that answer"))
}

/// JSON pointer with `*`, which maps over an array and flattens arrays it finds (RFC 8620 3.7).
fn point(value: &Value, path: &str) -> Option<Value> {
    let Some(rest) = path.strip_prefix('/') else {
        return path.is_empty().then(|| value.clone());
    };
    let (part, rest) = match rest.find('/') {
        Some(at) => rest.split_at(at),
        None => (rest, ""),
    };
    match value {
        Value::Array(items) if part == "*" => {
            let mut out = Vec::new();
            for item in items {
                match point(item, rest)? {
                    Value::Array(inner) => out.extend(inner),
                    other => out.push(other),
                }
            }
            Some(Value::Array(out))
        }
        Value::Array(items) => {
            let canonical = part == "0" || !part.starts_with('0') && part.bytes().all(|b| b.is_ascii_digit());
            point(items.get(canonical.then(|| part.parse::<usize>().ok())??)?, rest)
        }
        Value::Object(object) => point(object.get(&part.replace("~1", "/").replace("~0", "~"))?, rest),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn read(body: &str) -> Result<Request, RequestError> {
        Request::read(body.as_bytes(), 4)
    }

    #[test]
    fn a_request_is_told_from_json_and_from_noise() {
        assert!(read(r#"{"using":[],"methodCalls":[["A/get",{},"0"]]}"#).is_ok());
        assert_eq!(read("{").unwrap_err().kind, "urn:ietf:params:jmap:error:notJSON");
        assert_eq!(read("[1]").unwrap_err().kind, "urn:ietf:params:jmap:error:notRequest");
        assert_eq!(read(r#"{"using":1,"methodCalls":[]}"#).unwrap_err().kind, "urn:ietf:params:jmap:error:notRequest");
        assert_eq!(read(&"[".repeat(100_000)).unwrap_err().status, 400);
    }

    #[test]
    fn too_many_calls_name_their_limit() {
        let calls = [r#"["A/get",{},"0"]"#; 5].join(",");
        let error = read(&format!(r#"{{"using":[],"methodCalls":[{calls}]}}"#)).unwrap_err();
        assert_eq!(error.limit, Some("maxCallsInRequest"));
    }

    #[test]
    fn references_walk_map_and_flatten() {
        let answers = vec![(
            "A/get".to_string(),
            Answer::Value(json!({"list": [{"l": [1, 2]}, {"l": [3]}], "a/b": 7})),
            "0".into(),
        )];
        let go = |path: &str| {
            let args = json!({"#x": {"resultOf": "0", "name": "A/get", "path": path}});
            resolve_references(args.as_object().unwrap(), &answers).map(|m| m.into_owned().remove("x").unwrap())
        };
        assert_eq!(go("/list/*/l"), Ok(json!([1, 2, 3])));
        assert_eq!(go("/list/1/l/0"), Ok(json!(3)));
        assert_eq!(go("/a~1b"), Ok(json!(7)));
        assert_eq!(go("/list/01").unwrap_err().kind, "invalidResultReference");
        assert_eq!(go("/nowhere").unwrap_err().kind, "invalidResultReference");
    }

    #[test]
    fn references_do_not_grow_without_bound() {
        let answers =
            vec![("A/get".to_string(), Answer::Value(json!({"x": "y".repeat(MAX_RESOLVED / 4)})), "0".into())];
        let many = |n: usize| {
            let one = json!({"resultOf": "0", "name": "A/get", "path": ""});
            let args: Map<String, Value> = (0..n).map(|i| (format!("#{i}"), one.clone())).collect();
            resolve_references(&args, &answers).map(|_| ()).map_err(|error| error.kind)
        };
        assert_eq!(many(3), Ok(()));
        assert_eq!(many(5), Err("requestTooLarge"));
        assert_eq!(many(17), Err("invalidResultReference"));
    }

    #[test]
    fn a_name_given_twice_is_refused() {
        let args = json!({"x": 1, "#x": {"resultOf": "0", "name": "A/get", "path": ""}});
        assert_eq!(resolve_references(args.as_object().unwrap(), &[]).unwrap_err().kind, "invalidArguments");
    }

    #[test]
    fn spliced_text_goes_out_as_it_is() {
        let text = "{\"b\":1, \"a\":2}".to_string();
        let response = Response {
            answers: vec![("A/get".into(), Answer::Text(text), "c\"1".into())],
            created_ids: None,
            session_state: "s".into(),
        };
        assert_eq!(response.to_json(), r#"{"methodResponses":[["A/get",{"b":1, "a":2},"c\"1"]],"sessionState":"s"}"#);
    }
}
