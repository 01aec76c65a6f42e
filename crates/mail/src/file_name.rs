//! File names that are safe to show and to save on every system.

use crate::clean::turns_direction;

const MAX_BYTES: usize = 255;
const RESERVED: &[&str] = &["con", "prn", "aux", "nul"];

/// A file name without control characters, path separators, direction marks, leading dots and reserved names, at most
/// 255 bytes long with its extension kept. Where nothing is left, a name made from `fallback_type` (a media type).
pub fn clean_file_name(name: &str, fallback_type: &str) -> String {
    let is_separator = |c: char| matches!(c, '/' | '\\');
    // A whole path gives its last part; elsewhere a separator is part of the words ("and/or.pdf").
    let is_path = name.starts_with(is_separator) || name.starts_with("..") || name.get(1..3) == Some(":\\");
    let name = if is_path { name.rsplit(is_separator).find(|part| !part.is_empty()).unwrap_or("") } else { name };
    let shown: String = name
        .chars()
        .filter(|&c| !c.is_control() && !turns_direction(c) && !matches!(c, '\u{2028}' | '\u{2029}' | '\u{200b}'))
        .map(|c| if matches!(c, '/' | '\\' | ':' | '*' | '?' | '"' | '<' | '>' | '|') { '_' } else { c })
        .collect();
    let shown = shown.trim_matches(is_edge);
    if shown.is_empty() || shown.chars().all(|c| c == '_') {
        return fallback(fallback_type).to_owned();
    }
    let stem = shown.split('.').next().unwrap_or("").trim_end().to_ascii_lowercase();
    let numbered =
        |word: &str| stem.strip_prefix(word).is_some_and(|n| n.len() == 1 && n.as_bytes()[0].is_ascii_digit());
    let reserved = RESERVED.contains(&stem.as_str()) || numbered("com") || numbered("lpt");
    shorten(if reserved { format!("_{shown}") } else { shown.to_owned() })
}

/// Dots in front hide a file, and some systems drop dots and spaces at the end.
fn is_edge(c: char) -> bool {
    c == '.' || c.is_whitespace()
}

fn shorten(name: String) -> String {
    if name.len() <= MAX_BYTES {
        return name;
    }
    let extension = name.rfind('.').map(|at| &name[at..]).filter(|e| e.len() <= 20 && !e.contains(' ')).unwrap_or("");
    let stem = &name[..name.floor_char_boundary(MAX_BYTES - extension.len())];
    format!("{}{extension}", stem.trim_end_matches(is_edge))
}

fn fallback(media_type: &str) -> &'static str {
    match media_type {
        "text/plain" => "attachment.txt",
        "text/html" => "message.html",
        "text/calendar" => "invitation.ics",
        "text/x-diff" | "text/x-patch" => "changes.patch",
        "text/csv" => "table.csv",
        "text/vcard" | "text/x-vcard" => "contact.vcf",
        "message/rfc822" | "message/global" => "message.eml",
        "message/delivery-status" | "message/disposition-notification" => "delivery-status.txt",
        "application/pgp-signature" => "signature.asc",
        "application/pgp-encrypted" => "encrypted.asc",
        "application/pkcs7-signature" | "application/x-pkcs7-signature" => "smime.p7s",
        "application/pdf" => "attachment.pdf",
        "application/zip" => "attachment.zip",
        "image/png" => "image.png",
        "image/jpeg" => "image.jpg",
        "image/gif" => "image.gif",
        "image/webp" => "image.webp",
        "image/svg+xml" => "image.svg",
        other if other.starts_with("image/") => "image",
        other if other.starts_with("text/") => "attachment.txt",
        _ => "attachment.bin",
    }
}
