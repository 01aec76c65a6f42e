//! Content on the local disk, one file per keyed hash, never changed once it is there. Which content is named, by whom
//! and for how long, the records know; nothing here, neither answer nor time, tells whether content was there before.

mod collect;
mod upload;

pub use collect::{Collection, Still};
pub use upload::{Pinned, Upload, UploadError};

use parking_lot::{Condvar, Mutex};
use std::collections::{BTreeMap, BTreeSet};
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

/// Read at once when a file is hashed.
const CHUNK: usize = 256 * 1024;

/// The folder of contents. One process at a time may have it open; the caller sees to that. Clones are one.
#[derive(Clone)]
pub struct Blobs(Arc<Inner>);

struct Inner {
    folder: PathBuf,
    key: [u8; 32],
    keeping: Mutex<Keeping>,
    /// A backup ended.
    freed: Condvar,
}

/// Who needs which files.
#[derive(Default)]
struct Keeping {
    /// By how many guards.
    pinned: BTreeMap<Hash, usize>,
    /// Pinned at some time since a collection began, by collection.
    spared: BTreeMap<u64, BTreeSet<Hash>>,
    next_collection: u64,
    /// Backups that are running.
    still: usize,
}

impl Blobs {
    /// Opens the folder, and makes it and the 256 below it if they are missing. Contents are found again only with the same key.
    ///
    /// # Errors
    /// `Full` or `Unavailable` if it can't be made.
    pub fn open(folder: &Path, key: [u8; 32]) -> Result<Blobs, StoreError> {
        let inner = Inner { folder: folder.to_owned(), key, keeping: Mutex::default(), freed: Condvar::new() };
        make_durable(folder).map_err(|error| file_error("the folder of blobs can't be made", folder, &error))?;
        Ok(Blobs(Arc::new(inner)))
    }

    /// Takes away what uploads left when the process was killed; how many. At the start, before the first upload.
    ///
    /// # Errors
    /// `Unavailable` if the folder can't be read or written.
    pub fn sweep_incoming(&self) -> Result<u64, StoreError> {
        let folder = self.0.folder.join(INCOMING);
        let failed = |error| file_error("unfinished uploads can't be taken away", &folder, &error);
        let mut swept = 0;
        for entry in fs::read_dir(&folder).map_err(failed)? {
            fs::remove_file(entry.map_err(failed)?.path()).map_err(failed)?;
            swept += 1;
        }
        Ok(swept)
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
