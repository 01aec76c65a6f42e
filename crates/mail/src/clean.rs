//! Takes out of text what no reader may see: control characters and marks that turn the direction of a line.

use std::borrow::Cow;

/// Line ends become `\n`; other control characters than tab go.
pub(crate) fn clean_text(text: &str) -> Cow<'_, str> {
    if !text.contains(|c: char| c.is_control() && c != '\n' && c != '\t') {
        return Cow::Borrowed(text);
    }
    let mut clean = String::with_capacity(text.len());
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '\r' if chars.peek() == Some(&'\n') => {}
            '\r' | '\u{b}' | '\u{c}' | '\u{85}' => clean.push('\n'),
            '\n' | '\t' => clean.push(c),
            c if c.is_control() => {}
            c => clean.push(c),
        }
    }
    Cow::Owned(clean)
}

/// One line: no control characters, no direction marks, white space folded to single spaces.
pub(crate) fn clean_line(text: &str) -> String {
    let mut clean = String::with_capacity(text.len());
    for c in text.chars() {
        let space = c.is_whitespace() && c != '\u{a0}';
        if space && !clean.is_empty() && !clean.ends_with(' ') {
            clean.push(' ');
        } else if !space && !c.is_control() && !turns_direction(c) {
            clean.push(c);
        }
    }
    clean.truncate(clean.trim_end().len());
    clean
}

/// Overrides and isolates (U+202A to U+202E, U+2066 to U+2069) and the bare marks, by which names are disguised.
pub(crate) fn turns_direction(c: char) -> bool {
    matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{200e}' | '\u{200f}' | '\u{61c}' | '\u{feff}')
}

/// Cuts `text` to at most `max_bytes` on a character boundary, at a line end or a space if one is near.
/// The two parts together are the text; the second goes into an attachment such as `rest-of-message.txt`.
pub fn fit(text: &str, max_bytes: usize) -> (String, Option<String>) {
    if text.len() <= max_bytes {
        return (text.to_owned(), None);
    }
    let limit = text.floor_char_boundary(max_bytes);
    let near = text.floor_char_boundary(limit - limit / 8);
    let window = &text[near..limit];
    let at = window.rfind('\n').or_else(|| window.rfind(' ')).map_or(limit, |found| near + found + 1);
    (text[..at].to_owned(), Some(text[at..].to_owned()))
}
