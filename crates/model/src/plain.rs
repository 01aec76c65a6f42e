//! Markdown as plain words, for excerpts, search and mail.

use comrak::nodes::{AstNode, NodeValue};
use comrak::{Arena, Options, parse_document};

/// The words of the beginning of a Markdown text, on one line, of at most about `max` bytes.
pub fn plain(markdown: &str, max: usize) -> String {
    // Markup is seldom longer than the words; an excerpt needs no more than this much of the text.
    let head = markdown.floor_char_boundary(max.saturating_mul(8).min(markdown.len()));
    let arena = Arena::new();
    let mut options = Options::default();
    options.extension.strikethrough = true;
    options.extension.table = true;
    options.extension.tasklist = true;
    let root = parse_document(&arena, &markdown[..head], &options);
    let mut out = String::new();
    words(root, max, &mut out);
    cut(&out, max)
}

fn words<'a>(node: &'a AstNode<'a>, max: usize, out: &mut String) {
    if out.len() > max {
        return;
    }
    match &node.data.borrow().value {
        NodeValue::Text(text) => out.push_str(text),
        NodeValue::Code(code) => out.push_str(&code.literal),
        NodeValue::CodeBlock(code) => out.push_str(&code.literal),
        NodeValue::SoftBreak | NodeValue::LineBreak => out.push(' '),
        NodeValue::HtmlBlock(html) => out.push_str(&html.literal),
        NodeValue::HtmlInline(html) => out.push_str(html),
        _ => {}
    }
    for child in node.children() {
        words(child, max, out);
    }
    if node.data.borrow().value.block() {
        out.push(' ');
    }
}

/// Runs of white space and control characters become one blank; what is too long ends in an ellipsis, at a word if there is one.
fn cut(text: &str, max: usize) -> String {
    let mut out = String::new();
    for word in text.split(|c: char| c.is_whitespace() || c.is_control()).filter(|word| !word.is_empty()) {
        let blank = usize::from(!out.is_empty());
        if out.len() + blank + word.len() > max {
            if out.is_empty() {
                out.push_str(&word[..word.floor_char_boundary(max)]);
            }
            out.push('…');
            break;
        }
        if blank == 1 {
            out.push(' ');
        }
        out.push_str(word);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn marks_go_and_words_stay() {
        let text = "# Head\n\nSome *bold* `code` and [@Ana](mw:p1), ~~not~~\n\n- one\n- two\n\n| a | b |\n|---|---|\n| c | d |";
        assert_eq!(plain(text, 200), "Head Some bold code and @Ana, not one two a b c d");
    }

    #[test]
    fn what_is_too_long_ends_at_a_word() {
        assert_eq!(plain("one two three", 9), "one two…");
        assert_eq!(plain("ääääääää", 5), "ää…");
        assert_eq!(plain("", 9), "");
    }

    proptest! {
        #[test]
        fn any_text_gives_one_short_line(text in "\\PC{0,300}", max in 1usize..100) {
            let line = plain(&text, max);
            prop_assert!(line.len() <= max + '…'.len_utf8());
            prop_assert!(!line.contains(char::is_control));
        }
    }
}
