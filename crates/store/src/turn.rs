//! One command's turn over an overlay: what it came to, whatever it did.

use std::panic::{AssertUnwindSafe, catch_unwind};

use crate::overlay::{Base, Overlay};
use crate::{Command, Stop, StoreError};

/// What a run came to.
pub(crate) enum Turn {
    /// Its writes stay.
    Keep,
    /// It wants them taken back.
    Refused,
    /// It stopped for a read that is not loaded.
    Missed,
    /// It panicked, or broke a rule.
    Broke(StoreError),
}

/// Runs a command; what it wrote is still in the overlay, and its undo log is whole at any point.
pub(crate) fn turn<B: Base>(overlay: &mut Overlay<B>, command: &mut dyn Command) -> Turn {
    let ran = catch_unwind(AssertUnwindSafe(|| {
        let ran = command.run(overlay);
        if let Some(rule) = overlay.broken_rule(command.accounts()).unwrap_or_default() {
            return Turn::Broke(StoreError::Broken(rule));
        }
        match ran {
            Ok(()) => Turn::Keep,
            Err(Stop::Refused) => Turn::Refused,
            Err(Stop::Miss) => Turn::Missed,
        }
    }));
    ran.unwrap_or_else(|panic| Turn::Broke(StoreError::Broken(format!("a command panicked: {}", message(&*panic)))))
}

/// For a command that stops for a miss where nothing missed.
pub(crate) fn needless_miss() -> StoreError {
    StoreError::Broken("it stopped for a miss, and nothing had missed".into())
}

fn message(panic: &(dyn std::any::Any + Send)) -> &str {
    let text = panic.downcast_ref::<&str>().copied();
    text.or_else(|| panic.downcast_ref::<String>().map(String::as_str)).unwrap_or("no message")
}
