//! Takes a message apart into its MIME parts (RFC 2046 section 5.1) in one pass over its lines.
//! An attached message stays closed: it is one part.

use mail_parser::ContentType;

use crate::headers::{Headers, line_at};

/// Deeper multiparts are not opened; they are one part.
const MAX_DEPTH: usize = 40;
const MAX_PARTS: usize = 2_000;

/// One part: its header, its still encoded body and, for a multipart, its children.
#[derive(Debug)]
pub(crate) struct Part<'a> {
    pub(crate) headers: Headers<'a>,
    pub(crate) content_type: Option<ContentType<'static>>,
    pub(crate) body: &'a [u8],
    pub(crate) children: Vec<usize>,
    /// Text after the last boundary, where some list servers put their footer.
    pub(crate) is_epilogue: bool,
}

/// All parts; the first is the message itself.
#[derive(Debug, Default)]
pub(crate) struct Parts<'a> {
    pub(crate) all: Vec<Part<'a>>,
    pub(crate) warnings: Vec<String>,
}

struct Open {
    part: usize,
    boundary: Vec<u8>,
}

struct Delimiter {
    level: usize,
    closing: bool,
    /// End of the text before it, and where its line ends.
    before: usize,
    after: usize,
}

/// Takes `raw` apart. What is broken is taken as it comes, with a warning.
pub(crate) fn take_apart(raw: &[u8]) -> Parts<'_> {
    let mut parts = Parts::default();
    let mut open: Vec<Open> = Vec::new();
    let mut at = 0;
    'part: loop {
        let headers = Headers::split(&raw[at..], |line| delimiter_in(line, &open).is_some());
        let body_at = at + headers.body_at;
        let part = parts.add(headers, open.last().map(|open| open.part));
        let boundary = parts.all[part].boundary();
        if let Some(boundary) = boundary {
            if open.len() >= MAX_DEPTH {
                parts.warn("It is nested too deeply; the innermost parts are shown as they came.");
            } else {
                open.push(Open { part, boundary });
            }
        }
        if parts.all.len() >= MAX_PARTS {
            parts.all[part].body = &raw[body_at..];
            parts.warn("It has too many parts; the last ones are shown as they came.");
            return parts;
        }
        let mut found = next_delimiter(raw, body_at, &open);
        parts.all[part].body = &raw[body_at..found.as_ref().map_or(raw.len(), |found| found.before.max(body_at))];
        loop {
            let Some(delimiter) = found else {
                if !open.is_empty() {
                    parts.warn("It ends in the middle of a part: the last boundary is missing.");
                }
                return parts;
            };
            open.truncate(delimiter.level + 1);
            at = delimiter.after;
            if !delimiter.closing {
                continue 'part;
            }
            let closed = open.pop();
            found = next_delimiter(raw, at, &open);
            let rest = &raw[at..found.as_ref().map_or(raw.len(), |found| found.before.max(at))];
            if !rest.trim_ascii().is_empty() {
                let epilogue = parts.add(Headers::default(), closed.map(|closed| closed.part));
                parts.all[epilogue].body = rest;
                parts.all[epilogue].is_epilogue = true;
            }
            if found.is_none() && open.is_empty() {
                return parts;
            }
        }
    }
}

impl<'a> Parts<'a> {
    fn add(&mut self, headers: Headers<'a>, parent: Option<usize>) -> usize {
        let content_type = headers.content_type("content-type");
        let index = self.all.len();
        self.all.push(Part { headers, content_type, body: &[], children: Vec::new(), is_epilogue: false });
        if let Some(parent) = parent {
            self.all[parent].children.push(index);
        }
        index
    }

    fn warn(&mut self, warning: &str) {
        if !self.warnings.iter().any(|known| known == warning) {
            self.warnings.push(warning.to_owned());
        }
    }
}

impl Part<'_> {
    fn boundary(&self) -> Option<Vec<u8>> {
        let content_type =
            self.content_type.as_ref().filter(|value| value.ctype().eq_ignore_ascii_case("multipart"))?;
        let boundary = content_type.attribute("boundary")?.trim_end().as_bytes();
        (!boundary.is_empty()).then(|| boundary.to_vec())
    }
}

fn next_delimiter(raw: &[u8], from: usize, open: &[Open]) -> Option<Delimiter> {
    if open.is_empty() {
        return None;
    }
    let mut at = from;
    while at < raw.len() {
        let line = line_at(raw, at);
        if let Some((level, closing)) = delimiter_in(line, open) {
            // The line end before a boundary belongs to the boundary.
            let before = &raw[from..at];
            let before = before.strip_suffix(b"\n").map_or(before, |text| text.strip_suffix(b"\r").unwrap_or(text));
            return Some(Delimiter { level, closing, before: from + before.len(), after: at + line.len() });
        }
        at += line.len();
    }
    None
}

fn delimiter_in(line: &[u8], open: &[Open]) -> Option<(usize, bool)> {
    let text = line.strip_prefix(b"--")?.trim_ascii_end();
    let is = |text: &[u8]| open.iter().rposition(|open| open.boundary == text);
    is(text).map(|level| (level, false)).or_else(|| is(text.strip_suffix(b"--")?).map(|level| (level, true)))
}
