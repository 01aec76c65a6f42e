//! How content comes in: into a file of its own, hashed on the way, and only then under its hash.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

use super::{Blobs, Hash, INCOMING, file_error, sync_folder};
use crate::StoreError;

/// Names uploads within this process.
static NEXT: AtomicU64 = AtomicU64::new(0);

/// Why nothing more can be taken.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum UploadError {
    /// It would have more bytes than it may.
    #[error("the upload is larger than {0} bytes")]
    TooLarge(u64),
    /// The machine's fault.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Content on its way in. If it is dropped unfinished, nothing of it stays.
pub struct Upload {
    blobs: Blobs,
    hasher: blake3::Hasher,
    size: u64,
    max: u64,
    /// Set to `None` once the file is no longer ours to take away.
    part: Option<PathBuf>,
    file: File,
}

/// Content that is there, durable, and not collected as long as this lives: keep it until the commit of the record
/// that names the content.
#[must_use = "once it is dropped, content that no record names is collected"]
pub struct Pinned {
    /// Keyed BLAKE3: where the content is found again.
    pub hash: [u8; 32],
    /// Bytes.
    pub size: u64,
    _pin: Pin,
}

struct Pin {
    blobs: Blobs,
    hash: Hash,
}

impl Blobs {
    /// Begins an upload of at most `max` bytes.
    ///
    /// # Errors
    /// `Full` or `Unavailable` if no file can be made.
    pub fn begin(&self, max: u64) -> Result<Upload, StoreError> {
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let part = self.0.folder.join(INCOMING).join(format!("{}-{number}", std::process::id()));
        let made = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&part);
        let file = made.map_err(|error| file_error("an upload can't begin", &part, &error))?;
        let hasher = blake3::Hasher::new_keyed(&self.0.key);
        Ok(Upload { blobs: self.clone(), hasher, size: 0, max, part: Some(part), file })
    }

    fn pin(&self, hash: Hash, size: u64) -> Pinned {
        let mut keeping = self.0.keeping.lock();
        *keeping.pinned.entry(hash).or_default() += 1;
        for spared in keeping.spared.values_mut() {
            spared.insert(hash);
        }
        drop(keeping);
        Pinned { hash, size, _pin: Pin { blobs: self.clone(), hash } }
    }
}

impl Upload {
    /// Takes the next bytes. After an error the upload is to be dropped.
    ///
    /// # Errors
    /// `TooLarge`, with nothing of these bytes written; else what the machine can't do.
    pub fn write(&mut self, bytes: &[u8]) -> Result<(), UploadError> {
        let size = self.size.saturating_add(bytes.len() as u64);
        if size > self.max {
            return Err(UploadError::TooLarge(self.max));
        }
        self.file.write_all(bytes).map_err(|error| self.failed("an upload can't be written", &error))?;
        self.hasher.update(bytes);
        self.size = size;
        Ok(())
    }

    /// Bytes taken so far.
    pub fn size(&self) -> u64 {
        self.size
    }

    /// Makes the content durable under its hash. Whether the same content was there before makes no difference to
    /// what is done, how long that takes, or the answer.
    ///
    /// # Errors
    /// `Full` or `Unavailable`. What may stay of it then has no name, and is found by [`Collection::remove_all_but`].
    ///
    /// [`Collection::remove_all_but`]: super::Collection::remove_all_but
    pub fn finish(mut self) -> Result<Pinned, StoreError> {
        self.file.sync_all().map_err(|error| self.failed("an upload can't be made durable", &error))?;
        // Pinned before it is in its place, so that a collection spares it.
        let pinned = self.blobs.pin(*self.hasher.finalize().as_bytes(), self.size);
        let path = self.blobs.path(&pinned.hash);
        self.place(&path).map_err(|error| self.failed("an upload can't be put in its place", &error))?;
        Ok(pinned)
    }

    /// Takes the place of the same content, if it is there: leaving that where it is would be quicker, and would tell.
    /// Whoever reads it goes on reading the old file; one that was damaged is whole again.
    fn place(&mut self, path: &Path) -> io::Result<()> {
        if let Some(part) = &self.part {
            fs::rename(part, path)?;
            self.part = None;
        }
        path.parent().map_or(Ok(()), sync_folder)
    }

    fn failed(&self, what: &str, error: &io::Error) -> StoreError {
        file_error(what, self.part.as_deref().unwrap_or(&self.blobs.0.folder), error)
    }
}

impl Drop for Upload {
    fn drop(&mut self) {
        if let Some(part) = &self.part
            && let Err(error) = fs::remove_file(part)
        {
            tracing::warn!(part = %part.display(), %error, "an unfinished upload stays until the next start");
        }
    }
}

impl Drop for Pin {
    fn drop(&mut self) {
        let mut keeping = self.blobs.0.keeping.lock();
        if let Some(guards) = keeping.pinned.get_mut(&self.hash) {
            *guards -= 1;
            if *guards == 0 {
                keeping.pinned.remove(&self.hash);
            }
        }
    }
}
