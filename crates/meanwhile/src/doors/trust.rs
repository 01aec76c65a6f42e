//! How a device learns to trust the server's own authority: a page with the steps, and the certificate. Both are open to
//! everybody, and in plain http too: before it trusts, a device can't ask in any other way. The fingerprint, which the
//! operator reads on the terminal, shows that nobody put another certificate in between.

use axum::body::Body;
use axum::response::Response;
use http::{HeaderValue, header};

use crate::http::{Ask, text};
use crate::problem::{Answer, Problem};

const PAGE: &str = include_str!("../pages/trust.html");
/// By which systems know that it is to be installed (RFC 2585's sibling that browsers use).
const CERTIFICATE: &str = "application/x-x509-ca-cert";

pub(super) async fn page(ask: Ask) -> Answer {
    let authority = ask.house.authority.as_ref().ok_or_else(none)?;
    let page = PAGE.replace("{fingerprint}", &authority.fingerprint).replace("{url}", &ask.house.url(&ask.head));
    let mut response = text("text/html; charset=utf-8", page);
    let policy =
        "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
    response.headers_mut().insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(policy));
    Ok(response)
}

pub(super) async fn certificate(ask: Ask) -> Answer {
    let authority = ask.house.authority.as_ref().ok_or_else(none)?;
    let mut response = Response::new(Body::from(authority.pem.clone()));
    let out = response.headers_mut();
    out.insert(header::CONTENT_TYPE, HeaderValue::from_static(CERTIFICATE));
    let name = HeaderValue::from_static("attachment; filename=\"meanwhile-authority.crt\"");
    out.insert(header::CONTENT_DISPOSITION, name);
    Ok(response)
}

fn none() -> Problem {
    Problem::not_found(
        "this server has no authority of its own; its certificate is one that devices know, or there is none",
    )
}
