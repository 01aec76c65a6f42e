//! Uploads (RFC 8620 6.1): straight to the disk, never whole in memory.

use ::jmap::MethodError;
use http::StatusCode;
use model::limits;
use serde_json::json as value;
use std::sync::atomic::Ordering::Relaxed;
use store::UploadError;

use crate::body;
use crate::content::OCTETS;
use crate::http::{Ask, json};
use crate::problem::{Answer, Problem};

/// Written at a time.
const CHUNK: usize = 256 * 1024;

pub(super) async fn take(mut ask: Ask) -> Answer {
    let known = ask.known()?;
    let house = ask.house.clone();
    let account = ask.id("account").ok_or_else(MethodError::account_not_found)?;
    let too_large = || body::too_large("maxSizeUpload", limits::MAX_UPLOAD);
    if body::length(&ask.head.headers).is_some_and(|length| length > limits::MAX_UPLOAD) {
        return Err(too_large());
    }
    let _place = house.place_to_upload(known.caller.person)?;
    let mut upload = match house.engine.begin_upload(&known.caller, account).await {
        Ok(upload) => upload,
        Err(error) => {
            body::drain(&mut ask.body, &ask.head.headers).await;
            return Err(error.into());
        }
    };
    let mut chunk = Vec::with_capacity(CHUNK.min(body::length(&ask.head.headers).unwrap_or(0) as usize));
    loop {
        let piece = body::next_piece(&mut ask.body, house.patience).await?;
        let ended = piece.is_none();
        chunk.extend_from_slice(&piece.unwrap_or_default());
        if !chunk.is_empty() && (ended || chunk.len() >= CHUNK) {
            house.metrics.received.fetch_add(chunk.len() as u64, Relaxed);
            let written = tokio::task::spawn_blocking(move || {
                let done = upload.write(&chunk);
                chunk.clear();
                (upload, chunk, done)
            });
            let done;
            (upload, chunk, done) = written.await.map_err(|_| Problem::broken(&ask.number))?;
            if let Err(error) = done {
                drop(upload);
                body::drain(&mut ask.body, &ask.head.headers).await;
                return Err(match error {
                    UploadError::TooLarge(_) => too_large(),
                    UploadError::Store(fault) => fault.into(),
                });
            }
        }
        if ended {
            break;
        }
    }
    let given = ask.head.headers.get(http::header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    let uploaded = house.engine.end_upload(&known.caller, account, upload, given.unwrap_or(OCTETS)).await?;
    let mut response = json(&value!({
        "accountId": account,
        "blobId": uploaded.blob_id,
        "type": uploaded.media_type,
        "size": uploaded.size,
    }));
    *response.status_mut() = StatusCode::CREATED;
    Ok(response)
}
