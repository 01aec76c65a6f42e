//! The words of a search, read: `words "phrases" prefix* -excluded`. It also says where they stand in a text. Pure.

use model::limits::{MAX_SEARCH_TEXT, MAX_SEARCH_WORDS};
use std::ops::Range;
use store::search::{SearchError, Words};

use crate::fold::is_dense;
use crate::words::{Role, Word, words};

/// From so many letters on a word is found with one of them changed.
const TYPO_FROM: usize = 4;
/// From so many letters on it is found inside a longer one.
const INSIDE_FROM: usize = 5;

/// One thing that must be there, or must not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Clause {
    /// Words that follow each other; mostly one.
    pub(crate) forms: Vec<String>,
    /// Other spellings of a single word.
    pub(crate) also: Vec<String>,
    /// The last word is the beginning of one.
    pub(crate) prefix: bool,
    /// It was quoted, so it is meant as it stands.
    pub(crate) quoted: bool,
    /// It must not be there.
    pub(crate) not: bool,
}

impl Clause {
    /// The single word, if one of its letters may differ.
    pub(crate) fn with_typo(&self) -> Option<&str> {
        self.single().filter(|word| word.chars().count() >= TYPO_FROM)
    }

    /// The single word, if it is looked for inside longer ones.
    pub(crate) fn inside(&self) -> Option<&str> {
        self.single().filter(|word| word.chars().count() >= INSIDE_FROM)
    }

    fn single(&self) -> Option<&str> {
        let [word] = self.forms.as_slice() else { return None };
        let letters = word.chars().all(|c| c.is_alphabetic() && !is_dense(c));
        (letters && !self.quoted && !self.not).then_some(word)
    }

    /// Whether a word of a text is this clause's last one.
    fn ends(&self, word: &Word, loose: bool) -> bool {
        let last = self.forms.last().map_or("", String::as_str);
        word.form == last
            || self.also.contains(&word.form)
            || self.prefix && word.form.starts_with(last)
            || loose && self.with_typo().is_some_and(|typed| one_apart(typed, &word.form, self.prefix))
            || loose && self.inside().is_some_and(|typed| word.form.contains(typed))
    }
}

/// Reads a search. Signs without a word are passed over.
///
/// # Errors
/// `TooMuch` where it is longer than a search may be.
pub(crate) fn read(asked: Words) -> Result<Vec<Clause>, SearchError> {
    if asked.text.len() > MAX_SEARCH_TEXT {
        return Err(SearchError::TooMuch("maxSizeSearchText", MAX_SEARCH_TEXT));
    }
    let mut out = Vec::new();
    let mut rest = asked.text;
    let mut open = false;
    loop {
        rest = rest.trim_start_matches(char::is_whitespace);
        if rest.is_empty() {
            break;
        }
        let not = rest.len() > 1 && rest.starts_with('-') && !rest[1..].starts_with(char::is_whitespace);
        rest = if not { &rest[1..] } else { rest };
        let (part, quoted);
        if let Some(inner) = rest.strip_prefix('"') {
            let end = inner.find('"');
            open = end.is_none();
            (part, quoted) = (&inner[..end.unwrap_or(inner.len())], true);
            rest = end.map_or("", |end| &inner[end + 1..]);
        } else {
            let end = rest.find(|c: char| c.is_whitespace() || c == '"').unwrap_or(rest.len());
            (part, quoted) = (&rest[..end], false);
            rest = &rest[end..];
            open = rest.is_empty();
        }
        out.extend(clause(part, quoted, not));
    }
    if let Some(last) = out.last_mut().filter(|_| asked.prefix_last && open) {
        last.prefix = true;
    }
    for clause in &mut out {
        // Two letters of a dense script are a whole word already; one begins many. One letter of another begins too many.
        let last = clause.forms.last().map_or("", String::as_str);
        let mut letters = last.chars();
        let (first, single) = (letters.next(), letters.next().is_none());
        clause.prefix = if first.is_some_and(is_dense) { single } else { clause.prefix && !single };
    }
    if out.len() > MAX_SEARCH_WORDS {
        return Err(SearchError::TooMuch("maxSearchWords", MAX_SEARCH_WORDS));
    }
    Ok(out)
}

fn clause(part: &str, quoted: bool, not: bool) -> Option<Clause> {
    let prefix = !quoted && part.ends_with('*');
    let all = words(part);
    let mut main: Vec<&Word> = all.iter().filter(|word| matches!(word.role, Role::Main | Role::Tail)).collect();
    if main.last().is_some_and(|last| last.role == Role::Tail) {
        main.pop();
    }
    let whole = all.iter().find(|word| word.role == Role::Whole);
    let (forms, also) = match (main.as_slice(), whole) {
        ([_], Some(whole)) => (vec![whole.form.clone()], Vec::new()),
        ([one], None) => {
            let also = all.iter().filter(|word| word.role == Role::Also).map(|word| word.form.clone());
            (vec![one.form.clone()], also.collect())
        }
        _ => (main.iter().map(|word| word.form.clone()).collect::<Vec<_>>(), Vec::new()),
    };
    (!forms.is_empty()).then_some(Clause { forms, also, prefix, quoted, not })
}

/// Where the clauses stand in a text: rising, apart from each other.
pub(crate) fn marks(clauses: &[Clause], loose: bool, text: &str) -> Vec<Range<usize>> {
    let all = words(text);
    let mut out: Vec<Range<usize>> = Vec::new();
    for clause in clauses.iter().filter(|clause| !clause.not) {
        let Some((_, before)) = clause.forms.split_last() else { continue };
        for word in all.iter().filter(|word| clause.ends(word, loose)) {
            if before.is_empty() {
                out.push(word.at.clone());
                continue;
            }
            let Some(first) = word.place.checked_sub(before.len()) else { continue };
            let at = |place: usize, form: &String| {
                let from = all.partition_point(|w| w.place < place);
                all[from..].iter().take_while(|w| w.place == place).find(|w| w.form == *form)
            };
            let found: Option<Vec<&Word>> = before.iter().enumerate().map(|(i, form)| at(first + i, form)).collect();
            if let Some(found) = found {
                out.push(found[0].at.start..word.at.end);
            }
        }
    }
    out.sort_by_key(|range| (range.start, range.end));
    out.dedup_by(|next, last| {
        let touches = next.start < last.end;
        if touches {
            last.end = last.end.max(next.end);
        }
        touches
    });
    out
}

/// True if one letter more, less, or other, or two swapped, makes one of the other; with `prefix`, of a beginning of it.
pub(crate) fn one_apart(typed: &str, found: &str, prefix: bool) -> bool {
    let (a, b): (Vec<char>, Vec<char>) = (typed.chars().collect(), found.chars().collect());
    let same = a.iter().zip(&b).take_while(|(a, b)| a == b).count();
    if same == a.len() {
        return prefix || b.len() <= same + 1;
    }
    let ends = |a: &[char], b: &[char]| if prefix { b.starts_with(a) } else { a == b };
    let (a, b) = (&a[same..], &b[same..]);
    let other = b.first().is_some_and(|_| ends(&a[1..], &b[1..]));
    let more = b.first().is_some_and(|_| ends(a, &b[1..]));
    let swapped = a.len() > 1 && b.len() > 1 && a[0] == b[1] && a[1] == b[0] && ends(&a[2..], &b[2..]);
    ends(&a[1..], b) || other || more || swapped
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read_as(text: &str) -> String {
        let read = read(Words { text, prefix_last: true }).unwrap();
        let each = |clause: Clause| {
            let not = if clause.not { "-" } else { "" };
            let also: String = clause.also.iter().map(|also| format!("|{also}")).collect();
            let forms = if clause.quoted { format!("{:?}", clause.forms.join(" ")) } else { clause.forms.join("+") };
            format!("{not}{forms}{also}{}", if clause.prefix { "*" } else { "" })
        };
        read.into_iter().map(each).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn a_search_is_words_phrases_beginnings_and_exclusions() {
        assert_eq!(read_as("Release \"of the day\" rel* -draft "), "release \"of the day\" rel* -draft");
        assert_eq!(read_as("rele"), "rele*");
        assert_eq!(read_as("\"of the d"), "\"of the d\"");
        assert_eq!(read_as("\"of the da"), "\"of the da\"*");
        assert_eq!(read_as("Müller "), "muller|mueller");
        assert_eq!(read_as("foo_bar std::fs C++ #12 a.b.c "), "foo+bar std+fs c++ #12 a+b+c");
        assert_eq!(read_as("東京都 犬 "), "東京+京都 犬*");
        assert_eq!(read_as("\"東京都 rust\" "), "\"東京 京都 都 rust\"");
    }

    #[test]
    fn signs_without_words_are_nothing() {
        for text in ["", " - \" * -- ** \"\" -\"\" ", "\u{0}", ".*[a", "😀"] {
            let words = read_as(text);
            assert!(words.is_empty() || words == "a", "{text:?}: {words}");
        }
    }

    #[test]
    fn what_is_too_much_is_refused_by_name() {
        let of = |text: &str| read(Words { text, prefix_last: false });
        assert_eq!(of(&"a ".repeat(33)), Err(SearchError::TooMuch("maxSearchWords", 32)));
        assert_eq!(of(&"a ".repeat(32)).map(|clauses| clauses.len()), Ok(32));
        assert_eq!(of(&"a".repeat(1025)), Err(SearchError::TooMuch("maxSizeSearchText", 1024)));
        assert!(of(&"a".repeat(1024)).is_ok());
    }

    fn marked(search: &str, loose: bool, text: &str) -> String {
        let clauses = read(Words { text: search, prefix_last: false }).unwrap();
        let (mut out, mut at) = (String::new(), 0);
        for range in marks(&clauses, loose, text) {
            out += &format!("{}[{}]", &text[at..range.start], &text[range.clone()]);
            at = range.end;
        }
        out + &text[at..]
    }

    #[test]
    fn marks_stand_on_what_was_found() {
        assert_eq!(marked("map foo", false, "A HashMap of foo_bar"), "A Hash[Map] of [foo]_bar");
        assert_eq!(marked("foo_bar", false, "foo_bar or foo, bar or bar"), "[foo_bar] or [foo, bar] or bar");
        assert_eq!(marked("mueller", false, "Herr Müller"), "Herr [Müller]");
        assert_eq!(marked("東京都 犬", false, "私は東京都に住む犬"), "私は[東京都]に住む[犬]");
        assert_eq!(marked("relase", true, "the release"), "the [release]");
        assert_eq!(marked("relase", false, "the release"), "the release");
        assert_eq!(marked("dampf", true, "Donaudampfschiff"), "[Donaudampfschiff]");
        assert_eq!(marked("-the rel*", false, "the release"), "the [release]");
    }

    #[test]
    fn one_letter_may_differ() {
        for (typed, found) in [
            ("form", "from"),
            ("word", "words"),
            ("word", "ord"),
            ("word", "wird"),
            ("word", "wword"),
            ("word", "word"),
        ] {
            assert!(one_apart(typed, found, false), "{typed} {found}");
        }
        for (typed, found) in [("word", "worded"), ("word", "wrdo"), ("word", ""), ("word", "sward")] {
            assert!(!one_apart(typed, found, false), "{typed} {found}");
        }
        assert!(one_apart("wrod", "wording", true));
        assert!(one_apart("wrd", "wording", true));
        assert!(!one_apart("wrod", "warding", true));
    }
}
