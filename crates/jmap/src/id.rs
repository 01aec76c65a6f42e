//! Ids: a letter that says the type, and a UUID in lower-case base32.

use data_encoding::{Encoding, Specification};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::{fmt, str::FromStr, sync::LazyLock};

use crate::date::{DAY_MS, UtcDate};

/// RFC 4648 base32 in lower case without padding: single-case, as RFC 8620 1.2 advises, and readable aloud.
static BASE32: LazyLock<Encoding> = LazyLock::new(|| {
    let mut spec = Specification::new();
    spec.symbols.push_str("abcdefghijklmnopqrstuvwxyz234567");
    spec.encoding().expect("the alphabet has 32 distinct symbols")
});

const TEXT_LEN: usize = 27;

/// A letter for the type and a UUID: version 7, or version 8 for what is derived from a hash.
/// As text 27 characters. Never sort by it: the time in it is a client's, and cut to the day.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Id {
    letter: u8,
    uuid: [u8; 16],
}

/// The text is not an id of ours.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BadId;

impl fmt::Display for BadId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("not an id: a letter and 26 characters of lower-case base32 are expected")
    }
}

impl std::error::Error for BadId {}

impl Id {
    /// A fresh id (UUIDv7, RFC 9562 5.7) whose time is cut to the day, so that it tells no one the hour.
    pub fn fresh(letter: u8, now: UtcDate, random: [u8; 10]) -> Id {
        let day = now.ms().max(0) / DAY_MS * DAY_MS;
        Id::new(letter, uuid::Builder::from_unix_timestamp_millis(day as u64, &random))
    }

    /// An id that follows from a hash (UUIDv8, RFC 9562 5.8): whoever knows the parts gets the same one.
    pub fn derived(letter: u8, hash: [u8; 16]) -> Id {
        Id::new(letter, uuid::Builder::from_custom_bytes(hash))
    }

    fn new(letter: u8, uuid: uuid::Builder) -> Id {
        debug_assert!(letter.is_ascii_lowercase());
        Id { letter, uuid: uuid.into_uuid().into_bytes() }
    }

    /// Reads the 27 characters; checks letter, alphabet, spare bits, version (7 or 8) and variant.
    pub fn parse(text: &str) -> Result<Id, BadId> {
        let bytes = text.as_bytes();
        let (letter, rest) = bytes.split_first().ok_or(BadId)?;
        if bytes.len() != TEXT_LEN || !letter.is_ascii_lowercase() {
            return Err(BadId);
        }
        let mut uuid = [0; 16];
        match BASE32.decode_mut(rest, &mut uuid) {
            Ok(16) => Id::from_bytes(*letter, uuid),
            _ => Err(BadId),
        }
    }

    /// From what a store keeps: the letter and the 16 bytes. Checked as [`Id::parse`] does.
    pub fn from_bytes(letter: u8, uuid: [u8; 16]) -> Result<Id, BadId> {
        let version = uuid[6] >> 4;
        let variant = uuid[8] >> 6;
        if letter.is_ascii_lowercase() && (version == 7 || version == 8) && variant == 0b10 {
            Ok(Id { letter, uuid })
        } else {
            Err(BadId)
        }
    }

    /// The letter that says the type.
    pub fn letter(&self) -> u8 {
        self.letter
    }

    /// The 16 bytes of the UUID.
    pub fn uuid(&self) -> [u8; 16] {
        self.uuid
    }

    /// True for an id that follows from a hash (UUIDv8).
    pub fn is_derived(&self) -> bool {
        self.uuid[6] >> 4 == 8
    }

    /// The same UUID under another letter.
    pub fn with_letter(self, letter: u8) -> Id {
        Id { letter, ..self }
    }
}

impl fmt::Display for Id {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut text = [0; TEXT_LEN];
        text[0] = self.letter;
        BASE32.encode_mut(&self.uuid, &mut text[1..]);
        f.write_str(std::str::from_utf8(&text).expect("letter and base32 are ASCII"))
    }
}

impl fmt::Debug for Id {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl FromStr for Id {
    type Err = BadId;
    fn from_str(text: &str) -> Result<Id, BadId> {
        Id::parse(text)
    }
}

impl Serialize for Id {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Id {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Id, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(from)?;
        Id::parse(&text).map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn an_id_tells_the_day_and_not_the_hour() {
        let morning = UtcDate::parse("2026-11-22T08:01:02Z").unwrap();
        let evening = UtcDate::parse("2026-11-22T21:59:00Z").unwrap();
        assert_eq!(Id::fresh(b'i', morning, [7; 10]), Id::fresh(b'i', evening, [7; 10]));
    }

    #[test]
    fn spare_bits_case_version_and_letter_are_checked() {
        let good = Id::fresh(b'i', UtcDate::from_ms(0), [255; 10]).to_string();
        assert_eq!(good.len(), 27);
        assert!(Id::parse(&good).is_ok());
        for bad in [
            good.to_uppercase(),
            good[..26].to_string(),
            format!("{good}a"),
            format!("1{}", &good[1..]),
            format!("{}b", &good[..26]),
            format!("i{}", "a".repeat(26)),
            "é".repeat(13) + "i",
            String::new(),
        ] {
            assert_eq!(Id::parse(&bad), Err(BadId), "{bad}");
        }
    }

    proptest! {
        #[test]
        fn text_and_bytes_are_one_to_one(hash: [u8; 16], letter in b'a'..=b'z') {
            let id = Id::derived(letter, hash);
            prop_assert!(id.is_derived());
            prop_assert_eq!(Id::parse(&id.to_string()), Ok(id));
            prop_assert_eq!(Id::from_bytes(id.letter(), id.uuid()), Ok(id));
        }

        #[test]
        fn any_text_is_read_back_equal_or_refused(text in ".{0,40}") {
            if let Ok(id) = Id::parse(&text) {
                prop_assert_eq!(id.to_string(), text);
            }
        }
    }
}
