//! ItemVersion: older versions of an Item. Outside `/changes`; what belongs to a deleted Item is served to nobody.

use jmap::{Answer, Id, MethodError};
use model::{items, limits};
use serde_json::{Map, Value, json};
use store::{Snapshot, StoreError, Version};

use crate::access::Access;
use crate::get::{Answering, ids, only_known};

/// `ItemVersion/query` with the filter `{"itemId": …}`: newest first.
pub(crate) fn query(at: &dyn Snapshot, access: &Access, args: &Map<String, Value>) -> Answering<Answer> {
    if let Err(refused) = only_known(args, &["accountId", "filter"]) {
        return Ok(Err(refused));
    }
    let item =
        args.get("filter").and_then(|f| f.get("itemId")).and_then(Value::as_str).and_then(|id| Id::parse(id).ok());
    let Some(item) = item else {
        return Ok(Err(MethodError::unsupported_filter("versions are asked for by {\"itemId\": the id of an Item}")));
    };
    let versions = served(at, access, item)?;
    let ids: Vec<String> = versions.iter().map(name).collect();
    Ok(Ok(Answer::Value(json!({
        "accountId": access.head.id,
        "queryState": access.state().to_string(),
        "canCalculateChanges": false,
        "position": 0,
        "ids": ids,
    }))))
}

/// `ItemVersion/get` by ids, which are `<itemId>-<version>`.
pub(crate) fn get(at: &dyn Snapshot, access: &Access, args: &Map<String, Value>) -> Answering<Answer> {
    let wanted = match only_known(args, &["accountId", "ids"]).and_then(|()| ids(args)) {
        Ok(Some(wanted)) if wanted.len() <= limits::MAX_OBJECTS => wanted,
        Ok(Some(_)) => return Ok(Err(MethodError::request_too_large("maxObjectsInGet", limits::MAX_OBJECTS))),
        Ok(None) => return Ok(Err(MethodError::invalid_arguments("versions are read by ids; query gives them"))),
        Err(refused) => return Ok(Err(refused)),
    };
    let (mut list, mut not_found) = (Vec::new(), Vec::new());
    for text in wanted {
        let parsed = text.split_once('-').and_then(|(id, v)| Some((Id::parse(id).ok()?, v.parse::<u32>().ok()?)));
        let found = match parsed {
            Some((item, number)) => served(at, access, item)?.into_iter().find(|v| v.version == number),
            None => None,
        };
        match found {
            Some(version) => list.push(wire(&version)),
            None => not_found.push(text),
        }
    }
    Ok(Ok(Answer::Value(json!({
        "accountId": access.head.id,
        "state": access.state().to_string(),
        "list": list,
        "notFound": not_found,
    }))))
}

fn served(at: &dyn Snapshot, access: &Access, item: Id) -> Result<Vec<Version>, StoreError> {
    let mut versions = at.versions(access.head.n, items::ITEM.number, item)?;
    versions.retain(|version| version.expires.is_none());
    Ok(versions)
}

fn name(version: &Version) -> String {
    format!("{}-{}", version.id, version.version)
}

fn wire(version: &Version) -> Value {
    let mut value: Map<String, Value> = serde_json::from_str(&version.body).unwrap_or_default();
    value.insert("id".into(), json!(name(version)));
    value.insert("itemId".into(), json!(version.id));
    value.insert("version".into(), json!(version.version));
    value.insert("replacedAt".into(), json!(version.at));
    value.insert("replacedBy".into(), json!(version.by));
    Value::Object(value)
}
