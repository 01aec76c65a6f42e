//! The Content Security Policy of our own pages. It lets run what lies below `/assets/`, and the service worker, and
//! nothing else: an upload never runs, even where it were served from here with a type that runs.
//!
//! A path can be named with a host alone. The hosts are the configured url and the one that the browser asked for: that
//! is its own, and nobody can make it another. `http://` in a policy means https too, which is how it works behind a
//! proxy that has the certificate and passes on the host. What a policy can't name (an IPv6 address, a host that is
//! none) falls back to `'self'`; then the types of downloads and `nosniff` are what holds.

use http::HeaderValue;
use http::request::Parts;

use crate::http::House;

const REST: &str = "style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; font-src 'self' data:; \
                    connect-src 'self'; media-src 'self' blob:; manifest-src 'self'; form-action 'self'; \
                    base-uri 'none'; frame-ancestors 'none'; object-src 'none'";

/// The policy for an answer to this request.
pub(crate) fn policy(house: &House, head: &Parts) -> HeaderValue {
    let scripts = scripts(house.url.as_deref(), house.secure, House::host(head));
    let policy = format!("default-src 'none'; script-src {scripts}; worker-src {scripts}; {REST}");
    HeaderValue::try_from(policy).expect("hosts are checked to be ASCII")
}

fn scripts(url: Option<&str>, secure: bool, host: Option<&str>) -> String {
    // With a url of its own the server may be reached by https through a proxy, by plain http beside it, or both.
    let scheme = if url.is_none() && secure { "https" } else { "http" };
    let asked = host.map(|host| format!("{scheme}://{host}"));
    let Some(asked) = asked.filter(|origin| can_be_named(origin)) else { return "'self'".to_string() };
    let configured = url.filter(|url| can_be_named(url) && host_of(url) != host_of(&asked)).map(str::to_string);
    let sources = [Some(asked), configured].into_iter().flatten();
    sources.map(|origin| format!("{origin}/assets/ {origin}/sw.js")).collect::<Vec<_>>().join(" ")
}

fn host_of(origin: &str) -> &str {
    origin.split_once("://").map_or(origin, |(_, host)| host)
}

/// The grammar of a host in a policy (CSP 3, 2.3.1): letters, digits, `-` and dots, and a port.
fn can_be_named(origin: &str) -> bool {
    let authority = host_of(origin);
    let (host, port) = authority.split_once(':').unwrap_or((authority, "80"));
    let part = |part: &str| !part.is_empty() && part.chars().all(|c| c.is_ascii_alphanumeric() || "-_".contains(c));
    host.split('.').all(part) && !port.is_empty() && port.len() <= 5 && port.chars().all(|c| c.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::scripts;

    fn named(origin: &str) -> String {
        format!("{origin}/assets/ {origin}/sw.js")
    }

    #[test]
    fn scripts_are_named_by_the_host_that_the_browser_asked_for() {
        let plain = |host| scripts(None, false, Some(host));
        assert_eq!(plain("127.0.0.1:8600"), named("http://127.0.0.1:8600"));
        assert_eq!(plain("nas.local"), named("http://nas.local"));
        assert_eq!(scripts(None, true, Some("nas.local:8443")), named("https://nas.local:8443"));
        // `http` means https too: the proxy has the certificate.
        assert_eq!(
            scripts(Some("https://work.example.org"), true, Some("work.example.org")),
            named("http://work.example.org")
        );
        assert_eq!(
            scripts(Some("https://work.example.org"), true, Some("10.0.0.7:8600")),
            format!("{} {}", named("http://10.0.0.7:8600"), named("https://work.example.org"))
        );
    }

    #[test]
    fn what_a_policy_cannot_name_falls_back_to_the_own_origin() {
        let long = format!("a:{}", "1".repeat(6));
        for host in ["[::1]:8600", "", "*", "*.example.org", "a;script-src", "a b", "a/", "a:", "a:x", "a..b", &long] {
            assert_eq!(scripts(None, false, Some(host)), "'self'", "{host}");
            assert_eq!(scripts(Some("https://work.example.org"), true, Some(host)), "'self'", "{host}");
        }
        assert_eq!(scripts(None, false, None), "'self'");
    }
}
