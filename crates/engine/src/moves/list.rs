//! Which Items a move takes along, in the order of their coming.

use jmap::Id;
use model::Registry;
use std::collections::{HashMap, HashSet};
use store::{Row, Seq};

use super::Plan;
use crate::desk::ITEM;
use crate::records;

/// Rows that are read at a time.
const PAGE: u32 = 2000;

/// What lives in a thread. `page` reads it from the newest back; once there are more than `most`, no more are read.
pub(super) fn living<E>(most: usize, mut page: impl FnMut(Seq, u32) -> Result<Vec<Row>, E>) -> Result<Vec<Row>, E> {
    let (mut found, mut below) = (Vec::new(), Seq::MAX);
    loop {
        let rows = page(below, PAGE)?;
        let last = rows.last().filter(|_| rows.len() == PAGE as usize).map(|row| row.created_seq);
        found.extend(rows.into_iter().filter(|row| row.ty == ITEM.number && row.destroyed.is_none()));
        match last {
            Some(last) if found.len() <= most => below = last,
            _ => break,
        }
    }
    found.reverse();
    Ok(found)
}

/// Of these the top, and what hangs below it, each behind its parent. A reply may have come before its parent, by an
/// import.
pub(super) fn below(registry: &Registry, thread: &[Row], top: Id) -> Vec<Id> {
    let mut children: HashMap<Id, Vec<Id>> = HashMap::new();
    for row in thread {
        if let Some(parent) = records::record(registry, row).id("parentId") {
            children.entry(parent).or_default().push(row.id);
        }
    }
    let (mut taken, mut next) = (Vec::new(), vec![top]);
    while let Some(id) = next.pop() {
        next.extend(children.remove(&id).unwrap_or_default());
        taken.push(id);
    }
    taken
}

/// Those of a thread that are moved.
pub(super) fn moved(registry: &Registry, thread: Vec<Row>, plan: &Plan) -> Vec<Row> {
    if plan.is_whole() {
        return thread;
    }
    let taken: HashSet<Id> = below(registry, &thread, plan.top).into_iter().collect();
    thread.into_iter().filter(|row| taken.contains(&row.id)).collect()
}
