//! Authorise, judge, commit, publish: what happens between a door and the store. The log readers and the job runner
//! live here too, and the one Clock. It opens no socket and no file of its own.

mod access;
mod away;
mod call;
mod clock;
mod created;
mod desk;
mod drawn;
mod effects;
mod events;
mod files;
mod found;
mod get;
mod jobs;
mod people;
mod publish;
mod query;
mod readers;
mod records;
mod runner;
mod session;
mod set;
mod signin;
mod versions;
mod work;

pub use access::operator;
pub use clock::{Clock, Sleep, SystemClock, TestClock};
pub use events::{Event, Subscription};
pub use files::Uploaded;
pub use found::OpenError;
pub use people::{PeopleError, PersonInfo};
pub use runner::Running;
pub use signin::{
    Authenticated, Held, Invited, LinkInfo, LinkKind, MAX_PASSWORD_BYTES, MIN_PASSWORD_CHARS, NewSession, OpenLink,
    SessionInfo, SignInError, TokenInfo,
};

use jmap::{Id, UtcDate};
use model::Registry;
use parking_lot::Mutex;
use std::collections::HashMap;
use std::sync::Arc;
use store::{Blobs, N, Store, Tick};
use tokio::sync::watch;

/// One workspace, open. Cheap to clone.
#[derive(Clone)]
pub struct Engine {
    shared: Arc<Shared>,
}

/// What all parts of the engine share.
pub(crate) struct Shared {
    pub(crate) store: Arc<dyn Store>,
    pub(crate) blobs: Arc<Blobs>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) registry: Registry,
    pub(crate) workspace: Id,
    pub(crate) workspace_n: N,
    /// 32 bytes, kept in the database so that all nodes share them.
    pub(crate) key: [u8; 32],
    /// The newest `receivedAt` of the Spaces written to since the start.
    pub(crate) received: Mutex<HashMap<Id, UtcDate>>,
    /// Who is known by which secret.
    pub(crate) signin: signin::SignIns,
    /// Who listens to what.
    pub(crate) hub: Arc<events::Hub>,
    /// The newest commit.
    pub(crate) commits: watch::Sender<Tick>,
    /// Wakes what runs beside the requests.
    pub(crate) nudge: watch::Sender<()>,
    /// How far that is.
    pub(crate) progress: watch::Sender<runner::Progress>,
    /// The name of this process among those on the same database.
    pub(crate) node: String,
}

impl Engine {
    /// The clock.
    pub fn clock(&self) -> &Arc<dyn Clock> {
        &self.shared.clock
    }

    /// The id of the workspace account.
    pub fn workspace(&self) -> Id {
        self.shared.workspace
    }

    /// Types and kinds.
    pub fn registry(&self) -> &Registry {
        &self.shared.registry
    }

    /// The store.
    pub fn store(&self) -> &Arc<dyn Store> {
        &self.shared.store
    }

    /// The files.
    pub fn blobs(&self) -> &Arc<Blobs> {
        &self.shared.blobs
    }
}

impl Shared {
    pub(crate) fn fresh_id(&self, letter: u8) -> Id {
        let mut random = [0; 10];
        // Without randomness from the system nothing of this program can be right.
        getrandom::fill(&mut random).expect("the system gives random bytes");
        Id::fresh(letter, self.clock.now(), random)
    }
}

/// Random bytes of the system.
pub(crate) fn random<const SIZE: usize>() -> [u8; SIZE] {
    let mut bytes = [0; SIZE];
    getrandom::fill(&mut bytes).expect("the system gives random bytes");
    bytes
}
