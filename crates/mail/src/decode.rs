//! Undoes transfer encodings (RFC 2045 section 6) and charsets, taking what can be had from broken ones.

use std::borrow::Cow;

use mail_parser::decoders::charsets::map::charset_decoder;

/// The bytes of a part, and whether its encoding was broken.
pub(crate) fn transfer<'a>(encoding: &str, body: &'a [u8]) -> (Cow<'a, [u8]>, bool) {
    match encoding {
        "base64" => {
            let (bytes, junk, broken) = base64(body);
            // Words under a wrong label: true base64 has hardly a byte that does not belong there.
            if junk * 20 > body.len() { (Cow::Borrowed(body), true) } else { (bytes.into(), broken) }
        }
        "quoted-printable" => {
            let (bytes, broken) = quoted_printable(body);
            (bytes.into(), broken)
        }
        "" | "7bit" | "8bit" | "binary" => (Cow::Borrowed(body), false),
        _ => (Cow::Borrowed(body), true),
    }
}

/// The bytes, how many characters do not belong to base64, and whether something is missing or in the way.
fn base64(body: &[u8]) -> (Vec<u8>, usize, bool) {
    let mut bytes = Vec::with_capacity(body.len() / 4 * 3 + 3);
    let (mut group, mut count, mut junk, mut broken) = (0u32, 0, 0, false);
    for &byte in body {
        let value = match byte {
            b'A'..=b'Z' => byte - b'A',
            b'a'..=b'z' => byte - b'a' + 26,
            b'0'..=b'9' => byte - b'0' + 52,
            b'+' | b'-' => 62,
            b'/' | b'_' => 63,
            b'=' => {
                // Padding ends a group; some writers go on with another one.
                flush(&mut bytes, group, count);
                (group, count) = (0, 0);
                continue;
            }
            _ => {
                junk += usize::from(!matches!(byte, b'\r' | b'\n'));
                broken |= !byte.is_ascii_whitespace();
                continue;
            }
        };
        group = group << 6 | u32::from(value);
        count += 1;
        if count == 4 {
            flush(&mut bytes, group, count);
            (group, count) = (0, 0);
        }
    }
    flush(&mut bytes, group, count);
    (bytes, junk, broken || count > 0)
}

fn flush(bytes: &mut Vec<u8>, group: u32, count: u32) {
    if count >= 2 {
        let whole = (group << (6 * (4 - count))).to_be_bytes();
        bytes.extend_from_slice(&whole[1..count as usize]);
    }
}

fn quoted_printable(body: &[u8]) -> (Vec<u8>, bool) {
    let mut bytes = Vec::with_capacity(body.len());
    let mut broken = false;
    let hex = |byte: Option<&u8>| byte.and_then(|&byte| char::from(byte).to_digit(16));
    for line in body.split_inclusive(|&byte| byte == b'\n') {
        let text = line.trim_ascii_end();
        // White space at a line's end was put there on the way (RFC 2045 section 6.7, rule 3).
        let soft = text.ends_with(b"=");
        let text = if soft { &text[..text.len() - 1] } else { text };
        let mut at = 0;
        while let Some(&byte) = text.get(at) {
            let code = hex(text.get(at + 1)).zip(hex(text.get(at + 2))).filter(|_| byte == b'=');
            broken |= byte == b'=' && code.is_none();
            bytes.push(code.map_or(byte, |(high, low)| (high * 16 + low) as u8));
            at += if code.is_some() { 3 } else { 1 };
        }
        if !soft {
            let end = if line.ends_with(b"\r\n") { 2 } else { usize::from(line.ends_with(b"\n")) };
            bytes.extend_from_slice(&line[line.len() - end..]);
        }
    }
    (bytes, broken)
}

/// Text in any charset. What is unknown or undeclared is UTF-8 if it can be, else windows-1252; bytes that a declared
/// charset does not have become U+FFFD. The flag says that it was a guess.
pub(crate) fn charset(label: Option<&str>, bytes: &[u8]) -> (String, bool) {
    let label = label.map(str::trim).filter(|label| !label.is_empty());
    let plain = label.is_none_or(|label| label.eq_ignore_ascii_case("us-ascii") || label.eq_ignore_ascii_case("utf-8"));
    if plain && let Ok(text) = str::from_utf8(bytes) {
        return (text.to_owned(), false);
    }
    if label.is_some_and(|label| label.eq_ignore_ascii_case("utf-8") || label.eq_ignore_ascii_case("utf8")) {
        return (String::from_utf8_lossy(bytes).into_owned(), false);
    }
    let declared = label.filter(|label| !label.eq_ignore_ascii_case("us-ascii"));
    if let Some(decode) = declared.and_then(|label| charset_decoder(label.as_bytes())) {
        return (decode(bytes), false);
    }
    let text = match str::from_utf8(bytes) {
        Ok(text) => text.to_owned(),
        Err(_) => charset_decoder(b"windows-1252")
            .map_or_else(|| String::from_utf8_lossy(bytes).into_owned(), |decode| decode(bytes)),
    };
    (text, true)
}
