//! ItemVersion: older versions of an Item. Outside `/changes`; what belongs to a deleted Item is served to nobody, but
//! its author and the admins of the Space may purge it at once.

use jmap::{Answer, Id, MethodError, SetError};
use model::{Role, items, limits};
use serde_json::{Map, Value, json};
use store::{Snapshot, Tx, Version};

use crate::access::{Access, to_write};
use crate::desk::CallFault;
use crate::get::{Answering, ids, only_known, too_large};
use crate::records;
use crate::set::Run;

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
    let versions = at.versions(access.head.n, items::ITEM.number, item, false)?;
    let ids: Vec<String> = versions.iter().filter(|version| is_served(version)).map(name).collect();
    Ok(Ok(Answer::Value(json!({
        "accountId": access.head.id,
        "queryState": access.state().to_string(),
        "canCalculateChanges": false,
        "position": 0,
        "ids": ids,
    }))))
}

/// `ItemVersion/get` by ids, which are `<itemId>-<version>`.
pub(crate) fn get(at: &dyn Snapshot, access: &Access, args: &Map<String, Value>, room: usize) -> Answering<Answer> {
    let wanted = match only_known(args, &["accountId", "ids"]).and_then(|()| ids(args)) {
        Ok(Some(wanted)) if wanted.len() <= limits::MAX_OBJECTS => wanted,
        Ok(Some(_)) => return Ok(Err(MethodError::request_too_large("maxObjectsInGet", limits::MAX_OBJECTS))),
        Ok(None) => return Ok(Err(MethodError::invalid_arguments("versions are read by ids; query gives them"))),
        Err(refused) => return Ok(Err(refused)),
    };
    let (mut list, mut not_found, mut bytes) = (Vec::new(), Vec::new(), 0);
    for text in wanted {
        let found = match parse(&text) {
            Some((item, number)) => at.version(access.head.n, items::ITEM.number, item, number)?.filter(is_served),
            None => None,
        };
        match found {
            Some(version) => {
                bytes += version.body.len();
                if bytes > room {
                    return Ok(Err(too_large()));
                }
                list.push(wire(&version));
            }
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

fn parse(name: &str) -> Option<(Id, u32)> {
    let (id, version) = name.split_once('-')?;
    Some((Id::parse(id).ok()?, version.parse().ok()?))
}

impl Run {
    /// `ItemVersion/set` with `destroy` alone: takes older versions away for good.
    pub(crate) fn purge_versions(&self, tx: &mut dyn Tx, args: &Map<String, Value>) -> Result<Value, CallFault> {
        only_known(args, &["accountId", "destroy"])?;
        let names = args.get("destroy").and_then(Value::as_array).cloned().unwrap_or_default();
        let access = to_write(&self.shared, tx, &self.by, self.account)?.ok_or_else(MethodError::account_not_found)?;
        access.holds(&items::ITEM)?;
        let (mut destroyed, mut refused) = (Vec::new(), Map::new());
        for name in names {
            let text = name.as_str().unwrap_or_default();
            match self.purge(tx, &access, text)? {
                Ok(()) => destroyed.push(name),
                Err(error) => {
                    refused.insert(text.to_string(), error.to_json());
                }
            }
        }
        Ok(json!({
            "accountId": self.account,
            "oldState": access.state().to_string(),
            "newState": access.state().to_string(),
            "destroyed": destroyed,
            "notDestroyed": refused,
        }))
    }

    fn purge(&self, tx: &mut dyn Tx, access: &Access, name: &str) -> Result<Result<(), SetError>, store::Miss> {
        let (n, ty) = (access.head.n, items::ITEM.number);
        let not_found = || Ok(Err(SetError::not_found(format!("there is no version {name:?} in this account"))));
        let Some((item, number)) = parse(name) else { return not_found() };
        let Some(row) = tx.get(n, ty, item)? else { return not_found() };
        let author = records::record(&self.shared.registry, &row).id("createdBy") == Some(self.by.person);
        let versions = tx.versions(n, ty, item)?;
        // To who may not purge it, what was deleted is not there.
        let may = author || access.role.at_least(Role::Admin);
        let Some(version) = versions.iter().find(|v| v.version == number && (may || v.expires.is_none())) else {
            return not_found();
        };
        if !may {
            return Ok(Err(SetError::forbidden("its author, or an admin of the Space, purges a version")));
        }
        let thread = match row.thread {
            Some(root) => tx.get(n, items::THREAD.number, root)?.filter(|row| row.destroyed.is_none()),
            None => None,
        };
        if thread.is_some_and(|row| records::record(&self.shared.registry, &row).has("movedAt")) {
            let why = "this thread is being moved, or something into it; purge the version in a moment";
            return Ok(Err(SetError::moved(why)));
        }
        tx.drop_version(n, ty, item, number);
        // A file is held no longer than something living, or another version, names it.
        let others: Vec<Id> = versions.iter().filter(|v| v.version != number).flat_map(|v| blobs_in(&v.body)).collect();
        let living = records::record(&self.shared.registry, &row);
        let named = |blob: &Id| {
            let text = Value::from(blob.to_string());
            others.contains(blob) || living.list("blobs").iter().any(|b| b.get("blobId") == Some(&text))
        };
        for blob in blobs_in(&version.body).into_iter().filter(|blob| !named(blob)) {
            tx.drop_blob(n, blob, records::holder(&items::ITEM, item));
        }
        Ok(Ok(()))
    }
}

/// The files that the JSON of an older version names.
pub(crate) fn blobs_in(body: &str) -> Vec<Id> {
    let value: Value = serde_json::from_str(body).unwrap_or_default();
    let list = value.get("blobs").and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
    list.iter().filter_map(|blob| Id::parse(blob.get("blobId")?.as_str()?).ok()).collect()
}

fn is_served(version: &Version) -> bool {
    version.expires.is_none()
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
