//! What is personal goes along with a whole thread: how far somebody has read it, and who follows it or has muted it.

use jmap::Id;
use model::delivery::{CURSOR, FOLLOW, follow_key};
use model::{AccountKind, Record, Role, space};
use serde_json::json;
use store::{Seq, Snapshot, StoreError};

use super::Plan;
use crate::access::Access;
use crate::desk::{Desk, Fault, ITEM};

/// Rows that are read at a time.
const PAGE: u32 = 1000;

/// Where in the new Space is what had a place in the old one.
#[derive(Debug, Default)]
pub(super) struct Places(Vec<(Seq, Seq)>);

impl Places {
    /// By the tombstones, which keep their place.
    pub(super) fn read(at: &dyn Snapshot, plan: &Plan) -> Result<Places, StoreError> {
        let (Some(from), Some(to)) = (at.head(plan.from)?, at.head(plan.to)?) else { return Ok(Places::default()) };
        let (mut places, mut below) = (Vec::new(), Seq::MAX);
        loop {
            let rows = at.thread_down(from.n, plan.old_root, below, PAGE)?;
            let left: Vec<(Id, Seq)> =
                rows.iter().filter(|row| row.ty == ITEM.number).map(|row| (row.id, row.created_seq)).collect();
            let ids: Vec<Id> = left.iter().map(|(id, _)| *id).collect();
            let there = at.get(to.n, ITEM.number, &ids, false)?;
            let mut there = there.iter().peekable();
            for (id, before) in left {
                // They come in the order asked, those not there left out.
                if let Some(row) = there.next_if(|row| row.id == id) {
                    places.push((before, row.created_seq));
                }
            }
            match rows.last() {
                Some(last) if rows.len() == PAGE as usize => below = last.created_seq,
                _ => break,
            }
        }
        places.reverse();
        Ok(Places(places))
    }

    /// The newest place of what stood at that one or before it.
    fn up_to(&self, seq: Seq) -> Seq {
        let before = self.0.partition_point(|(old, _)| *old <= seq);
        self.0[..before].iter().map(|(_, new)| *new).max().unwrap_or(0)
    }

    /// The first place of what stood at that one or behind it.
    fn on_from(&self, seq: Seq) -> Option<Seq> {
        let before = self.0.partition_point(|(old, _)| *old < seq);
        self.0[before..].iter().map(|(_, new)| *new).min()
    }
}

impl Desk<'_> {
    /// What one of the members has read, follows and has muted goes along, if that person may see where.
    pub(super) fn carry_of(&mut self, plan: &Plan, places: &Places, to: &Access, person: Id) -> Result<(), Fault> {
        let member = self.there(to.head.n, &space::MEMBER, person);
        let head = self.tx.head(person)?;
        let member = member?;
        let Some(head) = head else { return Ok(()) };
        let mine = Access { head, kind: AccountKind::Personal, role: Role::Admin, join: 0 };
        let n = mine.head.n;
        let cursor = self.there(n, &CURSOR, plan.old_root);
        let follow = self.there(n, &FOLLOW, plan.old_root.with_letter(FOLLOW.letter))?;
        let cursor = cursor?;
        if member.is_none_or(|member| Role::from_word(member.str("role")) == Role::None) {
            return Ok(());
        }
        let here = |record: &Record| record.id("spaceId") == Some(plan.from);
        if let Some(before) = cursor.filter(here) {
            let seq = |name: &str| before.int(name).and_then(|seq| Seq::try_from(seq).ok());
            let mut after = before.clone();
            after.props.insert("spaceId".into(), json!(plan.to));
            after.props.insert("lastSeq".into(), json!(places.up_to(seq("lastSeq").unwrap_or(0))));
            after.props.insert("unreadFrom".into(), json!(seq("unreadFrom").and_then(|seq| places.on_from(seq))));
            self.over_there(&mine, |desk| {
                after.seq = desk.tx.next_seq(n)?;
                desk.rewrite(&CURSOR, &before, &after)
            })?;
        }
        if let Some(before) = follow.filter(here) {
            let mut after = before.clone();
            after.props.insert("spaceId".into(), json!(plan.to));
            self.over_there(&mine, |desk| {
                after.seq = desk.tx.next_seq(n)?;
                desk.rewrite(&FOLLOW, &before, &after)?;
                if before.has("followedAt") {
                    desk.tx.release("follow", &follow_key(plan.from, plan.old_root, person));
                    desk.tx.claim("follow", &follow_key(plan.to, plan.old_root, person), n, after.id, None);
                }
                Ok(())
            })?;
        }
        Ok(())
    }
}
