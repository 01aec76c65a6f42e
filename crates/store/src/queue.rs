//! What waits for a writing thread.

use std::collections::VecDeque;
use std::time::Duration;

use parking_lot::{Condvar, Mutex};

/// At most so many in one transaction, so that the first does not wait for ever.
const BATCH: usize = 512;

/// What can wait.
pub(crate) trait Waits {
    /// True if it shares a transaction with others.
    fn joins(&self) -> bool;
}

pub(crate) struct Queue<W> {
    state: Mutex<(VecDeque<W>, bool)>,
    come: Condvar,
}

impl<W> Default for Queue<W> {
    fn default() -> Queue<W> {
        Queue { state: Mutex::default(), come: Condvar::new() }
    }
}

impl<W: Waits> Queue<W> {
    /// Gives the work back if the store is closing.
    pub(crate) fn push(&self, work: W) -> Result<(), W> {
        let mut state = self.state.lock();
        if state.1 {
            return Err(work);
        }
        state.0.push_back(work);
        drop(state);
        self.come.notify_one();
        Ok(())
    }

    pub(crate) fn close(&self) {
        self.state.lock().1 = true;
        self.come.notify_one();
    }

    /// What is queued now; waits for the first, for as long as there is patience. `None`: closed.
    pub(crate) fn take(&self, patience: Option<Duration>) -> Option<Vec<W>> {
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
        let count = state.0.iter().take(BATCH).take_while(|work| work.joins()).count().max(1);
        Some(state.0.drain(..count).collect())
    }
}
