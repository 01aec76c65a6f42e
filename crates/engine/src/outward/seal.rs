//! What arrived at somebody becomes one mail, and one push for each of his devices. From then on what each of them has in
//! it is settled, so that it is the same however often it is tried.

use jmap::{Id, UtcDate};
use model::delivery::PUSH;
use model::person::{PERSON, SETTINGS};
use serde_json::{Value, json};
use std::sync::Arc;
use store::{Lease, Miss, N, StoreError, Tx};

use super::arrived::Told;
use super::rows::{MAIL, PUSHED, Wants, is_told};
use crate::work::{Done, write};
use crate::{Shared, random, records};

/// Devices of a person that are told.
const MOST_DEVICES: u32 = 20;

/// What arrived at one person, and is told now.
#[derive(Clone, Debug)]
pub(super) struct Group {
    pub(super) n: N,
    pub(super) person: Id,
    pub(super) rows: Vec<u64>,
    pub(super) told: Vec<Told>,
    pub(super) at: UtcDate,
    pub(super) due: UtcDate,
    /// It is told whether these are his hours or not.
    pub(super) any_hour: bool,
}

pub(super) fn items(told: &[Told]) -> Value {
    told.iter().map(|told| json!({ "item": told.item, "again": told.again })).collect()
}

/// Reads what [`items`] wrote.
pub(super) fn told(value: &Value) -> Vec<Told> {
    let one = |told: &Value| {
        let item = Id::parse(told["item"].as_str()?).ok()?;
        Some(Told { item, again: told["again"] == true })
    };
    value["items"].as_array().into_iter().flatten().filter_map(one).collect()
}

pub(super) async fn seal(shared: &Arc<Shared>, lease: &Lease, group: Group) -> Result<(), StoreError> {
    let (me, name) = (shared.clone(), data_encoding::BASE32_DNSSEC.encode(&random::<15>()));
    let person = group.person;
    let work = move |tx: &mut dyn Tx| -> Result<Done<()>, Miss> {
        let row = tx.get(me.workspace_n, PERSON.number, person)?.filter(|row| row.destroyed.is_none());
        let settings = tx.get(group.n, SETTINGS.number, person)?.filter(|row| row.destroyed.is_none());
        let devices = tx.keys(PUSH, &format!("{person}/"), MOST_DEVICES)?;
        group.rows.iter().for_each(|number| tx.drop_outward(*number));
        let known = row.map(|row| records::record(&me.registry, &row)).filter(is_told);
        let (Some(known), Some(courier)) = (known, me.courier.get()) else { return Ok(Done::Keep(())) };
        let settings = settings.map(|row| records::record(&me.registry, &row));
        let value = |name: String| json!({ "name": name, "at": group.at, "items": items(&group.told), "anyHour": group.any_hour });
        if courier.mails() && Wants::by_mail(settings.as_ref()) != Wants::Nothing && known.has("email") {
            tx.put_outward(group.n, MAIL, value(name.clone()).to_string());
        }
        for (_, key) in devices.iter().filter(|_| courier.pushes()) {
            let mut value = value(format!("{name}.{}", key.id));
            value["device"] = json!(key.id);
            tx.put_outward(group.n, PUSHED, value.to_string());
        }
        Ok(Done::Keep(()))
    };
    write(&*shared.store, vec![person], Some(lease.clone()), work).await
}
