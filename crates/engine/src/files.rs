//! Uploads and downloads: a blob is readable through an account that holds it, or as one's own unexpired upload.

use jmap::{Id, MethodError, SetError, UtcDate};
use model::{AccountKind, Caller, Scopes, limits};
use serde_json::{Map, Value, json};
use std::fs::File;
use store::{Blob, Miss, StoreError, Tx, Upload};

use crate::Engine;
use crate::access::{to_read, to_write};
use crate::call::store_fault;
use crate::desk::CallFault;
use crate::get::only_known;
use crate::set::Run;
use crate::work::{Done, read, write};

/// How long an upload that no record holds stays: a day.
pub(crate) const UPLOAD_MS: i64 = jmap::DAY_MS;

/// An upload that is durable.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Uploaded {
    /// Its name from now on.
    pub blob_id: Id,
    /// Bytes.
    pub size: u64,
    /// The media type as it was given.
    pub media_type: String,
}

/// A blob that was opened for reading.
#[derive(Debug)]
pub struct OpenBlob {
    /// Its content, from the beginning.
    pub file: File,
    /// Bytes.
    pub size: u64,
    /// Keyed BLAKE3 of the content: for what is kept as long as the content is, and never to be shown.
    pub hash: [u8; 32],
}

impl Engine {
    /// Begins an upload to an account that is open to the caller for writing.
    pub async fn begin_upload(&self, by: &Caller, account: Id) -> Result<Upload, MethodError> {
        if !by.scopes.has(Scopes::WRITE) {
            return Err(MethodError::account_read_only());
        }
        let (shared, caller) = (self.shared.clone(), *by);
        let open = read(&*self.shared.store, move |at| to_read(&shared, at, &caller, account)).await;
        let open = open.map_err(|fault| store_fault(&fault))?;
        if open.is_none_or(|access| access.kind == AccountKind::Workspace) {
            return Err(MethodError::account_not_found());
        }
        self.shared.blobs.begin(limits::MAX_UPLOAD).map_err(|fault| store_fault(&fault))
    }

    /// Makes an upload durable and gives it a name.
    pub async fn end_upload(
        &self,
        by: &Caller,
        account: Id,
        upload: Upload,
        media_type: &str,
    ) -> Result<Uploaded, MethodError> {
        let fault = |fault: StoreError| store_fault(&fault);
        let finished = tokio::task::spawn_blocking(move || upload.finish()).await;
        let pinned =
            finished.unwrap_or_else(|_| Err(StoreError::Broken("an upload panicked".into()))).map_err(fault)?;
        let (shared, caller) = (self.shared.clone(), *by);
        let id = self.shared.fresh_id(b'b');
        let now = self.shared.clock.now();
        let media_type: String = media_type.chars().filter(|c| !c.is_control()).take(255).collect();
        let (hash, size, given) = (pinned.hash, pinned.size, media_type.clone());
        let work = move |tx: &mut dyn Tx| -> Result<Done<bool>, Miss> {
            let Some(access) = to_write(&shared, tx, &caller, account)? else { return Ok(Done::Undo(false)) };
            tx.put_blob(Blob {
                id,
                n: access.head.n,
                hash,
                size,
                media_type: given.clone(),
                by: caller.person,
                expires: now.plus_ms(UPLOAD_MS),
            });
            Ok(Done::Keep(true))
        };
        let there = write(&*self.shared.store, vec![account], None, work).await.map_err(fault)?;
        // Until here the file could not be collected.
        drop(pinned);
        if there { Ok(Uploaded { blob_id: id, size, media_type }) } else { Err(MethodError::account_not_found()) }
    }

    /// Opens a blob for reading; `None` if there is none that is open to the caller there.
    pub async fn open_blob(&self, by: &Caller, account: Id, blob: Id) -> Result<Option<OpenBlob>, StoreError> {
        let (shared, caller) = (self.shared.clone(), *by);
        let now = self.shared.clock.now();
        let hash = read(&*self.shared.store, move |at| {
            if !caller.scopes.has(Scopes::READ) {
                return Ok(None);
            }
            let Some(access) = to_read(&shared, at, &caller, account)? else { return Ok(None) };
            let Some(found) = at.blob(blob)? else { return Ok(None) };
            let own = found.by == caller.person && found.expires > now && found.n == access.head.n;
            let open = own || at.blob_served(access.head.n, blob)?;
            Ok(open.then_some(found.hash))
        })
        .await?;
        let Some(hash) = hash else { return Ok(None) };
        let blobs = self.shared.blobs.clone();
        let opened = tokio::task::spawn_blocking(move || blobs.open_blob(&hash)).await;
        let opened = opened.unwrap_or_else(|_| Err(StoreError::Broken("a download panicked".into())));
        opened.map(|(file, size)| Some(OpenBlob { file, size, hash }))
    }
}

impl Run {
    /// `Blob/copy` (RFC 8620 6.3): the same content under a name of another account. What is copied there is an upload
    /// of the caller's, and goes after a day unless a record holds it.
    pub(crate) fn copy_blobs(
        &self,
        tx: &mut dyn Tx,
        now: UtcDate,
        args: &Map<String, Value>,
    ) -> Result<Value, CallFault> {
        only_known(args, &["accountId", "fromAccountId", "blobIds"])?;
        let text = |name: &str| args.get(name).and_then(Value::as_str).and_then(|id| Id::parse(id).ok());
        let to = to_write(&self.shared, tx, &self.by, self.account)?.ok_or_else(MethodError::account_not_found)?;
        let from = match text("fromAccountId") {
            Some(from) => to_write(&self.shared, tx, &self.by, from)?,
            None => None,
        };
        let no_from = MethodError { kind: "fromAccountNotFound", ..MethodError::account_not_found() };
        let from = from.ok_or(no_from)?;
        let (mut copied, mut refused) = (Map::new(), Map::new());
        for blob in args.get("blobIds").and_then(Value::as_array).into_iter().flatten() {
            let name = blob.as_str().unwrap_or_default();
            let found = match Id::parse(name) {
                Ok(id) => tx.blob(id)?,
                Err(_) => None,
            };
            let open = match &found {
                Some(found) => {
                    let own = found.by == self.by.person && found.expires > now && found.n == from.head.n;
                    own || tx.blob_served(from.head.n, found.id)?
                }
                None => false,
            };
            match found.filter(|_| open) {
                Some(found) => {
                    let id = self.shared.fresh_id(b'b');
                    let (n, by, expires) = (to.head.n, self.by.person, now.plus_ms(UPLOAD_MS));
                    tx.put_blob(Blob { id, n, by, expires, ..found });
                    copied.insert(name.to_string(), json!(id));
                }
                None => {
                    refused.insert(name.to_string(), SetError::not_found("there is no such blob").to_json());
                }
            }
        }
        Ok(json!({
            "fromAccountId": from.head.id,
            "accountId": self.account,
            "copied": if copied.is_empty() { Value::Null } else { Value::Object(copied) },
            "notCopied": if refused.is_empty() { Value::Null } else { Value::Object(refused) },
        }))
    }
}
