//! What waits for this engine's writing thread.

use rusqlite::Connection;

use super::writer::Writer;
use crate::queue::Waits;
use crate::{Command, StoreError};

pub(super) type Queue = crate::queue::Queue<Work>;

/// A small write of the store itself that joins a batch.
pub(super) trait Errand: Send {
    /// In the transaction, possibly more than once. Gives back whether it wrote.
    fn run(&mut self, conn: &Connection) -> Result<bool, StoreError>;
    /// Once, after the commit.
    fn done(self: Box<Self>, how: Result<(), StoreError>);
}

pub(super) enum Work {
    Command(Box<dyn Command>),
    Errand(Box<dyn Errand>),
    /// Something that needs the connection, and no transaction around it.
    Alone(Box<dyn FnOnce(&mut Writer) + Send>),
}

impl Waits for Work {
    fn joins(&self) -> bool {
        !matches!(self, Work::Alone(_))
    }
}
