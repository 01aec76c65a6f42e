//! A text as words with their places: the one way in which records are indexed, questions read, and hits marked. Pure.

use std::ops::Range;

use crate::fold::{fold, is_dense, is_mark, written_out};

/// What a word of the index stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Role {
    /// The word itself, or two letters of a dense script.
    Main,
    /// The last letter of a run of a dense script, so that one letter is found anywhere.
    Tail,
    /// The same with umlauts written out.
    Also,
    /// With the signs that belong to it: `#123`, `c++`.
    Whole,
    /// A part of it: `map` of `HashMap`.
    Part,
}

/// A word, as it is compared, and where it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Word {
    pub(crate) form: String,
    pub(crate) role: Role,
    /// Counts the words from 0; what stands for the same word has the same place.
    pub(crate) place: usize,
    /// Its bytes in the text.
    pub(crate) at: Range<usize>,
}

/// All words of a text, in order.
pub(crate) fn words(text: &str) -> Vec<Word> {
    let mut out = Reading { text, out: Vec::new(), place: 0 };
    let mut at = 0;
    while let Some(c) = text[at..].chars().next() {
        let end = match c {
            _ if is_dense(c) => run(text, at, is_dense),
            _ if c.is_alphanumeric() => run(text, at, |c| (c.is_alphanumeric() || is_mark(c)) && !is_dense(c)),
            _ => {
                at += c.len_utf8();
                continue;
            }
        };
        if is_dense(c) {
            out.dense(at..end)
        } else {
            out.word(at..end)
        }
        at = end;
    }
    out.out
}

/// The end of the run of such letters that begins here.
fn run(text: &str, at: usize, of: impl Fn(char) -> bool) -> usize {
    text[at..].char_indices().find(|(_, c)| !of(*c)).map_or(text.len(), |(i, _)| at + i)
}

struct Reading<'a> {
    text: &'a str,
    out: Vec<Word>,
    place: usize,
}

impl Reading<'_> {
    fn push(&mut self, form: String, role: Role, at: Range<usize>) {
        if !form.is_empty() {
            self.out.push(Word { form, role, place: self.place, at });
        }
    }

    fn dense(&mut self, at: Range<usize>) {
        let letters: Vec<(usize, char)> = self.text[at.clone()].char_indices().collect();
        let single = letters.len() == 1;
        for (i, (from, first)) in letters.iter().enumerate() {
            let next = letters.get(i + 1);
            let end = |(from, c): &(usize, char)| at.start + from + c.len_utf8();
            let mut pair = first.to_string();
            let (role, to) = match next {
                Some(second) => {
                    pair.push(second.1);
                    (Role::Main, end(second))
                }
                None => (if single { Role::Main } else { Role::Tail }, end(&(*from, *first))),
            };
            self.push(fold(&pair), role, at.start + from..to);
            self.place += 1;
        }
    }

    fn word(&mut self, at: Range<usize>) {
        let word = &self.text[at.clone()];
        self.push(fold(word), Role::Main, at.clone());
        if let Some(also) = written_out(word) {
            self.push(also, Role::Also, at.clone());
        }
        let (before, after) = (&self.text[..at.start], &self.text[at.end..]);
        let sign = after.chars().next().filter(|c| "+#".contains(*c));
        if before.ends_with('#') && !before[..before.len() - 1].ends_with(char::is_alphanumeric) {
            self.push(format!("#{}", fold(word)), Role::Whole, at.start - 1..at.end);
        } else if let Some(sign) = sign {
            let signs = after.len() - after.trim_start_matches(sign).len();
            let ends = !after[signs..].starts_with(|c: char| c.is_alphanumeric());
            if ends && signs == if sign == '+' { 2 } else { 1 } {
                self.push(format!("{}{}", fold(word), &after[..signs]), Role::Whole, at.start..at.end + signs);
            }
        }
        let humps = humps(word);
        if humps.len() > 1 {
            for part in humps.into_iter().filter(|part| part.len() > 1) {
                let form = fold(&word[part.clone()]);
                self.push(form, Role::Part, at.start + part.start..at.start + part.end);
            }
        }
        self.place += 1;
    }
}

/// The parts of a word that begin with a capital: `get`, `User`, `Name`; `HTTP`, `Server`.
fn humps(word: &str) -> Vec<Range<usize>> {
    let letters: Vec<(usize, char)> = word.char_indices().collect();
    let mut starts = vec![0];
    for i in 1..letters.len() {
        let (before, this) = (letters[i - 1].1, letters[i].1);
        let next_small = letters.get(i + 1).is_some_and(|(_, c)| c.is_lowercase());
        if this.is_uppercase() && (before.is_lowercase() || before.is_uppercase() && next_small) {
            starts.push(letters[i].0);
        }
    }
    let ends = starts.iter().skip(1).copied().chain([word.len()]);
    starts.iter().copied().zip(ends).map(|(from, to)| from..to).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn forms(text: &str) -> String {
        let each = |word: Word| match word.role {
            Role::Main => word.form,
            role => format!("{}:{role:?}", word.form),
        };
        words(text).into_iter().map(each).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn words_are_runs_of_letters_and_digits() {
        assert_eq!(forms("Don't say: v1.2, or say it twice"), "don t say v1 2 or say it twice");
        assert_eq!(forms("Müller"), "muller mueller:Also");
        assert_eq!(forms(" - \u{0} \u{1f600} "), "");
    }

    #[test]
    fn symbols_are_there_whole_and_in_parts() {
        assert_eq!(forms("foo_bar std::fs"), "foo bar std fs");
        assert_eq!(forms("C++ C# #123 a#b"), "c c++:Whole c c#:Whole 123 #123:Whole a b");
        assert_eq!(forms("HashMap"), "hashmap hash:Part map:Part");
        assert_eq!(forms("HTTPServer iPhone"), "httpserver http:Part server:Part iphone phone:Part");
    }

    #[test]
    fn dense_scripts_go_two_letters_at_a_time() {
        assert_eq!(forms("東京都 Rust言語"), "東京 京都 都:Tail rust 言語 語:Tail");
        assert_eq!(forms("犬"), "犬");
        assert_eq!(forms("한국어를"), "한국 국어 어를 를:Tail");
    }

    proptest! {
        #[test]
        fn places_rise_and_ranges_are_of_the_text(text in "\\PC{0,80}") {
            let mut place = 0;
            for word in words(&text) {
                prop_assert!(text.get(word.at.clone()).is_some_and(|at| !at.is_empty()));
                prop_assert!(word.place == place || word.place == place + 1 || word.place > place);
                prop_assert!(word.place >= place);
                prop_assert!(word.form.len() <= 64);
                place = word.place;
            }
        }
    }
}
