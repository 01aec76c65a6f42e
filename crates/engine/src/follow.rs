//! Follows the log with one reader: from look to look, each account's changes once, by a lease or by the reader's own
//! cursor.

use jmap::{DAY_MS, Id};
use model::AccountKind;
use parking_lot::Mutex;
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;
use std::sync::atomic::Ordering::Relaxed;
use std::time::Duration;
use store::{Changed, Command, Lease, LogReader, N, Range, Seq, Snapshot, StoreError, Tick, TypeNumber};
use tokio::sync::watch;

use crate::Shared;
use crate::access::account_kind;
use crate::runner::{Bell, IDLE, LEASE_MS, lease};
use crate::work::{finished, read};

/// Accounts that a reader takes on one snapshot.
const AT_ONCE: usize = 64;
/// Records of one page, where a reader that has nothing yet is given all that lives.
const PAGE: u32 = 256;

/// A reader, which works on a thread of the store and is asked from here.
type Reader = Arc<Mutex<Box<dyn LogReader>>>;

/// Follows the log with one reader, for as long as this node has its lease.
pub(crate) async fn follow(shared: Arc<Shared>, reader: Box<dyn LogReader>, stopped: watch::Receiver<bool>) {
    let mut bell = Bell::new(&shared, stopped);
    let name = reader.name();
    let reader = Arc::new(Mutex::new(reader));
    let mut place: Option<Place> = None;
    loop {
        let stepped = Step { shared: &shared, reader: &reader, name }.take(&mut place, &bell).await;
        let again = match stepped {
            Ok(again) => again,
            Err(fault) => {
                if !matches!(fault, StoreError::Fenced(_)) {
                    tracing::error!(reader = name, %fault, "a log reader failed; it tries again");
                }
                place = None;
                None
            }
        };
        if !bell.rings_within(again.unwrap_or(IDLE).min(IDLE)).await {
            break;
        }
    }
    let Some(place) = place else { return };
    let Some(lease) = place.lease else {
        // Should this fail, it takes a little twice at the next start.
        let _ = caught_up(&reader, place.cursor, true).await;
        return;
    };
    // Should this fail, the next holder takes a little twice.
    let _ = cursor(&shared, &lease, Some(place.cursor)).await;
    let store = shared.store.clone();
    let _ = tokio::task::spawn_blocking(move || store.give_up(&lease)).await;
}

/// Where a reader stands while it may read. Positions are held in memory; the cursor is saved with effects and now
/// and then, since reading a little twice is harmless and an fsync for each commit is not.
struct Place {
    /// `None` for a reader with its own cursor.
    lease: Option<Lease>,
    taken_at: tokio::time::Instant,
    cursor: Tick,
    saved: Tick,
    known: HashMap<N, Seq>,
    /// The day on which it last forgot what is deleted, and after which retention run; readers with their own cursor alone.
    forgot: (i64, u64),
}

/// What has changed in an account: from where, and up to where.
#[derive(Clone, Copy)]
struct Part {
    n: N,
    account: Id,
    above: Seq,
    to: Seq,
}

struct Step<'a> {
    shared: &'a Arc<Shared>,
    reader: &'a Reader,
    name: &'static str,
}

impl Step<'_> {
    /// One look, and all that it shows. With a duration the reader wants the next one soon.
    async fn take(&self, place: &mut Option<Place>, bell: &Bell) -> Result<Option<Duration>, StoreError> {
        let Some(place) = self.place(place).await? else { return Ok(None) };
        let since = place.cursor;
        let (to, touched) = read(&*self.shared.store, move |at| at.look(since, u32::MAX - 1)).await?;
        let wanted = self.wanted();
        let above = |n: N| place.known.get(&n).copied().unwrap_or(0);
        let concerns = |account: Id| wanted.iter().any(|(kind, _)| account_kind(account) == Some(*kind));
        let touched = touched.into_iter().filter(|(n, account, seq)| concerns(*account) && *seq > above(*n));
        let parts: Vec<Part> = touched.map(|(n, account, to)| Part { n, account, above: above(n), to }).collect();
        let of: u64 = parts.iter().map(|part| part.to - part.above).sum();
        let (mut wrote, mut done) = (false, 0);
        self.told_behind(done, of);
        let fresh = place.lease.is_none() && since == Tick(0);
        for some in parts.chunks(if fresh { 1 } else { AT_ONCE }) {
            // A reader that has nothing yet is given what lives, page by page: an account may be large.
            let whole = fresh && some.iter().all(|part| part.above == 0);
            let lease = place.lease.as_ref();
            wrote |= match (whole, some) {
                (true, [part]) => {
                    let commands = self.all_of(&wanted, *part, (done, of), bell).await?;
                    self.write(lease, commands).await?
                }
                _ => self.changes_of(&wanted, some.to_vec(), since, (lease, bell)).await?,
            };
            if bell.stopped() {
                // What was taken is taken again: the cursor stays where it is.
                return Ok(None);
            }
            place.known.extend(some.iter().map(|part| (part.n, part.to)));
            done += some.iter().map(|part| part.to - part.above).sum::<u64>();
            self.told_behind(done, of);
        }
        self.again().await?;
        self.forget(place).await?;
        place.cursor = to;
        let again = caught_up(self.reader, to, bell.hurried()).await?;
        if let Some(lease) = place.lease.as_ref().filter(|_| wrote) {
            place.saved = cursor(self.shared, lease, Some(to)).await?;
        }
        if place.known.len() > 100_000 {
            place.known.clear();
        }
        if again.is_none() {
            self.told_taken(to);
        }
        Ok(again)
    }

    /// The place of the reader, if this node may read with it.
    async fn place<'a>(&self, place: &'a mut Option<Place>) -> Result<Option<&'a mut Place>, StoreError> {
        let due =
            |place: &Place| place.lease.is_some() && place.taken_at.elapsed() > Duration::from_millis(LEASE_MS / 3);
        if place.as_ref().is_some_and(|place| !due(place)) {
            return Ok(place.as_mut());
        }
        let taken_at = tokio::time::Instant::now();
        let anew =
            |lease, cursor| Place { lease, taken_at, cursor, saved: cursor, known: HashMap::new(), forgot: (0, 0) };
        if place.is_none()
            && let Some(own) = self.reader.lock().own_cursor()
        {
            return Ok(Some(place.insert(anew(None, own))));
        }
        let Some(lease) = lease(self.shared, format!("reader/{}", self.name)).await? else {
            *place = None;
            self.told_elsewhere();
            return Ok(None);
        };
        match place {
            Some(place) if place.lease.as_ref().is_some_and(|old| old.fence == lease.fence) => {
                place.taken_at = taken_at;
                if place.saved < place.cursor {
                    place.saved = cursor(self.shared, &lease, Some(place.cursor)).await?;
                }
            }
            _ => {
                let cursor = cursor(self.shared, &lease, None).await?;
                *place = Some(anew(Some(lease), cursor));
            }
        }
        Ok(place.as_mut())
    }

    /// Once a day, and after each retention run here, a reader with its own cursor lets go what it still has of what is
    /// deleted.
    async fn forget(&self, place: &mut Place) -> Result<(), StoreError> {
        let now = (self.shared.clock.now().ms().div_euclid(DAY_MS), self.shared.purges.load(Relaxed));
        if place.lease.is_some() || place.forgot == now {
            return Ok(());
        }
        let files = read(&*self.shared.store, |at| at.blob_hashes()).await?;
        let reader = self.reader.clone();
        blocking(move || reader.lock().forget(&files)).await?;
        place.forgot = now;
        Ok(())
    }

    /// Gives the reader what it wants to see once more.
    async fn again(&self) -> Result<(), StoreError> {
        let asked = self.reader.lock().again();
        if asked.is_empty() {
            return Ok(());
        }
        let reader = self.reader.clone();
        read(&*self.shared.store, move |at| {
            let mut accounts: BTreeMap<(N, TypeNumber), Vec<Seq>> = BTreeMap::new();
            for (n, ty, seq) in asked {
                accounts.entry((n, ty)).or_default().push(seq);
            }
            for ((n, ty), seqs) in accounts {
                let Some(head) = at.head_of(n)? else { continue };
                for some in seqs.chunks(PAGE as usize) {
                    let rows = at.at_seqs(n, ty, some, true)?;
                    let batch: Vec<_> = rows.into_iter().map(|row| Changed { account: head.id, row }).collect();
                    reader.lock().take(n, &batch, at)?;
                }
            }
            Ok(())
        })
        .await
    }

    /// The types that a reader follows, each with the kind of account that holds it.
    fn wanted(&self) -> Vec<(AccountKind, u8)> {
        let reader = self.reader.lock();
        let types = self.shared.registry.types().iter().filter(|ty| reader.wants(ty.number));
        types.map(|ty| (ty.account, ty.number)).collect()
    }

    /// Writes what the reader wants to be written; whether that is anything.
    async fn write(&self, lease: Option<&Lease>, commands: Vec<Box<dyn Command>>) -> Result<bool, StoreError> {
        let wrote = !commands.is_empty();
        match lease {
            Some(lease) => finished(&*self.shared.store, lease, commands).await?,
            None if !wrote => {}
            None => return Err(StoreError::Broken(format!("the log reader {} may not write", self.name))),
        }
        Ok(wrote)
    }

    /// The changes of some accounts, given to the reader one account after the other: on one snapshot if they are few,
    /// else page by page. What changes between two pages has a later seq than the look saw, and is taken again.
    async fn changes_of(
        &self,
        wanted: &[(AccountKind, u8)],
        parts: Vec<Part>,
        since: Tick,
        (lease, bell): (Option<&Lease>, &Bell),
    ) -> Result<bool, StoreError> {
        let (wanted, reader) = (wanted.to_vec(), self.reader.clone());
        let (commands, rest) = read(&*self.shared.store, move |at| {
            let mut pages = pages(at, &wanted, &parts, since)?;
            let commands = if pages.len() == 1 { give(&reader, pages.remove(0), at)? } else { Vec::new() };
            Ok((commands, pages))
        })
        .await?;
        let mut wrote = self.write(lease, commands).await?;
        for page in rest {
            if bell.stopped() {
                break;
            }
            let reader = self.reader.clone();
            let commands = read(&*self.shared.store, move |at| give(&reader, page, at)).await?;
            wrote |= self.write(lease, commands).await?;
        }
        Ok(wrote)
    }

    /// All that lives in an account, each page on a snapshot of its own. What changes between two pages has a later seq
    /// than the look saw, and is taken again.
    async fn all_of(
        &self,
        wanted: &[(AccountKind, u8)],
        Part { n, account, to, .. }: Part,
        (done, of): (u64, u64),
        bell: &Bell,
    ) -> Result<Vec<Box<dyn Command>>, StoreError> {
        let mut out = Vec::new();
        for (_, ty) in wanted.iter().filter(|(kind, _)| account_kind(account) == Some(*kind)) {
            let (ty, mut after) = (*ty, None);
            while !bell.stopped() {
                let reader = self.reader.clone();
                let (last, commands) = read(&*self.shared.store, move |at| {
                    let rows = at.range(n, ty, Range { after, down: false, limit: PAGE }, true)?;
                    let last = rows.last().filter(|_| rows.len() == PAGE as usize).map(|row| row.created_seq);
                    let batch: Vec<_> = rows.into_iter().map(|row| Changed { account, row }).collect();
                    let commands = reader.lock().take(n, &batch, at)?;
                    Ok((last, commands))
                })
                .await?;
                out.extend(commands);
                if last.is_none() {
                    break;
                }
                after = last;
                self.told_behind(done + last.unwrap_or(0).min(to), of);
            }
        }
        Ok(out)
    }

    /// Another node follows the log with this reader.
    fn told_elsewhere(&self) {
        self.shared.progress.send_modify(|progress| {
            progress.readers.remove(self.name);
            progress.behind.remove(self.name);
        });
    }

    fn told_behind(&self, done: u64, of: u64) {
        self.shared.progress.send_modify(|progress| {
            progress.behind.insert(self.name, (done, of));
        });
    }

    fn told_taken(&self, to: Tick) {
        self.shared.progress.send_modify(|progress| {
            progress.behind.insert(self.name, (0, 0));
            let tick = progress.readers.entry(self.name).or_insert(Tick(-1));
            *tick = to.max(*tick);
        });
    }
}

/// Changes of one account: types and places of records, rising by seq.
type Changes = (N, Id, Vec<(TypeNumber, Seq)>);

/// What has changed in these accounts, so much of it together as is taken at once.
fn pages(
    at: &dyn Snapshot,
    wanted: &[(AccountKind, u8)],
    parts: &[Part],
    since: Tick,
) -> Result<Vec<Vec<Changes>>, StoreError> {
    let (mut pages, mut page, mut room) = (Vec::new(), Vec::new(), PAGE as usize);
    for Part { n, account, above, .. } in parts {
        let mut changed = Vec::new();
        for (_, ty) in wanted.iter().filter(|(kind, _)| account_kind(*account) == Some(*kind)) {
            let stubs = at.walk_down(*n, *ty, since, *above)?;
            changed.extend(stubs.into_iter().map(|stub| (stub.seq, *ty, stub.created_seq)));
        }
        changed.sort_unstable();
        let mut changed = changed.into_iter().map(|(_, ty, created)| (ty, created)).peekable();
        while changed.peek().is_some() {
            let some: Vec<_> = changed.by_ref().take(room).collect();
            room -= some.len();
            page.push((*n, *account, some));
            if room == 0 {
                pages.push(std::mem::take(&mut page));
                room = PAGE as usize;
            }
        }
    }
    if !page.is_empty() {
        pages.push(page);
    }
    Ok(pages)
}

/// Gives the reader one page, each record as it is now.
fn give(reader: &Reader, page: Vec<Changes>, at: &dyn Snapshot) -> Result<Vec<Box<dyn Command>>, StoreError> {
    let mut out = Vec::new();
    for (n, account, some) in page {
        let mut types: BTreeMap<TypeNumber, Vec<Seq>> = BTreeMap::new();
        for (ty, created) in some {
            types.entry(ty).or_default().push(created);
        }
        let mut batch = Vec::new();
        for (ty, created) in types {
            let rows = at.at_seqs(n, ty, &created, true)?;
            batch.extend(rows.into_iter().map(|row| Changed { account, row }));
        }
        batch.sort_by_key(|changed| changed.row.seq);
        if !batch.is_empty() {
            out.extend(reader.lock().take(n, &batch, at)?);
        }
    }
    Ok(out)
}

async fn caught_up(reader: &Reader, to: Tick, now: bool) -> Result<Option<Duration>, StoreError> {
    let reader = reader.clone();
    blocking(move || reader.lock().caught_up(to, now)).await
}

async fn cursor(shared: &Arc<Shared>, lease: &Lease, save: Option<Tick>) -> Result<Tick, StoreError> {
    let (store, lease) = (shared.store.clone(), lease.clone());
    blocking(move || store.cursor(&lease, save)).await
}

async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, StoreError> + Send + 'static,
) -> Result<T, StoreError> {
    let done = tokio::task::spawn_blocking(work).await;
    done.unwrap_or_else(|_| Err(StoreError::Broken("a log reader panicked".into())))
}
