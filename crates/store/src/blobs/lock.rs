//! Locks on files beside the contents. They hold between processes, also over a network file system that has `flock`,
//! and end with the process that holds them, however it ends.

use std::fs::{File, OpenOptions, TryLockError};
use std::io;
use std::os::unix::fs::{MetadataExt, OpenOptionsExt};
use std::path::Path;

use super::{Blobs, Hash, file_error};
use crate::StoreError;

/// Where the files lie that are locked and nothing else.
pub(super) const LOCKS: &str = "locks";
/// Shared by backups; a collection has it alone.
pub(super) const STILL: &str = "still";

/// Given up when it is dropped.
pub(super) struct Lock {
    _file: File,
}

impl Blobs {
    /// Waits until nobody has it alone.
    pub(super) fn share(&self, name: &str) -> Result<Lock, StoreError> {
        self.locked(name, |file| file.lock_shared().map(|()| true)).map(|lock| lock.expect("a wait ends with the lock"))
    }

    /// Waits until nobody has it.
    pub(super) fn alone(&self, name: &str) -> Result<Lock, StoreError> {
        self.locked(name, |file| file.lock().map(|()| true)).map(|lock| lock.expect("a wait ends with the lock"))
    }

    /// `None` if somebody has it.
    pub(super) fn try_alone(&self, name: &str) -> Result<Option<Lock>, StoreError> {
        self.locked(name, at_once)
    }

    fn locked(&self, name: &str, lock: impl Fn(&File) -> io::Result<bool>) -> Result<Option<Lock>, StoreError> {
        let path = self.0.folder.join(LOCKS).join(name);
        let opened = OpenOptions::new().write(true).create(true).truncate(false).mode(0o600).open(&path);
        let locked = opened.and_then(|file| lock(&file).map(|got| got.then_some(Lock { _file: file })));
        locked.map_err(|error| file_error("a lock of the files can't be taken", &path, &error))
    }
}

/// The lock that guards a content: one for all of a folder.
pub(super) fn of(hash: &Hash) -> String {
    format!("{:02x}", hash[0])
}

/// Takes the lock of an open file, if nobody has it.
pub(super) fn at_once(file: &File) -> io::Result<bool> {
    match file.try_lock() {
        Ok(()) => Ok(true),
        Err(TryLockError::WouldBlock) => Ok(false),
        Err(TryLockError::Error(error)) => Err(error),
    }
}

/// Whether the open file is still the one at that path: somebody may have taken it away before it was locked.
pub(super) fn is_at(file: &File, path: &Path) -> io::Result<bool> {
    match path.metadata() {
        Ok(there) => Ok(there.ino() == file.metadata()?.ino()),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
        Err(error) => Err(error),
    }
}
