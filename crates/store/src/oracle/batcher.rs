//! One thread that writes: takes what is queued, runs it on a draft, publishes the draft, and tells.

use jmap::Id;
use std::collections::BTreeSet;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::mpsc::Receiver;

use super::dice::Dice;
use super::state::State;
use super::tx::{Loads, OracleTx};
use super::{Shared, Unkind};
use crate::{Command, Lease, Stop, StoreError, Touched};

/// A write that is not a command; what it gives is called once its state is published.
pub(super) type Change = Box<dyn FnOnce(&mut State) -> Box<dyn FnOnce()> + Send>;

/// What waits for the writing thread.
pub(super) enum Work {
    Command(Box<dyn Command>),
    Change(Change),
}

/// Commands of one batch at most.
const BATCH: usize = 512;

pub(super) struct Batcher {
    shared: Arc<Shared>,
    unkind: Unkind,
    dice: Dice,
}

type Ended = (Box<dyn Command>, Result<(), StoreError>);

impl Batcher {
    pub(super) fn new(shared: Arc<Shared>, unkind: Unkind) -> Batcher {
        Batcher { shared, unkind, dice: Dice::new(unkind.seed) }
    }

    /// Until the store is dropped and the queue is empty.
    pub(super) fn run(mut self, queue: &Receiver<Work>) {
        while let Ok(first) = queue.recv() {
            let (mut batch, mut change) = (Vec::new(), None);
            let mut next = Some(first);
            while let Some(work) = next {
                match work {
                    Work::Command(command) => batch.push(command),
                    Work::Change(after) => change = Some(after),
                }
                next = if batch.len() < BATCH && change.is_none() { queue.try_recv().ok() } else { None };
            }
            if !batch.is_empty() {
                self.commit(batch);
            }
            if let Some(change) = change {
                let mut state = State::clone(&self.shared.now());
                let tell = change(&mut state);
                *self.shared.state.lock() = Arc::new(state);
                tell();
            }
        }
    }

    fn commit(&mut self, mut batch: Vec<Box<dyn Command>>) {
        if self.unkind.shuffle {
            self.shuffle(&mut batch);
        }
        let mut draft = State::clone(&self.shared.now());
        draft.tick.0 += 1;
        draft.written.commits += 1;
        draft.written.commands += batch.len() as u64;
        let tick = draft.tick;
        let loads = Loads { dice: Dice::new(self.dice.number()), percent: self.unkind.misses, loaded: BTreeSet::new() };
        let ended = self.rounds(&mut draft, batch, loads);
        let touched: Vec<Touched> = std::mem::take(&mut draft.touched)
            .into_iter()
            .filter_map(|n| draft.account(n).map(|account| (n, account.head.id, account.head.seq)))
            .collect();
        *self.shared.state.lock() = Arc::new(draft);

        let told = self.shared.told.lock().clone();
        for tell in told {
            guarded(|| tell(tick, &touched)).unwrap_or_else(|panic| tracing::error!(panic, "on_commit panicked"));
        }
        for (command, how) in ended {
            let how = how.map(|()| tick);
            guarded(|| command.done(how)).unwrap_or_else(|panic| tracing::error!(panic, "done panicked"));
        }
    }

    /// Neighbours that share no account change places: whoever looks at one account sees the same order.
    fn shuffle(&mut self, batch: &mut [Box<dyn Command>]) {
        for _ in 0..batch.len() * 4 {
            let i = self.dice.below(batch.len() as u64) as usize;
            if let Some([one, two]) = batch.get_mut(i..i + 2)
                && !shares(&**one, two.accounts())
            {
                std::mem::swap(one, two);
            }
        }
    }

    /// Runs all commands; those whose reads missed again, and behind them those that share an account with them.
    fn rounds(&mut self, draft: &mut State, batch: Vec<Box<dyn Command>>, mut loads: Loads) -> Vec<Ended> {
        let (mut waiting, mut ended) = (batch, Vec::new());
        while !waiting.is_empty() {
            let mut again: Vec<Box<dyn Command>> = Vec::new();
            for mut command in waiting {
                if again.iter().any(|before| shares(&**before, command.accounts())) {
                    again.push(command);
                    continue;
                }
                match self.turn(draft, &mut *command, &mut loads) {
                    None => again.push(command),
                    Some(how) => ended.push((command, how)),
                }
            }
            waiting = again;
        }
        ended
    }

    /// One command's turn; `None` if it must run again.
    fn turn(
        &mut self,
        draft: &mut State,
        command: &mut dyn Command,
        loads: &mut Loads,
    ) -> Option<Result<(), StoreError>> {
        if let Some(lease) = command.fence().filter(|lease| !draft.holds(lease)) {
            return Some(Err(StoreError::Fenced(lease.name.clone())));
        }
        let declared = command.accounts().to_vec();
        let mut tx = OracleTx::new(draft.clone(), draft.tick, &declared, loads);
        let ran = guarded(|| command.run(&mut tx));
        let (after, missed, broken) = (tx.draft, tx.missed, tx.broken);
        match (ran, missed, broken) {
            (Err(panic), ..) => Some(Err(StoreError::Broken(format!("a command panicked: {panic}")))),
            (Ok(Err(Stop::Miss)), true, _) => None,
            (Ok(Err(Stop::Miss)), false, _) => broken_rule("it stopped for a miss, and nothing had missed"),
            (Ok(_), true, _) => broken_rule("it went on after a miss"),
            (Ok(_), false, Some(rule)) => broken_rule(&rule),
            (Ok(Err(Stop::Refused)), false, None) => Some(Ok(())),
            (Ok(Ok(())), false, None) if self.dice.percent(self.unkind.reruns.min(90)) => None,
            (Ok(Ok(())), false, None) => {
                *draft = after;
                Some(Ok(()))
            }
        }
    }
}

fn broken_rule<T>(rule: &str) -> Option<Result<T, StoreError>> {
    Some(Err(StoreError::Broken(rule.to_owned())))
}

fn shares(command: &dyn Command, accounts: &[Id]) -> bool {
    command.accounts().iter().any(|id| accounts.contains(id))
}

/// Runs what others wrote; a panic comes back as its message.
pub(super) fn guarded<T>(run: impl FnOnce() -> T) -> Result<T, String> {
    // What the closure wrote is thrown away after a panic, so nobody sees it half done.
    catch_unwind(AssertUnwindSafe(run)).map_err(|panic| {
        let text = panic.downcast_ref::<&str>().map(|text| (*text).to_owned());
        text.or_else(|| panic.downcast_ref::<String>().cloned()).unwrap_or_else(|| "no message".into())
    })
}

impl State {
    /// True if nobody else took the lease since.
    pub(super) fn holds(&self, lease: &Lease) -> bool {
        let held = self.leases.get(&lease.name);
        held.is_some_and(|held| held.fence == lease.fence && held.holder.as_deref() == Some(&lease.holder))
    }

    /// One sentence per fault.
    pub(super) fn faults(&self) -> Vec<String> {
        let mut faults = Vec::new();
        for account in self.accounts.values() {
            let (id, newest) = (account.head.id, account.head.seq);
            let mut seqs = BTreeSet::new();
            for row in account.types.values().flat_map(|records| records.by_created.values()) {
                if !seqs.insert(row.seq) {
                    faults.push(format!("account {id}: change {} is that of two records", row.seq));
                }
                if row.seq > newest {
                    faults.push(format!("account {id}: record {} lies above the head {newest}", row.id));
                }
            }
            for (name, _, created_seq) in account.index.iter() {
                if !account.types.keys().any(|ty| account.at_seq(*ty, *created_seq).is_some()) {
                    faults.push(format!("account {id}: index {name} names {created_seq}, which is no record"));
                }
            }
            for (blob, record) in account.holds.keys().filter(|(blob, _)| !self.blobs.contains_key(blob)) {
                faults.push(format!("account {id}: record {record} holds {blob}, which is no blob"));
            }
        }
        for (name, keys) in &self.keys {
            for (key, at) in keys.iter() {
                if self.account(at.n).is_none_or(|account| account.head.id != at.account) {
                    faults.push(format!("key {name} {key:?} leads to account {}, which is not there", at.account));
                }
            }
        }
        faults
    }
}
