//! The piece of a text in which the words stand, with marks as a browser counts. Pure.

use std::ops::Range;

/// Bytes of a snippet, about.
const LONG: usize = 240;
/// Bytes before the first mark, about.
const BEFORE: usize = 60;
/// Marks that are weighed to choose the place, and shown.
const MARKS: usize = 500;

/// A piece of a text, on one line.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Snippet {
    pub(super) text: String,
    /// Start and length in UTF-16 code units.
    pub(super) marks: Vec<[usize; 2]>,
}

impl Snippet {
    /// The piece with the most marks; without any, the beginning.
    pub(super) fn of(text: &str, marks: &[Range<usize>]) -> Snippet {
        let marks = &marks[..marks.len().min(MARKS)];
        let from = |first: usize| start(text, first);
        let within = |first: usize| {
            let end = from(marks[first].start) + LONG;
            marks[first..].iter().take_while(|mark| mark.end <= end).count()
        };
        // The first of the best.
        let best = (0..marks.len()).max_by_key(|first| (within(*first), std::cmp::Reverse(*first)));
        let from = best.map_or(0, |first| from(marks[first].start));
        let least = best.map_or(0, |first| marks[first].end);
        let to = end(text, from, least);
        let shown = text[from..to].chars().filter_map(seen);
        let before = usize::from(from > 0);
        let mut piece: String = "…".repeat(before);
        piece.extend(shown);
        piece.push_str(if to < text.len() { "…" } else { "" });
        let place = |at: usize| before + text[from..at].chars().filter_map(seen).map(char::len_utf16).sum::<usize>();
        let inside = marks.iter().filter(|mark| mark.start >= from && mark.end <= to);
        let marks = inside.map(|mark| [place(mark.start), place(mark.end) - place(mark.start)]).collect();
        Snippet { text: piece, marks }
    }
}

/// A character as it is shown on a line.
fn seen(c: char) -> Option<char> {
    if c.is_whitespace() { Some(' ') } else { (!c.is_control()).then_some(c) }
}

/// Where the piece around a mark begins: at a word, if there is one near.
fn start(text: &str, mark: usize) -> usize {
    if mark <= BEFORE {
        return 0;
    }
    let from = text.ceil_char_boundary(mark - BEFORE);
    let blank = text[from..mark].find(char::is_whitespace);
    blank.map_or(from, |at| from + at + text[from + at..].chars().next().map_or(0, char::len_utf8))
}

/// Where it ends: after a word, if there is one, and not within the mark.
fn end(text: &str, from: usize, least: usize) -> usize {
    let to = text.floor_char_boundary((from + LONG).min(text.len())).max(least);
    if to == text.len() {
        return to;
    }
    let blank = text[from..to].rfind(char::is_whitespace).map(|at| from + at);
    blank.filter(|at| *at >= least && *at > from).unwrap_or(to)
}

/// Ranges of bytes as start and length in UTF-16 code units.
pub(super) fn utf16(text: &str, marks: &[Range<usize>]) -> Vec<[usize; 2]> {
    let units = |text: &str| text.chars().map(char::len_utf16).sum::<usize>();
    marks.iter().take(MARKS).map(|mark| [units(&text[..mark.start]), units(&text[mark.clone()])]).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str, words: &[&str]) -> String {
        let marks: Vec<_> = words.iter().filter_map(|word| text.find(word).map(|at| at..at + word.len())).collect();
        let snippet = Snippet::of(text, &marks);
        let units: Vec<u16> = snippet.text.encode_utf16().collect();
        let marked = snippet.marks.iter().map(|[at, len]| String::from_utf16_lossy(&units[*at..at + len]));
        format!("{} {:?}", snippet.text, marked.collect::<Vec<_>>())
    }

    #[test]
    fn a_short_text_is_shown_whole() {
        assert_eq!(shown("😀 the\nrelease", &["release"]), "😀 the release [\"release\"]");
        assert_eq!(shown("the\u{0} release", &[]), "the release []");
        assert_eq!(shown("", &[]), " []");
    }

    #[test]
    fn of_a_long_text_the_piece_with_the_most_marks_is_shown() {
        let text = format!("one {}two 😀 three {}", "blah ".repeat(100), "blah ".repeat(100));
        let piece = shown(&text, &["one", "two", "three"]);
        assert!(piece.starts_with("…blah ") && piece.contains("two 😀 three blah"), "{piece}");
        assert!(piece.ends_with("blah… [\"two\", \"three\"]"), "{piece}");
        assert!(piece.len() < 300, "{piece}");
    }

    #[test]
    fn a_text_without_blanks_is_cut_between_letters() {
        let text = "語".repeat(1000);
        let snippet = Snippet::of(&text, std::slice::from_ref(&(1500..1506)));
        assert_eq!(snippet.marks, [[21, 2]]);
        assert!(snippet.text.starts_with("…語") && snippet.text.ends_with("語…"));
        assert_eq!(Snippet::of(&text, std::slice::from_ref(&(0..3000))).marks, [[0, 1000]]);
    }
}
