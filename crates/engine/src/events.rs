//! The event stream (RFC 8620 7.3): which of my accounts changed, and one token for all of it. The token is the store's
//! tick, encrypted and bound to the person and the lineage, since a number would show how much others do.

use aws_lc_rs::aead::{AES_256_GCM_SIV, Aad, LessSafeKey, Nonce, UnboundKey};
use data_encoding::BASE64URL_NOPAD;
use jmap::{Id, State};
use model::{AccountKind, Caller, Role, person};
use parking_lot::Mutex;
use serde_json::{Map, Value, json};
use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Weak};
use store::{N, Seq, Snapshot, StoreError, Tick, Touched};
use tokio::sync::{Notify, mpsc};

use crate::access::{account_kind, to_read};
use crate::work::read;
use crate::{Engine, Shared, records};

/// Something changed.
#[derive(Clone, Debug, PartialEq)]
pub struct Event {
    /// The event id: give it back as `Last-Event-ID` to hear only of what is newer.
    pub token: String,
    /// A StateChange object, of all types of the accounts that changed.
    pub change: Value,
}

/// What a stream knows of its accounts, by number.
type Known = HashMap<N, Account>;

#[derive(Clone, Copy, PartialEq)]
struct Account {
    id: Id,
    lineage: u64,
    join: u64,
    /// The newest change that the client was told of, or knew when the stream began.
    told: Seq,
}

/// One open stream, as the hub knows it.
struct Listener {
    known: Mutex<Known>,
    waiting: Mutex<Waiting>,
    wake: Notify,
    /// The number of the person's own account: when it changes, memberships may have.
    mine: N,
}

#[derive(Default)]
struct Waiting {
    accounts: BTreeMap<N, Seq>,
    tick: Tick,
    rescan: bool,
}

/// Who listens to which account.
#[derive(Default)]
pub(crate) struct Hub {
    listeners: Mutex<HashMap<N, Vec<Weak<Listener>>>>,
}

impl Hub {
    /// Starts the fan-out: commits go into a channel, so that the writer waits for no listener.
    pub(crate) fn start(store: &dyn store::Store) -> Arc<Hub> {
        let hub = Arc::new(Hub::default());
        let (to, mut from) = mpsc::unbounded_channel::<(Tick, Vec<Touched>)>();
        store.on_commit(Box::new(move |tick, touched| {
            // The receiver goes with the engine; a commit after that concerns no stream.
            let _ = to.send((tick, touched.to_vec()));
        }));
        let weak = Arc::downgrade(&hub);
        tokio::spawn(async move {
            while let Some((tick, touched)) = from.recv().await {
                let Some(hub) = weak.upgrade() else { return };
                hub.tell(tick, &touched);
            }
        });
        hub
    }

    fn tell(&self, tick: Tick, touched: &[Touched]) {
        let mut listeners = self.listeners.lock();
        for (n, _, seq) in touched {
            let Some(streams) = listeners.get_mut(n) else { continue };
            streams.retain(|stream| {
                let Some(stream) = stream.upgrade() else { return false };
                let mut waiting = stream.waiting.lock();
                waiting.accounts.insert(*n, *seq);
                waiting.tick = waiting.tick.max(tick);
                waiting.rescan |= *n == stream.mine;
                drop(waiting);
                stream.wake.notify_one();
                true
            });
            if streams.is_empty() {
                listeners.remove(n);
            }
        }
    }

    fn join(&self, stream: &Arc<Listener>, accounts: impl Iterator<Item = N>) {
        let mut listeners = self.listeners.lock();
        for n in accounts {
            let streams = listeners.entry(n).or_default();
            streams.retain(|other| other.strong_count() > 0);
            if !streams.iter().any(|other| std::ptr::eq(other.as_ptr(), Arc::as_ptr(stream))) {
                streams.push(Arc::downgrade(stream));
            }
        }
    }

    fn leave(&self, stream: &Arc<Listener>, accounts: impl Iterator<Item = N>) {
        let mut listeners = self.listeners.lock();
        for n in accounts {
            if let Some(streams) = listeners.get_mut(&n) {
                streams.retain(|other| !std::ptr::eq(other.as_ptr(), Arc::as_ptr(stream)));
            }
        }
    }
}

/// A stream of events for one caller.
pub struct Subscription {
    shared: Arc<Shared>,
    by: Caller,
    /// Of the workspace; it changes only while no server runs on the data.
    lineage: u64,
    listener: Arc<Listener>,
}

impl Engine {
    /// Opens a stream. With the token of an earlier event, what is newer comes at once; an unreadable one counts as none.
    pub async fn subscribe(&self, by: &Caller, last_event_id: Option<&str>) -> Result<Subscription, StoreError> {
        let shared = self.shared.clone();
        let (me, caller) = (self.shared.clone(), *by);
        let (known, now, mine, lineage) = read(&*shared.store, move |at| {
            let (now, _) = at.look(Tick(i64::MAX), 0)?;
            let mine = at.head(caller.person)?.map_or(0, |head| head.n);
            let lineage = at.head(me.workspace)?.map_or(0, |head| head.lineage);
            Ok((known(&me, at, &caller)?, now, mine, lineage))
        })
        .await?;
        let since = last_event_id.and_then(|token| shared.open_token(by.person, lineage, token));
        let mut known = known;
        if since.is_some() {
            known.values_mut().for_each(|account| account.told = 0);
        }
        let waiting = Waiting { tick: since.unwrap_or(now), ..Waiting::default() };
        let numbers: Vec<N> = known.keys().copied().collect();
        let listener = Listener { known: Mutex::new(known), waiting: Mutex::new(waiting), wake: Notify::new(), mine };
        let listener = Arc::new(listener);
        shared.hub.join(&listener, numbers.iter().copied());
        // What came between the first look and joining the hub is caught by the second look.
        let since = since.unwrap_or(now);
        let (tick, newer) = read(&*shared.store, move |at| newer(at, since, &numbers)).await?;
        {
            let mut waiting = listener.waiting.lock();
            for (n, seq) in newer {
                let entry = waiting.accounts.entry(n).or_insert(seq);
                *entry = (*entry).max(seq);
            }
            waiting.tick = waiting.tick.max(tick);
        }
        listener.wake.notify_one();
        Ok(Subscription { shared, by: *by, lineage, listener })
    }
}

impl Subscription {
    /// The next event; several changes may be one. `None` when the person was deactivated. Fails when the store does.
    pub async fn next(&mut self) -> Result<Option<Event>, StoreError> {
        loop {
            let rescan = std::mem::take(&mut self.listener.waiting.lock().rescan);
            if rescan && !self.rescan().await? {
                return Ok(None);
            }
            let (accounts, tick) = {
                let mut waiting = self.listener.waiting.lock();
                (std::mem::take(&mut waiting.accounts), waiting.tick)
            };
            if let Some(changed) = self.changed(&accounts) {
                let token = self.shared.seal_token(self.by.person, self.lineage, tick);
                let change = json!({ "@type": "StateChange", "changed": changed });
                return Ok(Some(Event { token, change }));
            }
            self.listener.wake.notified().await;
        }
    }

    fn changed(&self, accounts: &BTreeMap<N, Seq>) -> Option<Map<String, Value>> {
        let mut known = self.listener.known.lock();
        let mut changed = Map::new();
        for (n, seq) in accounts {
            let Some(account) = known.get_mut(n).filter(|account| account.told < *seq) else { continue };
            account.told = *seq;
            let state = State::at(account.lineage, account.join, *seq).to_string();
            let kind = account_kind(account.id).unwrap_or(AccountKind::Space);
            let types = self.shared.registry.types_of(kind).map(|ty| (ty.name.to_string(), json!(state)));
            changed.insert(account.id.to_string(), Value::Object(types.collect()));
        }
        (!changed.is_empty()).then_some(changed)
    }

    /// Memberships may have changed: accounts that came are told at once, those that went are told no more. False if
    /// the person is out.
    async fn rescan(&self) -> Result<bool, StoreError> {
        let (shared, by) = (self.shared.clone(), self.by);
        let fresh = read(&*self.shared.store, move |at| {
            let person = at.get(shared.workspace_n, person::PERSON.number, &[by.person], false)?.pop();
            let out = person.is_some_and(|row| records::record(&shared.registry, &row).has("deactivatedAt"));
            if out { Ok(None) } else { known(&shared, at, &by).map(Some) }
        });
        let Some(mut fresh) = fresh.await? else { return Ok(false) };
        let mut waiting = Vec::new();
        let old = {
            let mut known = self.listener.known.lock();
            for (n, account) in &mut fresh {
                let same = |old: &&Account| (old.lineage, old.join) == (account.lineage, account.join);
                match known.get(n).filter(same) {
                    Some(old) => account.told = old.told,
                    None => waiting.push((*n, std::mem::take(&mut account.told))),
                }
            }
            std::mem::replace(&mut *known, fresh.clone())
        };
        self.shared.hub.leave(&self.listener, old.keys().filter(|n| !fresh.contains_key(n)).copied());
        self.shared.hub.join(&self.listener, fresh.keys().copied());
        self.listener.waiting.lock().accounts.extend(waiting);
        Ok(true)
    }
}

/// The accounts that are open to a caller.
fn known(shared: &Shared, at: &dyn Snapshot, by: &Caller) -> Result<Known, StoreError> {
    let mut ids = vec![by.person];
    if by.role != Role::Guest {
        ids.push(shared.workspace);
    }
    let prefix = format!("{}/", by.person);
    let mut after = String::new();
    loop {
        let page = at.keys("member", &prefix, &after, 1000)?;
        ids.extend(page.iter().map(|(_, key)| key.account));
        match page.last() {
            Some((last, _)) if page.len() == 1000 => after.clone_from(last),
            _ => break,
        }
    }
    let mut out = Known::with_capacity(ids.len());
    for id in ids {
        if let Some(access) = to_read(shared, at, by, id)? {
            let (lineage, told) = (access.head.lineage, access.head.seq);
            out.insert(access.head.n, Account { id, lineage, join: access.join, told });
        }
    }
    Ok(out)
}

/// Which of these accounts changed since; asks whichever is fewer, the newer accounts or these.
fn newer(at: &dyn Snapshot, since: Tick, mine: &[N]) -> Result<(Tick, Vec<(N, Seq)>), StoreError> {
    let (tick, touched) = at.look(since, mine.len() as u32)?;
    if touched.len() <= mine.len() {
        let mine: std::collections::HashSet<N> = mine.iter().copied().collect();
        let own = touched.into_iter().filter(|(n, ..)| mine.contains(n)).map(|(n, _, seq)| (n, seq));
        return Ok((tick, own.collect()));
    }
    let mut out = Vec::new();
    for n in mine {
        if let Some(head) = at.head_of(*n)?.filter(|head| head.tick >= since) {
            out.push((*n, head.seq));
        }
    }
    Ok((tick, out))
}

impl Shared {
    fn token_key(&self) -> LessSafeKey {
        let key = blake3::derive_key("meanwhile 2026 event token", &self.key);
        let key = UnboundKey::new(&AES_256_GCM_SIV, &key).expect("the key has 32 bytes");
        LessSafeKey::new(key)
    }

    /// Always 48 characters.
    fn seal_token(&self, person: Id, lineage: u64, tick: Tick) -> String {
        let nonce: [u8; 12] = crate::random();
        let mut sealed = tick.0.to_be_bytes().to_vec();
        let aad = Aad::from([&person.uuid()[..], &lineage.to_be_bytes()].concat());
        let nonce_used = Nonce::assume_unique_for_key(nonce);
        let done = self.token_key().seal_in_place_append_tag(nonce_used, aad, &mut sealed);
        done.expect("sealing eight bytes can't fail");
        BASE64URL_NOPAD.encode(&[&nonce[..], &sealed].concat())
    }

    fn open_token(&self, person: Id, lineage: u64, token: &str) -> Option<Tick> {
        let bytes = BASE64URL_NOPAD.decode(token.as_bytes()).ok().filter(|bytes| bytes.len() == 36)?;
        let (nonce, sealed) = bytes.split_at(12);
        let nonce = Nonce::try_assume_unique_for_key(nonce).ok()?;
        let aad = Aad::from([&person.uuid()[..], &lineage.to_be_bytes()].concat());
        let mut sealed = sealed.to_vec();
        let tick = self.token_key().open_in_place(nonce, aad, &mut sealed).ok()?;
        Some(Tick(i64::from_be_bytes(tick.try_into().ok()?)))
    }
}
