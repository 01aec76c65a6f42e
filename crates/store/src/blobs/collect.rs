//! What takes files away, and what copies them: the one waits for the other.

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, File, OpenOptions};
use std::io;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use super::lock::{self, Lock, STILL};
use super::{Blobs, Hash, file_error, hash_of, make_folder, path_in, size_of, sync_folder};
use crate::StoreError;

/// As long as it lives, no content is taken away. For backups: begun before the records are copied.
pub struct Still {
    blobs: Blobs,
    _lock: Lock,
}

impl Blobs {
    /// Takes away the contents that no record names; how many. `named` gives those that are, and is asked twice: before
    /// anything is locked, so that what is locked is little, and under the locks, when no upload can put something in
    /// its place and no record can begin to name what has none. Waits for backups. What an upload holds at this moment
    /// is left to the next collection.
    ///
    /// # Errors
    /// `Unavailable` if the folder can't be read or a file can't be taken away, others may be gone; what `named` gives.
    pub fn collect(&self, named: &dyn Fn() -> Result<Vec<Hash>, StoreError>) -> Result<u64, StoreError> {
        let folder = &self.0.folder;
        let mut found = Vec::new();
        list(folder, 1, &mut found).map_err(|error| file_error("the blobs can't be listed", folder, &error))?;
        leave_out(&mut found, named()?);
        if found.is_empty() {
            return Ok(0);
        }
        let _quiet = self.alone(STILL)?;
        let mut locks: BTreeMap<u8, Option<Lock>> = BTreeMap::new();
        for hash in &found {
            if let Entry::Vacant(entry) = locks.entry(hash[0]) {
                entry.insert(self.try_alone(&lock::of(hash))?);
            }
        }
        found.retain(|hash| locks.get(&hash[0]).is_some_and(Option::is_some));
        leave_out(&mut found, named()?);
        let mut removed = 0;
        let mut folders = BTreeSet::new();
        for hash in &found {
            let path = self.path(hash);
            match fs::remove_file(&path) {
                Ok(()) => removed += 1,
                // Another server's collection was here since it was listed.
                Err(error) if error.kind() == io::ErrorKind::NotFound => {}
                Err(error) => return Err(file_error("a blob can't be taken away", &path, &error)),
            }
            folders.extend(path.parent().map(Path::to_owned));
        }
        for folder in folders {
            sync_folder(&folder).map_err(|error| file_error("a folder can't be synced", &folder, &error))?;
        }
        Ok(removed)
    }

    /// Lets nothing be taken away for a while.
    ///
    /// # Errors
    /// `Unavailable` if the lock can't be taken.
    pub fn hold_still(&self) -> Result<Still, StoreError> {
        Ok(Still { blobs: self.clone(), _lock: self.share(STILL)? })
    }
}

fn leave_out(hashes: &mut Vec<Hash>, named: Vec<Hash>) {
    let named: BTreeSet<Hash> = named.into_iter().collect();
    hashes.retain(|hash| !named.contains(hash));
}

impl Still {
    /// Copies contents into another folder, in the same order of folders: linked where the disk is the same, else
    /// copied, and durable in the end. What is there with the right size is left, so an interrupted copy goes on where
    /// it was. `told` hears (done, of how many) in bytes. Gives the hashes whose content is missing here.
    ///
    /// # Errors
    /// `Full` or `Unavailable`; what was copied stays.
    pub fn copy_to(&self, to: &Path, hashes: &[Hash], told: &mut dyn FnMut(u64, u64)) -> Result<Vec<Hash>, StoreError> {
        let (mut sizes, mut missing, mut total) = (Vec::new(), Vec::new(), 0);
        for hash in hashes {
            let path = self.blobs.path(hash);
            match size_of(&path).map_err(|error| file_error("a blob can't be read", &path, &error))? {
                Some(size) => {
                    total += size;
                    sizes.push((hash, size));
                }
                None => missing.push(*hash),
            }
        }
        told(0, total);
        let mut done = 0;
        let mut folders = BTreeSet::from([to.to_owned()]);
        let failed = |path: &Path, error: &io::Error| file_error("a blob can't be copied", path, error);
        make_folder(to).map_err(|error| failed(to, &error))?;
        for (hash, size) in sizes {
            let (from, path) = (self.blobs.path(hash), path_in(to, hash));
            copy(&from, &path, size).map_err(|error| failed(&path, &error))?;
            folders.extend(path.ancestors().skip(1).take(1).map(Path::to_owned));
            done += size;
            told(done, total);
        }
        // Those below before those above.
        for folder in folders.iter().rev() {
            sync_folder(folder).map_err(|error| failed(folder, &error))?;
        }
        Ok(missing)
    }
}

fn copy(from: &Path, to: &Path, size: u64) -> io::Result<()> {
    match size_of(to)? {
        Some(there) if there == size => return Ok(()),
        Some(_) => fs::remove_file(to)?,
        None => {}
    }
    if let Some(folder) = to.parent() {
        make_folder(folder)?;
    }
    // Contents never change, so one file may stand in both places. Another disk refuses; so do some file systems.
    if fs::hard_link(from, to).is_ok() {
        return Ok(());
    }
    let part = to.with_extension("part");
    let written = OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&part);
    let copied = written.and_then(|mut file| {
        io::copy(&mut File::open(from)?, &mut file)?;
        file.sync_all()?;
        fs::rename(&part, to)
    });
    copied.inspect_err(|_| {
        // The error that is given says more than one about what is left.
        let _ = fs::remove_file(&part);
    })
}

/// The contents in a folder, so many folders deep. Strangers' files and folders are left alone.
fn list(folder: &Path, depth: u32, found: &mut Vec<Hash>) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let path: PathBuf = entry?.path();
        if depth == 0 {
            found.extend(hash_of(&path));
        } else if path.is_dir() && path.file_name().is_some_and(|name| name.len() == 2) {
            list(&path, depth - 1, found)?;
        }
    }
    Ok(())
}
