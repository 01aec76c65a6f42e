//! Splits a header into its fields (RFC 5322 section 2.2) and reads the values that a message needs.
//! The splitting is ours, so that it stays linear on hostile input; mail-parser decodes the single values.

use std::borrow::Cow;

use mail_parser::decoders::charsets::map::charset_decoder;
use mail_parser::parsers::MessageStream;
use mail_parser::{Addr, Address, ContentType, HeaderValue};

use crate::clean::clean_line;
use crate::message::Mailbox;

const MAX_FIELDS: usize = 5_000;
const MAX_IDS: usize = 1_000;
/// RFC 5322 section 2.1.1: the longest line there may be.
const MAX_ID_BYTES: usize = 998;

/// The fields of one header, and where the body starts.
#[derive(Debug, Default)]
pub(crate) struct Headers<'a> {
    fields: Vec<(&'a [u8], &'a [u8])>,
    /// Bytes from the start of the header.
    pub(crate) body_at: usize,
    /// Lines that are no field and were passed over.
    pub(crate) strange_lines: usize,
}

/// The name of the field that starts on this line, if one does.
pub(crate) fn field_name(line: &[u8]) -> Option<&[u8]> {
    let colon = line.iter().take(200).position(|&byte| byte == b':')?;
    let name = line[..colon].trim_ascii_end();
    (!name.is_empty() && name.iter().all(u8::is_ascii_graphic)).then_some(name)
}

/// The next line with its end, or the rest.
pub(crate) fn line_at(bytes: &[u8], at: usize) -> &[u8] {
    let rest = &bytes[at..];
    rest.iter().position(|&byte| byte == b'\n').map_or(rest, |end| &rest[..=end])
}

impl<'a> Headers<'a> {
    /// Reads fields up to the empty line, or to the last field where the empty line is missing.
    /// `ends` says which lines cannot be part of the header (boundaries).
    pub(crate) fn split(bytes: &'a [u8], ends: impl Fn(&[u8]) -> bool) -> Headers<'a> {
        let mut headers = Headers::default();
        let (mut at, mut strange) = (0, 0);
        while at < bytes.len() {
            let line = line_at(bytes, at);
            let next = at + line.len();
            if matches!(line, b"\n" | b"\r\n" | b"\r") {
                headers.body_at = next;
                headers.strange_lines += strange;
                return headers;
            }
            let folded = matches!(line.first(), Some(b' ' | b'\t'));
            if folded && let Some((_, value)) = headers.fields.last_mut().filter(|_| strange == 0) {
                let start = value.as_ptr().addr() - bytes.as_ptr().addr();
                *value = &bytes[start..next];
                headers.body_at = next;
            } else if ends(line) {
                break;
            } else if let Some(name) = field_name(line).filter(|_| !folded) {
                if headers.fields.len() < MAX_FIELDS {
                    let colon = line.iter().position(|&byte| byte == b':').unwrap_or(0);
                    headers.fields.push((name, &line[colon + 1..]));
                }
                headers.body_at = next;
                headers.strange_lines += std::mem::take(&mut strange);
            } else {
                strange += 1;
                if headers.fields.is_empty() {
                    break;
                }
            }
            at = next;
        }
        headers
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.fields.is_empty()
    }

    fn values(&self, name: &'static str) -> impl Iterator<Item = &'a [u8]> {
        self.fields
            .iter()
            .filter(move |(field, _)| field.eq_ignore_ascii_case(name.as_bytes()))
            .map(|(_, value)| *value)
    }

    /// Unstructured text with its encoded words decoded (RFC 2047), on one line.
    pub(crate) fn text(&self, name: &'static str) -> Option<String> {
        self.values(name).map(decode_words).find(|text| !text.is_empty())
    }

    /// A field of the MIME kind, `type/subtype; name=value` (RFC 2045 section 5.1, RFC 2231).
    pub(crate) fn content_type(&self, name: &'static str) -> Option<ContentType<'static>> {
        match MessageStream::new(&prepared(self.values(name).next()?, 16 * 1024)).parse_content_type().into_owned() {
            HeaderValue::ContentType(value) => Some(value),
            _ => None,
        }
    }

    /// All addresses of all fields of this name, groups opened (RFC 5322 section 3.4).
    pub(crate) fn mailboxes(&self, name: &'static str) -> Vec<Mailbox> {
        let mut found = Vec::new();
        for value in self.values(name) {
            if let Some(mailbox) = obscured(value) {
                found.push(mailbox);
                continue;
            }
            match MessageStream::new(&prepared(value, 256 * 1024)).parse_address() {
                HeaderValue::Address(Address::List(list)) => found.extend(list.iter().filter_map(mailbox)),
                HeaderValue::Address(Address::Group(groups)) => {
                    found.extend(groups.iter().flat_map(|group| &group.addresses).filter_map(mailbox));
                }
                _ => {}
            }
        }
        found
    }

    /// The Message-IDs in the fields of this name, without `<>` and the white space that folding left in them.
    pub(crate) fn ids(&self, name: &'static str) -> Vec<String> {
        let mut ids = Vec::new();
        for value in self.values(name) {
            let value = String::from_utf8_lossy(value);
            let value = if value.contains("=?") { Cow::Owned(decode_words(value.as_bytes())) } else { value };
            ids_in(&value, &mut ids);
        }
        if ids.len() > MAX_IDS {
            ids.drain(1..ids.len() - MAX_IDS + 1);
        }
        ids
    }

    /// The first Date field in milliseconds since 1970, UTC: `None` without a field, `Some(Err)` with its text where it
    /// names no instant between 1970 and 2099.
    pub(crate) fn date_ms(&self) -> Option<Result<i64, String>> {
        let value = self.values("date").next()?;
        let date = match MessageStream::new(&prepared(value, 1024)).parse_date() {
            HeaderValue::DateTime(date) => Some(date),
            _ => None,
        };
        // mail-parser takes "0000" for the two-digit year of 2000 (RFC 5322 section 4.3).
        let is_year_0 = value.split(u8::is_ascii_whitespace).any(|word| word.len() == 4 && word.starts_with(b"00"));
        let sound = date
            .filter(|_| !is_year_0)
            .filter(|date| (1970..2100).contains(&date.year) && date.is_valid() && date.tz_hour <= 15);
        let millis = sound.map(|date| date.to_timestamp() * 1000).filter(|&millis| millis >= 0);
        Some(millis.ok_or_else(|| decode_words(&value[..value.len().min(100)])))
    }
}

/// Decodes encoded words in a value that is not a header field of its own (file names).
pub(crate) fn decode_words(value: &[u8]) -> String {
    match MessageStream::new(&joined_words(&prepared(value, 256 * 1024))).parse_unstructured() {
        HeaderValue::Text(text) => clean_line(&text),
        _ => String::new(),
    }
}

/// UTF-8, ended by a line end as mail-parser wants it, and short enough for what its search for encoded words costs.
fn prepared(value: &[u8], max: usize) -> Vec<u8> {
    let mut value = &value[..value.len().min(max)];
    let words = value.windows(2).filter(|pair| pair == b"=?").count();
    while words * value.len() > 32 * 1024 * 1024 {
        value = &value[..value.len() / 2];
    }
    let mut text = match str::from_utf8(value) {
        Ok(_) => value.to_vec(),
        // Unencoded 8-bit header text has no charset: the most common one is a better guess than U+FFFD.
        Err(_) => charset_decoder(b"windows-1252").map_or_else(|| value.to_vec(), |decode| decode(value).into_bytes()),
    };
    text.truncate(text.trim_ascii_end().len());
    text.retain(|&byte| byte != 0);
    text.push(b'\n');
    text
}

/// Some writers cut a character in two between encoded words; joined again, words of one charset decode whole.
fn joined_words(value: &[u8]) -> Vec<u8> {
    let mut joined: Vec<u8> = Vec::with_capacity(value.len());
    // Where the last word's "?=" lies in `joined`, and its "=?charset?B?".
    let mut last: Option<(usize, Vec<u8>)> = None;
    let mut at = 0;
    while at < value.len() {
        let Some((lead, end)) = encoded_word(&value[at..]) else {
            if !value[at].is_ascii_whitespace() {
                last = None;
            }
            joined.push(value[at]);
            at += 1;
            continue;
        };
        let word = &value[at..at + end];
        let body = &word[lead..];
        match &mut last {
            Some((close, head))
                if head.eq_ignore_ascii_case(&word[..lead]) && joined.get(*close - 1) != Some(&b'=') =>
            {
                joined.truncate(*close);
                joined.extend_from_slice(body);
            }
            _ => joined.extend_from_slice(word),
        }
        last = Some((joined.len() - 2, word[..lead].to_vec()));
        at += end;
    }
    joined
}

/// Lengths of the head "=?charset?B?" and of the whole word, if one starts here.
fn encoded_word(bytes: &[u8]) -> Option<(usize, usize)> {
    let inner = bytes.strip_prefix(b"=?")?;
    let charset = inner.iter().take(60).position(|&byte| byte == b'?')?;
    let lead = charset + 5;
    if !matches!(bytes.get(lead - 2..lead)?, [b'B' | b'b' | b'Q' | b'q', b'?']) {
        return None;
    }
    let text = &bytes[lead..bytes.len().min(lead + 1000)];
    let end = text.iter().position(|&byte| byte == b'?' || byte == b'\n')?;
    (text.get(end..end + 2)? == b"?=").then_some((lead, lead + end + 2))
}

fn mailbox(addr: &Addr<'_>) -> Option<Mailbox> {
    let name = addr.name.as_deref().map(clean_line).filter(|name| !name.is_empty());
    let address: String = addr.address.as_deref().map(clean_line).unwrap_or_default().replace(' ', "");
    (name.is_some() || !address.is_empty()).then_some(Mailbox { name, address })
}

/// Web archives hide addresses as `ana at example.org (Ana)`.
fn obscured(value: &[u8]) -> Option<Mailbox> {
    let text = decode_words(&value[..value.len().min(1024)]);
    let (local, rest) = text.split_once(" at ")?;
    let (domain, name) = rest.split_once(" (").unwrap_or((rest, ""));
    let plain = |part: &str| !part.is_empty() && !part.contains(|c: char| c.is_whitespace() || "<>\"@,;()".contains(c));
    let name = Some(name.trim_end_matches(')').to_owned()).filter(|name| !name.is_empty());
    (plain(local) && plain(domain) && domain.contains('.'))
        .then(|| Mailbox { name, address: format!("{local}@{domain}") })
}

fn ids_in(value: &str, ids: &mut Vec<String>) {
    let mut keep = |id: &str| {
        let id: String = id.chars().filter(|c| !c.is_whitespace() && !c.is_control() && !"<>".contains(*c)).collect();
        if !id.is_empty() && id.len() <= MAX_ID_BYTES && !ids.contains_recent(&id) {
            ids.push(id);
        }
    };
    if value.contains('<') {
        for piece in value.split('<').skip(1) {
            keep(piece.split_once('>').map_or(piece, |(id, _)| id));
        }
    } else {
        for word in value.split(|c: char| c.is_whitespace() || c == ',') {
            if word.contains('@') {
                keep(word.trim_matches(['"', '>', ';']));
            }
        }
    }
}

trait ContainsRecent {
    fn contains_recent(&self, id: &str) -> bool;
}

impl ContainsRecent for Vec<String> {
    /// A repeated id stands next to its twin in practice; a full search would be quadratic.
    fn contains_recent(&self, id: &str) -> bool {
        self.iter().rev().take(50).any(|known| known == id)
    }
}
