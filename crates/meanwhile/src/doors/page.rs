//! The few pages that need no web app: what this is, and how one comes in with a link.

use axum::response::Response;
use http::{HeaderValue, header};

use crate::http::{Ask, text};
use crate::problem::Answer;

/// Nothing but our own two files, and our own addresses.
const POLICY: &str = "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; \
                      form-action 'none'; base-uri 'none'; frame-ancestors 'none'";

pub(super) async fn home(_: Ask) -> Answer {
    Ok(page(include_str!("../pages/home.html")))
}

/// Opened with a link whose secret stands behind `#`, where no server and no log sees it.
pub(super) async fn join(_: Ask) -> Answer {
    Ok(page(include_str!("../pages/join.html")))
}

pub(super) async fn style(_: Ask) -> Answer {
    Ok(text("text/css; charset=utf-8", include_str!("../pages/plain.css")))
}

pub(super) async fn script(_: Ask) -> Answer {
    Ok(text("text/javascript; charset=utf-8", include_str!("../pages/join.js")))
}

fn page(html: &'static str) -> Response {
    let mut response = text("text/html; charset=utf-8", html);
    response.headers_mut().insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY));
    response
}
