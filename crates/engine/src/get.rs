//! `/get`, `/changes` and `/query` of every type (RFC 8620 5.1, 5.2, 5.5), on one snapshot.

use jmap::{Answer, Call, Id, MethodError, State};
use model::kind::Place;
use model::{Caller, Registry, Scopes, TypeDef, limits};
use serde_json::{Map, Value, json};
use std::collections::{BTreeMap, HashSet};
use std::fmt::Write;
use store::{Range, Row, Snapshot, StoreError, changes};

use crate::access::{self, Access};
use crate::{Shared, records, versions};

/// A read that the store may fail, and the caller may get wrong.
pub(crate) type Answering<T> = Result<Result<T, MethodError>, StoreError>;

/// The early way out of an [`Answering`].
macro_rules! refuse {
    ($error:expr) => {
        return Ok(Err($error))
    };
}

/// Answers any call that writes nothing, in at most `room` bytes where that could be many.
pub(crate) fn answer(
    shared: &Shared,
    at: &dyn Snapshot,
    by: &Caller,
    call: &Call,
    args: &Map<String, Value>,
    created: &BTreeMap<String, String>,
    room: usize,
) -> Answering<Answer> {
    if call.method == "Core/echo" {
        return Ok(Ok(Answer::Value(Value::Object(args.clone()))));
    }
    let unknown = || MethodError::unknown_method(&call.method);
    if call.method == "Blob/copy" {
        refuse!(MethodError::account_not_found());
    }
    if call.method == "Search/query" {
        return crate::search::query(shared, at, by, args);
    }
    let Some((name, verb)) = call.method.split_once('/') else { refuse!(unknown()) };
    let (version, moved) = (name == "ItemVersion", name == "Moved");
    let ty = match name {
        "ItemVersion" => Some(&model::items::ITEM),
        "Moved" => Some(&model::moving::MOVE),
        _ => shared.registry.type_named(name),
    };
    let Some(ty) = ty.filter(|ty| !ty.internal) else { refuse!(unknown()) };
    if !["get", "changes", "query", "queryChanges", "set"].contains(&verb) || version && verb.ends_with("hanges") {
        refuse!(unknown());
    }
    if moved && verb != "get" {
        refuse!(unknown());
    }
    if verb == "queryChanges" {
        refuse!(MethodError::cannot_calculate_changes("queries are asked anew; /queryChanges is not offered"));
    }
    let account = match account_id(args) {
        Ok(account) => account,
        Err(refused) => refuse!(refused),
    };
    let access = match account {
        Some(account) if by.scopes.has(Scopes::READ) => access::to_read(shared, at, by, account)?,
        _ => None,
    };
    let Some(access) = access else { refuse!(MethodError::account_not_found()) };
    if let Err(refused) = access.holds(ty) {
        refuse!(refused);
    }
    match verb {
        "get" if moved => crate::moved::get(shared, at, by, &access, args),
        "get" if version => versions::get(at, &access, args, room),
        "query" if version => versions::query(at, &access, args),
        "get" => get(shared, at, &access, ty, (args, created), room),
        "changes" => changes_since(at, &access, ty, args),
        "query" => query(shared, at, &access, ty, args),
        // A /set whose account could not be told.
        _ => Ok(Err(MethodError::account_not_found())),
    }
}

/// The account of a call. What is no id of ours names no account.
pub(crate) fn account_id(args: &Map<String, Value>) -> Result<Option<Id>, MethodError> {
    match args.get("accountId") {
        Some(Value::String(text)) => Ok(Id::parse(text).ok()),
        _ => Err(MethodError::invalid_arguments("\"accountId\" is missing; it takes the id of an account")),
    }
}

pub(crate) fn ids(args: &Map<String, Value>) -> Result<Option<Vec<String>>, MethodError> {
    match args.get("ids") {
        None | Some(Value::Null) => Ok(None),
        Some(Value::Array(list)) => {
            let wrong = || MethodError::invalid_arguments("\"ids\" takes a list of ids, or null");
            list.iter()
                .map(|id| id.as_str().map(str::to_string))
                .collect::<Option<Vec<_>>>()
                .map(Some)
                .ok_or_else(wrong)
        }
        Some(_) => Err(MethodError::invalid_arguments("\"ids\" takes a list of ids, or null")),
    }
}

pub(crate) fn only_known(args: &Map<String, Value>, known: &[&str]) -> Result<(), MethodError> {
    match args.keys().find(|name| !known.contains(&name.as_str())) {
        Some(name) => Err(MethodError::invalid_arguments(format!("this takes {known:?}, not {name:?}"))),
        None => Ok(()),
    }
}

fn get(
    shared: &Shared,
    at: &dyn Snapshot,
    access: &Access,
    ty: &'static TypeDef,
    (args, created): (&Map<String, Value>, &BTreeMap<String, String>),
    room: usize,
) -> Answering<Answer> {
    let read = only_known(args, &["accountId", "ids", "properties"])
        .and_then(|()| Ok((ids(args)?, properties(shared, ty, args)?)));
    let (wanted, only) = match read {
        Ok(read) => read,
        Err(refused) => refuse!(refused),
    };
    let bodies = only.as_ref().is_none_or(|only| {
        let in_body = |name: &String| {
            let kinds = shared.registry.kinds().iter().flat_map(|kind| kind.properties);
            ty.properties.iter().chain(kinds).any(|p| p.name == name && p.place == Place::Body)
        };
        only.iter().any(in_body)
    });
    let (n, number) = (access.head.n, ty.number);
    let mut list = List { registry: &shared.registry, ty, only: only.as_deref(), text: String::new(), room };
    let mut not_found = Vec::new();
    match wanted {
        None => {
            let (mut after, mut found) = (None, 0);
            loop {
                let rows = at.range(n, number, Range { after, down: false, limit: STEP as u32 }, bodies)?;
                found += rows.len();
                if found > limits::MAX_OBJECTS {
                    refuse!(MethodError::request_too_large("maxObjectsInGet", limits::MAX_OBJECTS));
                }
                if !list.takes(&rows) {
                    refuse!(too_large());
                }
                match rows.last() {
                    Some(last) if rows.len() == STEP => after = Some(last.created_seq),
                    _ => break,
                }
            }
        }
        Some(wanted) => {
            if wanted.len() > limits::MAX_OBJECTS {
                refuse!(MethodError::request_too_large("maxObjectsInGet", limits::MAX_OBJECTS));
            }
            let mut asked: Vec<(Id, String)> = Vec::with_capacity(wanted.len());
            let mut once = HashSet::with_capacity(wanted.len());
            for text in wanted {
                let became = text.strip_prefix('#').and_then(|key| created.get(key));
                match Id::parse(became.unwrap_or(&text)) {
                    Ok(id) if !once.insert(id) => {}
                    Ok(id) => asked.push((id, text)),
                    Err(_) => not_found.push(text),
                }
            }
            for some in asked.chunks(STEP) {
                let by_id: Vec<Id> = some.iter().map(|(id, _)| *id).collect();
                let mut rows = at.get(n, number, &by_id, bodies)?;
                rows.retain(|row| row.destroyed.is_none());
                if rows.len() < some.len() {
                    let there: HashSet<Id> = rows.iter().map(|row| row.id).collect();
                    not_found.extend(some.iter().filter(|(id, _)| !there.contains(id)).map(|(_, text)| text.clone()));
                }
                if !list.takes(&rows) {
                    refuse!(too_large());
                }
            }
        }
    }
    let List { text: list, .. } = list;
    let mut out = String::with_capacity(200 + list.len());
    let _ = write!(out, "{{\"accountId\":\"{}\",\"state\":\"{}\",\"list\":[", access.head.id, access.state());
    out.push_str(&list);
    out.push_str("],\"notFound\":");
    out.push_str(&json!(not_found).to_string());
    out.push('}');
    Ok(Ok(Answer::Text(out)))
}

/// Records read at once: so many may lie in memory beside the answer.
const STEP: usize = 100;

/// The records of an answer, as text.
struct List<'a> {
    registry: &'a Registry,
    ty: &'static TypeDef,
    only: Option<&'a [String]>,
    text: String,
    /// Bytes that the answer may have.
    room: usize,
}

impl List<'_> {
    /// Writes them down. False if there is no room for all.
    fn takes(&mut self, rows: &[Row]) -> bool {
        // Heads and bodies, and beside each an id and a few columns.
        let size = |row: &Row| row.head.len() + row.body.as_deref().map_or(0, str::len) + 200;
        self.text.reserve(rows.iter().map(size).sum());
        for row in rows {
            if !self.text.is_empty() {
                self.text.push(',');
            }
            records::write_wire(self.registry, self.ty, row, self.only, &mut self.text);
            if self.text.len() > self.room {
                return false;
            }
        }
        true
    }
}

/// With this answer the response would have more bytes than it may.
pub(crate) fn too_large() -> MethodError {
    MethodError::request_too_large("maxSizeResponse", limits::MAX_RESPONSE)
}

fn properties(
    shared: &Shared,
    ty: &'static TypeDef,
    args: &Map<String, Value>,
) -> Result<Option<Vec<String>>, MethodError> {
    let list = match args.get("properties") {
        None | Some(Value::Null) => return Ok(None),
        Some(Value::Array(list)) => list,
        Some(_) => return Err(MethodError::invalid_arguments("\"properties\" takes a list of names, or null")),
    };
    let kinds = || shared.registry.kinds().iter().filter(|_| ty.has_kinds).flat_map(|kind| kind.properties);
    list.iter()
        .map(|name| {
            let known = |name: &&str| *name == "id" || ty.properties.iter().chain(kinds()).any(|p| p.name == *name);
            let name = name.as_str().filter(known);
            let unknown = || MethodError::invalid_arguments(format!("a {} has not all of these properties", ty.name));
            name.map(str::to_string).ok_or_else(unknown)
        })
        .collect::<Result<Vec<_>, _>>()
        .map(Some)
}

fn changes_since(
    at: &dyn Snapshot,
    access: &Access,
    ty: &'static TypeDef,
    args: &Map<String, Value>,
) -> Answering<Answer> {
    if let Err(refused) = only_known(args, &["accountId", "sinceState", "maxChanges"]) {
        refuse!(refused);
    }
    let Some(text) = args.get("sinceState").and_then(Value::as_str) else {
        refuse!(MethodError::invalid_arguments("\"sinceState\" is missing; it takes a state of this account"));
    };
    let max = match args.get("maxChanges") {
        None | Some(Value::Null) => limits::MAX_OBJECTS as u64,
        Some(n) => match n.as_u64().filter(|n| *n > 0) {
            Some(n) => n.min(limits::MAX_OBJECTS as u64),
            None => refuse!(MethodError::invalid_arguments("\"maxChanges\" takes a whole number above 0")),
        },
    };
    let cannot = |why: &str| MethodError::cannot_calculate_changes(format!("{why}; read the account anew"));
    let Ok(state) = text.parse::<State>() else { refuse!(cannot("this state was not given by this server")) };
    let (base, cursor) = state.base_and_cursor();
    if state.lineage != access.head.lineage {
        refuse!(cannot("the account was restored since"));
    }
    if state.join != access.join {
        refuse!(cannot("you left and joined again since"));
    }
    let newest = cursor.max(if state.page.is_some() { 0 } else { state.head });
    if newest > access.head.seq {
        refuse!(cannot("this state lies ahead of the account"));
    }
    let head = if state.page.is_some() { state.head } else { access.head.seq };
    let page = changes(at, access.head.n, ty.number, base, cursor, head, max as u32);
    let page = match page {
        Ok(page) => page,
        Err(store::ChangesError::CannotCalculate) => refuse!(cannot("this state is too old")),
        Err(store::ChangesError::Store(fault)) => return Err(fault),
    };
    let new = State {
        head: if page.more { head } else { page.next },
        page: page.more.then_some((base, page.next)),
        ..access.state()
    };
    Ok(Ok(Answer::Value(json!({
        "accountId": access.head.id,
        "oldState": text,
        "newState": new.to_string(),
        "hasMoreChanges": page.more,
        "created": page.created,
        "updated": page.updated,
        "destroyed": page.destroyed,
    }))))
}

/// `/query`: by creation, newest first or last; filters are the declared indexes, and `threadId` for Items.
fn query(
    shared: &Shared,
    at: &dyn Snapshot,
    access: &Access,
    ty: &'static TypeDef,
    args: &Map<String, Value>,
) -> Answering<Answer> {
    let known = ["accountId", "filter", "sort", "position", "anchor", "anchorOffset", "limit", "calculateTotal"];
    let read = only_known(args, &known).and_then(|()| crate::query::Query::read(shared, ty, args));
    let query = match read {
        Ok(query) => query,
        Err(refused) => refuse!(refused),
    };
    query.run(at, access, ty)
}
