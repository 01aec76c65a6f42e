//! The rows of what is to be told outside, as they are written with what causes them.

use jmap::{Id, UtcDate};
use model::delivery::PUSH;
use model::person::{Rhythm, SETTINGS};
use model::{Record, Role};
use serde_json::{Value, json};
use store::{Miss, N, Tx};

use crate::{Shared, records};

/// Something has arrived.
pub(super) const ARRIVED: &str = "arrived";
/// Some of it, sealed as one mail.
pub(super) const MAIL: &str = "mail";
/// Some of it, sealed for one device.
pub(super) const PUSHED: &str = "push";
/// A link by which somebody comes in.
pub(super) const INVITED: &str = "invitation";
/// What could not be told to somebody, and why.
pub(super) const REFUSED: &str = "refused";

/// What arrives by the way in somebody's hours is told together, and what he has seen by then is not told at all.
const TOGETHER_MS: i64 = 5 * 60_000;

/// What somebody wants to be told by mail.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Wants {
    Nothing,
    Asks,
    Everything,
}

impl Wants {
    pub(super) fn by_mail(settings: Option<&Record>) -> Wants {
        match settings.map_or("", |settings| settings.str("mail")) {
            "nothing" => Wants::Nothing,
            "everything" => Wants::Everything,
            _ => Wants::Asks,
        }
    }

    pub(super) fn by_push(device: &Record) -> Wants {
        if device.str("wants") == "asks" { Wants::Asks } else { Wants::Everything }
    }

    pub(super) fn has(self, why: &str) -> bool {
        match self {
            Wants::Nothing => false,
            Wants::Asks => ["asked", "covering"].contains(&why),
            Wants::Everything => !["owed", "unasked"].contains(&why),
        }
    }
}

/// How something has arrived.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct How {
    /// At a time of somebody's own: it is told at once.
    pub(crate) window: bool,
    /// Once more: by an own wish, or as a reminder.
    pub(crate) again: bool,
    /// Whether these are his hours or not: it is urgent and he lets it, or he wanted it back at that very instant.
    pub(crate) any_hour: bool,
}

/// Something has just arrived at somebody.
pub(crate) fn tell(
    shared: &Shared,
    tx: &mut dyn Tx,
    n: N,
    arrived: &Record,
    (person, rhythm, now): (Id, &Rhythm, UtcDate),
    how: How,
) -> Result<(), Miss> {
    let Some(courier) = shared.courier.get() else { return Ok(()) };
    let why = arrived.str("why");
    let settings = tx.get(n, SETTINGS.number, person)?.filter(|row| row.destroyed.is_none());
    let settings = settings.map(|row| records::record(&shared.registry, &row));
    let by_mail = courier.mails() && Wants::by_mail(settings.as_ref()).has(why);
    let by_push = courier.pushes() && Wants::Everything.has(why);
    if !by_mail && (!by_push || tx.keys(PUSH, &format!("{person}/"), 1)?.is_empty()) {
        return Ok(());
    }
    let soon = now.plus_ms(TOGETHER_MS);
    let due = if !how.window && !how.any_hour && rhythm.late(now, soon) == soon { soon } else { now };
    let value = json!({ "item": arrived.id, "at": now, "due": due, "again": how.again, "anyHour": how.any_hour });
    tx.put_outward(n, ARRIVED, value.to_string());
    Ok(())
}

/// Somebody is told by mail how to come in.
pub(crate) fn invite(tx: &mut dyn Tx, n: N, seed: &str, value: Value) {
    let mut value = value;
    value["name"] = json!(seed);
    tx.put_outward(n, INVITED, value.to_string());
}

/// Whether somebody of that role is told anything outside.
pub(super) fn is_told(person: &Record) -> bool {
    let out = person.has("deactivatedAt") || person.props.get("placeholder") == Some(&json!(true));
    !out && Role::from_word(person.str("role")) != Role::None
}
