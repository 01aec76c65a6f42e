//! Words with a letter changed, and letters inside of words: all words of a field, one after the other in memory, are looked
//! through at the speed of memory. An automaton over the dictionary visits nearly every word of it, which took a hundred
//! times as long (a million posts: half a second for two words).

use memchr::memmem::Finder;
use parking_lot::Mutex;
use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;
use tantivy::index::SegmentId;
use tantivy::schema::Field;
use tantivy::{Searcher, SegmentReader, Term};

use crate::fold::is_dense;
use crate::question::one_apart;

/// So many different words are looked for in the place of one, the first of them by the alphabet.
const MOST: usize = 1000;
/// Before each word, and behind the last.
const END: u8 = b'\n';

/// The words of a field of a segment, one after the other.
type All = Arc<Vec<u8>>;

/// The words of the segments that are searched, read when they are first looked through.
#[derive(Clone, Default)]
pub(crate) struct Letters(Arc<Mutex<HashMap<(SegmentId, Field), All>>>);

impl Letters {
    /// The words of a field that have these letters in them.
    pub(crate) fn within(&self, searcher: &Searcher, field: Field, letters: &str) -> tantivy::Result<Vec<Term>> {
        self.words(searcher, field, |words, take| every(words, letters, take))
    }

    /// The words of a field that are one letter apart from what was typed, or with `prefix` begin so.
    pub(crate) fn alike(
        &self,
        searcher: &Searcher,
        field: Field,
        typed: &str,
        prefix: bool,
    ) -> tantivy::Result<Vec<Term>> {
        let chars: Vec<char> = typed.chars().collect();
        let half = chars.len() / 2;
        // One change leaves the first or the second half as it is; but for two letters that are swapped across the middle.
        let (first, second): (String, String) = (chars[..half].iter().collect(), chars[half..].iter().collect());
        let mut swapped = chars[..=half].to_vec();
        swapped.swap(half - 1, half);
        let swapped: String = swapped.iter().collect();
        let second = if prefix { second } else { format!("{second}{}", char::from(END)) };
        self.words(searcher, field, |words, take| {
            let mut alike = |word: &[u8]| {
                if std::str::from_utf8(word).is_ok_and(|word| one_apart(typed, word, prefix)) {
                    take(word);
                }
            };
            beginning(words, first.as_bytes(), &mut alike);
            beginning(words, swapped.as_bytes(), &mut alike);
            every(words, &second, &mut alike);
        })
    }

    fn words(
        &self,
        searcher: &Searcher,
        field: Field,
        look: impl Fn(&[u8], &mut dyn FnMut(&[u8])),
    ) -> tantivy::Result<Vec<Term>> {
        let living: Vec<SegmentId> = searcher.segment_readers().iter().map(SegmentReader::segment_id).collect();
        self.0.lock().retain(|(segment, _), _| living.contains(segment));
        let mut found = BTreeSet::new();
        for segment in searcher.segment_readers() {
            look(&self.of(segment, field)?, &mut |word| {
                if found.insert(word.to_vec()) && found.len() > MOST {
                    found.pop_last();
                }
            });
        }
        let term = |word: Vec<u8>| Some(Term::from_field_text(field, std::str::from_utf8(&word).ok()?));
        Ok(found.into_iter().filter_map(term).collect())
    }

    /// In the order of their bytes, as the dictionary has them. Scripts without blanks are left out: their parts of words
    /// are many, and nobody looks inside of them.
    fn of(&self, segment: &SegmentReader, field: Field) -> tantivy::Result<All> {
        let key = (segment.segment_id(), field);
        if let Some(words) = self.0.lock().get(&key) {
            return Ok(words.clone());
        }
        let index = segment.inverted_index(field)?;
        let mut words = vec![END];
        let mut stream = index.terms().stream()?;
        while stream.advance() {
            let word = stream.key();
            if word.is_ascii() || !std::str::from_utf8(word).is_ok_and(|word| word.chars().any(is_dense)) {
                words.extend_from_slice(word);
                words.push(END);
            }
        }
        words.shrink_to_fit();
        Ok(self.0.lock().entry(key).or_insert(Arc::new(words)).clone())
    }
}

/// Each word that has these letters in it, which may be its last ones and its end.
fn every(words: &[u8], letters: &str, take: &mut dyn FnMut(&[u8])) {
    let finder = Finder::new(letters);
    let mut from = 1;
    while let Some(at) = words.get(from..).and_then(|rest| finder.find(rest)).map(|at| from + at) {
        let word = word_at(words, at);
        from = word.end + 1;
        take(&words[word]);
    }
}

/// Each word that begins so.
fn beginning(words: &[u8], letters: &[u8], take: &mut dyn FnMut(&[u8])) {
    // The first word that is not before the letters lies in low..=high; both are beginnings of words.
    let (mut low, mut high) = (1, words.len());
    while low < high {
        let word = word_at(words, usize::midpoint(low, high));
        if words[word.clone()] < *letters {
            low = word.end + 1;
        } else {
            high = word.start;
        }
    }
    while low < words.len() && words[low..].starts_with(letters) {
        let word = word_at(words, low);
        low = word.end + 1;
        take(&words[word]);
    }
}

/// The word in which a place lies, its end counted to it.
fn word_at(words: &[u8], at: usize) -> std::ops::Range<usize> {
    let start = words[..at].iter().rposition(|byte| *byte == END).map_or(0, |end| end + 1);
    let end = words[at..].iter().position(|byte| *byte == END).map_or(words.len(), |end| at + end);
    start..end
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn joined(words: &BTreeSet<String>) -> Vec<u8> {
        let mut out = vec![END];
        words.iter().for_each(|word| out.extend(format!("{word}\n").bytes()));
        out
    }

    fn taken(look: impl FnOnce(&mut dyn FnMut(&[u8]))) -> BTreeSet<String> {
        let mut out = BTreeSet::new();
        look(&mut |word| {
            out.insert(String::from_utf8(word.to_vec()).expect("a word"));
        });
        out
    }

    proptest! {
        #[test]
        fn looking_through_all_words_finds_what_looking_at_each_finds(
            words in prop::collection::btree_set("[abäß]{1,7}", 0..40), letters in "[abäß]{1,3}",
        ) {
            let all = joined(&words);
            let each = |good: &dyn Fn(&str) -> bool| words.iter().filter(|word| good(word)).cloned().collect::<BTreeSet<_>>();
            prop_assert_eq!(taken(|take| every(&all, &letters, take)), each(&|word| word.contains(&letters)));
            let ending = format!("{letters}\n");
            prop_assert_eq!(taken(|take| every(&all, &ending, take)), each(&|word| word.ends_with(&letters)));
            let found = taken(|take| beginning(&all, letters.as_bytes(), take));
            prop_assert_eq!(found, each(&|word| word.starts_with(&letters)));
        }
    }
}
