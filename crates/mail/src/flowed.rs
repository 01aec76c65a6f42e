//! Cuts plain text into lines with their quote depth, and joins those of format=flowed (RFC 3676).

/// How many `>` are read as quotes; more are words.
const MAX_QUOTES: usize = 12;

/// One line of plain text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Line {
    /// How many times it is quoted.
    pub(crate) depth: usize,
    pub(crate) text: String,
}

impl Line {
    /// "-- " starts the signature (RFC 3676 section 4.3).
    pub(crate) fn starts_signature(&self) -> bool {
        self.depth == 0 && self.text == "-- "
    }
}

/// Lines as they were written: quotes are `>` at the start of a line, with or without spaces between.
pub(crate) fn fixed(text: &str) -> Vec<Line> {
    text.lines().map(quoted).collect()
}

fn quoted(line: &str) -> Line {
    let (mut depth, mut rest) = (0, line);
    while depth < MAX_QUOTES {
        let Some(inner) = rest.strip_prefix('>').or_else(|| rest.strip_prefix(" >").filter(|_| depth > 0)) else {
            break;
        };
        (depth, rest) = (depth + 1, inner);
    }
    let text = if depth > 0 { rest.strip_prefix(' ').unwrap_or(rest) } else { rest };
    Line { depth, text: text.to_owned() }
}

/// Lines of format=flowed joined to the paragraphs that they were cut from.
pub(crate) fn flowed(text: &str, del_sp: bool) -> Vec<Line> {
    let mut lines: Vec<Line> = Vec::new();
    let mut flows = false;
    for raw in text.lines() {
        let depth = raw.bytes().take_while(|&byte| byte == b'>').count();
        let text = raw[depth..].strip_prefix(' ').unwrap_or(&raw[depth..]);
        let depth = depth.min(MAX_QUOTES);
        let is_signature = text == "-- ";
        let goes_on = text.ends_with(' ') && !is_signature;
        let piece = if goes_on && del_sp { &text[..text.len() - 1] } else { text };
        match lines.last_mut().filter(|last| flows && last.depth == depth && !is_signature) {
            Some(last) => last.text.push_str(piece),
            None => lines.push(Line { depth, text: piece.to_owned() }),
        }
        flows = goes_on;
    }
    lines
}
