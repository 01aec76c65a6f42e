//! What runs beside the requests: the log readers and the due jobs, each under a lease. Only commits and the Clock wake
//! them. A fault is logged, waited out and tried again; it never reaches a request.

use jmap::UtcDate;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;
use store::{Lease, LogReader, StoreError, Tick};
use tokio::sync::watch;
use tokio::task::JoinHandle;

use crate::again::Speakers;
use crate::deliveries::Deliveries;
use crate::follow::follow;
use crate::readers::{Copies, Leavers, Names};
use crate::sealing::Seals;
use crate::work::read;
use crate::{Engine, Shared, jobs, outward};

/// How long a lease holds, in the store's time.
pub(crate) const LEASE_MS: u64 = 15_000;
/// From one look to the next, at least, while nobody waits for it.
const TOGETHER: Duration = Duration::from_millis(50);
/// How often a holder looks after its leases while nothing happens.
pub(crate) const IDLE: Duration = Duration::from_secs(5);

/// What runs beside the requests. Stop it before the store goes; dropped, it ends by itself, a little later.
pub struct Running {
    stop: watch::Sender<bool>,
    tasks: Vec<JoinHandle<()>>,
}

impl Running {
    /// Lets the readers and jobs finish what they have in hand, and ends them.
    pub async fn stop(self) {
        self.stop.send_replace(true);
        for task in self.tasks {
            // A task that panicked has said so already.
            let _ = task.await;
        }
    }
}

/// How far everything beside the requests is.
#[derive(Default)]
pub(crate) struct Progress {
    /// Per reader that runs on this node, the tick up to which it has taken everything.
    pub(crate) readers: BTreeMap<&'static str, Tick>,
    /// The readers that have more to take than they did at one look, with (done, of how many) changes.
    pub(crate) behind: BTreeMap<&'static str, (u64, u64)>,
    /// The jobs that fail and wait to be tried again, by what they are.
    pub(crate) failing: BTreeMap<String, String>,
    /// The last look that found no due job, with the tick before it. While another node runs the jobs, nothing is due
    /// here, at whatever time.
    pub(crate) idle_at: Option<(Tick, UtcDate)>,
    /// The same of what is told outside; without a courier nothing is.
    pub(crate) told_at: Option<(Tick, UtcDate)>,
    /// Why nothing can be told outside by mail now.
    pub(crate) trouble: Option<outward::Trouble>,
}

impl Engine {
    /// Starts the log readers and the job runner.
    pub fn start(&self) -> Running {
        self.start_with(Vec::new())
    }

    /// The same, with further readers.
    pub fn start_with(&self, more: Vec<Box<dyn LogReader>>) -> Running {
        let (stop, stopped) = watch::channel(false);
        let shared = || self.shared.clone();
        let mut readers: Vec<Box<dyn LogReader>> = vec![
            Box::new(Copies(shared())),
            Box::new(Names(shared())),
            Box::new(Leavers(shared())),
            Box::new(Deliveries(shared())),
            Box::new(Speakers(shared())),
            Box::new(Seals(shared())),
        ];
        readers.extend(more);
        let mut tasks = Vec::new();
        for reader in readers {
            self.shared.progress.send_modify(|progress| {
                progress.readers.insert(reader.name(), Tick(-1));
            });
            tasks.push(tokio::spawn(follow(self.shared.clone(), reader, stopped.clone())));
        }
        let courier = self.shared.courier.get().cloned();
        let none = courier.is_none().then_some((Tick(i64::MAX), UtcDate::from_ms(i64::MAX)));
        self.shared.progress.send_modify(|progress| progress.told_at = none);
        tasks.extend(courier.map(|courier| tokio::spawn(outward::run(self.shared.clone(), courier, stopped.clone()))));
        tasks.push(tokio::spawn(jobs::run(self.shared.clone(), stopped)));
        Running { stop, tasks }
    }

    /// How many changes each log reader of this process has still to take, as far as it knows.
    pub fn readers_behind(&self) -> Vec<(&'static str, u64)> {
        let progress = self.shared.progress.borrow();
        let behind = |name: &str| progress.behind.get(name).map_or(0, |(done, of)| of.saturating_sub(*done));
        progress.readers.keys().map(|name| (*name, behind(name))).collect()
    }

    /// Waits until every reader of this node is at the head and no job of its is due; gives the head. After 60 seconds of
    /// the machine's time it gives up and names who is late.
    pub async fn settle(&self) -> Result<Tick, String> {
        let late = tokio::time::timeout(Duration::from_secs(60), self.settled()).await;
        late.map_err(|_| {
            let progress = self.shared.progress.borrow();
            format!("not settled: readers {:?}, failing jobs {:?}", progress.readers, progress.failing)
        })?
        .map_err(|fault| fault.to_string())
    }

    /// Lets go what has been held since a restore: what is due runs, what goes outside goes.
    pub async fn release(&self) -> Result<(), StoreError> {
        let store = self.shared.store.clone();
        let released = tokio::task::spawn_blocking(move || store.hold(false)).await;
        released.unwrap_or_else(|_| Err(StoreError::Broken("nothing could be let go".into())))?;
        self.shared.nudge.send_replace(());
        Ok(())
    }

    async fn settled(&self) -> Result<Tick, StoreError> {
        let mut seen = self.shared.progress.subscribe();
        loop {
            let head = self.head().await?;
            let now = self.shared.clock.now();
            let there = |progress: &Progress| {
                progress.readers.values().all(|tick| *tick >= head)
                    && [progress.idle_at, progress.told_at]
                        .iter()
                        .all(|idle| idle.is_some_and(|(tick, at)| tick >= head && at >= now))
            };
            self.shared.nudge.send_replace(());
            // The sender is in self.
            let _ = seen.wait_for(|progress| there(progress)).await;
            if self.head().await? == head {
                return Ok(head);
            }
        }
    }

    async fn head(&self) -> Result<Tick, StoreError> {
        read(&*self.shared.store, |at| Ok(at.look(Tick(i64::MAX), 0)?.0)).await
    }
}

/// What wakes a reader or the job runner. What happened while it was busy is not missed.
pub(crate) struct Bell {
    commits: watch::Receiver<Tick>,
    nudges: watch::Receiver<()>,
    stopped: watch::Receiver<bool>,
    rang: tokio::time::Instant,
    /// It was a nudge: somebody waits.
    hurried: bool,
}

impl Bell {
    pub(crate) fn new(shared: &Shared, stopped: watch::Receiver<bool>) -> Bell {
        let (commits, nudges) = (shared.commits.subscribe(), shared.nudge.subscribe());
        Bell { commits, nudges, stopped, rang: tokio::time::Instant::now(), hurried: false }
    }

    /// Waits for a commit, a nudge, a while, or the end. False at the end.
    pub(crate) async fn rings(&mut self) -> bool {
        self.rings_within(IDLE).await
    }

    /// The same, with a shorter while.
    pub(crate) async fn rings_within(&mut self, idle: Duration) -> bool {
        self.hurried = false;
        if self.stopped() {
            return false;
        }
        tokio::select! {
            _ = self.commits.changed() => {
                // Where commits follow each other closely, some of them are looked at together.
                tokio::select! {
                    () = tokio::time::sleep_until(self.rang + TOGETHER) => {}
                    _ = self.nudges.changed() => self.hurried = true,
                    _ = self.stopped.changed() => {}
                }
            }
            _ = self.nudges.changed() => self.hurried = true,
            () = tokio::time::sleep(idle) => {}
            _ = self.stopped.changed() => {}
        }
        self.rang = tokio::time::Instant::now();
        !self.stopped()
    }

    /// True if it was a nudge that rang.
    pub(crate) fn hurried(&self) -> bool {
        self.hurried
    }

    /// Whoever started it wants it to end, or has gone without a word: then nothing rings any more.
    pub(crate) fn stopped(&self) -> bool {
        *self.stopped.borrow() || self.stopped.has_changed().is_err()
    }
}

pub(crate) async fn lease(shared: &Arc<Shared>, name: String) -> Result<Option<Lease>, StoreError> {
    let (store, node) = (shared.store.clone(), shared.node.clone());
    let taken = tokio::task::spawn_blocking(move || store.lease(&name, &node, LEASE_MS)).await;
    taken.unwrap_or_else(|_| Err(StoreError::Broken("a lease could not be asked for".into())))
}
