//! The stories, on SQLite.

use std::sync::Arc;
use store::{SqliteOptions, SqliteStore, Store};
use tempfile::TempDir;

#[path = "stories/invitations.rs"]
mod invitations;
#[path = "stories/told.rs"]
mod told;

fn new_store(folder: &TempDir) -> Arc<dyn Store> {
    Arc::new(SqliteStore::open(folder.path(), SqliteOptions::default()).expect("opens"))
}
