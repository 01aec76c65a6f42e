//! What runs beside the requests: the log readers and the due jobs, each under a lease. Only commits and the Clock wake
//! them. A fault is logged, waited out and tried again; it never reaches a request.

use jmap::UtcDate;
use model::AccountKind;
use parking_lot::Mutex;
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;
use std::time::Duration;
use store::{Changed, Command, Lease, LogReader, N, Seq, StoreError, Tick};
use tokio::sync::watch;
use tokio::task::JoinHandle;

use crate::access::account_kind;
use crate::readers::{Copies, Leavers, Names};
use crate::work::{finished, read};
use crate::{Engine, Shared, jobs};

/// How long a lease holds, in the store's time.
pub(crate) const LEASE_MS: u64 = 15_000;
/// From one look to the next, at least, while nobody waits for it.
const TOGETHER: Duration = Duration::from_millis(50);
/// Accounts that a reader takes on one snapshot.
const AT_ONCE: usize = 64;
/// How often a holder looks after its leases while nothing happens.
const IDLE: Duration = Duration::from_secs(5);

/// What runs beside the requests. Stop it before the store goes.
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
    /// Per reader, the tick up to which it has taken everything.
    pub(crate) readers: BTreeMap<&'static str, Tick>,
    /// The jobs that fail and wait to be tried again, by what they are.
    pub(crate) failing: BTreeMap<String, String>,
    /// Counts the looks that found no due job, with the tick before the look.
    pub(crate) idle_at: Option<(Tick, UtcDate)>,
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
        let mut readers: Vec<Box<dyn LogReader>> =
            vec![Box::new(Copies(shared())), Box::new(Names(shared())), Box::new(Leavers(shared()))];
        readers.extend(more);
        let mut tasks = Vec::new();
        for reader in readers {
            self.shared.progress.send_modify(|progress| {
                progress.readers.insert(reader.name(), Tick(-1));
            });
            let reader = Arc::new(Mutex::new(reader));
            tasks.push(tokio::spawn(follow(self.shared.clone(), reader, stopped.clone())));
        }
        tasks.push(tokio::spawn(jobs::run(self.shared.clone(), stopped)));
        Running { stop, tasks }
    }

    /// Waits until every reader is at the head and no job is due. After 60 seconds of the machine's time it gives up and
    /// names who is late.
    pub async fn settle(&self) -> Result<(), String> {
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

    async fn settled(&self) -> Result<(), StoreError> {
        let mut seen = self.shared.progress.subscribe();
        loop {
            let head = self.head().await?;
            let now = self.shared.clock.now();
            let there = |progress: &Progress| {
                progress.readers.values().all(|tick| *tick >= head)
                    && progress.idle_at.is_some_and(|(tick, at)| tick >= head && at >= now)
            };
            self.shared.nudge.send_replace(());
            // The sender is in self.
            let _ = seen.wait_for(|progress| there(progress)).await;
            if self.head().await? == head {
                return Ok(());
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
}

impl Bell {
    pub(crate) fn new(shared: &Shared, stopped: watch::Receiver<bool>) -> Bell {
        let (commits, nudges) = (shared.commits.subscribe(), shared.nudge.subscribe());
        Bell { commits, nudges, stopped, rang: tokio::time::Instant::now() }
    }

    /// Waits for a commit, a nudge, a while, or the end. False at the end.
    pub(crate) async fn rings(&mut self) -> bool {
        if self.stopped() {
            return false;
        }
        tokio::select! {
            _ = self.commits.changed() => {
                // Where commits follow each other closely, some of them are looked at together.
                tokio::select! {
                    () = tokio::time::sleep_until(self.rang + TOGETHER) => {}
                    _ = self.nudges.changed() => {}
                    _ = self.stopped.changed() => {}
                }
            }
            _ = self.nudges.changed() => {}
            () = tokio::time::sleep(IDLE) => {}
            _ = self.stopped.changed() => {}
        }
        self.rang = tokio::time::Instant::now();
        !self.stopped()
    }

    pub(crate) fn stopped(&self) -> bool {
        *self.stopped.borrow()
    }
}

pub(crate) async fn lease(shared: &Arc<Shared>, name: String) -> Result<Option<Lease>, StoreError> {
    let (store, node) = (shared.store.clone(), shared.node.clone());
    let taken = tokio::task::spawn_blocking(move || store.lease(&name, &node, LEASE_MS)).await;
    taken.unwrap_or_else(|_| Err(StoreError::Broken("a lease could not be asked for".into())))
}

async fn cursor(shared: &Arc<Shared>, lease: &Lease, save: Option<Tick>) -> Result<Tick, StoreError> {
    let (store, lease) = (shared.store.clone(), lease.clone());
    let done = tokio::task::spawn_blocking(move || store.cursor(&lease, save)).await;
    done.unwrap_or_else(|_| Err(StoreError::Broken("a cursor could not be read".into())))
}

/// A reader, which works on a thread of the store and is asked from here.
type Reader = Arc<Mutex<Box<dyn LogReader>>>;

/// Follows the log with one reader, for as long as this node has its lease.
async fn follow(shared: Arc<Shared>, reader: Reader, stopped: watch::Receiver<bool>) {
    let mut bell = Bell::new(&shared, stopped);
    let name = reader.lock().name();
    let mut place: Option<Place> = None;
    loop {
        match step(&shared, &reader, &mut place).await {
            Ok(()) => {}
            Err(StoreError::Fenced(_)) => place = None,
            Err(fault) => {
                tracing::error!(reader = name, %fault, "a log reader failed; it tries again");
                place = None;
            }
        }
        if !bell.rings().await {
            break;
        }
    }
    if let Some(place) = place {
        // Should this fail, the next holder takes a little twice.
        let _ = cursor(&shared, &place.lease, Some(place.cursor)).await;
        let (store, lease) = (shared.store.clone(), place.lease);
        let _ = tokio::task::spawn_blocking(move || store.give_up(&lease)).await;
    }
}

/// Where a reader stands while it holds its lease. Positions are held in memory; the cursor is saved with effects and now
/// and then, since reading a little twice is harmless and an fsync for each commit is not.
struct Place {
    lease: Lease,
    taken_at: tokio::time::Instant,
    cursor: Tick,
    saved: Tick,
    known: HashMap<N, Seq>,
}

async fn step(shared: &Arc<Shared>, reader: &Reader, place: &mut Option<Place>) -> Result<(), StoreError> {
    let due = place.as_ref().is_none_or(|place| place.taken_at.elapsed() > Duration::from_millis(LEASE_MS / 3));
    if due {
        let name = reader.lock().name();
        let Some(lease) = lease(shared, format!("reader/{name}")).await? else {
            *place = None;
            return Ok(());
        };
        let taken_at = tokio::time::Instant::now();
        match place {
            Some(place) if place.lease.fence == lease.fence => {
                place.taken_at = taken_at;
                if place.saved < place.cursor {
                    place.saved = cursor(shared, &place.lease, Some(place.cursor)).await?;
                }
            }
            _ => {
                let own = reader.lock().own_cursor();
                let cursor = match own {
                    Some(own) => own,
                    None => cursor(shared, &lease, None).await?,
                };
                *place = Some(Place { lease, taken_at, cursor, saved: cursor, known: HashMap::new() });
            }
        }
    }
    let Some(place) = place else { return Ok(()) };
    let since = place.cursor;
    let (to, touched) = read(&*shared.store, move |at| at.look(since, u32::MAX - 1)).await?;
    let wanted = wanted(shared, reader);
    let above = |n: N| place.known.get(&n).copied().unwrap_or(0);
    let concerns = |account: jmap::Id| wanted.iter().any(|(kind, _)| account_kind(account) == Some(*kind));
    let touched = touched.into_iter().filter(|(n, account, seq)| concerns(*account) && *seq > above(*n));
    let touched: Vec<_> = touched.map(|(n, account, seq)| (n, account, above(n), seq)).collect();
    let mut wrote = false;
    for some in touched.chunks(AT_ONCE) {
        let commands = take(shared, reader, &wanted, some.to_vec(), since).await?;
        wrote |= !commands.is_empty();
        finished(&*shared.store, &place.lease, commands).await?;
        place.known.extend(some.iter().map(|(n, _, _, seq)| (*n, *seq)));
    }
    place.cursor = to;
    reader.lock().caught_up(to)?;
    let name = reader.lock().name();
    if wrote {
        place.saved = cursor(shared, &place.lease, Some(to)).await?;
    }
    if place.known.len() > 100_000 {
        place.known.clear();
    }
    shared.progress.send_if_modified(|progress| {
        let tick = progress.readers.entry(name).or_insert(Tick(-1));
        let further = *tick < to;
        *tick = to.max(*tick);
        further
    });
    Ok(())
}

/// The types that a reader follows, each with the kind of account that holds it.
fn wanted(shared: &Shared, reader: &Reader) -> Vec<(AccountKind, u8)> {
    let reader = reader.lock();
    let types = shared.registry.types().iter().filter(|ty| reader.wants(ty.number));
    types.map(|ty| (ty.account, ty.number)).collect()
}

/// The changes of some accounts, given to the reader one account after the other, on one snapshot. Each account comes
/// with the change up to which it was taken before, and with its newest.
async fn take(
    shared: &Arc<Shared>,
    reader: &Reader,
    wanted: &[(AccountKind, u8)],
    accounts: Vec<(N, jmap::Id, Seq, Seq)>,
    since: Tick,
) -> Result<Vec<Box<dyn Command>>, StoreError> {
    let (wanted, reader) = (wanted.to_vec(), reader.clone());
    read(&*shared.store, move |at| {
        let mut out = Vec::new();
        for (n, account, above, _) in accounts {
            let mut batch = Vec::new();
            for (_, ty) in wanted.iter().filter(|(kind, _)| account_kind(account) == Some(*kind)) {
                batch.extend(at.walk_down(n, *ty, since, above)?.into_iter().map(|row| Changed { account, row }));
            }
            batch.sort_by_key(|changed| changed.row.seq);
            if !batch.is_empty() {
                out.extend(reader.lock().take(n, &batch, at)?);
            }
        }
        Ok(out)
    })
    .await
}
