//! What waits for the writing thread.

use std::collections::VecDeque;
use std::time::Duration;

use parking_lot::{Condvar, Mutex};
use rusqlite::Connection;

use super::writer::Writer;
use crate::{Command, StoreError};

/// At most so many in one transaction, so that the first does not wait for ever.
const BATCH: usize = 512;

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

#[derive(Default)]
pub(super) struct Queue {
    state: Mutex<(VecDeque<Work>, bool)>,
    come: Condvar,
}

impl Queue {
    /// Gives the work back if the store is closing.
    pub(super) fn push(&self, work: Work) -> Result<(), Work> {
        let mut state = self.state.lock();
        if state.1 {
            return Err(work);
        }
        state.0.push_back(work);
        drop(state);
        self.come.notify_one();
        Ok(())
    }

    pub(super) fn close(&self) {
        self.state.lock().1 = true;
        self.come.notify_one();
    }

    /// What is queued now; waits for the first, for as long as there is patience. `None`: closed.
    pub(super) fn take(&self, patience: Option<Duration>) -> Option<Vec<Work>> {
        let mut state = self.state.lock();
        while state.0.is_empty() && !state.1 {
            match patience {
                None => self.come.wait(&mut state),
                Some(patience) if self.come.wait_for(&mut state, patience).timed_out() => break,
                Some(_) => {}
            }
        }
        if state.0.is_empty() {
            return (!state.1).then(Vec::new);
        }
        let joins = |work: &Work| !matches!(work, Work::Alone(_));
        let count = state.0.iter().take(BATCH).take_while(|work| joins(work)).count().max(1);
        Some(state.0.drain(..count).collect())
    }
}
