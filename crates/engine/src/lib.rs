//! Authorise, judge, commit, publish: what happens between a door and the store. The log readers and the job runner
//! live here too, and the one Clock. It opens no socket and no file of its own.

mod access;
mod again;
mod away;
mod bring;
mod call;
mod clock;
mod closing;
mod created;
mod deliveries;
mod desk;
mod drawn;
mod effects;
mod events;
mod everyone;
mod files;
mod follow;
mod found;
mod get;
mod imports;
mod jobs;
mod moved;
mod moves;
mod named;
mod outward;
mod people;
mod pictures;
mod public;
mod publish;
mod query;
mod readers;
mod records;
mod runner;
mod sealing;
mod search;
mod session;
mod set;
mod signin;
mod uploads;
mod versions;
mod whole;
mod work;

pub use access::operator;
pub use bring::Brought;
pub use clock::{Clock, Sleep, SystemClock, TestClock};
pub use events::{Event, Subscription};
pub use files::{OpenBlob, Uploaded};
pub use found::OpenError;
pub use imports::{Importer, Step, Wanted};
pub use outward::{
    Answered, Arrivals, Asking, Courier, Device, Failed, Invitation, NoAnswer, Outside, Parcel, Question, Thing,
    Trouble,
};
pub use people::{PeopleError, PersonInfo};
pub use public::{Older, PublicFile, PublicList, PublicPost, PublicPosts, PublicSpace, PublicThread};
pub use runner::Running;
pub use signin::{
    Authenticated, Held, Invited, LinkInfo, LinkKind, MAX_PASSWORD_BYTES, MIN_PASSWORD_CHARS, NewSession, OpenLink,
    SessionInfo, SignInError, SpaceLink, SpaceLinkWish, TokenInfo,
};
pub use uploads::{NewUpload, OpenUpload, OpenUploadError, Resumed};
pub use whole::Whole;

use jmap::{Id, UtcDate};
use model::Registry;
use parking_lot::Mutex;
use std::collections::HashMap;
use std::sync::Arc;
use std::sync::OnceLock;
use std::sync::atomic::AtomicU64;
use store::{Blobs, N, SearchIndex, Store, StoreError, Tick};
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
    /// What finds words, if there is an index.
    pub(crate) search: OnceLock<Arc<dyn SearchIndex>>,
    /// What brings exports in, if anything does.
    pub(crate) importer: OnceLock<Arc<dyn Importer>>,
    /// What carries things outside, if anything does.
    pub(crate) courier: OnceLock<Arc<dyn Courier>>,
    /// Retention runs of this process.
    pub(crate) purges: AtomicU64,
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

    /// Searches with that index from now on; the first one stays.
    pub fn search_with(&self, index: Arc<dyn SearchIndex>) {
        // A second one would be kept up by nobody.
        let _ = self.shared.search.set(index);
    }

    /// Has exports brought in by that from now on; the first one stays.
    pub fn import_with(&self, importer: Arc<dyn Importer>) {
        // A second one would know the same formats.
        let _ = self.shared.importer.set(importer);
    }

    /// The lineage of the store: another one after a restore.
    ///
    /// # Errors
    /// As the store's.
    pub async fn lineage(&self) -> Result<u64, StoreError> {
        let workspace = self.shared.workspace;
        let head = work::read(&*self.shared.store, move |at| at.head(workspace)).await?;
        head.map(|head| head.lineage).ok_or_else(|| StoreError::Broken("the workspace account is gone".into()))
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
