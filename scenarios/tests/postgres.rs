//! The stories again, on PostgreSQL; and the program on a database, alone and together with another.

use std::sync::Arc;
use store::Store;
use store::contract::postgres::Server;
use tempfile::TempDir;

#[path = "stories/invitations.rs"]
mod invitations;
#[path = "postgres/moving.rs"]
mod moving;
#[path = "postgres/program.rs"]
mod program;
#[path = "postgres/rolling.rs"]
mod rolling;
#[path = "stories/told.rs"]
mod told;
#[path = "postgres/two.rs"]
mod two;

fn new_store(_folder: &TempDir) -> Arc<dyn Store> {
    Server::shared().store()
}
