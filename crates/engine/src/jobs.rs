//! The job runner: what is due, by program, under one lease.

use futures_util::StreamExt;
use futures_util::future::BoxFuture;
use futures_util::stream::FuturesUnordered;
use jmap::UtcDate;
use model::delivery::ARRIVE;
use serde_json::Value;
use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;
use std::sync::atomic::Ordering::Relaxed;
use std::time::Duration;
use store::{Job, Lease, N, StoreError, Tick};
use tokio::sync::watch;

use crate::runner::{Bell, LEASE_MS, lease};
use crate::work::{Done, read, read_now, write};
use crate::{Shared, again, closing, deliveries, imports, moves, publish, uploads};

/// How long tombstones stay, in days.
const TOMBSTONE_DAYS: i64 = 90;

/// The name of the daily retention run.
const PURGE: &str = "purge";

/// What running a job came to.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Ran {
    /// It is done, or has a later instant.
    Done,
    /// It waits for another job, at whose instant it is due now.
    Waits,
}

/// Jobs taken at one look; more, if all of these wait.
const AT_ONCE: u32 = 1000;

/// Runs due jobs, one Space's in order, several Spaces' side by side, and what takes long beside them all.
pub(crate) async fn run(shared: Arc<Shared>, stopped: watch::Receiver<bool>) {
    let mut bell = Bell::new(&shared, stopped.clone());
    let aside = Aside { jobs: HashSet::new(), runs: FuturesUnordered::new() };
    let mut runner = Runner { shared, held: None, retry: HashMap::new(), aside, stopped };
    loop {
        let next = match runner.look().await {
            Ok(next) => next,
            Err(fault) => {
                tracing::error!(%fault, "the job runner failed; it tries again");
                runner.held = None;
                None
            }
        };
        if bell.stopped() {
            break;
        }
        let Runner { shared, retry, aside, .. } = &mut runner;
        let again = retry.values().map(|again| again.at).min();
        let mut ended = None;
        tokio::select! {
            going = bell.rings() => if !going { break },
            () = async { match next { Some(at) => shared.clock.sleep_until(at).await, None => std::future::pending().await } } => {}
            () = async { match again { Some(at) => tokio::time::sleep_until(at).await, None => std::future::pending().await } } => {}
            Some(done) = aside.runs.next() => ended = Some(done),
        }
        if let Some((job, done)) = ended {
            runner.aside.jobs.remove(&key(&job));
            runner.note(&job, done);
            // What waited for it has its turn.
            runner.retry.retain(|(n, _), again| *n != job.n || again.tries > 0);
        }
    }
    // What these have done is kept, and the rest is done at the next start.
    while runner.aside.runs.next().await.is_some() {}
    if let Some((lease, _)) = runner.held {
        let store = runner.shared.store.clone();
        let _ = tokio::task::spawn_blocking(move || store.give_up(&lease)).await;
    }
}

/// A job among all.
type Key = (N, String);

fn key(job: &Job) -> Key {
    (job.n, job.run.clone())
}

/// When a job is tried again.
struct Again {
    tries: u32,
    at: tokio::time::Instant,
    /// What the same person sent to the same Space after it waits until then: it is published in the order of Send.
    holds_up: bool,
}

/// The Space and the sender of a job: what is sent in one line is published in the order of Send.
fn line(job: &Job) -> (N, Option<String>) {
    let payload: Value = serde_json::from_str(&job.payload).unwrap_or_default();
    (job.n, payload.get("person").and_then(Value::as_str).map(str::to_string))
}

/// Whether a fault is the machine's of this moment, and not the job's own.
fn passes(fault: &StoreError) -> bool {
    !matches!(fault, StoreError::Broken(_))
}

struct Runner {
    shared: Arc<Shared>,
    held: Option<(Lease, tokio::time::Instant)>,
    /// What failed, or waits for another job.
    retry: HashMap<Key, Again>,
    aside: Aside,
    /// Told to what takes long.
    stopped: watch::Receiver<bool>,
}

/// What may take long, as the retention run does, which also waits for a backup: nothing waits for these.
struct Aside {
    jobs: HashSet<Key>,
    runs: FuturesUnordered<BoxFuture<'static, (Job, Result<Ran, StoreError>)>>,
}

/// Programs that run aside.
fn takes_long(job: &Job) -> bool {
    job.run == PURGE || ["import/", "move/"].iter().any(|program| job.run.starts_with(program))
}

impl Runner {
    /// Runs what is due; gives the instant of the next job.
    async fn look(&mut self) -> Result<Option<UtcDate>, StoreError> {
        if self.held.as_ref().is_none_or(|(_, at)| at.elapsed() > Duration::from_millis(LEASE_MS / 3)) {
            let taken = lease(&self.shared, "jobs".into()).await?;
            if taken.is_none() || self.held.is_none() {
                let elsewhere = taken.is_none().then_some((Tick(i64::MAX), UtcDate::from_ms(i64::MAX)));
                self.shared.progress.send_modify(|progress| progress.idle_at = elsewhere);
            }
            self.held = taken.map(|lease| (lease, tokio::time::Instant::now()));
        }
        let Some((lease, _)) = self.held.clone() else { return Ok(None) };
        let (mut waited, mut limit) = (HashSet::new(), AT_ONCE);
        loop {
            let now = self.shared.clock.now();
            let tick = read(&*self.shared.store, |at| Ok(at.look(Tick(i64::MAX), 0)?.0)).await?;
            let store = self.shared.store.clone();
            let asked = tokio::task::spawn_blocking(move || store.jobs_due(now, limit)).await;
            let (jobs, next) =
                asked.unwrap_or_else(|_| Err(StoreError::Broken("jobs could not be asked for".into())))?;
            let clock = tokio::time::Instant::now();
            let (all, listed) = (jobs.len() < limit as usize, jobs.iter().map(key).collect::<HashSet<_>>());
            // What was canceled meanwhile is not tried again.
            self.retry.retain(|key, again| again.at > clock || listed.contains(key));
            if jobs.is_empty() {
                self.shared.progress.send_modify(|progress| progress.idle_at = Some((tick, now)));
                return Ok(next);
            }
            let mut by_account: BTreeMap<N, Vec<Job>> = BTreeMap::new();
            let mut held_up = HashSet::new();
            for job in jobs {
                match self.retry.get(&key(&job)).filter(|again| again.at > clock) {
                    Some(again) if again.holds_up => drop(held_up.insert(line(&job))),
                    Some(_) => {}
                    None if held_up.contains(&line(&job)) => {}
                    None if takes_long(&job) => self.run_aside(&lease, job),
                    None => by_account.entry(job.n).or_default().push(job),
                }
            }
            if by_account.is_empty() {
                if all {
                    return Ok(next);
                }
                // However many wait, others have their turn.
                limit = limit.saturating_mul(2);
                continue;
            }
            let runs = by_account
                .into_values()
                .map(|jobs| run_in_order(self.shared.clone(), lease.clone(), jobs, self.stopped.clone()));
            for (job, done) in futures_util::future::join_all(runs).await.into_iter().flatten() {
                match done {
                    // The other job had its turn in between; if it failed, there is no use in asking at once.
                    Ok(Ran::Waits) if !waited.insert(key(&job)) => {
                        let at = clock + Duration::from_secs(1);
                        self.retry.insert(key(&job), Again { tries: 0, at, holds_up: false });
                    }
                    done => self.note(&job, done),
                }
            }
        }
    }

    fn run_aside(&mut self, lease: &Lease, job: Job) {
        if !self.aside.jobs.insert(key(&job)) {
            return;
        }
        let (shared, lease, of, stopped) = (self.shared.clone(), lease.clone(), job.clone(), self.stopped.clone());
        let task = tokio::spawn(async move { run_one(&shared, &lease, &of, &stopped).await });
        self.aside.runs.push(Box::pin(async move {
            let panicked = |_| Err(StoreError::Broken("it panicked".into()));
            (job, task.await.unwrap_or_else(panicked))
        }));
    }

    /// What a job came to.
    fn note(&mut self, job: &Job, done: Result<Ran, StoreError>) {
        let name = format!("{} of account {}", job.run, job.account);
        match done {
            Ok(_) => {
                self.retry.remove(&key(job));
                self.shared.progress.send_modify(|progress| {
                    progress.failing.remove(&name);
                });
            }
            Err(fault) => {
                tracing::error!(job = %name, %fault, "a job failed; it is tried again");
                let tries = self.retry.get(&key(job)).map_or(0, |again| again.tries);
                let at = tokio::time::Instant::now() + Duration::from_secs(1 << tries.min(9));
                let holds_up = passes(&fault);
                self.retry.insert(key(job), Again { tries: tries + 1, at, holds_up });
                self.shared.progress.send_modify(|progress| {
                    progress.failing.insert(name, fault.to_string());
                });
            }
        }
    }
}

async fn run_in_order(
    shared: Arc<Shared>,
    lease: Lease,
    jobs: Vec<Job>,
    stopped: watch::Receiver<bool>,
) -> Vec<(Job, Result<Ran, StoreError>)> {
    let mut out = Vec::with_capacity(jobs.len());
    let mut held_up = HashSet::new();
    for job in jobs {
        if held_up.contains(&line(&job)) {
            continue;
        }
        let done = run_one(&shared, &lease, &job, &stopped).await;
        if done.as_ref().is_err_and(passes) {
            held_up.insert(line(&job));
        }
        out.push((job, done));
    }
    out
}

async fn run_one(
    shared: &Arc<Shared>,
    lease: &Lease,
    job: &Job,
    stopped: &watch::Receiver<bool>,
) -> Result<Ran, StoreError> {
    match job.run.split('/').next().unwrap_or("") {
        "say" => again::say(shared, lease, job).await,
        "close" => closing::close(shared, lease, job).await,
        "publish" => publish::publish(shared, lease, job).await,
        ARRIVE => deliveries::arrive(shared, lease, job).await,
        deliveries::REMIND => deliveries::remind(shared, lease, job).await,
        deliveries::COVER => deliveries::cover(shared, lease, job).await,
        "move" => moves::job::go_on(shared, lease, job).await,
        uploads::UPLOADS => uploads::give_up(shared, lease, job).await,
        "import" => imports::go_on(shared, lease, job, stopped.clone()).await,
        PURGE => purge(shared, lease, job).await,
        other => Err(StoreError::Broken(format!("no program is called {other:?}; was the server older before?"))),
    }
}

/// The daily retention run: what was deleted long enough ago is gone from every file afterwards.
async fn purge(shared: &Arc<Shared>, lease: &Lease, job: &Job) -> Result<Ran, StoreError> {
    let now = shared.clock.now();
    let me = shared.clone();
    let done = tokio::task::spawn_blocking(move || {
        me.store.purge(now, now.plus_ms(-TOMBSTONE_DAYS * jmap::DAY_MS))?;
        me.blobs.sweep_incoming(&|name| uploads::waits(&me, name))?;
        // Also what was left at an earlier run, or by a process that was killed.
        me.blobs.collect(&|| read_now(&*me.store, |at| at.blob_hashes()))
    });
    done.await.unwrap_or_else(|_| Err(StoreError::Broken("the retention run panicked".into())))?;
    // Before the commit that readers see, so that whoever sees it follows.
    shared.purges.fetch_add(1, Relaxed);
    let due = UtcDate::from_ms((now.ms() / jmap::DAY_MS + 1) * jmap::DAY_MS);
    let next = Job { due, ..job.clone() };
    let work = move |tx: &mut dyn store::Tx| -> Result<Done<()>, store::Miss> {
        tx.put_job(next.clone());
        Ok(Done::Keep(()))
    };
    write(&*shared.store, vec![job.account], Some(lease.clone()), work).await?;
    Ok(Ran::Done)
}

/// The first retention run is due at the next midnight in UTC.
pub(crate) fn first_purge(workspace: jmap::Id, n: N, now: UtcDate) -> Job {
    Job {
        n,
        account: workspace,
        run: PURGE.into(),
        due: UtcDate::from_ms((now.ms() / jmap::DAY_MS + 1) * jmap::DAY_MS),
        waits_for: None,
        order: 0,
        payload: Value::Null.to_string(),
    }
}
