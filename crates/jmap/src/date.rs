//! UTC instants, as RFC 8620 1.4 writes them.

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::fmt;

/// Milliseconds of a day of 24 hours.
pub const DAY_MS: i64 = 86_400_000;

/// An instant in UTC with milliseconds. As text RFC 3339 with `Z`, the fraction left out where it is zero.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub struct UtcDate(i64);

/// From year 0, which the text form begins with, to the last instant that the calendar library knows.
const RANGE: std::ops::RangeInclusive<i64> = -62_167_219_200_000..=253_402_207_200_000;

impl UtcDate {
    /// From milliseconds since 1970-01-01T00:00:00Z; what lies outside the years 0 to 9999 (less its last two days) is cut to them.
    pub fn from_ms(ms: i64) -> UtcDate {
        UtcDate(ms.clamp(*RANGE.start(), *RANGE.end()))
    }

    /// Milliseconds since 1970-01-01T00:00:00Z.
    pub fn ms(self) -> i64 {
        self.0
    }

    /// The instant `ms` later (earlier, if negative).
    pub fn plus_ms(self, ms: i64) -> UtcDate {
        UtcDate::from_ms(self.0.saturating_add(ms))
    }

    /// Reads a UTCDate: RFC 3339 with an upper-case `T` and `Z`. `None` for anything else.
    pub fn parse(text: &str) -> Option<UtcDate> {
        let shape = text.len() >= 20 && text.as_bytes()[10] == b'T' && text.ends_with('Z');
        let instant: jiff::Timestamp = shape.then(|| text.parse().ok())??;
        let ms = instant.as_millisecond();
        RANGE.contains(&ms).then_some(UtcDate(ms))
    }
}

impl fmt::Display for UtcDate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let instant = jiff::Timestamp::from_millisecond(self.0).expect("the range is narrower than jiff's");
        write!(f, "{instant}")
    }
}

impl fmt::Debug for UtcDate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl Serialize for UtcDate {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for UtcDate {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<UtcDate, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(from)?;
        UtcDate::parse(&text).ok_or_else(|| serde::de::Error::custom("not a UTCDate such as 2026-11-22T09:00:00Z"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn only_utc_with_z_is_read() {
        assert_eq!(
            UtcDate::parse("2026-11-22T09:00:00Z").map(|d| d.to_string()).as_deref(),
            Some("2026-11-22T09:00:00Z")
        );
        assert_eq!(UtcDate::parse("2026-11-22T09:00:00.250Z").map(|d| d.ms() % 1000), Some(250));
        for bad in ["2026-11-22T09:00:00+01:00", "2026-11-22 09:00:00Z", "2026-11-22", "2026-13-22T09:00:00Z", "", "Z"]
        {
            assert_eq!(UtcDate::parse(bad), None, "{bad}");
        }
    }

    proptest! {
        #[test]
        fn every_instant_is_read_back(ms in RANGE) {
            let date = UtcDate::from_ms(ms);
            prop_assert_eq!(UtcDate::parse(&date.to_string()), Some(date));
        }
    }
}
