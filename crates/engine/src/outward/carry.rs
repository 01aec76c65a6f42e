//! Carries what is to be told outside, row by row, under one lease: when it is due, in the hours of whom it is for. What
//! fails is tried again, later each time, and given up after some days; nothing is lost by it, since what arrived is in the
//! app.

use jmap::{DAY_MS, Id, UtcDate};
use model::{Caller, Role, Scopes};
use serde_json::json;
use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;
use store::{Lease, Miss, Outward, StoreError, Tick, Tx};
use tokio::sync::watch;

use super::arrived::Reader;
use super::plan::{Promised, plan, rows, value};
use super::rows::{INVITED, MAIL, PUSHED, REFUSED};
use super::seal::seal;
use super::{Courier, Failed, parcels};
use crate::runner::{Bell, LEASE_MS, lease};
use crate::work::{Done, read, write};
use crate::{Engine, Shared};

/// How long carrying one may take: less than a lease holds.
const CARRY_WITHIN: Duration = Duration::from_secs(12);
/// The first time between two tries; each next one is twice as long.
const FIRST_AGAIN_MS: i64 = 30_000;
/// The longest time between two tries.
const LAST_AGAIN_MS: i64 = 3_600_000;
/// After so many days nobody wants to hear of it any more.
const GIVE_UP_DAYS: i64 = 7;

/// Why nothing can be carried now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trouble {
    /// Since when.
    pub since: UtcDate,
    /// What happened, for whoever runs the server.
    pub why: String,
}

/// How telling outside goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outside {
    /// There is somebody to give mail to.
    pub mails: bool,
    /// Push services may be asked.
    pub pushes: bool,
    /// So many mails and pushes wait to be carried.
    pub waiting: usize,
    /// The relay takes nothing, as far as this process knows.
    pub trouble: Option<Trouble>,
    /// To whom something could not be told, when, and why.
    pub refused: Vec<(String, UtcDate, String)>,
}

struct Again {
    tries: u32,
    at: UtcDate,
}

impl Again {
    fn after(before: Option<&Again>, now: UtcDate) -> Again {
        let tries = before.map_or(0, |again| again.tries + 1);
        Again { tries, at: now.plus_ms((FIRST_AGAIN_MS << tries.min(10)).min(LAST_AGAIN_MS)) }
    }
}

struct Carrier {
    shared: Arc<Shared>,
    courier: Arc<dyn Courier>,
    held: Option<(Lease, tokio::time::Instant)>,
    /// What failed, by the number of its row.
    again: HashMap<u64, Again>,
    /// The relay takes nothing until then.
    down: Option<Again>,
    promised: Promised,
}

/// Tells outside what there is to tell, until it is stopped.
pub(crate) async fn run(shared: Arc<Shared>, courier: Arc<dyn Courier>, stopped: watch::Receiver<bool>) {
    let mut bell = Bell::new(&shared, stopped);
    let mut carrier =
        Carrier { shared, courier, held: None, again: HashMap::new(), down: None, promised: HashMap::new() };
    loop {
        let next = match carrier.look(&bell).await {
            Ok(next) => next,
            Err(fault) => {
                if !matches!(fault, StoreError::Fenced(_)) {
                    tracing::error!(%fault, "telling outside failed; it is tried again");
                }
                carrier.held = None;
                None
            }
        };
        if bell.stopped() {
            break;
        }
        let clock = carrier.shared.clock.clone();
        tokio::select! {
            going = bell.rings() => if !going { break },
            () = async { match next { Some(at) => clock.sleep_until(at).await, None => std::future::pending().await } } => {}
        }
    }
    if let Some((lease, _)) = carrier.held {
        let store = carrier.shared.store.clone();
        let _ = tokio::task::spawn_blocking(move || store.give_up(&lease)).await;
    }
}

impl Carrier {
    /// Does what is due; gives the instant of what comes next.
    async fn look(&mut self, bell: &Bell) -> Result<Option<UtcDate>, StoreError> {
        if !self.renewed().await? {
            return Ok(None);
        }
        loop {
            let Some((lease, _)) = self.held.clone() else { return Ok(None) };
            let (me, now) = (self.shared.clone(), self.shared.clock.now());
            let down = self.down.as_ref().is_some_and(|down| down.at > now);
            let promised = std::mem::take(&mut self.promised);
            let planned = read(&*self.shared.store, move |at| {
                Ok((at.look(Tick(i64::MAX), 0)?.0, plan(&me, at, now, (down, &promised))?))
            });
            let (tick, mut plan) = planned.await?;
            self.promised = std::mem::take(&mut plan.promised);
            let numbers: Vec<u64> = plan.sends.iter().map(|row| row.number).collect();
            self.again.retain(|number, _| numbers.contains(number));
            let mut sends = Vec::new();
            for row in std::mem::take(&mut plan.sends) {
                let down = self.down.as_ref().filter(|_| row.what != PUSHED).map(|down| down.at);
                let again = self.again.get(&row.number).map(|again| again.at);
                match down.max(again).filter(|at| *at > now) {
                    Some(at) => plan.later(at),
                    None => sends.push(row),
                }
            }
            if plan.seals.is_empty() && sends.is_empty() && plan.forget.is_empty() {
                self.shared.progress.send_modify(|progress| progress.told_at = Some((tick, now)));
                return Ok(plan.next);
            }
            for row in plan.forget {
                self.done(&lease, &row, Vec::new(), None).await?;
            }
            for group in plan.seals {
                seal(&self.shared, &lease, group).await?;
            }
            for row in sends {
                let is_down = self.down.as_ref().is_some_and(|down| down.at > now) && row.what != PUSHED;
                if is_down {
                    continue;
                }
                if bell.stopped() || !self.renewed().await? {
                    return Ok(None);
                }
                let Some((lease, _)) = self.held.clone() else { return Ok(None) };
                let refused = plan.refused.get(&row.account).cloned().unwrap_or_default();
                self.send(&lease, row, refused).await?;
            }
        }
    }

    /// Holds the lease for as long as carrying one may take.
    async fn renewed(&mut self) -> Result<bool, StoreError> {
        if self.held.as_ref().is_none_or(|(_, at)| at.elapsed() > Duration::from_millis(LEASE_MS / 10)) {
            let taken = lease(&self.shared, "outward".into()).await?;
            if taken.is_none() || self.held.is_none() {
                let elsewhere = taken.is_none().then_some((Tick(i64::MAX), UtcDate::from_ms(i64::MAX)));
                self.shared.progress.send_modify(|progress| progress.told_at = elsewhere);
            }
            self.held = taken.map(|lease| (lease, tokio::time::Instant::now()));
        }
        Ok(self.held.is_some())
    }

    async fn send(&mut self, lease: &Lease, row: Outward, refused: Vec<u64>) -> Result<(), StoreError> {
        let now = self.shared.clock.now();
        let Some(parcel) = parcels::parcel(&self.shared, lease, &row).await? else {
            return self.done(lease, &row, Vec::new(), None).await;
        };
        let carried = tokio::time::timeout(CARRY_WITHIN, self.courier.carry(parcel)).await;
        let carried = carried.unwrap_or_else(|_| Err(Failed::Down("there was no answer in time".into())));
        if row.what != PUSHED && !matches!(carried, Err(Failed::Down(_))) {
            self.down = None;
            self.shared.progress.send_modify(|progress| progress.trouble = None);
        }
        let why = match carried {
            Ok(()) => return self.done(lease, &row, refused, None).await,
            Err(Failed::Gone) => {
                self.forget_device(&row).await?;
                return self.done(lease, &row, Vec::new(), None).await;
            }
            Err(Failed::Refused(why)) => {
                tracing::warn!(what = row.what, number = row.number, "what was to be told outside was refused");
                return self.done(lease, &row, refused, Some(why)).await;
            }
            Err(Failed::Down(why)) if row.what != PUSHED => {
                self.down = Some(Again::after(self.down.as_ref(), now));
                self.shared.progress.send_modify(|progress| {
                    let since = progress.trouble.as_ref().map_or(now, |trouble| trouble.since);
                    progress.trouble = Some(Trouble { since, why: why.clone() });
                });
                tracing::warn!("the mail relay takes nothing now; it is tried again");
                why
            }
            Err(Failed::Later(why) | Failed::Down(why)) => {
                let again = Again::after(self.again.get(&row.number), now);
                self.again.insert(row.number, again);
                why
            }
        };
        let at = value(&row)["at"].as_str().and_then(UtcDate::parse);
        if at.is_none_or(|at| at < now.plus_ms(-GIVE_UP_DAYS * DAY_MS)) {
            return self.done(lease, &row, refused, Some(format!("given up after {GIVE_UP_DAYS} days: {why}"))).await;
        }
        Ok(())
    }

    /// A row is dealt with; `refused`: rows about the same person that this one makes old, and why it was refused.
    async fn done(
        &self,
        lease: &Lease,
        row: &Outward,
        older: Vec<u64>,
        refused: Option<String>,
    ) -> Result<(), StoreError> {
        let (now, number, n, what) = (self.shared.clock.now(), row.number, row.n, row.what.clone());
        let work = move |tx: &mut dyn Tx| -> Result<Done<()>, Miss> {
            tx.drop_outward(number);
            older.iter().for_each(|number| tx.drop_outward(*number));
            if let Some(why) = &refused {
                let why: String = why.chars().take(500).collect();
                tx.put_outward(n, REFUSED, json!({ "at": now, "why": why, "what": what }).to_string());
            }
            Ok(Done::Keep(()))
        };
        write(&*self.shared.store, vec![row.account], Some(lease.clone()), work).await
    }

    /// Its push service does not know the device any more.
    async fn forget_device(&self, row: &Outward) -> Result<(), StoreError> {
        let Some(device) = value(row)["device"].as_str().and_then(|id| Id::parse(id).ok()) else { return Ok(()) };
        let person = row.account;
        let args = json!({ "accountId": person, "destroy": [device] });
        let by = Caller { person, role: Role::Member, scopes: Scopes::ALL };
        // It may have been taken away meanwhile.
        let _ = Engine { shared: self.shared.clone() }.one_call(&by, "PushSubscription/set", args).await?;
        Ok(())
    }
}

impl Engine {
    /// How telling outside goes.
    pub async fn outside(&self) -> Result<Outside, StoreError> {
        let shared = self.shared.clone();
        let (mails, pushes) =
            shared.courier.get().map_or((false, false), |courier| (courier.mails(), courier.pushes()));
        let trouble = shared.progress.borrow().trouble.clone();
        read(&*self.shared.store, move |at| {
            let (mut waiting, mut refused) = (0, Vec::new());
            for row in rows(at)? {
                match row.what.as_str() {
                    MAIL | PUSHED | INVITED => waiting += 1,
                    REFUSED => {
                        let value = value(&row);
                        let Some(reader) = Reader::of(&shared, at, row.account)? else { continue };
                        let since = value["at"].as_str().and_then(UtcDate::parse).unwrap_or_default();
                        let why = value["why"].as_str().unwrap_or("").to_owned();
                        refused.push((reader.person.str("name").to_owned(), since, why));
                    }
                    _ => {}
                }
            }
            Ok(Outside { mails, pushes, waiting, trouble, refused })
        })
        .await
    }
}
