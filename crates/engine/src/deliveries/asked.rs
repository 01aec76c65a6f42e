//! What becomes of a Delivery when its question is changed or decided: who is newly asked, or has decided with others, hears
//! of it once more, and who is not asked any more finds it so, or hears nothing at all if it had not reached him yet.

use jmap::{Id, UtcDate};
use model::Record;
use model::delivery::{ARRIVE, DELIVERY};
use serde_json::{Value, json};
use store::{Command, Miss, N, Snapshot, StoreError, Tx};

use super::reminding::remind_of;
use super::{Deliveries, MUTABLE, arrives_at, asked_by, muted, put, rhythm, thread_of, wishes};
use crate::outward::{How, tell};
use crate::records;
use crate::work::{Done, quiet};

impl Deliveries {
    /// The Delivery of an Item in somebody's account.
    pub(super) fn there(&self, n: N, item: Id, at: &dyn Snapshot) -> Result<Option<Record>, StoreError> {
        let row = at.get(n, DELIVERY.number, &[item], true)?.pop().filter(|row| row.destroyed.is_none());
        Ok(row.map(|row| records::record(&self.0.registry, &row)))
    }

    /// It has reached him for another reason, and reaches him once more: it asks him now, or was decided. Or it asks him until
    /// another date: once the date that he knows had passed it arrives again; else it has moved, which is told to nobody.
    pub(super) fn tell_anew(&self, item: &Record, person: Id, why: &'static str) -> Box<dyn Command> {
        let shared = self.0.clone();
        let (id, by, edited) = (item.id, asked_by(item).filter(|_| why == "asked"), item.date("editedAt"));
        let work = move |tx: &mut dyn Tx| -> Result<Done<()>, Miss> {
            let Some(head) = tx.head(person)? else { return Ok(Done::Undo(())) };
            let (row, rhythm) = (tx.get(head.n, DELIVERY.number, id), rhythm(&shared, tx, person));
            let (Some(row), Some(rhythm)) = (row?.filter(|row| row.destroyed.is_none()), rhythm?) else {
                return Ok(Done::Undo(()));
            };
            let before = records::record(&shared.registry, &row);
            if before.str("why") == why && before.date("by") == by {
                return Ok(Done::Undo(()));
            }
            let mut after = before.clone();
            after.props.insert("by".into(), json!(by));
            let over = |told: UtcDate| by.is_some() && edited.is_some_and(|edited| told <= edited);
            if before.str("why") == why && !before.date("by").is_some_and(over) {
                remind_of(tx, head.n, person, &rhythm, &after)?;
                put(&shared, tx, head.n, Some(&before), after)?;
                return Ok(Done::Keep(()));
            }
            let now = shared.clock.now();
            let due = rhythm.arrival(now);
            let waits = due > now;
            after.props.insert("why".into(), json!(why));
            after.props.insert("createdAt".into(), json!(now));
            after.props.insert("arrivedAt".into(), json!((!waits).then_some(now)));
            after.props.insert("pending".into(), json!(waits.then_some(true)));
            after.props.insert("doneAt".into(), Value::Null);
            after.props.insert("snoozedUntil".into(), Value::Null);
            after.props.insert("remindedAt".into(), Value::Null);
            tx.drop_job(head.n, &format!("{ARRIVE}/{id}"));
            if waits {
                arrives_at(tx, head.n, person, due)?;
            } else {
                tell(&shared, tx, head.n, &after, (person, &rhythm, now), How { again: true, ..How::default() })?;
                remind_of(tx, head.n, person, &rhythm, &after)?;
            }
            put(&shared, tx, head.n, Some(&before), after)?;
            Ok(Done::Keep(()))
        };
        quiet(vec![person], work)
    }

    /// It does not ask him any more; `other` is why it reaches him all the same, if it does.
    pub(super) fn withdraw(
        &self,
        space: &Record,
        item: &Record,
        person: Id,
        other: Option<&'static str>,
    ) -> Box<dyn Command> {
        let (shared, space, id, thread) = (self.0.clone(), space.id, item.id, thread_of(item));
        let work = move |tx: &mut dyn Tx| -> Result<Done<()>, Miss> {
            let Some(head) = tx.head(person)? else { return Ok(Done::Undo(())) };
            let row = tx.get(head.n, DELIVERY.number, id);
            let wishes = wishes(&shared, tx, head.n, thread, space)?;
            let before = row?.filter(|row| row.destroyed.is_none()).map(|row| records::record(&shared.registry, &row));
            let Some(before) = before.filter(|one| one.str("why") == "asked") else { return Ok(Done::Undo(())) };
            let now = shared.clock.now();
            let silent = wishes.iter().flatten().any(|wish| muted(wish, now));
            let other = other.filter(|why| before.has("pending") && !(silent && MUTABLE.contains(why)));
            let mut after = before.clone();
            after.props.insert("why".into(), json!(other.unwrap_or("unasked")));
            // What had not reached him yet has nothing to tell him.
            if other.is_none() {
                after.props.insert("pending".into(), Value::Null);
            }
            put(&shared, tx, head.n, Some(&before), after)?;
            Ok(Done::Keep(()))
        };
        quiet(vec![person], work)
    }
}
