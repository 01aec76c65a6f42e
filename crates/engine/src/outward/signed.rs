//! Signed links: what a mail lets its reader do without signing in. One is good for one thing of one person, until a day,
//! and as long as the person has the address that it was sent to. Nothing of it is stored.

use jmap::{DAY_MS, Id, UtcDate};
use model::person::email_key;

use crate::Shared;

/// What a link lets somebody do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Lets {
    /// Answer one Item that asks him.
    Answer(Id),
    /// Turn his mail off.
    MailOff,
}

/// A link to answer lives so long.
const ANSWER_DAYS: i64 = 30;
/// Laws of mail ask that who wants none can say so for long.
const OFF_DAYS: i64 = 365;

/// A link that was made here. Whether it is good yet is for [`Signed::is_good`] to say.
#[derive(Clone, Debug)]
pub(super) struct Signed {
    pub(super) person: Id,
    pub(super) lets: Lets,
    pub(super) expires: UtcDate,
    mac: String,
}

pub(super) fn sign(shared: &Shared, person: Id, email: &str, lets: Lets, now: UtcDate) -> String {
    let days = if lets == Lets::MailOff { OFF_DAYS } else { ANSWER_DAYS };
    // Whole days, so that a mail that is made anew has the same link.
    let expires = UtcDate::from_ms((now.ms() / DAY_MS + 1 + days) * DAY_MS);
    let mac = mac(shared, person, lets, expires, email);
    let what = match lets {
        Lets::Answer(item) => item.to_string(),
        Lets::MailOff => "off".into(),
    };
    format!("{person}.{what}.{}.{mac}", expires.ms() / DAY_MS)
}

impl Signed {
    /// Reads a link; `None` for what can be none.
    pub(super) fn read(text: &str) -> Option<Signed> {
        let mut parts = text.split('.');
        let (person, what, day, mac) = (parts.next()?, parts.next()?, parts.next()?, parts.next()?);
        let person = Id::parse(person).ok().filter(|person| person.letter() == b'p' && parts.next().is_none())?;
        let lets = match what {
            "off" => Lets::MailOff,
            item => Lets::Answer(Id::parse(item).ok().filter(|item| item.letter() == b'i')?),
        };
        let day: i64 = day.parse().ok().filter(|day| (0..=2_932_896).contains(day))?;
        Some(Signed { person, lets, expires: UtcDate::from_ms(day * DAY_MS), mac: mac.to_owned() })
    }

    /// Whether it was made here, for a person who has this address.
    pub(super) fn is_good(&self, shared: &Shared, email: &str) -> bool {
        let ours = mac(shared, self.person, self.lets, self.expires, email);
        // As long whatever differs.
        ours.len() == self.mac.len() && ours.bytes().zip(self.mac.bytes()).fold(0, |all, (a, b)| all | (a ^ b)) == 0
    }
}

fn mac(shared: &Shared, person: Id, lets: Lets, expires: UtcDate, email: &str) -> String {
    let email = email_key(email).unwrap_or_default();
    let text = format!("{person} {lets:?} {} {email}", expires.ms());
    let key = blake3::derive_key("meanwhile signed links", &shared.key);
    data_encoding::BASE32_DNSSEC.encode(&blake3::keyed_hash(&key, text.as_bytes()).as_bytes()[..20])
}
