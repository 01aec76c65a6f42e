//! A reader of the log: it follows the newest state of what changed, at its own pace, and never inside a request.

use jmap::Id;

use crate::{Command, N, Row, Snapshot, StoreError, Tick, TypeNumber};

/// A record that changed, or its tombstone.
#[derive(Clone, Debug)]
pub struct Changed {
    /// The id of its account.
    pub account: Id,
    /// Its newest state.
    pub row: Row,
}

/// A reader of the log. Its runner holds a lease and a durable cursor for it; what it gives back is committed before
/// the cursor is saved, so its commands must be harmless when repeated.
pub trait LogReader: Send {
    /// Its name, for lease and cursor.
    fn name(&self) -> &'static str;
    /// Whether it follows that type.
    fn wants(&self, ty: TypeNumber) -> bool;
    /// Where it stands, if it keeps that itself (a search index does, in its commits).
    fn own_cursor(&self) -> Option<Tick> {
        None
    }
    /// Takes changes of one account, rising by seq, and gives back what is to be written.
    fn take(&mut self, n: N, batch: &[Changed], at: &dyn Snapshot) -> Result<Vec<Box<dyn Command>>, StoreError>;
    /// Everything up to there has been taken.
    fn caught_up(&mut self, _to: Tick) -> Result<(), StoreError> {
        Ok(())
    }
}
