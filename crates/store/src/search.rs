//! What the engine asks of a search index. The index decides nothing: who may see a hit, and what stands in it, is asked
//! of a snapshot.

use jmap::{Id, UtcDate};
use std::ops::Range;

use crate::{N, Seq, StoreError, TypeNumber};

/// The words of a search, as they were typed.
#[derive(Clone, Copy, Debug)]
pub struct Words<'a> {
    /// Words, "phrases", prefix*, -excluded.
    pub text: &'a str,
    /// The last word counts as the beginning of one.
    pub prefix_last: bool,
}

/// What of a record is looked at besides its words: bits.
pub mod flags {
    /// It has a file.
    pub const FILE: u64 = 1;
    /// One of them is a picture.
    pub const IMAGE: u64 = 1 << 1;
    /// Its text has a link to the web.
    pub const LINK: u64 = 1 << 2;
    /// Somebody reacted.
    pub const REACTION: u64 = 1 << 3;
    /// It asks for something.
    pub const QUESTION: u64 = 1 << 4;
    /// It is the root of its thread.
    pub const THREAD: u64 = 1 << 5;
    /// It hangs below another.
    pub const REPLY: u64 = 1 << 6;
    /// It was edited.
    pub const EDITED: u64 = 1 << 7;
    /// It asks for something, and is not closed.
    pub const OPEN: u64 = 1 << 8;
}

/// What is looked for: all of this must hold.
#[derive(Clone, Debug)]
pub struct Asked<'a> {
    /// Its words; `None`: whatever they are.
    pub words: Option<Words<'a>>,
    /// The type of the records.
    pub ty: TypeNumber,
    /// In one of these accounts.
    pub accounts: &'a [N],
    /// By one of these; empty: by anybody.
    pub from: &'a [Id],
    /// Of one of these kinds; empty: of any.
    pub kinds: &'a [u8],
    /// With all of these [`flags`].
    pub flags: u64,
    /// Before this instant.
    pub before: Option<UtcDate>,
    /// At this instant or later.
    pub after: Option<UtcDate>,
    /// By time, not by rank.
    pub newest: bool,
    /// At most so many hits.
    pub limit: usize,
    /// Counts at most so many.
    pub count: usize,
}

/// A record that was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Hit {
    /// Its account.
    pub n: N,
    /// The change that made it.
    pub created_seq: Seq,
    /// Not word for word: with a letter changed, or inside a longer word.
    pub loose: bool,
}

/// What was found, from the first on.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Found {
    /// The best ones, or the newest ones.
    pub hits: Vec<Hit>,
    /// How many there are, at most `count`.
    pub total: usize,
    /// There are more than that.
    pub more: bool,
}

/// Why nothing is looked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SearchError {
    /// There is more of something than a search may have: the limit's name, and how many.
    TooMuch(&'static str, usize),
    /// The index can't be read. It is made anew.
    Failed(StoreError),
}

/// An index of words, kept up by a [`LogReader`](crate::LogReader).
pub trait SearchIndex: Send + Sync {
    /// Looks.
    fn find(&self, asked: &Asked) -> Result<Found, SearchError>;
    /// Whether there is a word in it at all: signs alone look for nothing.
    fn has_words(&self, words: Words) -> Result<bool, SearchError>;
    /// Where the words stand in that text: ranges of bytes, rising, apart from each other. With `loose`, also where a
    /// letter differs, and inside longer words.
    fn marks(&self, words: Words, loose: bool, text: &str) -> Vec<Range<usize>>;
    /// The text that was made of a file, by the hash of its content, if there is one by now.
    fn text_of(&self, file: &[u8; 32]) -> Option<String>;
}
