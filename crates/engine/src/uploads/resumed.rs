//! One upload while its bytes come: written by this process alone, and written down as far as they are durable.

use jmap::Id;
use model::{Caller, limits};
use store::{StoreError, Upload};

use super::{OpenUpload, OpenUploadError, forget_files, on_thread};
use crate::Engine;

/// An upload while its bytes come. Dropped without [`Resumed::end`] it stands where it was last kept.
pub struct Resumed {
    pub(super) engine: Engine,
    pub(super) by: Caller,
    pub(super) id: Id,
    pub(super) upload: OpenUpload,
    /// Bytes that were there before.
    pub(super) begun: u64,
    /// Away while it is being written.
    pub(super) file: Option<Upload>,
}

impl Resumed {
    /// Bytes that may still come.
    pub fn room(&self) -> u64 {
        self.upload.length.unwrap_or(limits::MAX_UPLOAD) - self.upload.offset
    }

    /// Takes the next bytes; gives the buffer back.
    pub async fn write(&mut self, bytes: Vec<u8>) -> Result<Vec<u8>, OpenUploadError> {
        self.on_file(move |file| Ok(file.write(&bytes).map(|()| bytes)?)).await
    }

    /// Makes durable what came so far, and writes it down: then it may be acknowledged. Bytes in all.
    pub async fn keep(&mut self) -> Result<u64, OpenUploadError> {
        self.upload.offset = self.on_file(|file| Ok(file.keep()?)).await?;
        self.write_down().await?;
        Ok(self.upload.offset)
    }

    /// Keeps what came; if that is all of it, it is a file from now on.
    pub async fn end(mut self) -> Result<OpenUpload, OpenUploadError> {
        self.keep().await?;
        if self.upload.length != Some(self.upload.offset) {
            return Ok(self.upload);
        }
        self.engine.finish_upload(&self.by, self.id, self.upload, self.file).await
    }

    async fn on_file<T: Send + 'static>(
        &mut self,
        work: impl FnOnce(&mut Upload) -> Result<T, OpenUploadError> + Send + 'static,
    ) -> Result<T, OpenUploadError> {
        let Some(mut file) = self.file.take() else {
            return Err(StoreError::Broken("an upload goes on after it failed".into()).into());
        };
        let (file, done) = on_thread(move || {
            let done = work(&mut file);
            Ok((file, done))
        })
        .await?;
        self.file = Some(file);
        done
    }

    pub(super) async fn write_down(&mut self) -> Result<(), OpenUploadError> {
        let (id, now, begun) = (self.id, self.upload.clone(), self.begun);
        let expires = self.engine.shared.open_until();
        let known = self.engine.shared.change_uploads(self.by.person, move |all, _| {
            let upload = all.get_mut(&id).ok_or(OpenUploadError::NotFound)?;
            // Since then only who has the file's lock can have gone on with it, and that is this one.
            if upload.blob_id.is_some() || upload.offset < begun || upload.offset > now.offset {
                return Err(OpenUploadError::Elsewhere(upload.offset));
            }
            (upload.offset, upload.length, upload.expires) = (now.offset, now.length, expires);
            Ok(())
        });
        let known = known.await;
        if known == Err(OpenUploadError::NotFound) {
            self.file = None;
            forget_files(&self.engine.shared, self.by.person, vec![self.id]).await?;
        }
        self.upload.expires = expires;
        known
    }
}
