//! What waits for somebody arrives, at one instant of his, and what he has put off comes back.

use jmap::Id;
use model::delivery::DELIVERY;
use serde_json::{Value, json};
use std::sync::Arc;
use store::{Job, Lease, Miss, StoreError, Tx};

use super::reminding::remind_of;
use super::{AT_ONCE, put, rhythm};
use crate::jobs::Ran;
use crate::outward::{How, tell};
use crate::work::{Done, write};
use crate::{Shared, records};

/// What comes back within so much of its instant comes when its owner wanted it.
const ON_TIME_MS: i64 = 60_000;

/// Runs `arrive`, by which all that waits for somebody arrives, or `arrive/<id>`, by which something snoozed comes back.
pub(crate) async fn arrive(shared: &Arc<Shared>, lease: &Lease, job: &Job) -> Result<Ran, StoreError> {
    let snoozed = job.run.split_once('/').and_then(|(_, id)| Id::parse(id).ok());
    let (me, of) = (shared.clone(), job.clone());
    let work = move |tx: &mut dyn Tx| -> Result<Done<()>, Miss> {
        let (n, now) = (of.n, me.clock.now());
        let Some(rhythm) = rhythm(&me, tx, of.account)? else {
            tx.drop_job(n, &of.run);
            return Ok(Done::Keep(()));
        };
        // Who is late must not come at night; only what its owner wanted back at this very minute does.
        let wished = snoozed.is_some() && now < of.due.plus_ms(ON_TIME_MS);
        let due = if wished { of.due } else { rhythm.late(of.due, now) };
        if due > now {
            tx.put_job(Job { due, ..of.clone() });
            return Ok(Done::Keep(()));
        }
        let rows = match snoozed {
            Some(id) => Vec::from_iter(tx.get(n, DELIVERY.number, id)?),
            None => {
                let seqs = tx.index(n, "pending.1", &[1], AT_ONCE)?;
                let rows: Vec<_> = seqs.iter().map(|seq| tx.at_seq(n, DELIVERY.number, *seq)).collect();
                rows.into_iter().collect::<Result<Vec<_>, Miss>>()?.into_iter().flatten().collect()
            }
        };
        let again = snoozed.is_some();
        let how = How { window: !again, again, any_hour: wished && rhythm.arrival(now) > now };
        for row in rows.iter().filter(|row| row.destroyed.is_none()) {
            let before = records::record(&me.registry, row);
            let mut record = before.clone();
            record.props.insert("arrivedAt".into(), json!(now));
            record.props.insert("pending".into(), Value::Null);
            if snoozed.is_some() {
                record.props.insert("snoozedUntil".into(), Value::Null);
            }
            tell(&me, tx, n, &record, (of.account, &rhythm, now), how)?;
            remind_of(tx, n, of.account, &rhythm, &record)?;
            put(&me, tx, n, Some(&before), record)?;
        }
        // The job stays while there is more.
        if snoozed.is_some() || rows.len() < AT_ONCE as usize {
            tx.drop_job(n, &of.run);
        }
        Ok(Done::Keep(()))
    };
    write(&*shared.store, vec![job.account], Some(lease.clone()), work).await?;
    Ok(Ran::Done)
}
