//! The program `meanwhile`: settings, the command line, the folder it works in, and the doors by which the world comes
//! in. Each door only translates; what is true and who may is decided in the engine.

mod checksum;
mod cli;
mod commands;
mod config;
mod serve;

mod backup;
mod control;
mod copy;
mod doctor;
mod export;
mod folder;
mod import;
mod orders;
mod outbound;
mod say;

mod app;
mod auth;
mod body;
mod content;
mod crowd;
mod doors;
mod http;
mod metrics;
mod net;
mod plain;
mod policy;
mod previews;
mod problem;
mod range;
mod reach;
mod readers;
mod sent;
mod server;
mod stall;
mod tls;

pub use app::{App, AppFile};
pub use body::Patience;
pub use commands::run;
pub use config::{Acme, LogFormat, RelayOptions, Secrecy, Settings, TlsFiles, TlsMode};
pub use doors::{ROUTES, Route, Who};
pub use net::{BadNet, Net};
pub use outbound::OutboundOptions;
pub use previews::Previews;
pub use reach::{ReachOptions, courier};
pub use readers::start;
pub use server::{Server, ServerOptions};

/// Random bytes of the system.
pub(crate) fn random<const SIZE: usize>() -> [u8; SIZE] {
    let mut bytes = [0; SIZE];
    getrandom::fill(&mut bytes).expect("the system gives random bytes");
    bytes
}

/// A one-time link as people get it. The secret stands behind `#`: browsers send that to nobody, so no log has it.
pub fn link(url: &str, secret: &str) -> String {
    format!("{url}/join#{secret}")
}
