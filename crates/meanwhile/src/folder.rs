//! The data folder: who works in it, what lies where, and how it is opened.

use anyhow::{Context, bail};
use engine::{Clock, Engine, SystemClock};
use std::fs::{DirBuilder, File, OpenOptions, TryLockError};
use std::io::{Read, Seek, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use store::{Blobs, PostgresStore, SqliteOptions, SqliteStore, Store, Tick};

use crate::config::Settings;

/// The records.
pub(crate) const DATABASE: &str = "meanwhile.db";
/// The files, by what is in them.
pub(crate) const BLOBS: &str = "blobs";
/// With it a file's name is made from its content.
pub(crate) const BLOBS_KEY: &str = "blobs.key";
/// With a database: what this folder is called among those that share it.
pub(crate) const PLACE: &str = "place";
/// Where commands reach the server that runs.
pub(crate) const SOCKET: &str = "control.sock";
/// Held by whoever works in the folder.
pub(crate) const LOCK: &str = "lock";

/// The right to work in a folder; ends with the value.
#[derive(Debug)]
pub(crate) struct Lock(#[expect(dead_code, reason = "closing the file gives the lock up")] File);

/// Whether a folder may be worked in.
#[derive(Debug)]
pub(crate) enum Taken {
    /// By us.
    Ours(Lock),
    /// By the process with that number, if it wrote one.
    Others(Option<u32>),
}

/// Makes the folder if it is missing; only its owner may look into it.
pub(crate) fn make(data: &Path) -> anyhow::Result<()> {
    let made = DirBuilder::new().recursive(true).mode(0o700).create(data);
    made.with_context(|| format!("the folder {} can't be made", data.display()))
}

/// Takes the lock of a folder that is there.
pub(crate) fn take(data: &Path) -> anyhow::Result<Taken> {
    let path = data.join(LOCK);
    let opened = OpenOptions::new().read(true).write(true).create(true).truncate(false).mode(0o600).open(&path);
    let mut file = opened.with_context(|| format!("{} can't be opened; is the folder yours?", path.display()))?;
    match file.try_lock() {
        Ok(()) => {
            file.set_len(0)?;
            file.rewind()?;
            writeln!(file, "{}", std::process::id())?;
            Ok(Taken::Ours(Lock(file)))
        }
        Err(TryLockError::WouldBlock) => {
            let mut text = String::new();
            // What is not a number is told as no number.
            let _ = file.read_to_string(&mut text);
            Ok(Taken::Others(text.trim().parse().ok()))
        }
        Err(TryLockError::Error(error)) => {
            Err(error).with_context(|| format!("{} can't be locked; is it on a disk of this machine?", path.display()))
        }
    }
}

/// True if there may be a workspace: of a database, only the database knows.
pub(crate) fn is_founded(settings: &Settings, data: &Path) -> bool {
    settings.database.is_some() || data.join(DATABASE).exists()
}

/// Opens the workspace of a folder whose lock is held, founding it if the folder is new.
pub(crate) async fn open(settings: &Settings, data: &Path) -> anyhow::Result<Engine> {
    let what = || format!("the folder {} can't be opened", data.display());
    let restoring = data.join(crate::backup::PART);
    let interrupted = restoring.exists() && !data.join(DATABASE).exists();
    let again = || format!("a restore into {} was interrupted; run \"meanwhile restore\" again", data.display());
    if interrupted && settings.database.is_none() {
        bail!(again());
    }
    let (store, fresh) = match &settings.database {
        None => {
            let fresh = !data.join(DATABASE).exists();
            // Before the database, or a start that is interrupted would leave a workspace without it.
            blobs_key(&data.join(BLOBS_KEY), fresh)?;
            let store = SqliteStore::open(data, SqliteOptions::default()).with_context(what)?;
            (Arc::new(store) as Arc<dyn Store>, fresh)
        }
        Some(_) if data.join(DATABASE).exists() => bail!(
            "the folder {} has its records in {DATABASE}; take another folder with --data for a PostgreSQL database",
            data.display()
        ),
        Some(database) => {
            let mut options = database.options();
            options.place = place(data)?;
            let opened = tokio::task::spawn_blocking(move || -> Result<_, store::StoreError> {
                let store = PostgresStore::open(options)?;
                let fresh = is_empty(&store)?;
                Ok((Arc::new(store) as Arc<dyn Store>, fresh))
            });
            opened.await?.context("the PostgreSQL database can't be used")?
        }
    };
    if interrupted {
        if fresh {
            bail!(again());
        }
        // The database has all of it, so only the tidying up was left.
        std::fs::remove_dir_all(&restoring).with_context(what)?;
    }
    let key = blobs_key(&data.join(BLOBS_KEY), fresh)?;
    let blobs = Blobs::open(&data.join(BLOBS), key).with_context(what)?;
    // Which of those that can be resumed are waited for, the records know: the daily run asks them.
    blobs.sweep_incoming(&|_| Ok(true)).with_context(what)?;
    let clock: Arc<dyn Clock> = Arc::new(SystemClock);
    let engine = Engine::open(store, Arc::new(blobs), clock, model::Registry::standard()).await;
    engine.with_context(what)
}

/// A name of the folder among all that share a database, the same for every process that works in it.
fn place(data: &Path) -> anyhow::Result<String> {
    let path = data.join(PLACE);
    match std::fs::read_to_string(&path) {
        Ok(text) => Ok(text.trim().to_string()),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            let name = blake3::Hash::from_bytes(crate::random()).to_hex();
            write_whole(&path, name.as_bytes())?;
            Ok(name.to_string())
        }
        Err(error) => Err(error).with_context(|| format!("{} can't be read", path.display())),
    }
}

/// True if nobody founded a workspace in it yet.
fn is_empty(store: &dyn Store) -> Result<bool, store::StoreError> {
    let (tell, told) = std::sync::mpsc::channel();
    store.read(Box::new(move |at| {
        // Whoever asked waits.
        let _ = tell.send(at.and_then(|at| at.look(Tick(0), 0)));
    }));
    let looked = told.recv().unwrap_or_else(|_| Err(store::StoreError::Unavailable("the database closed".into())));
    Ok(looked?.1.is_empty())
}

/// Reads the key of the blobs, or makes it where everything is new.
pub(crate) fn blobs_key(path: &Path, fresh: bool) -> anyhow::Result<[u8; 32]> {
    match std::fs::read_to_string(path) {
        Ok(text) => {
            let key = blake3::Hash::from_hex(text.trim());
            let key = key.with_context(|| format!("{} is damaged; restore it from a backup", path.display()))?;
            Ok(*key.as_bytes())
        }
        Err(error) if error.kind() == std::io::ErrorKind::NotFound && fresh => {
            let key = blake3::Hash::from_bytes(crate::random());
            write_whole(path, key.to_hex().as_bytes())?;
            Ok(*key.as_bytes())
        }
        Err(error) => Err(error).with_context(|| {
            format!("{} can't be read, and without it no file of the workspace is found; restore it", path.display())
        }),
    }
}

/// Writes a small file of ours so that it is there whole, or not at all.
pub(crate) fn write_whole(path: &Path, bytes: &[u8]) -> anyhow::Result<()> {
    let part = path.with_extension("part");
    let written = || -> std::io::Result<()> {
        let mut file = OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&part)?;
        file.write_all(bytes)?;
        file.sync_all()?;
        std::fs::rename(&part, path)?;
        File::open(path.parent().unwrap_or(Path::new(".")))?.sync_all()
    };
    written().with_context(|| format!("{} can't be written", path.display()))
}

/// A path that fits into a socket address, which takes about a hundred bytes: where the real one does not, one by way of
/// the open folder. The file keeps that way open.
pub(crate) fn socket_path(data: &Path) -> anyhow::Result<(PathBuf, File)> {
    use std::os::fd::AsRawFd;
    let folder = File::open(data).with_context(|| format!("the folder {} can't be opened", data.display()))?;
    let path = data.join(SOCKET);
    if path.as_os_str().len() < 100 {
        return Ok((path, folder));
    }
    Ok((PathBuf::from(format!("/proc/self/fd/{}/{SOCKET}", folder.as_raw_fd())), folder))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_is_worked_in_by_one_at_a_time() {
        let folder = tempfile::tempdir().unwrap();
        let Taken::Ours(lock) = take(folder.path()).unwrap() else { panic!("a fresh folder is free") };
        let Taken::Others(process) = take(folder.path()).unwrap() else { panic!("taken twice") };
        assert_eq!(process, Some(std::process::id()));
        drop(lock);
        assert!(matches!(take(folder.path()).unwrap(), Taken::Ours(_)));
    }

    #[test]
    fn a_missing_key_is_made_only_where_all_is_new() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(BLOBS_KEY);
        assert!(blobs_key(&path, false).is_err());
        let key = blobs_key(&path, true).unwrap();
        assert_eq!(blobs_key(&path, false).unwrap(), key);
        std::fs::write(&path, "short").unwrap();
        assert!(blobs_key(&path, true).is_err());
    }
}
