//! What takes files away, and what copies them: the one waits for the other.

use std::collections::BTreeSet;
use std::fs::{self, File, OpenOptions};
use std::io;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use super::{Blobs, Hash, file_error, hash_of, make_folder, path_in, size_of, sync_folder};
use crate::StoreError;

/// Takes away contents that no record names. Begun *before* the records are asked which those are: what is uploaded,
/// and named, after they answered is spared.
pub struct Collection {
    blobs: Blobs,
    number: u64,
}

/// As long as it lives, no content is taken away. For backups: begun before the records are copied.
pub struct Still {
    blobs: Blobs,
}

impl Blobs {
    /// Begins a collection.
    pub fn collect(&self) -> Collection {
        let mut keeping = self.0.keeping.lock();
        keeping.next_collection += 1;
        let (number, pinned) = (keeping.next_collection, keeping.pinned.keys().copied().collect());
        keeping.spared.insert(number, pinned);
        drop(keeping);
        Collection { blobs: self.clone(), number }
    }

    /// Lets nothing be taken away for a while.
    pub fn hold_still(&self) -> Still {
        self.0.keeping.lock().still += 1;
        Still { blobs: self.clone() }
    }
}

impl Collection {
    /// Takes away those of `hashes` that nobody pinned since the collection began; how many. Waits for backups.
    ///
    /// # Errors
    /// `Unavailable` if a file can't be taken away; the others may be gone.
    pub fn remove_unnamed(&self, hashes: &[Hash]) -> Result<u64, StoreError> {
        let mut removed = 0;
        let mut folders = BTreeSet::new();
        for hash in hashes {
            let path = self.blobs.path(hash);
            if self.remove(hash, &path).map_err(|error| file_error("a blob can't be taken away", &path, &error))? {
                removed += 1;
                folders.extend(path.parent().map(Path::to_owned));
            }
        }
        for folder in folders {
            sync_folder(&folder).map_err(|error| file_error("a folder can't be synced", &folder, &error))?;
        }
        Ok(removed)
    }

    /// Takes away all contents but those `named`, by the same rule: also what was uploaded and never named because
    /// the process was killed.
    ///
    /// # Errors
    /// `Unavailable` if the folder can't be read or a file can't be taken away.
    pub fn remove_all_but(&self, named: &[Hash]) -> Result<u64, StoreError> {
        let named: BTreeSet<&Hash> = named.iter().collect();
        let folder = &self.blobs.0.folder;
        let mut found = Vec::new();
        list(folder, 1, &mut found).map_err(|error| file_error("the blobs can't be listed", folder, &error))?;
        found.retain(|hash| !named.contains(hash));
        self.remove_unnamed(&found)
    }

    fn remove(&self, hash: &Hash, path: &Path) -> io::Result<bool> {
        let mut keeping = self.blobs.0.keeping.lock();
        self.blobs.0.freed.wait_while(&mut keeping, |keeping| keeping.still > 0);
        if keeping.spared.get(&self.number).is_some_and(|spared| spared.contains(hash)) {
            return Ok(false);
        }
        // Under the lock: an upload of the same content pins it first, and then puts the file in its place.
        match fs::remove_file(path) {
            Ok(()) => Ok(true),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
            Err(error) => Err(error),
        }
    }
}

impl Drop for Collection {
    fn drop(&mut self) {
        self.blobs.0.keeping.lock().spared.remove(&self.number);
    }
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

impl Drop for Still {
    fn drop(&mut self) {
        self.blobs.0.keeping.lock().still -= 1;
        self.blobs.0.freed.notify_all();
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
