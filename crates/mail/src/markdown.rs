//! Plain text as Markdown: the words that were written, with quotes, line ends and set-off blocks kept.

use crate::escape::{Place, escape};
use crate::flowed::Line;

const PATCH_LINES: &[&str] = &[
    "diff ",
    "index ",
    "new file",
    "deleted file",
    "old mode",
    "new mode",
    "similarity",
    "rename ",
    "copy ",
    "Binary ",
    "+",
    "-",
    " ",
    "@@",
    "\\ ",
    "Index: ",
    "====",
];

/// Renders lines as Markdown whose display shows them as they were.
pub(crate) fn from_plain(lines: &[Line]) -> String {
    let brackets = lines.iter().any(|line| ["](", "][", "]:"].iter().any(|mark| line.text.contains(mark)));
    let mut out = String::new();
    let mut last: Option<&Line> = None;
    let mut in_block = false;
    let mut at = 0;
    while let Some(line) = lines.get(at) {
        let patch = patch_length(&lines[at..]);
        if patch > 0 {
            write_fenced(&mut out, &lines[at..at + patch]);
            (last, in_block) = (None, false);
            at += patch;
            continue;
        }
        at += 1;
        let blank = line.text.trim().is_empty();
        let after_gap = last.is_none_or(|last| last.text.trim().is_empty() || last.depth != line.depth);
        // Without a gap the line would be read as one more line of the quote above (lazy continuation).
        if !blank && last.is_some_and(|last| last.depth > line.depth && !last.text.trim().is_empty()) {
            out.push_str(&">".repeat(line.depth));
            out.push('\n');
        }
        out.push_str(&">".repeat(line.depth));
        in_block = !blank && is_set_off(&line.text) && (after_gap || in_block);
        if !blank {
            out.push_str(if line.depth > 0 { " " } else { "" });
            if in_block {
                write_set_off(&mut out, &line.text);
            } else {
                escape(&mut out, line.text.trim_end(), Place { line_start: true, brackets, in_link: false });
            }
        }
        out.push('\n');
        last = Some(line);
    }
    out.trim_matches('\n').to_owned()
}

/// Four columns in: Markdown shows it letter by letter, which is what the indentation was for.
fn is_set_off(text: &str) -> bool {
    let mut columns = 0;
    for byte in text.bytes() {
        match byte {
            b' ' => columns += 1,
            b'\t' => columns += 4,
            _ => break,
        }
    }
    columns >= 4
}

fn write_set_off(out: &mut String, text: &str) {
    let words = text.trim_start_matches([' ', '\t']);
    for c in text[..text.len() - words.len()].chars() {
        out.push_str(if c == '\t' { "    " } else { " " });
    }
    out.push_str(words.trim_end());
}

/// How many lines from here are a patch, in which every space counts.
fn patch_length(lines: &[Line]) -> usize {
    let starts =
        |at: usize, start: &str| lines.get(at).is_some_and(|line| line.depth == 0 && line.text.starts_with(start));
    if !(starts(0, "diff --git ") || starts(0, "--- ") && starts(1, "+++ ")) {
        return 0;
    }
    let belongs = |line: &Line| {
        line.depth == 0 && !line.starts_signature() && PATCH_LINES.iter().any(|s| line.text.starts_with(s))
    };
    let mut length = 0;
    for (at, line) in lines.iter().enumerate() {
        if belongs(line) {
            length = at + 1;
        } else if !line.text.is_empty() || !lines.get(at + 1).is_some_and(belongs) {
            break;
        }
    }
    length
}

fn write_fenced(out: &mut String, lines: &[Line]) {
    let fence = "`".repeat(longest_ticks(lines.iter().map(|line| line.text.as_str())).max(2) + 1);
    out.push_str(&format!("{fence}diff\n"));
    for line in lines {
        out.push_str(&line.text);
        out.push('\n');
    }
    out.push_str(&format!("{fence}\n"));
}

/// The longest run of backticks, which a fence or a code span must outdo.
pub(crate) fn longest_ticks<'a>(texts: impl Iterator<Item = &'a str>) -> usize {
    texts.flat_map(|text| text.split(|c| c != '`')).map(str::len).max().unwrap_or(0)
}
