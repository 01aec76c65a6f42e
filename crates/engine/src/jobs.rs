//! The job runner: what is due, by program, under one lease.

use jmap::UtcDate;
use serde_json::Value;
use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;
use std::time::Duration;
use store::{Job, Lease, N, StoreError, Tick};
use tokio::sync::watch;

use crate::runner::{Bell, LEASE_MS, lease};
use crate::work::{Done, read, write};
use crate::{Shared, publish};

/// How long tombstones stay, in days.
const TOMBSTONE_DAYS: i64 = 90;

/// What running a job came to.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Ran {
    /// It is done, or has a later instant.
    Done,
    /// It waits for another job, at whose instant it is due now.
    Waits,
}

/// Runs due jobs, one Space's in order, several Spaces' side by side.
pub(crate) async fn run(shared: Arc<Shared>, stopped: watch::Receiver<bool>) {
    let mut bell = Bell::new(&shared, stopped);
    let mut held: Option<(Lease, tokio::time::Instant)> = None;
    let mut retry: HashMap<(N, String), (u32, tokio::time::Instant)> = HashMap::new();
    loop {
        let next = match look_for_jobs(&shared, &mut held, &mut retry).await {
            Ok(next) => next,
            Err(fault) => {
                tracing::error!(%fault, "the job runner failed; it tries again");
                held = None;
                None
            }
        };
        if bell.stopped() {
            break;
        }
        let again = retry.values().map(|(_, at)| *at).min();
        tokio::select! {
            going = bell.rings() => if !going { break },
            () = async { match next { Some(at) => shared.clock.sleep_until(at).await, None => std::future::pending().await } } => {}
            () = async { match again { Some(at) => tokio::time::sleep_until(at).await, None => std::future::pending().await } } => {}
        }
    }
    if let Some((lease, _)) = held {
        let store = shared.store.clone();
        let _ = tokio::task::spawn_blocking(move || store.give_up(&lease)).await;
    }
}

/// Runs what is due; gives the instant of the next job.
async fn look_for_jobs(
    shared: &Arc<Shared>,
    held: &mut Option<(Lease, tokio::time::Instant)>,
    retry: &mut HashMap<(N, String), (u32, tokio::time::Instant)>,
) -> Result<Option<UtcDate>, StoreError> {
    if held.as_ref().is_none_or(|(_, at)| at.elapsed() > Duration::from_millis(LEASE_MS / 3)) {
        *held = lease(shared, "jobs".into()).await?.map(|lease| (lease, tokio::time::Instant::now()));
    }
    let Some((lease, _)) = held.as_ref() else { return Ok(None) };
    let mut waited = HashSet::new();
    loop {
        let now = shared.clock.now();
        let tick = read(&*shared.store, |at| Ok(at.look(Tick(i64::MAX), 0)?.0)).await?;
        let store = shared.store.clone();
        let asked = tokio::task::spawn_blocking(move || store.jobs_due(now, 1000)).await;
        let (jobs, next) = asked.unwrap_or_else(|_| Err(StoreError::Broken("jobs could not be asked for".into())))?;
        let clock = tokio::time::Instant::now();
        let waits = |job: &Job| retry.get(&(job.n, job.run.clone())).is_some_and(|(_, at)| *at > clock);
        let mut by_account: BTreeMap<N, Vec<Job>> = BTreeMap::new();
        for job in jobs.into_iter().filter(|job| !waits(job)) {
            by_account.entry(job.n).or_default().push(job);
        }
        if by_account.is_empty() {
            shared.progress.send_modify(|progress| progress.idle_at = Some((tick, now)));
            return Ok(next);
        }
        let runs = by_account.into_values().map(|jobs| run_in_order(shared.clone(), lease.clone(), jobs));
        for (job, done) in futures_util::future::join_all(runs).await.into_iter().flatten() {
            let key = (job.n, job.run.clone());
            let name = format!("{} of account {}", job.run, job.account);
            match done {
                // The other job had its turn in between; if it failed, there is no use in asking at once.
                Ok(Ran::Waits) if !waited.insert(key.clone()) => {
                    retry.insert(key, (0, clock + Duration::from_secs(1)));
                }
                Ok(_) => {
                    retry.remove(&key);
                    shared.progress.send_modify(|progress| {
                        progress.failing.remove(&name);
                    });
                }
                Err(fault) => {
                    tracing::error!(job = %name, %fault, "a job failed; it is tried again");
                    let tries = retry.get(&key).map_or(0, |(tries, _)| *tries);
                    let wait = Duration::from_secs(1 << tries.min(9));
                    retry.insert(key, (tries + 1, clock + wait));
                    shared.progress.send_modify(|progress| {
                        progress.failing.insert(name, fault.to_string());
                    });
                }
            }
        }
    }
}

async fn run_in_order(shared: Arc<Shared>, lease: Lease, jobs: Vec<Job>) -> Vec<(Job, Result<Ran, StoreError>)> {
    let mut out = Vec::with_capacity(jobs.len());
    for job in jobs {
        let program = job.run.split('/').next().unwrap_or("");
        let done = match program {
            "publish" => publish::publish(&shared, &lease, &job).await,
            "purge" => purge(&shared, &lease, &job).await,
            other => Err(StoreError::Broken(format!("no program is called {other:?}; was the server older before?"))),
        };
        out.push((job, done));
    }
    out
}

/// The daily retention run: what was deleted long enough ago is gone from every file afterwards.
async fn purge(shared: &Arc<Shared>, lease: &Lease, job: &Job) -> Result<Ran, StoreError> {
    let now = shared.clock.now();
    let me = shared.clone();
    let done = tokio::task::spawn_blocking(move || {
        let collection = me.blobs.collect();
        let unnamed = me.store.purge(now, now.plus_ms(-TOMBSTONE_DAYS * jmap::DAY_MS))?;
        collection.remove_unnamed(&unnamed)
    });
    done.await.unwrap_or_else(|_| Err(StoreError::Broken("the retention run panicked".into())))?;
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
        run: "purge".into(),
        due: UtcDate::from_ms((now.ms() / jmap::DAY_MS + 1) * jmap::DAY_MS),
        waits_for: None,
        order: 0,
        payload: Value::Null.to_string(),
    }
}
