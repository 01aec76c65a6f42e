//! An upload that is whole becomes a file, once, however often and wherever one asks.

use jmap::{Id, MethodError};
use model::Caller;
use store::{Blob, Miss, Tx, Upload};

use super::{OpenUpload, OpenUploadError, change, file_name, forget_files, on_thread};
use crate::Engine;
use crate::access::to_write;
use crate::files::UPLOAD_MS;
use crate::work::{Done, write};

impl Engine {
    /// An upload that was whole when one looked, and is kept from others; if it is a file by now, that.
    async fn hold_whole(&self, by: &Caller, id: Id, size: u64) -> Result<Result<Upload, OpenUpload>, OpenUploadError> {
        let (blobs, name) = (self.shared.blobs.clone(), file_name(by.person, id));
        let held = on_thread(move || Ok(blobs.hold(&name, size == 0)?)).await;
        let now = self.shared.open_upload(by.person, id).await?;
        if now.blob_id.is_some() {
            forget_files(&self.shared, by.person, vec![id]).await?;
            return Ok(Err(now));
        }
        let (held, turn) = (held?, now.turn);
        Ok(Ok(on_thread(move || Ok(held.go_on(size, size, turn, turn)?)).await?))
    }

    /// Gives a whole upload its name as a file. `file`: where it is at hand.
    pub(super) async fn finish_upload(
        &self,
        by: &Caller,
        id: Id,
        upload: OpenUpload,
        file: Option<Upload>,
    ) -> Result<OpenUpload, OpenUploadError> {
        let size = upload.offset;
        let file = match file {
            Some(file) => file,
            None => match self.hold_whole(by, id, size).await? {
                Ok(file) => file,
                Err(finished) => return Ok(finished),
            },
        };
        let pinned = on_thread(move || Ok(file.finish()?)).await?;
        let (shared, caller, hash) = (self.shared.clone(), *by, pinned.hash);
        let blob_id = self.shared.fresh_id(b'b');
        let expires = self.shared.clock.now().plus_ms(UPLOAD_MS);
        let work = move |tx: &mut dyn Tx| -> Result<Done<Result<OpenUpload, OpenUploadError>>, Miss> {
            let Some(access) = to_write(&shared, tx, &caller, upload.account)? else {
                return Ok(Done::Undo(Err(OpenUploadError::Refused(MethodError::account_not_found()))));
            };
            let finished = change(tx, caller.person, |all, _| {
                let upload = all.get_mut(&id).ok_or(OpenUploadError::NotFound)?;
                let first = upload.blob_id.is_none();
                if first {
                    (upload.blob_id, upload.expires) = (Some(blob_id), expires);
                }
                Ok((first, upload.clone()))
            })?;
            let upload = match finished {
                // Another one was quicker: what it became stays the one.
                Ok((false, upload)) => return Ok(Done::Undo(Ok(upload))),
                Ok((true, upload)) => upload,
                Err(error) => return Ok(Done::Undo(Err(error))),
            };
            let (n, media_type, by) = (access.head.n, upload.media_type.clone(), caller.person);
            tx.put_blob(Blob { id: blob_id, n, hash, size, media_type, by, expires });
            Ok(Done::Keep(Ok(upload)))
        };
        let accounts = vec![by.person, upload.account];
        let finished = write(&*self.shared.store, accounts, None, work).await?;
        // Until here the file could not be collected.
        drop(pinned);
        if finished.is_ok() {
            forget_files(&self.shared, by.person, vec![id]).await?;
        }
        finished
    }
}
