//! PushSubscription: a device of its owner on which arrivals are shown, by the push service of its browser. The names are
//! those of RFC 8620, section 7.2; what is pushed is never a change of state, but what arrived in its owner's hours.

use jmap::{DAY_MS, SetError, UtcDate};
use serde_json::Value;

use crate::change::{Change, Effect};
use crate::kind::{AccountKind, Author, Default, Property, Rules, Shape, TypeDef, Writer, property};
use crate::limits;
use crate::record::Record;

/// The name of the keys by which the devices of a person are found.
pub const PUSH: &str = "push";

const KEYS: &[Property] = &[
    property("p256dh", Shape::Text { max: 120 }, "the device's public key on P-256, in base64url").required(),
    property("auth", Shape::Text { max: 60 }, "16 bytes that only the device and this server know, in base64url")
        .required(),
];

/// A device on which arrivals are shown.
pub const PUSH_SUBSCRIPTION: TypeDef = TypeDef {
    name: "PushSubscription",
    number: 36,
    letter: b'i',
    account: AccountKind::Personal,
    about: "A device of its owner on which arrivals are shown, by the push service of its browser: encrypted for the device (RFC 8291), within its owner's hours, one for all that arrives together. It ends at \"expires\", and when the push service says that the device is gone.",
    properties: &[
        property(
            "deviceClientId",
            Shape::Text { max: 64 },
            "which device; a new subscription takes the place of its older one",
        )
        .once()
        .required(),
        property("url", Shape::Text { max: 2048 }, "the address at its push service, https").once().required(),
        property("keys", Shape::Object(KEYS), "for whom it is encrypted").once().required(),
        property("name", Shape::Text { max: limits::MAX_TITLE }, "what its owner sees in the list of devices"),
        property("hideContent", Shape::Bool, "true: it says how many things arrived, and nothing of them")
            .default(Default::Empty),
        property(
            "wants",
            Shape::Choice(&["asks", "everything"]),
            "what asks its owner, or all that arrives (so too where this is null)",
        ),
        property("expires", Shape::Instant, "until when; a client asks for more in time, at most a year ahead"),
        property("createdAt", Shape::Instant, "when it was made").server().default(Default::Now),
    ],
    has_kinds: false,
    internal: false,
    founds: None,
    id_of: |_| None,
    author: Author::Owner,
    create: Writer::Author,
    destroy: Writer::Author,
    rules: Rules { check, effects },
};

fn check(change: &Change) -> Result<(), SetError> {
    let Some(device) = change.after else { return Ok(()) };
    if change.is_new() {
        if !device.str("url").starts_with("https://") {
            return Err(SetError::invalid("url", "a push service has an https address, as the browser gives it"));
        }
        let long = |name: &str, letters: usize| {
            let key = device.props.get("keys").and_then(|keys| keys.get(name)).and_then(Value::as_str).unwrap_or("");
            let key = key.trim_end_matches('=');
            key.len() == letters && key.bytes().all(|c| c.is_ascii_alphanumeric() || b"-_".contains(&c))
        };
        if !long("p256dh", 87) || !long("auth", 22) {
            let why = "\"p256dh\" has 65 bytes and \"auth\" 16, in base64url, as the browser gives them";
            return Err(SetError::invalid("keys", why));
        }
    }
    let most: UtcDate = change.now.plus_ms(366 * DAY_MS);
    if change.changes("expires") && device.date("expires").is_some_and(|at| at > most) {
        return Err(SetError::invalid("expires", "a subscription lasts a year at most; ask for more before it ends"));
    }
    Ok(())
}

fn effects(change: &Change) -> Vec<Effect> {
    let key = |device: &Record| format!("{}/{}", change.account, device.str("deviceClientId"));
    match (change.before, change.after) {
        (None, Some(new)) => vec![Effect::Claim { name: PUSH, key: key(new), property: "deviceClientId" }],
        (Some(old), None) => vec![Effect::Release { name: PUSH, key: key(old), of: old.id }],
        _ => Vec::new(),
    }
}
