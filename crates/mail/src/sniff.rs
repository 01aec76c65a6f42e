//! Guesses from the first bytes of a file whether it is mail, so that a folder can be walked without being told.

use crate::headers::field_name;
use crate::mbox::is_separator;

/// Names that hardly any other kind of file starts its lines with.
const KNOWN: &[&str] = &[
    "from",
    "date",
    "subject",
    "to",
    "cc",
    "message-id",
    "in-reply-to",
    "references",
    "received",
    "return-path",
    "delivered-to",
    "envelope-to",
    "reply-to",
    "sender",
    "mime-version",
    "content-type",
    "dkim-signature",
    "list-id",
    "x-mailer",
    "user-agent",
];

/// True if a file that starts so is an mbox archive: a "From " line, then a header field. 1 KiB is enough to tell.
pub fn looks_like_mbox(first_bytes: &[u8]) -> bool {
    let mut lines = without_mark(first_bytes).split(|&byte| byte == b'\n');
    let separator = lines.next().is_some_and(|line| is_separator(line, true));
    separator && lines.find(|line| !line.starts_with(b">From ")).is_some_and(|line| field_name(line).is_some())
}

/// True if a file that starts so is one message (RFC 5322): its first line is a header field, and two of the first
/// ones are of those that mail has. 4 KiB is enough to tell.
pub fn looks_like_message(first_bytes: &[u8]) -> bool {
    let mut found: Vec<String> = Vec::new();
    for (number, line) in without_mark(first_bytes).split(|&byte| byte == b'\n').enumerate() {
        if number > 0 && (line.trim_ascii().is_empty() || found.len() > 1) {
            break;
        }
        if number > 0 && line.starts_with(b" ") || line.starts_with(b"\t") {
            continue;
        }
        let name = field_name(line).map(|name| String::from_utf8_lossy(name).to_ascii_lowercase());
        match name {
            Some(name) if KNOWN.contains(&name.as_str()) && !found.contains(&name) => found.push(name),
            None if number == 0 => return false,
            _ => {}
        }
    }
    found.len() > 1
}

fn without_mark(bytes: &[u8]) -> &[u8] {
    bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes)
}
