//! What a row becomes at the moment at which it is carried; nothing, if nobody needs to hear of it any more.

use jmap::{Id, UtcDate};
use model::delivery::PUSH_SUBSCRIPTION;
use model::person::WORKSPACE;
use serde_json::Value;
use std::sync::Arc;
use store::{Lease, Outward, StoreError};

use super::arrived::{Reader, living};
use super::keys::{invitation_bytes, push_key};
use super::plan::value;
use super::rows::{INVITED, MAIL, PUSHED, Wants};
use super::seal::told;
use super::signed::{Lets, sign};
use super::{Device, Invitation, Parcel};
use crate::Shared;
use crate::signin::mailed_secret;
use crate::work::read;

/// So long a push service may keep what is told outside somebody's hours.
const ANY_HOUR_MS: i64 = 3_600_000;

pub(super) async fn parcel(shared: &Arc<Shared>, lease: &Lease, row: &Outward) -> Result<Option<Parcel>, StoreError> {
    let key = if row.what == PUSHED { push_key(shared, Some(lease)).await? } else { [0; 32] };
    let (me, row, now) = (shared.clone(), row.clone(), shared.clock.now());
    read(&*shared.store, move |at| {
        let value = value(&row);
        let Some(reader) = Reader::of(&me, at, row.account)? else { return Ok(None) };
        match row.what.as_str() {
            MAIL => mail(&reader, &value, now),
            PUSHED => push(&reader, &value, key, now),
            INVITED => invitation(&reader, &value, now),
            _ => Ok(None),
        }
    })
    .await
}

fn text(value: &Value, name: &str) -> String {
    value[name].as_str().unwrap_or("").to_owned()
}

fn at(value: &Value) -> UtcDate {
    value["at"].as_str().and_then(UtcDate::parse).unwrap_or_default()
}

fn mail(reader: &Reader, value: &Value, now: UtcDate) -> Result<Option<Parcel>, StoreError> {
    let to = reader.person.str("email").to_owned();
    let settings = reader.settings.as_ref();
    let hides = settings.is_some_and(|settings| settings.props.get("mailHidesContent") == Some(&Value::Bool(true)));
    let found = reader.arrivals(&told(value), Wants::by_mail(settings), at(value), hides)?;
    let off = sign(reader.shared, reader.person.id, &to, Lets::MailOff, now);
    let found = found.filter(|_| !to.is_empty());
    Ok(found.map(|arrivals| Parcel::Mail { name: text(value, "name"), to, arrivals, off }))
}

fn push(reader: &Reader, value: &Value, key: [u8; 32], now: UtcDate) -> Result<Option<Parcel>, StoreError> {
    let Some(id) = value["device"].as_str().and_then(|id| Id::parse(id).ok()) else { return Ok(None) };
    let Some(device) = reader.living(reader.n, &PUSH_SUBSCRIPTION, id)? else { return Ok(None) };
    if device.date("expires").is_some_and(|at| at <= now) {
        return Ok(None);
    }
    let hides = device.props.get("hideContent") == Some(&Value::Bool(true));
    let mut found = reader.arrivals(&told(value), Wants::by_push(&device), at(value), hides)?;
    if let Some(arrivals) = found.as_mut().filter(|_| value["anyHour"] == true) {
        arrivals.ends = arrivals.ends.max(now.plus_ms(ANY_HOUR_MS));
    }
    let keys = device.props.get("keys").cloned().unwrap_or_default();
    let device = Device {
        id,
        url: device.str("url").to_owned(),
        p256dh: text(&keys, "p256dh"),
        auth: text(&keys, "auth"),
        hides_content: hides,
        topic: text(value, "name").chars().take(32).collect(),
        key,
    };
    Ok(found.map(|arrivals| Parcel::Push { device, arrivals }))
}

fn invitation(reader: &Reader, value: &Value, now: UtcDate) -> Result<Option<Parcel>, StoreError> {
    let name = text(value, "name");
    let secret = mailed_secret(&invitation_bytes(reader.shared, reader.person.id, &name));
    let open = reader.at.key("link", &secret.key)?.and_then(|key| key.expires).filter(|expires| *expires > now);
    let (Some(expires_at), to) = (open, reader.person.str("email").to_owned()) else { return Ok(None) };
    let shared = reader.shared;
    let workspace = living(shared, reader.at, shared.workspace_n, &WORKSPACE, shared.workspace)?;
    let by = value["by"].as_str().and_then(|by| Id::parse(by).ok());
    let by = by.map(|by| Reader::of(shared, reader.at, by)).transpose()?.flatten();
    let knows = reader.settings.as_ref().is_some_and(|settings| settings.has("language"));
    let language = by.as_ref().filter(|_| !knows).map_or_else(|| reader.language(), Reader::language);
    let invitation = Invitation {
        secret: secret.text,
        is_reset: value["reset"] == true,
        person: reader.person.str("name").to_owned(),
        by: by.map(|by| by.person.str("name").to_owned()).unwrap_or_default(),
        workspace: workspace.map(|it| it.str("name").to_owned()).unwrap_or_default(),
        made_at: at(value),
        expires_at,
        language,
    };
    Ok((!to.is_empty()).then_some(Parcel::Invitation { name, to, invitation }))
}
