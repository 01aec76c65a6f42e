//! How content comes in: into a file of its own, hashed on the way, and only then under its hash.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Seek, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

use super::lock::{self, Lock, at_once, is_at};
use super::{Blobs, CHUNK, Hash, INCOMING, Turn, WHOLE, file_error, sync_folder};
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

/// Content on its way in. If it is dropped unfinished, nothing of it stays, unless it is one that can be resumed.
pub struct Upload {
    pub(super) blobs: Blobs,
    /// Of all that is in the file; `None` if this process did not see its beginning.
    pub(super) hasher: Option<blake3::Hasher>,
    pub(super) size: u64,
    pub(super) max: u64,
    /// Set to `None` once the file is no longer ours to take away.
    pub(super) part: Option<PathBuf>,
    /// Under which it is resumed, and in whose turn it is written.
    pub(super) name: Option<(String, Turn)>,
    /// Locked: nobody else writes it, or takes it away.
    pub(super) file: File,
}

/// Content that is there, durable, and not collected as long as this lives: keep it until the commit of the record
/// that names the content.
#[must_use = "once it is dropped, content that no record names is collected"]
pub struct Pinned {
    /// Keyed BLAKE3: where the content is found again.
    pub hash: [u8; 32],
    /// Bytes.
    pub size: u64,
    _pin: Lock,
}

impl Blobs {
    /// Begins an upload of at most `max` bytes.
    ///
    /// # Errors
    /// `Full` or `Unavailable` if no file can be made.
    pub fn begin(&self, max: u64) -> Result<Upload, StoreError> {
        loop {
            let number = NEXT.fetch_add(1, Ordering::Relaxed);
            let part = self.0.folder.join(INCOMING).join(format!("{}-{number}", std::process::id()));
            let made = OpenOptions::new().read(true).write(true).create_new(true).mode(0o600).open(&part);
            let failed = |error: io::Error| file_error("an upload can't begin", &part, &error);
            let file = match made {
                // Another machine that shares the folder has a process of that number.
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => continue,
                made => made.map_err(failed)?,
            };
            if !at_once(&file).map_err(failed)? || !is_at(&file, &part).map_err(failed)? {
                // Swept before it was locked.
                continue;
            }
            let hasher = Some(blake3::Hasher::new_keyed(&self.0.key));
            return Ok(Upload { blobs: self.clone(), hasher, size: 0, max, part: Some(part), name: None, file });
        }
    }

    fn pin(&self, hash: Hash, size: u64) -> Result<Pinned, StoreError> {
        Ok(Pinned { hash, size, _pin: self.share(&lock::of(&hash))? })
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
        if let Some(hasher) = &mut self.hasher {
            hasher.update(bytes);
        }
        self.size = size;
        Ok(())
    }

    /// Bytes taken so far.
    pub fn size(&self) -> u64 {
        self.size
    }

    /// Makes the content durable under its hash. Whether the same content was there before makes no difference to
    /// what is done, how long that takes, or the answer. Of an upload that can be resumed the file stays besides, until
    /// [`Blobs::forget_upload`].
    ///
    /// # Errors
    /// `Full` or `Unavailable`. What may stay of it then has no name, and is found by [`Blobs::collect`].
    pub fn finish(mut self) -> Result<Pinned, StoreError> {
        self.file.sync_all().map_err(|error| self.failed("an upload can't be made durable", &error))?;
        let hash = self.hash().map_err(|error| self.failed("an upload can't be read again", &error))?;
        // Pinned before it is in its place, so that a collection spares it.
        let pinned = self.blobs.pin(hash, self.size)?;
        let path = self.blobs.path(&pinned.hash);
        self.place(&path).map_err(|error| self.failed("an upload can't be put in its place", &error))?;
        Ok(pinned)
    }

    fn hash(&mut self) -> io::Result<Hash> {
        if let Some(hasher) = &self.hasher {
            return Ok(*hasher.finalize().as_bytes());
        }
        let mut hasher = blake3::Hasher::new_keyed(&self.blobs.0.key);
        let mut chunk = vec![0; CHUNK];
        self.file.rewind()?;
        loop {
            match self.file.read(&mut chunk) {
                Ok(0) => return Ok(*hasher.finalize().as_bytes()),
                Ok(read) => drop(hasher.update(&chunk[..read])),
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
    }

    /// Takes the place of the same content, if it is there: leaving that where it is would be quicker, and would tell.
    /// Whoever reads it goes on reading the old file; one that was damaged is whole again.
    fn place(&mut self, path: &Path) -> io::Result<()> {
        match (&self.part, &self.name) {
            (Some(part), Some(_)) => put_beside(part, path)?,
            (Some(part), None) => fs::rename(part, path)?,
            (None, _) => {}
        }
        self.part = None;
        path.parent().map_or(Ok(()), sync_folder)
    }

    pub(super) fn failed(&self, what: &str, error: &io::Error) -> StoreError {
        file_error(what, self.part.as_deref().unwrap_or(&self.blobs.0.folder), error)
    }
}

/// In its place, and still where it was: a process that dies before the commit can do it again.
fn put_beside(part: &Path, path: &Path) -> io::Result<()> {
    // Behind the name, and not in place of what follows its dot: one's other uploads differ by that alone.
    let mut whole = part.to_owned().into_os_string();
    whole.push(WHOLE);
    let whole = PathBuf::from(whole);
    match fs::hard_link(part, &whole) {
        // From a time before a kill.
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
            fs::remove_file(&whole)?;
            fs::hard_link(part, &whole)?;
        }
        // A file system without links: whoever dies before the commit has to send it again.
        Err(error) if [io::ErrorKind::Unsupported, io::ErrorKind::PermissionDenied].contains(&error.kind()) => {
            return fs::rename(part, path);
        }
        linked => linked?,
    }
    fs::rename(&whole, path)?;
    // Where both are one file already, a rename leaves both.
    match fs::remove_file(&whole) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

impl Drop for Upload {
    fn drop(&mut self) {
        match (&self.part, self.name.take()) {
            (Some(part), None) => {
                if let Err(error) = fs::remove_file(part) {
                    tracing::warn!(part = %part.display(), %error, "an unfinished upload stays until the next start");
                }
            }
            (Some(_), Some((name, turn))) => self.remember(name, turn),
            (None, _) => {}
        }
    }
}
