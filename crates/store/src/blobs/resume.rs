//! Uploads that come in pieces, perhaps to several processes one after the other, and what takes away those that nobody
//! goes on with. How far one is, and whose, the records know: bytes beyond that were never acknowledged.

use std::fs::{self, File, OpenOptions};
use std::io::{self, ErrorKind, Seek, SeekFrom};
use std::os::unix::fs::OpenOptionsExt;
use std::path::PathBuf;

use super::lock::{at_once, is_at};
use super::{Blobs, INCOMING, Upload, WHOLE, file_error, sync_folder};
use crate::StoreError;

/// Hashes that are kept for uploads which may go on; each has two kilobytes. Without one, the file is read once more.
const HASHING: usize = 500;

/// Why an upload can't go on.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ResumeError {
    /// Somebody writes it at this moment.
    #[error("the upload is being written")]
    Busy,
    /// What was acknowledged is not there, as after a restore.
    #[error("the upload's bytes are gone")]
    Gone,
    /// The machine's fault.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Who wrote an upload: a number that its records get anew before somebody begins to write.
pub type Turn = u64;

/// An upload that nobody else can write, or take away, as long as this lives.
pub struct Held {
    blobs: Blobs,
    name: String,
    part: PathBuf,
    file: File,
}

impl Blobs {
    /// Keeps the upload of that name from everybody else; with `new` one that was not begun is there then. A name is
    /// letters, digits and dots, and never that of another upload.
    ///
    /// # Errors
    /// [`ResumeError`].
    pub fn hold(&self, name: &str, new: bool) -> Result<Held, ResumeError> {
        let part = self.incoming(name);
        let failed = |error: io::Error| ResumeError::from(file_error("an upload can't go on", &part, &error));
        loop {
            let opened = OpenOptions::new().read(true).write(true).create(new).truncate(false).mode(0o600).open(&part);
            let file = match opened {
                Err(error) if error.kind() == ErrorKind::NotFound => return Err(ResumeError::Gone),
                opened => opened.map_err(failed)?,
            };
            if !at_once(&file).map_err(failed)? {
                return Err(ResumeError::Busy);
            }
            // Swept before it was locked?
            if is_at(&file, &part).map_err(failed)? {
                return Ok(Held { blobs: self.clone(), name: name.to_owned(), part, file });
            }
        }
    }

    /// Takes away what an upload that can be resumed has left, if anything.
    ///
    /// # Errors
    /// `Unavailable` if it can't be taken away.
    pub fn forget_upload(&self, name: &str) -> Result<(), StoreError> {
        self.0.hashing.lock().remove(name);
        let part = self.incoming(name);
        match fs::remove_file(&part) {
            Err(error) if error.kind() != ErrorKind::NotFound => {
                Err(file_error("an upload can't be taken away", &part, &error))
            }
            _ => Ok(()),
        }
    }

    /// Takes away what uploads left behind that nobody writes any more; how many. `waits` says of one that can be
    /// resumed whether it still may be; it is asked when nobody can begin to write it.
    ///
    /// # Errors
    /// `Unavailable` if the folder can't be read or written; what `waits` gives.
    pub fn sweep_incoming(&self, waits: &dyn Fn(&str) -> Result<bool, StoreError>) -> Result<u64, StoreError> {
        let folder = self.0.folder.join(INCOMING);
        let failed = |error| file_error("unfinished uploads can't be taken away", &folder, &error);
        let mut swept = 0;
        for entry in fs::read_dir(&folder).map_err(failed)? {
            let path = entry.map_err(failed)?.path();
            let file = match File::open(&path) {
                Err(error) if error.kind() == ErrorKind::NotFound => continue,
                opened => opened.map_err(failed)?,
            };
            if !at_once(&file).map_err(failed)? || !is_at(&file, &path).map_err(failed)? {
                continue;
            }
            let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
            if is_resumable(name) && waits(name)? {
                continue;
            }
            fs::remove_file(&path).map_err(failed)?;
            swept += 1;
        }
        Ok(swept)
    }

    fn incoming(&self, name: &str) -> PathBuf {
        self.0.folder.join(INCOMING).join(name)
    }
}

impl Held {
    /// Goes on with it after `offset` bytes; at most `max` in all. What is there beyond goes: ask how far it is only
    /// while it is held, since somebody else may have come further before. `last` wrote up to here, `turn` is ours.
    ///
    /// # Errors
    /// [`ResumeError`]; nothing is changed then.
    pub fn go_on(self, offset: u64, max: u64, last: Turn, turn: Turn) -> Result<Upload, ResumeError> {
        let Held { blobs, name, part, mut file } = self;
        let failed = |error: io::Error| ResumeError::from(file_error("an upload can't go on", &part, &error));
        let length = file.metadata().map_err(failed)?.len();
        if length < offset {
            return Err(ResumeError::Gone);
        }
        if length > offset {
            file.set_len(offset).map_err(failed)?;
        }
        file.seek(SeekFrom::Start(offset)).map_err(failed)?;
        // Of what another process wrote since, this one knows no hash.
        let known = blobs.0.hashing.lock().remove(&name).filter(|(at, of, _)| (*at, *of) == (offset, last));
        let known = known.map(|(.., hasher)| hasher);
        let hasher = known.or_else(|| (offset == 0).then(|| blake3::Hasher::new_keyed(&blobs.0.key)));
        Ok(Upload { blobs, hasher, size: offset, max, part: Some(part), name: Some((name, turn)), file })
    }
}

/// The others are named by the process that writes them.
fn is_resumable(name: &str) -> bool {
    name.starts_with(|first: char| first.is_ascii_alphabetic()) && !name.ends_with(WHOLE)
}

impl Upload {
    /// Makes what was taken so far durable: from now on it may be acknowledged. Bytes in all.
    ///
    /// # Errors
    /// `Full` or `Unavailable`.
    pub fn keep(&mut self) -> Result<u64, StoreError> {
        let folder = self.blobs.0.folder.join(INCOMING);
        let kept = self.file.sync_data().and_then(|()| sync_folder(&folder));
        kept.map_err(|error| self.failed("an upload can't be made durable", &error))?;
        Ok(self.size)
    }

    /// So that whoever goes on with it here need not read it again.
    pub(super) fn remember(&mut self, name: String, turn: Turn) {
        if let Some(hasher) = self.hasher.take() {
            let mut hashing = self.blobs.0.hashing.lock();
            if hashing.len() >= HASHING {
                hashing.pop_first();
            }
            hashing.insert(name, (self.size, turn, hasher));
        }
    }
}
