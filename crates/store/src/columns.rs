//! How values stand in columns, the same in every engine: an id as 17 bytes, every number as a signed one of 64 bits.

use jmap::{Id, UtcDate};

/// An id: the letter and the 16 bytes.
pub(crate) fn id_bytes(id: Id) -> [u8; 17] {
    let mut bytes = [0; 17];
    bytes[0] = id.letter();
    bytes[1..].copy_from_slice(&id.uuid());
    bytes
}

/// The id that stands in a column; `None`: it is damaged.
pub(crate) fn id_of_bytes(bytes: &[u8]) -> Option<Id> {
    let (letter, uuid) = bytes.split_first()?;
    Id::from_bytes(*letter, uuid.try_into().ok()?).ok()
}

/// Any `u64` as the integer of the same bits; small ones look the same.
pub(crate) fn bits(n: u64) -> i64 {
    n.cast_signed()
}

/// A change number, or a bound for one: a database's integers end at 2^63.
pub(crate) fn seq(n: u64) -> i64 {
    i64::try_from(n).unwrap_or(i64::MAX)
}

/// A job's place as an integer in the same order, over all of `u64`.
pub(crate) fn place(order: u64) -> i64 {
    (order ^ (1 << 63)).cast_signed()
}

/// The order of a job from its place.
pub(crate) fn order(place: i64) -> u64 {
    place.cast_unsigned() ^ (1 << 63)
}

pub(crate) fn ms(date: Option<UtcDate>) -> Option<i64> {
    date.map(UtcDate::ms)
}

/// Where a page of keys with this prefix begins, and how a key there compares with it.
pub(crate) fn page_begin<'a>(prefix: &'a str, after: Option<&'a str>) -> (&'a str, &'static str) {
    match after {
        Some(after) if after >= prefix => (after, ">"),
        _ => (prefix, ">="),
    }
}

/// The least text that lies behind all texts with this prefix; `None`: there is no such text.
pub(crate) fn behind(prefix: &str) -> Option<String> {
    let mut chars: Vec<char> = prefix.chars().collect();
    while let Some(last) = chars.pop() {
        // The range skips the surrogates, and code points sort as their UTF-8 does.
        if let Some(next) = (last..=char::MAX).nth(1) {
            chars.push(next);
            return Some(chars.into_iter().collect());
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::behind;

    #[test]
    fn the_least_text_behind_a_prefix_is_found() {
        assert_eq!(behind("ab").as_deref(), Some("ac"));
        assert_eq!(behind("a\u{d7ff}").as_deref(), Some("a\u{e000}"));
        assert_eq!(behind("a\u{10ffff}").as_deref(), Some("b"));
        assert_eq!(behind("\u{10ffff}"), None);
        assert_eq!(behind(""), None);
    }
}
