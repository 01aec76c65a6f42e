//! A check-in that asks everyone: sending it costs the same however many they are. The reader of the log that tells people looks
//! them up a moment later, and writes whom it asks on it; where they are more than an Item may ask, nobody is told one by one.

use jmap::Id;
use model::items::checkin;
use model::space::MEMBER;
use model::{Record, Role, limits};
use std::collections::BTreeSet;
use store::{Command, Miss, N, Range, Snapshot, StoreError, Tx};

use crate::closing::server_desk;
use crate::deliveries::Deliveries;
use crate::desk::ITEM;
use crate::publish::kept;
use crate::records;
use crate::work::{Done, quiet};

/// Members that are looked at together.
const PAGE: u32 = 500;

impl Deliveries {
    /// What writes on a check-in whom it asks, where that is everybody and they are not too many.
    pub(super) fn everyone(
        &self,
        n: N,
        space: Id,
        item: &Record,
        at: &dyn Snapshot,
    ) -> Result<Option<Box<dyn Command>>, StoreError> {
        if !checkin::asks_everyone(item) {
            return Ok(None);
        }
        let mut here = BTreeSet::new();
        let mut after = None;
        while here.len() <= limits::MAX_OF {
            let page = at.range(n, MEMBER.number, Range { after, down: false, limit: PAGE }, true)?;
            let members = page.iter().map(|row| records::record(&self.0.registry, row));
            let inside = members.filter(|member| member.id.letter() == b'p');
            let inside = inside.filter(|member| Role::from_word(member.str("role")) != Role::None);
            here.extend(inside.map(|member| member.id));
            match page.last() {
                Some(last) if page.len() == PAGE as usize => after = Some(last.created_seq),
                _ => break,
            }
        }
        if here.is_empty() || here.len() > limits::MAX_OF {
            return Ok(None);
        }
        let (shared, id) = (self.0.clone(), item.id);
        let work = move |tx: &mut dyn Tx| -> Result<Done<()>, Miss> {
            let now = shared.clock.now();
            let row = tx.get(n, ITEM.number, id)?.filter(|row| row.destroyed.is_none());
            let found = row.map(|row| records::record(&shared.registry, &row));
            let Some(found) = found.filter(checkin::asks_everyone) else { return Ok(Done::Undo(())) };
            let Some(mut desk) = server_desk(&shared, tx, space, now)? else { return Ok(Done::Undo(())) };
            let hours = desk.hours_of(&here)?;
            kept(desk.change(&found, checkin::asked_everyone(&found, &here, &hours, now)))?;
            Ok(Done::Keep(()))
        };
        Ok(Some(quiet(vec![space], work)))
    }
}
