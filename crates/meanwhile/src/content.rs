//! What a browser is told of a file that somebody else uploaded: a type from a short list, and a clean name; and
//! whether it has the file already.

use http::HeaderValue;

/// The only types that are named; none of them runs anything. All others are bytes to be saved.
const SHOWN: [&str; 20] = [
    "image/png",
    "image/jpeg",
    "image/gif",
    "image/webp",
    "image/avif",
    "audio/mpeg",
    "audio/mp4",
    "audio/aac",
    "audio/ogg",
    "audio/opus",
    "audio/wav",
    "audio/webm",
    "audio/flac",
    "video/mp4",
    "video/webm",
    "video/ogg",
    "video/quicktime",
    "text/plain",
    "text/vtt",
    "application/pdf",
];

/// Bytes to be saved.
pub(crate) const OCTETS: &str = "application/octet-stream";

/// The type that a file is served with, for the one that was asked for.
pub(crate) fn served_type(asked: &str) -> &'static str {
    let bare = asked.split(';').next().unwrap_or("").trim();
    match SHOWN.iter().find(|known| known.eq_ignore_ascii_case(bare)) {
        Some(&"text/plain") => "text/plain; charset=utf-8",
        Some(&"text/vtt") => "text/vtt; charset=utf-8",
        Some(known) => known,
        None => OCTETS,
    }
}

/// `Content-Disposition` (RFC 6266) with the name in ASCII and, where that says less, in UTF-8 (RFC 8187).
pub(crate) fn disposition(inline: bool, name: &str, media_type: &str) -> HeaderValue {
    let name = mail::clean_file_name(name, media_type);
    let how = if inline { "inline" } else { "attachment" };
    let ascii: String = name.chars().map(|c| if c.is_ascii_graphic() || c == ' ' { c } else { '_' }).collect();
    let ascii = ascii.replace(['"', '\\', '%'], "_");
    let mut value = format!("{how}; filename=\"{ascii}\"");
    if ascii != name {
        value.push_str("; filename*=UTF-8''");
        for byte in name.bytes() {
            if byte.is_ascii_alphanumeric() || b"!#$&+-.^_`|~".contains(&byte) {
                value.push(char::from(byte));
            } else {
                value.push_str(&format!("%{byte:02X}"));
            }
        }
    }
    HeaderValue::try_from(value).unwrap_or(HeaderValue::from_static("attachment"))
}

/// A file's name with the ending of the type that a preview of it has.
pub(crate) fn ending_as(name: &str, media_type: &str) -> String {
    let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
    format!("{stem}.{}", if media_type == "image/jpeg" { "jpg" } else { "webp" })
}

/// True if a list of entity tags has this one, weak or not, or is `*`.
pub(crate) fn names(list: Option<&HeaderValue>, etag: &str) -> bool {
    let list = list.and_then(|list| list.to_str().ok()).unwrap_or("");
    list.split(',').map(str::trim).any(|tag| tag == "*" || tag.strip_prefix("W/").unwrap_or(tag) == etag)
}

/// An instant as headers have it (RFC 9110 5.6.7).
pub(crate) fn http_date(at: jmap::UtcDate) -> String {
    let at = jiff::Timestamp::from_millisecond(at.ms()).unwrap_or(jiff::Timestamp::MAX);
    let printed = jiff::fmt::rfc2822::DateTimePrinter::new().timestamp_to_rfc9110_string(&at);
    printed.unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_types_that_run_nothing_are_named() {
        assert_eq!(served_type("image/PNG"), "image/png");
        assert_eq!(served_type("video/webm; codecs=vp9"), "video/webm");
        assert_eq!(served_type("text/plain; charset=utf-7"), "text/plain; charset=utf-8");
        for bad in [
            "text/html",
            "image/svg+xml",
            "application/xhtml+xml",
            "text/xml",
            "application/javascript",
            "",
            "*/*",
            "image/",
            "text/html\r\nx: y",
        ] {
            assert_eq!(served_type(bad), OCTETS, "{bad}");
        }
    }

    #[test]
    fn names_are_cleaned_and_written_in_two_ways() {
        let of = |name: &str| disposition(false, name, OCTETS).to_str().unwrap().to_string();
        assert_eq!(of("plan.pdf"), "attachment; filename=\"plan.pdf\"");
        assert_eq!(of("Grüße.txt"), "attachment; filename=\"Gr__e.txt\"; filename*=UTF-8''Gr%C3%BC%C3%9Fe.txt");
        for hostile in [
            "a\"; filename=\"b.html",
            "a\r\nSet-Cookie: x=y",
            "a\u{202e}gpj.exe",
            "..\\..\\etc\\passwd",
            "\u{0}",
            "a\u{200f}b",
            "%22",
        ] {
            let value = of(hostile);
            let clean = value.matches('"').count() == 2 && value.is_ascii() && !value.chars().any(char::is_control);
            assert!(clean && !value.contains("E2%80%AE") && !value.contains(".."), "{hostile:?}: {value}");
        }
        assert!(of(&"é".repeat(4000)).len() < 2000);
    }
}
