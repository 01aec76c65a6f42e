//! The program. Everything it does is in the library beside it, so that tests can start it.

use std::process::ExitCode;

fn main() -> ExitCode {
    meanwhile::run()
}
