//! The state of an account, and of a paging through its changes: `<lineage>.<join>.<h>[~<base>-<cursor>]`.

use std::{fmt, str::FromStr};

/// What a client knows of an account. `lineage` changes with a restore or a promotion, `join` when the reader
/// joins anew (0 in personal and workspace accounts). `h` is the head it knows, or, while paging, the head of the
/// first page, kept to the end. All three numbers count changes of one account.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct State {
    /// Random, per account; an old one cannot be calculated from.
    pub lineage: u64,
    /// The `joinedSeq` of the reader's own Member.
    pub join: u64,
    /// The head.
    pub head: u64,
    /// `Some((base, cursor))` in the middle of a paging: where it started, and how far it came.
    pub page: Option<(u64, u64)>,
}

/// The text is not a state of ours.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BadState;

impl State {
    /// A state at rest.
    pub fn at(lineage: u64, join: u64, head: u64) -> State {
        State { lineage, join, head, page: None }
    }

    /// Where the next page's classification starts from, and where its walk starts: `(base, cursor)`.
    pub fn base_and_cursor(&self) -> (u64, u64) {
        self.page.unwrap_or((self.head, self.head))
    }
}

impl fmt::Display for State {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:x}.{}.{}", self.lineage, self.join, self.head)?;
        match self.page {
            Some((base, cursor)) => write!(f, "~{base}-{cursor}"),
            None => Ok(()),
        }
    }
}

impl FromStr for State {
    type Err = BadState;
    fn from_str(text: &str) -> Result<State, BadState> {
        let (rest, page) = match text.split_once('~') {
            Some((rest, page)) => (rest, Some(page.split_once('-').ok_or(BadState)?)),
            None => (text, None),
        };
        let mut parts = rest.split('.');
        let (Some(lineage), Some(join), Some(head), None) = (parts.next(), parts.next(), parts.next(), parts.next())
        else {
            return Err(BadState);
        };
        let state = State {
            lineage: u64::from_str_radix(lineage, 16).map_err(|_| BadState)?,
            join: number(join)?,
            head: number(head)?,
            page: page.map(|(base, cursor)| Ok((number(base)?, number(cursor)?))).transpose()?,
        };
        let ordered = state.page.is_none_or(|(base, cursor)| base <= cursor);
        // One text per state, so that states may be compared as text.
        if ordered && state.to_string() == text { Ok(state) } else { Err(BadState) }
    }
}

fn number(text: &str) -> Result<u64, BadState> {
    text.parse::<u64>().ok().filter(|n| *n <= i64::MAX as u64).ok_or(BadState)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_page_carries_head_base_and_cursor() {
        let state = State { lineage: 0xab, join: 3, head: 90, page: Some((10, 40)) };
        assert_eq!(state.to_string(), "ab.3.90~10-40");
        assert_eq!(state.to_string().parse(), Ok(state));
        assert_eq!(state.base_and_cursor(), (10, 40));
        assert_eq!(State::at(1, 0, 7).base_and_cursor(), (7, 7));
    }

    #[test]
    fn what_is_not_ours_is_refused() {
        for bad in [
            "",
            "1.2",
            "1.2.3.4",
            "1.2.x",
            "1.02.3",
            "1.2.3~4",
            "1.2.3~5-4",
            "1.2.+3",
            "G.1.1",
            "1.2.99999999999999999999",
        ] {
            assert_eq!(bad.parse::<State>(), Err(BadState), "{bad}");
        }
    }

    proptest! {
        #[test]
        fn any_text_is_read_back_equal_or_refused(text in "[0-9a-g.~-]{0,24}") {
            if let Ok(state) = text.parse::<State>() {
                prop_assert_eq!(state.to_string(), text);
            }
        }
    }
}
