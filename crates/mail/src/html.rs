//! HTML mail as Markdown: html2text lays the text out, the marks it leaves are written down here.

use html2text::config;
use html2text::render::TextDecorator;

use crate::clean::clean_text;
use crate::escape::{Place, escape};
use crate::markdown::longest_ticks;
use crate::tags::{CELL, RULE, tidy};

/// Wider than any paragraph, since posts wrap by themselves.
const WIDTH: usize = 1_000_000;

const QUOTE: char = '\u{1}';
const BULLET: char = '\u{2}';
const NUMBER: char = '\u{3}';
const HEADING: char = '\u{4}';

/// Markdown for `html`; `None` where html2text cannot read it.
pub(crate) fn to_markdown(html: &str) -> Option<String> {
    let html = tidy(&clean_text(html).replace(['\u{a0}', CELL, RULE], " "));
    let lines = config::with_decorator(Marks)
        .unicode_strikeout(false)
        .allow_width_overflow()
        .lines_from_read(html.as_bytes(), WIDTH)
        .ok()?;
    let mut page = Page::default();
    for line in lines {
        page.add(
            line.tagged_strings().map(|s| Run { text: s.s.replace('\u{a0}', " "), marks: s.tag.clone() }).collect(),
        );
    }
    page.end_block();
    Some(page.out.trim_matches('\n').to_owned())
}

#[derive(Debug, Clone, Default, PartialEq, Eq)]
enum Mark {
    #[default]
    None,
    Link(String),
    Strong,
    Emphasis,
    Strike,
    Code,
    Preformatted,
}

struct Run {
    text: String,
    marks: Vec<Mark>,
}

impl Run {
    fn has(&self, mark: &Mark) -> bool {
        self.marks.contains(mark)
    }

    fn link(&self) -> Option<&str> {
        self.marks.iter().find_map(|mark| if let Mark::Link(url) = mark { Some(url.as_str()) } else { None })
    }
}

/// What stands before the text of a line: quotes, list items, headings, and the indentation of what continues them.
#[derive(Default, Clone)]
struct Prefix {
    first: String,
    next: String,
    is_item: bool,
    in_list: bool,
}

#[derive(Default)]
struct Page {
    out: String,
    /// The line above, if it is not blank.
    above: Option<Prefix>,
    /// Lines of a preformatted block that is still open.
    block: Vec<String>,
    block_prefix: Prefix,
}

impl Page {
    fn add(&mut self, runs: Vec<Run>) {
        let (prefix, runs) = take_prefix(runs);
        if !runs.is_empty() && runs.iter().all(|run| run.has(&Mark::Preformatted)) {
            if self.block.is_empty() {
                self.block_prefix = prefix;
            }
            self.block.push(runs.iter().map(|run| run.text.replace(CELL, " ")).collect());
            return;
        }
        let runs = with_cells(runs);
        if runs.iter().all(|run| run.text.trim().is_empty()) {
            if self.block.is_empty() {
                self.gap(&prefix.next);
            } else {
                self.block.push(String::new());
            }
            return;
        }
        self.end_block();
        if runs.len() == 1 && runs[0].text.trim().chars().all(|c| c == RULE) {
            self.gap(&prefix.next);
            self.out.push_str(&format!("{}---\n", prefix.first));
            self.gap(&prefix.next);
            return;
        }
        self.start(&prefix);
        write_line(&mut self.out, &runs);
        self.out.push('\n');
    }

    /// Writes a prefix, with a gap where the line would else continue what is above (lazy continuation).
    fn start(&mut self, prefix: &Prefix) {
        if let Some(above) = &self.above {
            let leaves = prefix.first.len() < above.first.len() && !prefix.is_item;
            let begins = prefix.is_item && !above.in_list;
            let quotes = |prefix: &Prefix| prefix.first.matches('>').count();
            if leaves || begins || quotes(prefix) < quotes(above) {
                self.gap(&prefix.next);
            }
        }
        self.out.push_str(&prefix.first);
        self.above = Some(prefix.clone());
    }

    fn gap(&mut self, prefix: &str) {
        if self.above.take().is_some() || self.out.ends_with("---\n") {
            self.out.push_str(prefix.trim_end());
            self.out.push('\n');
        }
    }

    fn end_block(&mut self) {
        let mut lines = std::mem::take(&mut self.block);
        while lines.last().is_some_and(|line| line.trim().is_empty()) {
            lines.pop();
        }
        if lines.is_empty() {
            return;
        }
        let prefix = std::mem::take(&mut self.block_prefix);
        let fence = "`".repeat(longest_ticks(lines.iter().map(String::as_str)).max(2) + 1);
        self.start(&prefix);
        self.out.push_str(&format!("{fence}\n"));
        for line in lines.iter().chain([&fence]) {
            self.out.push_str(&format!("{}{}\n", prefix.next, line.trim_end()));
        }
        self.gap(&prefix.next);
    }
}

fn take_prefix(mut runs: Vec<Run>) -> (Prefix, Vec<Run>) {
    let mut prefix = Prefix::default();
    while let Some(run) = runs.first_mut().filter(|run| run.marks.is_empty() || run.marks == [Mark::None]) {
        let mut chars = run.text.chars().peekable();
        let mut taken = 0;
        while let Some(c) = chars.next_if(|&c| matches!(c, ' ' | QUOTE | BULLET | NUMBER | HEADING)) {
            taken += c.len_utf8();
            match c {
                NUMBER => {
                    while let Some(digit) = chars.next_if(char::is_ascii_digit) {
                        taken += 1;
                        prefix.first.push(digit);
                        prefix.next.push(' ');
                    }
                    prefix.first.push('.');
                }
                BULLET => prefix.first.push('-'),
                HEADING => prefix.first.push('#'),
                c => prefix.first.push(if c == QUOTE { '>' } else { ' ' }),
            }
            prefix.next.push(if c == QUOTE { '>' } else { ' ' });
            prefix.is_item |= matches!(c, NUMBER | BULLET);
        }
        run.text.drain(..taken);
        if !run.text.is_empty() {
            break;
        }
        runs.remove(0);
    }
    prefix.in_list = prefix.is_item || prefix.first.ends_with("  ");
    (prefix, runs)
}

/// Cells of one row stand on one line, with a bar between those that have text.
fn with_cells(runs: Vec<Run>) -> Vec<Run> {
    let mut shown: Vec<Run> = Vec::new();
    let mut gap = false;
    for run in runs {
        for (number, piece) in run.text.split(CELL).enumerate() {
            gap |= number > 0;
            if gap && piece.trim().is_empty() {
                continue;
            }
            if gap && shown.iter().any(|run| !run.text.trim().is_empty()) {
                shown.push(Run { text: " | ".into(), marks: Vec::new() });
            }
            gap = false;
            shown.push(Run { text: piece.to_owned(), marks: run.marks.clone() });
        }
    }
    shown.retain(|run| !run.text.is_empty());
    shown
}

fn write_line(out: &mut String, runs: &[Run]) {
    let mut at = 0;
    while at < runs.len() {
        let link = runs[at].link();
        let group = runs[at..].iter().take_while(|run| run.link() == link).count();
        let members = &runs[at..at + group];
        let text: String = members.iter().map(|run| run.text.as_str()).collect();
        match link.filter(|url| is_safe(url) && !text.trim().is_empty()).map(in_brackets) {
            Some(url) if url.trim_start_matches("mailto:") == text.trim() && !url.contains(['\\', '(', ')']) => {
                out.push_str(&format!("<{}>", text.trim()));
            }
            Some(url) => {
                let mut inner = String::new();
                write_runs(&mut inner, members, true, true);
                let words = inner.trim_start();
                out.push_str(&inner[..inner.len() - words.len()]);
                out.push_str(&format!("[{}]({url}){}", words.trim_end(), &words[words.trim_end().len()..]));
            }
            None => write_runs(out, members, false, at == 0),
        }
        at += group;
    }
    out.truncate(out.trim_end_matches(' ').len());
}

fn write_runs(out: &mut String, runs: &[Run], in_link: bool, first: bool) {
    for (number, run) in runs.iter().enumerate() {
        let line_start = first && number == 0;
        let text = if line_start { run.text.trim_start() } else { run.text.as_str() };
        let words = text.trim();
        if words.is_empty() {
            out.push_str(if text.is_empty() { "" } else { " " });
            continue;
        }
        let lead = text.len() - text.trim_start().len();
        out.push_str(&text[..lead]);
        let next = text[lead + words.len()..].chars().next();
        let next = next.or_else(|| runs.get(number + 1).and_then(|run| run.text.chars().next()));
        if run.has(&Mark::Code) {
            let fence = "`".repeat(longest_ticks(std::iter::once(words)) + 1);
            let pad = if words.starts_with('`') || words.ends_with('`') { " " } else { "" };
            out.push_str(&format!("{fence}{pad}{words}{pad}{fence}"));
        } else {
            let marks = emphasis(out, run, words, next);
            out.push_str(&marks);
            escape(out, words, Place { line_start: line_start && marks.is_empty(), brackets: true, in_link });
            out.extend(marks.chars().rev());
        }
        out.push_str(&text[lead + words.len()..]);
    }
}

/// The marks around `words`, or none where Markdown would not read them as marks (CommonMark 6.2).
fn emphasis(out: &str, run: &Run, words: &str, next: Option<char>) -> String {
    let free = |c: Option<char>| c.is_none_or(|c| c.is_whitespace() || (c.is_ascii_punctuation() && !"*~".contains(c)));
    let before = out.chars().next_back();
    let ends_in_words = words.starts_with(char::is_alphanumeric) && words.ends_with(char::is_alphanumeric);
    let touches_mark = before.is_some_and(|c| "*~`\\".contains(c));
    if touches_mark || !(free(before) && free(next) || ends_in_words) {
        return String::new();
    }
    let mut marks = String::new();
    for (mark, sign) in [(Mark::Strike, "~~"), (Mark::Strong, "**"), (Mark::Emphasis, "*")] {
        if run.has(&mark) {
            marks.push_str(sign);
        }
    }
    marks
}

fn is_safe(url: &str) -> bool {
    let url = url.trim_start().to_ascii_lowercase();
    ["http://", "https://", "mailto:", "ftp://", "tel:"].iter().any(|scheme| url.starts_with(scheme))
}

/// An address as it may stand in `(…)` and `<…>`.
fn in_brackets(url: &str) -> String {
    let mut safe = String::with_capacity(url.len());
    for c in url.trim().chars() {
        match c {
            c if c.is_whitespace() || c.is_control() => safe.push_str("%20"),
            '<' => safe.push_str("%3C"),
            '>' => safe.push_str("%3E"),
            '(' => safe.push_str("%28"),
            ')' => safe.push_str("%29"),
            '\\' => safe.push_str("%5C"),
            c => safe.push(c),
        }
    }
    safe
}

#[derive(Clone)]
struct Marks;

impl TextDecorator for Marks {
    type Annotation = Mark;

    fn decorate_link_start(&mut self, url: &str) -> (String, Mark) {
        (String::new(), Mark::Link(url.to_owned()))
    }
    fn decorate_link_end(&mut self) -> String {
        String::new()
    }
    fn decorate_em_start(&self) -> (String, Mark) {
        (String::new(), Mark::Emphasis)
    }
    fn decorate_em_end(&self) -> String {
        String::new()
    }
    fn decorate_strong_start(&self) -> (String, Mark) {
        (String::new(), Mark::Strong)
    }
    fn decorate_strong_end(&self) -> String {
        String::new()
    }
    fn decorate_strikeout_start(&self) -> (String, Mark) {
        (String::new(), Mark::Strike)
    }
    fn decorate_strikeout_end(&self) -> String {
        String::new()
    }
    fn decorate_code_start(&self) -> (String, Mark) {
        (String::new(), Mark::Code)
    }
    fn decorate_code_end(&self) -> String {
        String::new()
    }
    fn decorate_preformat_first(&self) -> Mark {
        Mark::Preformatted
    }
    fn decorate_preformat_cont(&self) -> Mark {
        Mark::Preformatted
    }
    fn decorate_image(&mut self, _src: &str, title: &str) -> (String, Mark) {
        (title.to_owned(), Mark::None)
    }
    // Each prefix has the columns of the Markdown it stands for: html2text indents what follows by its length.
    fn header_prefix(&self, level: usize) -> String {
        HEADING.to_string().repeat(level) + " "
    }
    fn quote_prefix(&self) -> String {
        format!("{QUOTE} ")
    }
    fn unordered_item_prefix(&self) -> String {
        format!("{BULLET} ")
    }
    fn ordered_item_prefix(&self, i: i64) -> String {
        format!("{NUMBER}{i} ")
    }
    fn make_subblock_decorator(&self) -> Self {
        self.clone()
    }
}
