//! Single byte ranges (RFC 9110 14). Several at once are answered with the whole.

/// What a `Range` header asks of something that has `size` bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Asked {
    /// All of it: nothing was asked, or something that may be ignored.
    Whole,
    /// From the first to the last byte, both included.
    Part(u64, u64),
    /// Nothing of what was asked is there.
    Beyond,
}

/// Reads a `Range` header. What is not a range of bytes is ignored, as the RFC says.
pub(crate) fn asked(range: &str, size: u64) -> Asked {
    let Some((unit, ranges)) = range.split_once('=') else { return Asked::Whole };
    if !unit.trim().eq_ignore_ascii_case("bytes") || ranges.contains(',') {
        return Asked::Whole;
    }
    let Some((first, last)) = ranges.trim().split_once('-') else { return Asked::Whole };
    match (number(first), number(last)) {
        // The last so many bytes.
        (Number::None, Number::Some(count)) => match count.min(size) {
            0 => Asked::Beyond,
            count => Asked::Part(size - count, size - 1),
        },
        (Number::Some(first), Number::None) if first < size => Asked::Part(first, size - 1),
        (Number::Some(first), Number::Some(last)) if last < first => Asked::Whole,
        (Number::Some(first), Number::Some(last)) if first < size => Asked::Part(first, last.min(size - 1)),
        (Number::Some(_), Number::None | Number::Some(_)) => Asked::Beyond,
        _ => Asked::Whole,
    }
}

enum Number {
    Some(u64),
    None,
    Wrong,
}

/// Digits alone; more than fit are as many as fit.
fn number(text: &str) -> Number {
    if text.is_empty() {
        return Number::None;
    }
    if !text.bytes().all(|byte| byte.is_ascii_digit()) {
        return Number::Wrong;
    }
    Number::Some(text.parse().unwrap_or(u64::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_are_cut_to_what_is_there() {
        assert_eq!(asked("bytes=0-0", 10), Asked::Part(0, 0));
        assert_eq!(asked("bytes=2-4", 10), Asked::Part(2, 4));
        assert_eq!(asked("Bytes = 2-400", 10), Asked::Part(2, 9));
        assert_eq!(asked("bytes=9-", 10), Asked::Part(9, 9));
        assert_eq!(asked("bytes=-3", 10), Asked::Part(7, 9));
        assert_eq!(asked("bytes=-300", 10), Asked::Part(0, 9));
    }

    #[test]
    fn what_is_not_there_is_beyond() {
        assert_eq!(asked("bytes=10-", 10), Asked::Beyond);
        assert_eq!(asked("bytes=10-20", 10), Asked::Beyond);
        assert_eq!(asked("bytes=-0", 10), Asked::Beyond);
        assert_eq!(asked("bytes=0-", 0), Asked::Beyond);
        assert_eq!(asked("bytes=-5", 0), Asked::Beyond);
    }

    #[test]
    fn numbers_that_do_not_fit_do_not_wrap() {
        let huge = "99999999999999999999999999";
        assert_eq!(asked(&format!("bytes={huge}-"), 10), Asked::Beyond);
        assert_eq!(asked(&format!("bytes=0-{huge}"), 10), Asked::Part(0, 9));
        assert_eq!(asked(&format!("bytes=-{huge}"), 10), Asked::Part(0, 9));
        assert_eq!(asked("bytes=18446744073709551615-18446744073709551615", u64::MAX), Asked::Beyond);
        assert_eq!(asked("bytes=0-18446744073709551615", u64::MAX), Asked::Part(0, u64::MAX - 1));
    }

    #[test]
    fn nonsense_and_several_ranges_give_the_whole() {
        for text in [
            "",
            "bytes",
            "bytes=",
            "bytes=-",
            "bytes=a-b",
            "bytes=5-2",
            "items=0-1",
            "bytes=0-1,3-4",
            "bytes=+1-2",
            "bytes=1--2",
            "bytes=0x1-2",
        ] {
            assert_eq!(asked(text, 10), Asked::Whole, "{text}");
        }
    }
}
