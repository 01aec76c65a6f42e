//! Who asks: the token or session that came with a request, and whether a browser was made to ask by another site.

use http::{HeaderMap, HeaderValue, Method, header};

use crate::problem::Problem;

/// What somebody showed at a door.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Shown<'a> {
    /// A program's token, or a session used as one.
    Bearer(&'a str),
    /// A browser's session.
    Cookie(&'a str),
    /// Something that can't be right.
    Unreadable,
    /// Nothing.
    Nothing,
}

/// What the request shows; a token goes before a cookie.
pub(crate) fn shown<'a>(headers: &'a HeaderMap, cookie: &str) -> Shown<'a> {
    if let Some(value) = headers.get(header::AUTHORIZATION) {
        let bearer = value.to_str().ok().and_then(|value| value.split_once(' '));
        return match bearer {
            Some((scheme, secret)) if scheme.eq_ignore_ascii_case("bearer") => Shown::Bearer(secret.trim()),
            _ => Shown::Unreadable,
        };
    }
    let lines = headers.get_all(header::COOKIE).iter().filter_map(|line| line.to_str().ok());
    let mut pairs = lines.flat_map(|line| line.split(';')).filter_map(|pair| pair.trim().split_once('='));
    // Of two cookies of one name the server can't tell which one is its own, so it takes neither.
    match (pairs.find(|(name, _)| *name == cookie), pairs.any(|(name, _)| name == cookie)) {
        (Some((_, secret)), false) => Shown::Cookie(secret.trim_matches('"')),
        (Some(_), true) => Shown::Unreadable,
        (None, _) => Shown::Nothing,
    }
}

/// The name of the session's cookie. Browsers give `__Host-` names to nobody but this very host, over https.
pub(crate) fn cookie_name(secure: bool) -> &'static str {
    if secure { "__Host-meanwhile" } else { "meanwhile" }
}

/// The line that sets the cookie, or takes it away.
pub(crate) fn set_cookie(secure: bool, secret: Option<(&str, i64)>) -> HeaderValue {
    let name = cookie_name(secure);
    let end = if secure { "; Secure" } else { "" };
    let line = match secret {
        Some((secret, seconds)) => {
            format!("{name}={secret}; HttpOnly; SameSite=Lax; Path=/; Max-Age={}{end}", seconds.max(0))
        }
        None => format!("{name}=; HttpOnly; SameSite=Lax; Path=/; Max-Age=0{end}"),
    };
    HeaderValue::try_from(line).expect("a secret is letters and digits")
}

/// Refuses what another site made a browser send. With a cookie, the request must prove that it comes from our own
/// pages; without one, it is refused only where the browser says that it does not.
pub(crate) fn same_site(method: &Method, headers: &HeaderMap, ours: &str, with_cookie: bool) -> Result<(), Problem> {
    if method.is_safe() {
        return Ok(());
    }
    let text = |name: &str| headers.get(name).map(|value| value.to_str().unwrap_or("?"));
    match (text("sec-fetch-site"), text("origin")) {
        (Some("same-origin" | "none"), _) => Ok(()),
        (Some(site), _) => Err(Problem::cross_site(format!(
            "the browser says \"Sec-Fetch-Site: {site}\"; with a signed-in browser only the pages of {ours} may write. \
             Programs use a token instead of a cookie"
        ))),
        (None, Some(origin)) if origin.eq_ignore_ascii_case(ours) => Ok(()),
        (None, Some(origin)) => Err(Problem::cross_site(format!(
            "\"Origin: {origin}\" is not {ours}. If people reach the server by another address, the operator gives it \
             with --url; programs use a token instead of a cookie"
        ))),
        (None, None) if with_cookie => Err(Problem::cross_site(format!(
            "a request with a session cookie needs \"Origin: {ours}\" or \"Sec-Fetch-Site: same-origin\", which every \
             browser sends; programs use a token instead of a cookie"
        ))),
        (None, None) => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(lines: &[(&'static str, &str)]) -> HeaderMap {
        let mut map = HeaderMap::new();
        for (name, value) in lines {
            map.append(*name, value.parse().unwrap());
        }
        map
    }

    #[test]
    fn a_token_goes_before_a_cookie() {
        let both = headers(&[("authorization", "bearer abc "), ("cookie", "meanwhile=s")]);
        assert_eq!(shown(&both, "meanwhile"), Shown::Bearer("abc"));
        assert_eq!(shown(&headers(&[("authorization", "Basic eDp5")]), "meanwhile"), Shown::Unreadable);
        assert_eq!(shown(&headers(&[("authorization", "Bearer")]), "meanwhile"), Shown::Unreadable);
        assert_eq!(shown(&headers(&[]), "meanwhile"), Shown::Nothing);
    }

    #[test]
    fn cookies_are_found_by_their_whole_name_and_never_taken_twice() {
        let of = |line: &str| match shown(&headers(&[("cookie", line)]), "meanwhile") {
            Shown::Cookie(secret) => secret.to_string(),
            other => format!("{other:?}"),
        };
        assert_eq!(of("a=b; meanwhile=s1; c=d"), "s1");
        assert_eq!(of("meanwhile=\"s1\""), "s1");
        assert_eq!(of("xmeanwhile=s1; meanwhile2=s2; __Host-meanwhile=s3"), "Nothing");
        assert_eq!(of("meanwhile=s1; meanwhile=s2"), "Unreadable");
        assert_eq!(of("meanwhile"), "Nothing");
        let lines = headers(&[("cookie", "a=b"), ("cookie", "meanwhile=s1")]);
        assert_eq!(shown(&lines, "meanwhile"), Shown::Cookie("s1"));
    }

    #[test]
    fn a_cookie_is_secure_where_the_url_is() {
        assert_eq!(
            set_cookie(true, Some(("abc", 60))),
            "__Host-meanwhile=abc; HttpOnly; SameSite=Lax; Path=/; Max-Age=60; Secure"
        );
        assert_eq!(set_cookie(false, None), "meanwhile=; HttpOnly; SameSite=Lax; Path=/; Max-Age=0");
    }

    #[test]
    fn writing_with_a_cookie_needs_proof_of_the_own_page() {
        let ours = "https://work.example.org";
        let may =
            |lines: &[(&'static str, &str)], cookie| same_site(&Method::POST, &headers(lines), ours, cookie).is_ok();
        assert!(may(&[("sec-fetch-site", "same-origin")], true));
        assert!(may(&[("sec-fetch-site", "none")], true));
        assert!(may(&[("origin", ours)], true));
        assert!(!may(&[], true) && may(&[], false));
        for cookie in [true, false] {
            assert!(!may(&[("sec-fetch-site", "cross-site"), ("origin", ours)], cookie));
            assert!(!may(&[("sec-fetch-site", "same-site")], cookie));
            assert!(!may(&[("origin", "https://evil.example")], cookie));
            assert!(!may(&[("origin", "null")], cookie));
            assert!(!may(&[("origin", "http://work.example.org")], cookie));
        }
        assert!(same_site(&Method::GET, &headers(&[("sec-fetch-site", "cross-site")]), ours, true).is_ok());
    }
}
