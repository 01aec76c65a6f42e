//! A reader of the log: it follows the newest state of what changed, at its own pace, and never inside a request.

use jmap::Id;
use std::time::Duration;

use crate::{Command, N, Row, Seq, Snapshot, StoreError, Tick, TypeNumber};

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
    /// Where it stands, if it keeps that itself (a search index does, in its commits). Such a reader writes nothing to the
    /// store and needs no lease: each process has its own. Standing at 0 it has nothing yet, and is given what lives alone.
    fn own_cursor(&mut self) -> Option<Tick> {
        None
    }
    /// Takes changes of one account, rising by seq, and gives back what is to be written.
    fn take(&mut self, n: N, batch: &[Changed], at: &dyn Snapshot) -> Result<Vec<Box<dyn Command>>, StoreError>;
    /// Records that a reader with its own cursor wants to be given once more: what it makes of them has come.
    fn again(&mut self) -> Vec<(N, TypeNumber, Seq)> {
        Vec::new()
    }
    /// Everything up to there has been taken. With a duration it is not done with all of it: it wants to be asked again
    /// after that time. `now`: somebody waits for it.
    fn caught_up(&mut self, _to: Tick, _now: bool) -> Result<Option<Duration>, StoreError> {
        Ok(None)
    }
    /// Once a day: what it still has of what is deleted goes. `files` are the contents that some record names.
    fn forget(&mut self, _files: &[[u8; 32]]) -> Result<(), StoreError> {
        Ok(())
    }
}
