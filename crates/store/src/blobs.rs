//! Content on the local disk, one file per keyed hash, never changed once it is there. Which content is named, by whom
//! and for how long, the records know; nothing here, neither answer nor time, tells whether content was there before.
//! Several processes may share the folder: whoever needs a file keeps a lock on it, which ends with the process.

mod collect;
mod lock;
mod resume;
mod upload;

pub use collect::Still;
pub use resume::{Held, ResumeError, Turn};
pub use upload::{Pinned, Upload, UploadError};

use parking_lot::Mutex;
use std::collections::BTreeMap;
use std::fs::{self, DirBuilder, File};
use std::io::{self, ErrorKind, Read};
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::StoreError;

/// Keyed BLAKE3 of the content.
type Hash = [u8; 32];

/// Where uploads lie until they are whole.
const INCOMING: &str = "incoming";

/// What the name of one that is whole ends in, while it is put in its place and still where it was.
const WHOLE: &str = ".whole";

/// Read at once when a file is hashed.
const CHUNK: usize = 256 * 1024;

/// The folder of contents. Clones are one.
#[derive(Clone)]
pub struct Blobs(Arc<Inner>);

struct Inner {
    folder: PathBuf,
    key: [u8; 32],
    /// Of resumable uploads that this process has read from their beginning: how far, in whose turn, and the hash up
    /// to there.
    hashing: Mutex<BTreeMap<String, (u64, Turn, blake3::Hasher)>>,
}

impl Blobs {
    /// Opens the folder, and makes it and the 256 below it if they are missing. Contents are found again only with the same key.
    ///
    /// # Errors
    /// `Full` or `Unavailable` if it can't be made.
    pub fn open(folder: &Path, key: [u8; 32]) -> Result<Blobs, StoreError> {
        let inner = Inner { folder: folder.to_owned(), key, hashing: Mutex::default() };
        make_durable(folder).map_err(|error| file_error("the folder of blobs can't be made", folder, &error))?;
        Ok(Blobs(Arc::new(inner)))
    }

    /// The content, and its size in bytes.
    ///
    /// # Errors
    /// `Corrupt` if there is none: whoever asks has it from a record.
    pub fn open_blob(&self, hash: &Hash) -> Result<(File, u64), StoreError> {
        let path = self.path(hash);
        let opened = File::open(&path).and_then(|file| Ok((file.metadata()?.len(), file)));
        match opened {
            Ok((size, file)) => Ok((file, size)),
            Err(error) if error.kind() == ErrorKind::NotFound => {
                Err(StoreError::Corrupt(format!("the blob file {} is missing", path.display())))
            }
            Err(error) => Err(file_error("a blob can't be read", &path, &error)),
        }
    }

    /// Reads the content and compares it with its hash. False if it differs or is missing.
    ///
    /// # Errors
    /// `Unavailable` if it can't be read to the end.
    pub fn verify(&self, hash: &Hash) -> Result<bool, StoreError> {
        let path = self.path(hash);
        let mut file = match File::open(&path) {
            Ok(file) => file,
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(false),
            Err(error) => return Err(file_error("a blob can't be read", &path, &error)),
        };
        let mut hasher = blake3::Hasher::new_keyed(&self.0.key);
        let mut chunk = vec![0; CHUNK];
        loop {
            match file.read(&mut chunk) {
                Ok(0) => return Ok(hasher.finalize() == blake3::Hash::from_bytes(*hash)),
                Ok(read) => hasher.update(&chunk[..read]),
                Err(error) if error.kind() == ErrorKind::Interrupted => continue,
                Err(error) => return Err(file_error("a blob can't be read", &path, &error)),
            };
        }
    }

    fn path(&self, hash: &Hash) -> PathBuf {
        path_in(&self.0.folder, hash)
    }
}

/// `ab/abcd…`. The folders are there from the start: making one would tell that the content is new.
fn path_in(folder: &Path, hash: &Hash) -> PathBuf {
    let name = blake3::Hash::from_bytes(*hash).to_hex();
    folder.join(&name[..2]).join(name.as_str())
}

/// The hash that a file's name says.
fn hash_of(path: &Path) -> Option<Hash> {
    let name = path.file_name()?.to_str()?;
    blake3::Hash::from_hex(name).ok().map(|hash| *hash.as_bytes()).filter(|_| name.len() == 64)
}

/// Only the owner may look into it.
fn make_folder(folder: &Path) -> io::Result<()> {
    DirBuilder::new().recursive(true).mode(0o700).create(folder)
}

/// The folder, and those below it; their entries too.
fn make_durable(folder: &Path) -> io::Result<()> {
    let new = !folder.try_exists()?;
    make_folder(&folder.join(INCOMING))?;
    make_folder(&folder.join(lock::LOCKS))?;
    for first in 0..=255u8 {
        make_folder(&folder.join(format!("{first:02x}")))?;
    }
    sync_folder(folder)?;
    match folder.canonicalize()?.parent() {
        Some(above) if new => sync_folder(above),
        _ => Ok(()),
    }
}

fn sync_folder(folder: &Path) -> io::Result<()> {
    File::open(folder)?.sync_all()
}

/// The size of a file that may be missing.
fn size_of(path: &Path) -> io::Result<Option<u64>> {
    match fs::metadata(path) {
        Ok(file) => Ok(Some(file.len())),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

fn file_error(what: &str, path: &Path, error: &io::Error) -> StoreError {
    let text = format!("{what} ({}): {error}", path.display());
    match error.kind() {
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded | ErrorKind::FileTooLarge => StoreError::Full(text),
        _ => StoreError::Unavailable(text),
    }
}
