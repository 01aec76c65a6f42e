//! The one place that writes to the standard output: what was asked for. Everything else goes to the standard error.

use std::io::Write;

/// Writes a line for whoever called the command. A reader that went away wants no more lines.
pub(crate) fn say(text: impl AsRef<str>) {
    let _ = writeln!(std::io::stdout().lock(), "{}", text.as_ref());
}
