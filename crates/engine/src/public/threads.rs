//! The threads of a public Space by activity. Those with replies have a Thread record and its index; those without are
//! found by walking back over the Items as far as the page needs.

use jmap::{Id, Origin, UtcDate};
use model::{Record, items};
use serde_json::json;
use std::collections::{HashMap, HashSet};
use store::{IndexRange, Range, StoreError};

use super::{Older, PUBLIC_THREADS, PublicThread, Reading, STEP, name_of};
use crate::desk::ITEM;
use crate::records;

impl Reading<'_> {
    /// A page of them, and where the next one begins.
    pub(super) fn threads(&self, before: Option<Older>) -> Result<(Vec<PublicThread>, Option<Older>), StoreError> {
        let skip = before.map_or(0, |before| before.skip);
        let most = PUBLIC_THREADS + 1 + skip;
        let mut found = self.answered(before, most)?;
        self.unanswered(before, most, &mut found)?;
        order(&mut found);
        let seen = found.iter().take_while(|(at, _)| Some(*at) == before.map(|before| before.at)).count().min(skip);
        let page: Vec<(UtcDate, Id)> = found.iter().skip(seen).take(PUBLIC_THREADS).copied().collect();
        let more = found.len() > seen + page.len();
        let older = page.last().filter(|_| more).map(|(at, _)| Older {
            at: *at,
            skip: found[..seen + page.len()].iter().filter(|(other, _)| other == at).count(),
        });
        Ok((self.told(&page)?, older))
    }

    /// Threads with a Thread record, the newest ones.
    fn answered(&self, before: Option<Older>, most: usize) -> Result<Vec<(UtcDate, Id)>, StoreError> {
        let to = match before {
            Some(before) => {
                let mut key = records::index_key(&json!(before.at)).unwrap_or_default();
                key.push(0);
                key
            }
            None => vec![0xff; 9],
        };
        let (mut found, mut after) = (Vec::new(), None::<(Vec<u8>, u64)>);
        while found.len() < most {
            let behind = after.as_ref().map(|(key, seq)| (key.as_slice(), *seq));
            let range = IndexRange { from: &[], to: &to, after: behind, down: true, limit: STEP };
            let keys = self.at.index(self.n, "activity.1", &range)?;
            let Some(last) = keys.last().cloned() else { break };
            let seqs: Vec<u64> = keys.iter().map(|(_, seq)| *seq).collect();
            let rows = self.at.at_seqs(self.n, items::THREAD.number, &seqs, false)?;
            let threads: Vec<Record> =
                rows.iter().filter(|row| row.destroyed.is_none()).map(|row| self.record(row)).collect();
            let ids: Vec<Id> = threads.iter().map(|thread| thread.id).collect();
            let roots = self.records(ITEM, &ids, false)?;
            let shows = |thread: &Record| {
                let root = roots.iter().find(|root| root.id == thread.id);
                is_answered(thread) && !thread.has("movedAt") && root.is_some()
            };
            let shown = threads.iter().filter(|thread| shows(thread));
            found.extend(shown.filter_map(|thread| Some((thread.date("lastAt")?, thread.id))));
            after = Some(last);
        }
        Ok(found)
    }

    /// Adds threads without one. Their activity is never later than their coming, and that never goes back: so all that
    /// come before the page's last one are too old for it.
    fn unanswered(&self, before: Option<Older>, most: usize, found: &mut Vec<(UtcDate, Id)>) -> Result<(), StoreError> {
        let mut after = None;
        loop {
            let rows = self.at.range(self.n, ITEM.number, Range { after, down: true, limit: STEP }, false)?;
            let Some(last) = rows.last() else { return Ok(()) };
            after = Some(last.created_seq);
            let roots: Vec<Record> =
                rows.iter().filter(|row| row.thread == Some(row.id)).map(|row| self.record(row)).collect();
            let ids: Vec<Id> = roots.iter().map(|root| root.id).collect();
            let threads = self.records(&items::THREAD, &ids, false)?;
            let shown_elsewhere = threads.iter().filter(|thread| is_answered(thread) || thread.has("movedAt"));
            let threads: HashSet<Id> = shown_elsewhere.map(|thread| thread.id).collect();
            for root in roots.iter().filter(|root| !threads.contains(&root.id) && !root.has("deleted")) {
                let at = root.date(if root.origin == Origin::Said { "receivedAt" } else { "createdAt" });
                let at = at.unwrap_or(UtcDate::from_ms(0));
                if before.is_none_or(|before| at <= before.at) {
                    found.push((at, root.id));
                }
            }
            order(found);
            found.truncate(most);
            let came = self.record(last).date("receivedAt");
            let enough = found.len() == most && found.last().is_some_and(|(oldest, _)| came < Some(*oldest));
            if enough || rows.len() < STEP as usize {
                return Ok(());
            }
        }
    }

    fn told(&self, page: &[(UtcDate, Id)]) -> Result<Vec<PublicThread>, StoreError> {
        let ids: Vec<Id> = page.iter().map(|(_, id)| *id).collect();
        let threads = self.records(&items::THREAD, &ids, false)?;
        let replies: HashMap<Id, i64> =
            threads.iter().map(|thread| (thread.id, thread.int("posts").unwrap_or(0))).collect();
        let mut firsts = Vec::with_capacity(page.len());
        for root in self.records(ITEM, &ids, false)? {
            // An emptied root says nothing; the thread is named by what is said first in it now.
            let first = if root.has("deleted") { self.said(root.id)?.into_iter().next() } else { Some(root.clone()) };
            firsts.extend(first.map(|first| (root.id, root.has("deleted"), first)));
        }
        let all: Vec<Record> = firsts.iter().map(|(.., first)| first.clone()).collect();
        let names = self.names(&all)?;
        let one = |(at, id): &(UtcDate, Id)| {
            let (_, emptied, first) = firsts.iter().find(|(root, ..)| root == id)?;
            let title = self.title(first);
            let excerpt = Some(first.str("excerpt")).filter(|excerpt| *excerpt != title).unwrap_or("");
            let below = replies.get(id).copied().unwrap_or(0) - i64::from(*emptied);
            Some(PublicThread {
                id: *id,
                excerpt: excerpt.to_owned(),
                title,
                by: name_of(&names, first),
                at: *at,
                replies: below,
            })
        };
        Ok(page.iter().filter_map(one).collect())
    }
}

/// Whether something living hangs below. Where all of it is gone, a thread is as old as it was before.
fn is_answered(thread: &Record) -> bool {
    thread.int("posts").unwrap_or(0) > 0
}

/// Newest first; of one instant, by id.
fn order(found: &mut [(UtcDate, Id)]) {
    found.sort_unstable_by(|(a, x), (b, y)| b.cmp(a).then(y.cmp(x)));
}
