//! Ways of paging that are wrong. Only for the histories of [`super::paging`], which must find each of them out.

use super::ask::read;
use super::paging::World;
use crate::{ChangesError, Page, Seq, Snapshot, StoreError, Stub, TypeNumber};

/// How pages are made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rule {
    /// As `changes` does.
    Exact,
    /// As `changes` does, but all updates of a command share one number.
    SharedNumbers,
    /// Created is what the page before did not know.
    ByPage,
    /// What was made after the base is never reported as destroyed.
    OmitByBase,
    /// Once the cursor has passed the first page's head, that becomes the base.
    Rebase,
    /// Both scans in snapshots of their own, updates first; the head last.
    TwoSnapshotsUpdatesFirst,
    /// The other way round.
    TwoSnapshotsCreationsFirst,
    /// Both scans in one snapshot, the head in a later one.
    HeadLast,
    /// Whoever began with nothing is never below the floor.
    SparesWhoBeganWithNothing,
    /// Each scan is cut alone, and the cursor is that of the last row of both.
    CutAlone,
}

impl Rule {
    /// All the wrong ones.
    pub const FAULTY: [Rule; 9] = [
        Rule::SharedNumbers,
        Rule::ByPage,
        Rule::OmitByBase,
        Rule::Rebase,
        Rule::TwoSnapshotsUpdatesFirst,
        Rule::TwoSnapshotsCreationsFirst,
        Rule::HeadLast,
        Rule::SparesWhoBeganWithNothing,
        Rule::CutAlone,
    ];

    /// The others know no floor, so nothing is purged in their histories.
    pub(super) fn minds_the_floor(self) -> bool {
        matches!(self, Rule::Exact | Rule::SparesWhoBeganWithNothing)
    }
}

const ALL: u32 = 1_000_000;

/// The page, and the base and the head to go on with.
pub(super) fn faulty_page(
    world: &mut World,
    ty: TypeNumber,
    (base, cursor, first): (Seq, Seq, Option<Seq>),
    max: u32,
) -> Result<(Page, Seq, Seq), ChangesError> {
    let (n, cut) = (world.n, max as usize);
    if world.rule == Rule::SparesWhoBeganWithNothing && base > 0 {
        let floor = read(&*world.store, move |snapshot| snapshot.head_of(n))?.map_or(0, |account| account.floor);
        if cursor < floor {
            return Err(ChangesError::CannotCalculate);
        }
    }
    let updates = move |snapshot: &dyn Snapshot| snapshot.updated_after(n, ty, cursor, ALL);
    let creations = move |snapshot: &dyn Snapshot| -> Result<Vec<Stub>, StoreError> {
        let mut all = snapshot.created_after(n, ty, cursor, i64::MAX as Seq, ALL)?;
        all.retain(|row| row.seq == row.created_seq);
        Ok(all)
    };
    let head = move |snapshot: &dyn Snapshot| -> Result<Seq, StoreError> {
        Ok(snapshot.head_of(n)?.map_or(0, |account| account.seq))
    };
    let store = world.store.clone();
    let (mut moved, mut made, now) = match world.rule {
        Rule::TwoSnapshotsUpdatesFirst => {
            let moved = read(&*store, updates)?;
            world.meanwhile();
            let (made, now) = read(&*store, move |snapshot| (creations(snapshot), head(snapshot)));
            (moved, made?, now?)
        }
        Rule::TwoSnapshotsCreationsFirst => {
            let made = read(&*store, creations)?;
            world.meanwhile();
            let (moved, now) = read(&*store, move |snapshot| (updates(snapshot), head(snapshot)));
            (moved?, made, now?)
        }
        Rule::HeadLast => {
            let (moved, made) = read(&*store, move |snapshot| (updates(snapshot), creations(snapshot)));
            world.meanwhile();
            (moved?, made?, read(&*store, head)?)
        }
        _ => {
            let all = read(&*store, move |snapshot| (updates(snapshot), creations(snapshot), head(snapshot)));
            (all.0?, all.1?, all.2?)
        }
    };
    let mut more = moved.len() + made.len() > cut;
    if world.rule == Rule::CutAlone {
        more = moved.len() > cut || made.len() > cut;
        moved.truncate(cut);
        made.truncate(cut);
    }
    let mut rows: Vec<Stub> = moved.into_iter().chain(made).collect();
    rows.sort_by_key(|row| row.seq);
    if world.rule != Rule::CutAlone {
        rows.truncate(cut);
    }
    let first = first.unwrap_or(now);
    let mut page = Page { more, ..Page::default() };
    page.next = rows.last().filter(|_| more).map_or(now, |row| row.seq);
    for row in rows {
        let maybe = base < row.created_seq && row.created_seq <= cursor && row.seq > first;
        let old = row.created_seq <= if world.rule == Rule::ByPage { cursor } else { base };
        match (row.destroyed, old) {
            (true, false) if world.rule == Rule::OmitByBase || !maybe => {}
            (true, _) => page.destroyed.push(row.id),
            (false, true) => page.updated.push(row.id),
            (false, false) => page.created.push(row.id),
        }
    }
    if world.rule == Rule::Rebase && more && page.next >= first {
        return Ok((page, first, now));
    }
    Ok((page, base, first))
}
