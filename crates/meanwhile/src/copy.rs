//! Copies a workspace into another folder, on the same engine or the other. The source stays as it is.

use anyhow::{Context, bail};
use serde_json::{Value, json};
use std::path::Path;
use store::{Blobs, Place};

use crate::backup::{FILES, mark, progress, tell_missing};
use crate::config::{Database, FILE, Settings};
use crate::folder::{self, BLOBS, BLOBS_KEY, DATABASE, LOCK, Lock, PLACE, SOCKET, Taken};
use crate::orders::Tell;

/// Copies records and files, and compares them. Interrupted, the same again goes on where it was.
pub(crate) async fn copy(
    settings: &Settings,
    to: &Path,
    to_database: Option<Database>,
    tell: &Tell,
) -> anyhow::Result<Value> {
    let data = std::fs::canonicalize(&settings.data)
        .with_context(|| format!("there is no folder {}; name the data folder with --data", settings.data.display()))?;
    let _here = alone(&data)?;
    if settings.database.is_none() && !data.join(DATABASE).exists() {
        bail!("the folder {} has no workspace; name its database with --database, if it has one", data.display());
    }
    let key = folder::blobs_key(&data.join(BLOBS_KEY), false)?;
    folder::make(to)?;
    let to = std::fs::canonicalize(to)?;
    if to == data {
        bail!("{} can't be copied into itself; name another folder", data.display());
    }
    let _there = alone(&to)?;
    has_nothing_else(&to, &key, to_database.is_some())?;
    folder::write_whole(&to.join(BLOBS_KEY), blake3::Hash::from_bytes(key).to_hex().as_bytes())?;
    let (from_database, to_database) = (settings.database.clone(), to_database);
    let tell = tell.clone();
    let work = move || -> anyhow::Result<Value> {
        let from = from_database.map(|database| database.options());
        let into = to_database.map(|database| database.options());
        let there = Blobs::open(&data.join(BLOBS), key)?;
        let still = there.hold_still()?;
        let (mut files, mut missing) = (0, Vec::new());
        let done = store::copy(
            from.as_ref().map_or(Place::Folder(&data), Place::Database),
            into.as_ref().map_or(Place::Folder(&to), Place::Database),
            &mark(&key),
            &mut |hashes| {
                missing = still.copy_to(&to.join(BLOBS), hashes, &mut progress(&tell, FILES))?;
                files = hashes.len() - missing.len();
                Ok(())
            },
            &mut progress(&tell, "Copying and comparing records"),
        )?;
        tell_missing(&missing, &tell);
        Ok(json!({
            "to": to,
            "rows": done.rows,
            "accounts": done.accounts,
            "hash": blake3::Hash::from_bytes(done.hash).to_hex().as_str(),
            "files": files,
            "missing": missing.len(),
        }))
    };
    tokio::task::spawn_blocking(work).await?
}

/// The right to a folder, which no server has meanwhile.
fn alone(folder: &Path) -> anyhow::Result<Lock> {
    match folder::take(folder)? {
        Taken::Ours(lock) => Ok(lock),
        Taken::Others(_) => bail!("another \"meanwhile\" works in {}; stop it first", folder.display()),
    }
}

/// Refuses a folder with anything in it but what an unfinished copy of the same workspace left.
fn has_nothing_else(to: &Path, key: &[u8; 32], with_database: bool) -> anyhow::Result<()> {
    let same = to.join(BLOBS_KEY).exists() && folder::blobs_key(&to.join(BLOBS_KEY), false)? == *key;
    let records = ["", "-wal", "-shm", "-journal"].map(|end| format!("{DATABASE}{end}"));
    for entry in std::fs::read_dir(to)? {
        let name = entry?.file_name();
        let ours = [LOCK, PLACE, SOCKET, FILE].iter().any(|ours| name == *ours);
        let begun = same
            && ([BLOBS, BLOBS_KEY].iter().any(|left| name == *left)
                || !with_database && records.iter().any(|left| name.to_str() == Some(left)));
        if !ours && !begun {
            bail!("{} is not empty: it has {}; name an empty or a new folder", to.display(), name.display());
        }
    }
    Ok(())
}
