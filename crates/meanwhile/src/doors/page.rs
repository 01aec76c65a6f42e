//! The web app, or the plain pages that stand in for it: one page at every path that is the app's own, and its files by
//! their exact names. Nothing is decoded: a name that needs decoding is none of ours.

use axum::body::Body;
use axum::response::Response;
use http::{HeaderMap, HeaderValue, StatusCode, header};

use crate::app::Served;
use crate::content::names;
use crate::http::Ask;
use crate::policy::policy;
use crate::problem::{Answer, Problem};

/// The first parts of paths that belong to other doors, now or later: never the app's own.
const OTHERS: [&str; 13] = [
    "jmap",
    "auth",
    "answer",
    "mail-off",
    "upload",
    "assets",
    "public",
    "share",
    "trust",
    ".well-known",
    "metrics",
    "healthz",
    "readyz",
];

/// Asked for anew at each visit, and mostly answered with "not modified".
const FRESH: &str = "no-cache";
/// For what never changes under its name.
const FOR_GOOD: &str = "public, max-age=31536000, immutable";

/// A page, or a file at the root such as the icon.
pub(super) async fn page(ask: Ask) -> Answer {
    let path = ask.head.uri.path();
    let app = &ask.house.app;
    let found = if path == "/" || is_own(path) { app.page(path.trim_end_matches('/')) } else { app.file(path) };
    serve(&ask, found.ok_or_else(not_there)?, FRESH)
}

/// A part of the pages.
pub(super) async fn asset(ask: Ask) -> Answer {
    let found = ask.house.app.file(ask.head.uri.path()).ok_or_else(not_there)?;
    serve(&ask, found, if ask.house.app.named_by_content { FOR_GOOD } else { FRESH })
}

/// Whether a path is one of the app's own: plain words, no file ending, and no other door's.
pub(super) fn is_own(path: &str) -> bool {
    let path = path.strip_prefix('/').unwrap_or(path);
    let path = path.strip_suffix('/').unwrap_or(path);
    let word = |part: &str| !part.is_empty() && part.chars().all(|c| c.is_ascii_alphanumeric() || "-_~".contains(c));
    let first = path.split('/').next().unwrap_or("");
    path.split('/').all(word) && !OTHERS.iter().any(|other| first.eq_ignore_ascii_case(other))
}

fn serve(ask: &Ask, file: &Served, keep: &'static str) -> Answer {
    let headers = &ask.head.headers;
    let packed = file.brotli.clone().filter(|_| takes_brotli(headers));
    let etag = if packed.is_some() { format!("\"{}-br\"", file.tag) } else { format!("\"{}\"", file.tag) };
    let same = names(headers.get(header::IF_NONE_MATCH), &etag);
    let brotli = packed.is_some();
    let mut response = Response::new(if same { Body::empty() } else { packed.unwrap_or(file.plain.clone()).into() });
    let out = response.headers_mut();
    out.insert(header::ETAG, HeaderValue::try_from(etag).expect("a tag is ASCII"));
    out.insert(header::CACHE_CONTROL, HeaderValue::from_static(keep));
    if file.brotli.is_some() {
        out.insert(header::VARY, HeaderValue::from_static("accept-encoding"));
    }
    // A worker is held by the policy of its own script, so scripts bear it as pages do.
    if file.media_type.starts_with("text/html") || file.media_type.starts_with("text/javascript") {
        out.insert(header::CONTENT_SECURITY_POLICY, policy(&ask.house, &ask.head));
    }
    if same {
        *response.status_mut() = StatusCode::NOT_MODIFIED;
        return Ok(response);
    }
    out.insert(header::CONTENT_TYPE, HeaderValue::from_static(file.media_type));
    if brotli {
        out.insert(header::CONTENT_ENCODING, HeaderValue::from_static("br"));
    }
    Ok(response)
}

/// RFC 9110 12.5.3: `br` is named, and not with a weight of nothing.
fn takes_brotli(headers: &HeaderMap) -> bool {
    let lines = headers.get_all(header::ACCEPT_ENCODING).iter().filter_map(|line| line.to_str().ok());
    lines.flat_map(|line| line.split(',')).any(|coding| {
        let (name, weight) = coding.split_once(';').unwrap_or((coding, ""));
        let weight = weight.trim().trim_start_matches("q=").trim();
        name.trim().eq_ignore_ascii_case("br") && weight.parse().unwrap_or(1.0) > 0.0
    })
}

fn not_there() -> Problem {
    Problem::not_found("this server has nothing at this address; what it has begins at /")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_app_has_paths_of_plain_words() {
        for own in ["/join", "/sign-in", "/s/sabc/t/iabc", "/settings/", "/s/sabc/t/iabc/~new"] {
            assert!(is_own(own), "{own}");
        }
        for other in [
            "/jmap",
            "/JMAP/x",
            "/auth/nothing",
            "/assets/x",
            "/share/x",
            "/public/sabc/x",
            "/.well-known/x",
            "/metrics",
            "/healthz/x",
            "//join",
            "/s//x",
            "/favicon.ico",
            "/../x",
            "/%2e%2e/x",
            "/s/%00",
            "/a\\b",
            "/",
            "",
        ] {
            assert!(!is_own(other), "{other}");
        }
    }

    #[test]
    fn brotli_goes_to_those_who_name_it() {
        let takes = |line: &str| {
            let mut headers = HeaderMap::new();
            headers.insert(header::ACCEPT_ENCODING, line.parse().unwrap());
            takes_brotli(&headers)
        };
        assert!(takes("gzip, deflate, br, zstd") && takes("br;q=0.5") && takes("BR ; q=1"));
        assert!(!takes("gzip") && !takes("br;q=0") && !takes("br; q=0.0") && !takes("*") && !takes("brr"));
        assert!(!takes_brotli(&HeaderMap::new()));
    }
}
