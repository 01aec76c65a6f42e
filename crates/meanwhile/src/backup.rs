//! Copies of everything: out of a folder in use, and back into an empty one.

use anyhow::{Context, bail};
use serde_json::{Value, json};
use std::path::Path;
use store::{Blobs, Mark, Place};

use crate::config::Database;
use crate::folder::{self, BLOBS, BLOBS_KEY, DATABASE, LOCK, PLACE, SOCKET, Taken};
use crate::orders::{News, Tell, Workplace};

/// Where a restore works until it is whole.
pub(crate) const PART: &str = "restore.part";
/// Where a backup works until it is whole.
const COPYING: &str = "copying.part";
/// Written last: what has it is a whole backup.
const WHOLE: &str = "backup.json";

/// Copies records and files into an empty or new folder, while the server goes on.
pub(crate) async fn make(at: &Workplace, to: &Path, tell: &Tell) -> anyhow::Result<Value> {
    let engine = at.engine.clone();
    let key = std::fs::read(at.data.join(BLOBS_KEY))?;
    let (to, tell) = (to.to_path_buf(), tell.clone());
    let now = engine.clock().now();
    let work = move || -> anyhow::Result<Value> {
        folder::make(&to)?;
        clear(&to)?;
        let part = to.join(COPYING);
        // From before the records are copied, so that no file goes which they name.
        let still = engine.blobs().hold_still()?;
        engine.store().backup(&part, &mut progress(&tell, "Copying records")).context("the records can't be copied")?;
        let hashes = store::blob_hashes_in(&part)?;
        let blobs = part.join(BLOBS);
        let missing =
            still.copy_to(&blobs, &hashes, &mut progress(&tell, FILES)).context("the files can't be copied")?;
        tell_missing(&missing, &tell);
        folder::write_whole(&part.join(BLOBS_KEY), &key)?;
        put_in_place(&part, &to, &[BLOBS, BLOBS_KEY, DATABASE])?;
        let done = json!({
            "to": to,
            "at": now,
            "version": env!("CARGO_PKG_VERSION"),
            "files": hashes.len() - missing.len(),
            "missing": missing.len(),
        });
        folder::write_whole(&to.join(WHOLE), done.to_string().as_bytes())?;
        std::fs::remove_dir(&part)?;
        Ok(done)
    };
    tokio::task::spawn_blocking(work).await?
}

/// Takes away what a backup left that was interrupted here; refuses a folder with anything else in it.
fn clear(to: &Path) -> anyhow::Result<()> {
    let interrupted = to.join(COPYING).exists() && !to.join(WHOLE).exists();
    let leftovers = [COPYING, BLOBS, BLOBS_KEY, DATABASE];
    let entries: Vec<_> = std::fs::read_dir(to)?.collect::<Result<_, _>>()?;
    if !entries.iter().all(|entry| interrupted && leftovers.iter().any(|left| entry.file_name() == *left)) {
        bail!("the folder {} is not empty; name an empty or a new one", to.display());
    }
    for entry in entries {
        remove(&entry.path())?;
    }
    Ok(())
}

fn remove(path: &Path) -> std::io::Result<()> {
    if path.is_dir() { std::fs::remove_dir_all(path) } else { std::fs::remove_file(path) }
}

/// Says which files a copy lacks.
pub(crate) fn tell_missing(missing: &[[u8; 32]], tell: &Tell) {
    for hash in missing {
        let name = blake3::Hash::from_bytes(*hash).to_hex();
        // Nobody listening is no reason to stop.
        let _ = tell.send(News::Said(format!("The file {name} is missing here, so it is not in the copy.")));
    }
}

/// Out of the folder where they were made. By then all of them are whole.
fn put_in_place(part: &Path, to: &Path, names: &[&str]) -> anyhow::Result<()> {
    for name in names {
        std::fs::rename(part.join(name), to.join(name)).with_context(|| format!("{name} can't be put in place"))?;
    }
    Ok(std::fs::File::open(to)?.sync_all()?)
}

/// Makes a data folder from a backup, whichever engine it is of; with `database`, the records go there. Nothing is in
/// place before all of it is.
pub(crate) async fn restore(
    from: &Path,
    data: &Path,
    database: Option<Database>,
    tell: &Tell,
) -> anyhow::Result<Value> {
    let whole = std::fs::read(from.join(WHOLE))
        .with_context(|| format!("{} is not a finished backup: it has no {WHOLE}; take another one", from.display()))?;
    let made: Value = serde_json::from_slice(&whole).unwrap_or_default();
    folder::make(data)?;
    let Taken::Ours(_lock) = folder::take(data)? else {
        bail!("a server works in {}; restore into an empty folder", data.display());
    };
    let ours = [LOCK, PLACE, SOCKET, PART, crate::config::FILE];
    // Without its database, a folder in which a restore was interrupted has nothing that is not in the backup.
    let leftovers = [BLOBS, BLOBS_KEY];
    let interrupted = data.join(PART).exists() && !data.join(DATABASE).exists();
    for entry in std::fs::read_dir(data)? {
        let entry = entry?;
        let name = entry.file_name();
        if interrupted && leftovers.iter().any(|left| name == *left) {
            remove(&entry.path())?;
        } else if !ours.iter().any(|ours| name == *ours) {
            bail!("{} is not empty: it has {}; restore into an empty folder", data.display(), name.display());
        }
    }
    let (from, data, tell) = (from.to_path_buf(), data.to_path_buf(), tell.clone());
    let work = move || -> anyhow::Result<Value> {
        let part = data.join(PART);
        if part.exists() {
            std::fs::remove_dir_all(&part)?;
        }
        store::restore(&from, &part, &mut || u64::from_be_bytes(crate::random()))?;
        let hashes = store::blob_hashes_in(&part)?;
        let key = folder::blobs_key(&from.join(BLOBS_KEY), false)?;
        let there = Blobs::open(&from.join(BLOBS), key)?;
        let missing = there.hold_still()?.copy_to(&part.join(BLOBS), &hashes, &mut progress(&tell, FILES))?;
        tell_missing(&missing, &tell);
        folder::write_whole(&part.join(BLOBS_KEY), blake3::Hash::from_bytes(key).to_hex().as_bytes())?;
        match &database {
            None => put_in_place(&part, &data, &[BLOBS, BLOBS_KEY, DATABASE])?,
            Some(database) => {
                put_in_place(&part, &data, &[BLOBS, BLOBS_KEY])?;
                let options = database.options();
                let (from, to) = (Place::Folder(&part), Place::Database(&options));
                store::copy(from, to, &mark(&key), &mut |_| Ok(()), &mut progress(&tell, "Copying records"))?;
            }
        }
        std::fs::remove_dir_all(&part)?;
        std::fs::File::open(&data)?.sync_all()?;
        Ok(json!({
            "data": data,
            "backupOf": made["at"],
            "files": hashes.len() - missing.len(),
            "missing": missing.len(),
        }))
    };
    tokio::task::spawn_blocking(work).await?
}

/// What stands in a copy until it is whole: a workspace is known by its key.
pub(crate) fn mark(key: &[u8; 32]) -> Mark {
    Mark { whose: blake3::derive_key("meanwhile 2026-11 whose copy it is", key), seed: crate::random() }
}

/// Copies of files are told in bytes.
pub(crate) const FILES: &str = "Copying files, in bytes";

pub(crate) fn progress(tell: &Tell, what: &'static str) -> impl FnMut(u64, u64) + use<> {
    let tell = tell.clone();
    move |done, of| {
        // Nobody listening is no reason to stop.
        let _ = tell.send(News::Progress { what: what.into(), done, of });
    }
}
