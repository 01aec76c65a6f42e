//! What a `/query` asks for, and the walk that answers it.

use jmap::{Answer, Id, MethodError};
use model::{TypeDef, limits};
use serde_json::{Map, Value, json};
use store::{IndexRange, Range, Row, Seq, Snapshot, StoreError};

use crate::access::Access;
use crate::get::Answering;
use crate::{Shared, records};

/// Ids of one step of the walk.
const STEP: u32 = 500;

enum Over {
    /// All records, by creation.
    All,
    /// A thread, by creation.
    Thread(Id),
    /// Index rows with exactly this key, by creation.
    Equal(&'static str, Vec<u8>),
    /// A whole index, by its keys.
    Sorted(&'static str),
}

/// A `/query`, read.
pub(crate) struct Query {
    over: Over,
    down: bool,
    kind: Option<u8>,
    position: i64,
    anchor: Option<(Id, i64)>,
    limit: usize,
    total: bool,
}

impl Query {
    pub(crate) fn read(shared: &Shared, ty: &'static TypeDef, args: &Map<String, Value>) -> Result<Query, MethodError> {
        let number = |name: &str, default: i64| match args.get(name) {
            None | Some(Value::Null) => Ok(default),
            Some(value) => {
                value.as_i64().ok_or_else(|| MethodError::invalid_arguments(format!("{name:?} takes a whole number")))
            }
        };
        let (over, kind) = filter(shared, ty, args.get("filter"))?;
        let (sorted, down) = sort(ty, args.get("sort"))?;
        let over = match (over, sorted) {
            (Over::All, Some(index)) => Over::Sorted(index),
            (_, Some(_)) => return Err(MethodError::unsupported_sort("with a filter, results are sorted by \"seq\"")),
            (over, None) => over,
        };
        let anchor = match args.get("anchor") {
            None | Some(Value::Null) => None,
            Some(anchor) => {
                let id = anchor.as_str().and_then(|id| Id::parse(id).ok()).ok_or_else(MethodError::anchor_not_found)?;
                Some((id, number("anchorOffset", 0)?))
            }
        };
        let limit = number("limit", limits::MAX_OBJECTS as i64)?;
        if limit < 0 {
            return Err(MethodError::invalid_arguments("\"limit\" takes a whole number from 0"));
        }
        Ok(Query {
            over,
            down,
            kind,
            position: number("position", 0)?,
            anchor,
            limit: (limit as usize).min(limits::MAX_OBJECTS),
            total: args.get("calculateTotal").and_then(Value::as_bool).unwrap_or(false),
        })
    }

    pub(crate) fn run(self, at: &dyn Snapshot, access: &Access, ty: &'static TypeDef) -> Answering<Answer> {
        let ids = self.walk(at, access, ty)?;
        let start = match self.anchor {
            Some((anchor, offset)) => match ids.iter().position(|id| *id == anchor) {
                Some(place) => (place as i64).saturating_add(offset).max(0),
                None => return Ok(Err(MethodError::anchor_not_found())),
            },
            None if self.position < 0 => (ids.len() as i64 + self.position).max(0),
            None => self.position,
        };
        let page: Vec<Id> = ids.iter().skip(start as usize).take(self.limit).copied().collect();
        let mut value = json!({
            "accountId": access.head.id,
            "queryState": access.state().to_string(),
            "canCalculateChanges": false,
            "position": if page.is_empty() { 0 } else { start },
            "ids": page,
        });
        if self.total {
            value["total"] = json!(ids.len());
        }
        if self.limit == limits::MAX_OBJECTS {
            value["limit"] = json!(self.limit);
        }
        Ok(Ok(Answer::Value(value)))
    }

    /// Whether these ids, from the first on, are enough to answer. `place` is that of the anchor, once it was found.
    fn enough(&self, ids: &[Id], place: &mut Option<usize>, seen: &mut usize) -> bool {
        if self.total || self.anchor.is_none() && self.position < 0 {
            return false;
        }
        let Some((anchor, offset)) = self.anchor else {
            return ids.len() >= (self.position as usize).saturating_add(self.limit);
        };
        if place.is_none() {
            *place = ids[*seen..].iter().position(|id| *id == anchor).map(|at| *seen + at);
            *seen = ids.len();
        }
        let upto = |place: usize| (place as i64).saturating_add(offset).max(0) as usize;
        place.is_some_and(|place| ids.len() >= upto(place).saturating_add(self.limit))
    }

    /// The matching ids in order, as many as are needed if there are so many.
    fn walk(&self, at: &dyn Snapshot, access: &Access, ty: &TypeDef) -> Result<Vec<Id>, StoreError> {
        let n = access.head.n;
        let mut ids = Vec::new();
        let (mut place, mut seen) = (None, 0);
        let mut enough = |ids: &[Id]| self.enough(ids, &mut place, &mut seen);
        let wanted =
            |row: &Row| row.destroyed.is_none() && row.ty == ty.number && self.kind.is_none_or(|k| k == row.kind);
        match &self.over {
            Over::All => {
                let mut after = None;
                while !enough(&ids) {
                    let rows = at.range(n, ty.number, Range { after, down: self.down, limit: STEP }, false)?;
                    let Some(last) = rows.last() else { break };
                    after = Some(last.created_seq);
                    ids.extend(rows.iter().filter(|row| wanted(row)).map(|row| row.id));
                }
            }
            Over::Thread(root) => {
                let mut below = Seq::MAX;
                loop {
                    let rows = at.thread_down(n, *root, below, STEP)?;
                    let Some(last) = rows.last() else { break };
                    below = last.created_seq;
                    ids.extend(rows.iter().filter(|row| wanted(row)).map(|row| row.id));
                    if self.down && enough(&ids) {
                        break;
                    }
                }
                if !self.down {
                    ids.reverse();
                }
            }
            Over::Equal(name, key) => {
                let mut end = key.clone();
                end.push(0);
                self.walk_index(at, n, ty, name, (key, &end), &mut enough, &wanted, &mut ids)?;
            }
            Over::Sorted(name) => {
                self.walk_index(at, n, ty, name, (&[], &[0xff; 9]), &mut enough, &wanted, &mut ids)?
            }
        }
        Ok(ids)
    }

    #[expect(clippy::too_many_arguments, reason = "one walk, two callers")]
    fn walk_index(
        &self,
        at: &dyn Snapshot,
        n: store::N,
        ty: &TypeDef,
        name: &str,
        (from, to): (&[u8], &[u8]),
        enough: &mut dyn FnMut(&[Id]) -> bool,
        wanted: &dyn Fn(&Row) -> bool,
        ids: &mut Vec<Id>,
    ) -> Result<(), StoreError> {
        let mut after: Option<(Vec<u8>, Seq)> = None;
        while !enough(ids) {
            let behind = after.as_ref().map(|(key, seq)| (key.as_slice(), *seq));
            let range = IndexRange { from, to, after: behind, down: self.down, limit: STEP };
            let rows = at.index(n, name, &range)?;
            let Some(last) = rows.last().cloned() else { break };
            let seqs: Vec<Seq> = rows.iter().map(|(_, seq)| *seq).collect();
            ids.extend(at.at_seqs(n, ty.number, &seqs, false)?.iter().filter(|row| wanted(row)).map(|row| row.id));
            after = Some(last);
        }
        Ok(())
    }
}

fn filter(shared: &Shared, ty: &'static TypeDef, filter: Option<&Value>) -> Result<(Over, Option<u8>), MethodError> {
    let filter = match filter {
        None | Some(Value::Null) => return Ok((Over::All, None)),
        Some(Value::Object(filter)) if filter.contains_key("operator") => {
            return Err(MethodError::unsupported_filter("filters are single conditions; there are no operators"));
        }
        Some(Value::Object(filter)) => filter,
        Some(_) => return Err(MethodError::invalid_arguments("\"filter\" takes an object, or null")),
    };
    let (mut over, mut kind) = (Over::All, None);
    for (name, value) in filter {
        let indexed = ty.properties.iter().find(|p| p.name == name).and_then(|p| p.index);
        let more = || MethodError::unsupported_filter("one of these at a time, besides \"kind\"");
        match (name.as_str(), value.as_str()) {
            ("kind", Some(word)) if ty.has_kinds => {
                let found = shared.registry.kind_named(word);
                let unknown = || MethodError::unsupported_filter(format!("there is no kind {word:?}"));
                kind = Some(found.ok_or_else(unknown)?.number);
            }
            ("threadId", Some(id)) if ty.has_kinds => {
                if !matches!(over, Over::All) {
                    return Err(more());
                }
                let wrong = |_| MethodError::invalid_arguments("\"threadId\" takes the id of an Item");
                over = Over::Thread(Id::parse(id).map_err(wrong)?);
            }
            _ => {
                let Some(index) = indexed else {
                    return Err(MethodError::unsupported_filter(format!(
                        "a {} can't be filtered by {name:?}",
                        ty.name
                    )));
                };
                if !matches!(over, Over::All) {
                    return Err(more());
                }
                let wrong = || MethodError::invalid_arguments(format!("{name:?} can't have this value"));
                over = Over::Equal(index, records::index_key(value).ok_or_else(wrong)?);
            }
        }
    }
    Ok((over, kind))
}

/// The index to sort by, if not creation; and whether from the last to the first.
fn sort(ty: &'static TypeDef, sort: Option<&Value>) -> Result<(Option<&'static str>, bool), MethodError> {
    let list = match sort {
        None | Some(Value::Null) => return Ok((None, false)),
        Some(Value::Array(list)) => list,
        Some(_) => return Err(MethodError::invalid_arguments("\"sort\" takes a list, or null")),
    };
    let one = match list.as_slice() {
        [] => return Ok((None, false)),
        [one] => one,
        _ => return Err(MethodError::unsupported_sort("results are sorted by one property")),
    };
    let name = one.get("property").and_then(Value::as_str).unwrap_or("");
    let down = !one.get("isAscending").and_then(Value::as_bool).unwrap_or(true);
    if name == "seq" {
        return Ok((None, down));
    }
    let index = ty.properties.iter().find(|p| p.name == name).and_then(|p| p.index);
    let unsupported = || MethodError::unsupported_sort(format!("a {} can't be sorted by {name:?}", ty.name));
    index.map(|index| (Some(index), down)).ok_or_else(unsupported)
}
