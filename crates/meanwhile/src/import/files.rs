//! Uploads of an import: bytes that are in memory, and files of an export, a piece at a time; and what is said of them.

use anyhow::Context;
use engine::{Engine, OpenBlob};
use jmap::{Id, MethodError};
use model::{Caller, limits};
use parking_lot::Mutex;
use serde_json::{Value, json};
use std::io::Read;
use std::sync::Arc;

use super::cut;
use super::source::Source;

/// Read at once.
const PIECE: usize = 256 * 1024;

/// Stores bytes.
pub(super) async fn upload_bytes(
    engine: &Engine,
    by: &Caller,
    space: Id,
    bytes: Vec<u8>,
    media_type: &str,
) -> anyhow::Result<Id> {
    let mut upload = engine.begin_upload(by, space).await.map_err(refused)?;
    let written = tokio::task::spawn_blocking(move || upload.write(&bytes).map(|()| upload)).await;
    let upload = written.context("a file can't be stored")?.context("a file can't be stored")?;
    Ok(engine.end_upload(by, space, upload, media_type).await.map_err(refused)?.blob_id)
}

/// Stores a file of an export. The inner error is why the export's file can't be read; the outer one ends the import.
pub(super) async fn upload(
    engine: &Engine,
    by: &Caller,
    space: Id,
    source: Arc<Mutex<Source>>,
    name: &str,
    media_type: &str,
) -> anyhow::Result<Result<Id, String>> {
    let mut upload = engine.begin_upload(by, space).await.map_err(refused)?;
    let name = name.to_string();
    let copied = tokio::task::spawn_blocking(move || -> anyhow::Result<Result<_, String>> {
        let mut source = source.lock();
        let mut from = match source.attached(&name, limits::MAX_UPLOAD) {
            Ok(from) => from,
            Err(error) => return Ok(Err(format!("the file can't be read: {error}"))),
        };
        let mut piece = vec![0; PIECE];
        loop {
            match from.read(&mut piece) {
                Ok(0) => return Ok(Ok(upload)),
                Ok(read) => upload.write(&piece[..read]).context("a file can't be stored")?,
                Err(error) => return Ok(Err(format!("the file can't be read: {error}"))),
            }
        }
    });
    match copied.await.context("a file can't be stored")?? {
        Ok(upload) => Ok(Ok(engine.end_upload(by, space, upload, media_type).await.map_err(refused)?.blob_id)),
        Err(why) => Ok(Err(why)),
    }
}

/// What an Item says of a file that is stored: its name and type, and of a picture its width and height.
pub(super) async fn described(
    engine: &Engine,
    by: &Caller,
    space: Id,
    blob: Id,
    name: &str,
    media_type: &str,
) -> anyhow::Result<Value> {
    let media_type: String = media_type.chars().filter(|c| !c.is_control()).collect();
    let mut file = json!({ "blobId": blob, "name": cut(name, limits::MAX_NAME), "type": cut(&media_type, 255) });
    if media_type.starts_with("image/")
        && let Some(OpenBlob { file: content, .. }) = engine.open_blob(by, space, blob).await?
        // A decoder that gives up on a file has found no picture in it.
        && let Ok(Some((width, height))) = tokio::task::spawn_blocking(move || media::picture::size(content)).await
    {
        file["width"] = json!(width);
        file["height"] = json!(height);
    }
    Ok(file)
}

fn refused(error: MethodError) -> anyhow::Error {
    anyhow::anyhow!("a file can't be stored: {}", error.description)
}
