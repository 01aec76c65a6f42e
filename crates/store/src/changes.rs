//! `/changes` (RFC 8620 5.2) page by page, above the engines: a bounded walk of the primary key merged with the index
//! of updated rows, cut after merging. It knows neither rights nor the text of a state.

use jmap::Id;

use crate::{N, Seq, Snapshot, StoreError, Stub, TypeNumber};

/// Rows walked per id that a page may hold: enough that page k costs what page 1 costs, whatever moved meanwhile.
const WALK: u32 = 4;

/// Empty stretches that one request walks over before it gives an empty page.
const ROUNDS: u32 = 64;

/// One page of changes. A client that knew the old state and applies the pages in turn ends equal to the account.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Page {
    /// Made since `base`. An id may come again in a later page of the same paging.
    pub created: Vec<Id>,
    /// Changed since the client may have seen them. An id may stand in `created` too: whoever ignores updates of
    /// what it does not know takes that one, whoever inserts only what is absent takes this one.
    pub updated: Vec<Id>,
    /// Destroyed, and possibly known to the client. Never in the other two.
    pub destroyed: Vec<Id>,
    /// With `more` the next cursor, to be used with the same `base` and `head`; without, the account's head.
    pub next: Seq,
    /// Ask again.
    pub more: bool,
}

/// Why there is no page.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ChangesError {
    /// The cursor lies below the floor, where tombstones are gone that the client may need, or above the head: it begins
    /// anew, from 0 (`cannotCalculateChanges`).
    #[error("the changes since then can't be calculated")]
    CannotCalculate,
    /// The machine's fault.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// The changes of one type since `cursor`, at most `max` ids (at least 1; with exactly 1 there is no room for an id in
/// two lists, and a client that inserts only what is absent may miss an update).
///
/// At rest `base` and `cursor` are the client's state, and `head` is the account's head in this snapshot; in the middle
/// of a paging all three are as the page before gave them, `head` still that of the *first* page.
///
/// # Errors
/// [`ChangesError::CannotCalculate`], also for a number that is no account; else what the store says.
pub fn changes(
    snapshot: &dyn Snapshot,
    n: N,
    ty: TypeNumber,
    base: Seq,
    cursor: Seq,
    head: Seq,
    max: u32,
) -> Result<Page, ChangesError> {
    // Floor, head and both scans come from one state; a head read elsewhere loses changes.
    let account = snapshot.head_of(n)?.ok_or(ChangesError::CannotCalculate)?;
    // Below the floor tombstones are gone. Whoever began with nothing (base 0) misses none that was written up to the head
    // of his first page: there the record was destroyed already, and no page gave it. One written later may be of a
    // record that an earlier page gave; if such a one may be gone, he is below the floor like everybody.
    let spared = base == 0 && account.floor <= head;
    if (cursor < account.floor && !spared) || cursor > account.seq || base > cursor {
        return Err(ChangesError::CannotCalculate);
    }
    let asked = Asked { n, ty, base, given: cursor, head, now: account.seq, max: max.max(1) };
    let mut page = asked.page(snapshot, cursor)?;
    for _ in 1..ROUNDS {
        if !page.more || !page.is_empty() {
            break;
        }
        page = asked.page(snapshot, page.next)?;
    }
    Ok(page)
}

impl Page {
    fn is_empty(&self) -> bool {
        self.created.is_empty() && self.updated.is_empty() && self.destroyed.is_empty()
    }
}

struct Asked {
    n: N,
    ty: TypeNumber,
    base: Seq,
    /// Up to here earlier pages gave what there was. Stays where it is when empty stretches are walked over.
    given: Seq,
    /// Of the first page.
    head: Seq,
    /// Of this one.
    now: Seq,
    max: u32,
}

impl Asked {
    fn page(&self, snapshot: &dyn Snapshot, cursor: Seq) -> Result<Page, StoreError> {
        let updated = snapshot.updated_after(self.n, self.ty, cursor, self.max.saturating_add(1))?;
        let upto = updated.get(self.max as usize).map_or(self.now, |last| last.seq);
        // Both scans are complete up to the limit, and only up to there.
        let (unmoved, limit) = self.unmoved(snapshot, cursor, upto)?;
        let mut rows: Vec<Stub> = unmoved.into_iter().chain(updated).filter(|row| row.seq <= limit).collect();
        rows.sort_by_key(|row| row.seq);

        let mut page = Page { next: limit, more: limit < self.now, ..Page::default() };
        let (mut weight, mut taken) = (0, None);
        for row in &rows {
            let place = self.place(row);
            weight += place.weight();
            if weight > self.max {
                page.next = taken.unwrap_or(cursor);
                page.more = true;
                break;
            }
            taken = Some(row.seq);
            match place {
                Place::Omitted => {}
                Place::Created => page.created.push(row.id),
                Place::Updated => page.updated.push(row.id),
                Place::Both => {
                    page.created.push(row.id);
                    page.updated.push(row.id);
                }
                Place::Destroyed => page.destroyed.push(row.id),
            }
        }
        Ok(page)
    }

    /// Records that were not touched since their creation (what was updated since is in the other scan), and up to where
    /// these are all: to the end, to what fills the page, or as far as one page may walk.
    fn unmoved(&self, snapshot: &dyn Snapshot, cursor: Seq, upto: Seq) -> Result<(Vec<Stub>, Seq), StoreError> {
        let (enough, most) = (self.max.saturating_add(1), self.max.saturating_mul(WALK));
        let (mut unmoved, mut from, mut walked) = (Vec::new(), cursor, 0);
        while walked < most {
            let step = enough.min(most - walked);
            let rows = snapshot.created_after(self.n, self.ty, from, upto, step)?;
            let ended = rows.len() < step as usize;
            walked += rows.len() as u32;
            from = rows.last().map_or(from, |last| last.created_seq);
            unmoved.extend(rows.into_iter().filter(|row| row.seq == row.created_seq));
            if ended {
                return Ok((unmoved, upto));
            }
            if unmoved.len() >= enough as usize {
                break;
            }
        }
        Ok((unmoved, from.min(upto)))
    }

    fn place(&self, row: &Stub) -> Place {
        let old = row.created_seq <= self.base;
        // The client may hold it: an earlier page of this paging gave it, and it was touched since.
        let maybe = !old && row.created_seq <= self.given && row.seq > self.head;
        match (row.destroyed, old) {
            (true, _) if old || maybe => Place::Destroyed,
            (true, _) => Place::Omitted,
            (false, true) => Place::Updated,
            (false, false) if maybe && self.max > 1 => Place::Both,
            (false, false) => Place::Created,
        }
    }
}

#[derive(Clone, Copy)]
enum Place {
    Created,
    Updated,
    Both,
    Destroyed,
    Omitted,
}

impl Place {
    fn weight(self) -> u32 {
        match self {
            Place::Omitted => 0,
            Place::Both => 2,
            Place::Created | Place::Updated | Place::Destroyed => 1,
        }
    }
}
