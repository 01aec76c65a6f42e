//! What a client gets that speaks plain http to the port where TLS is spoken: the way to https, and the pages by which
//! a device learns to trust an authority of our own. Nothing else, since anybody on the network could read along.

use axum::body::Body;
use axum::response::{IntoResponse, Response};
use http::{Method, Request, StatusCode, header};

use crate::doors::is_trust;
use crate::http::House;

/// The first byte of a TLS connection: a handshake (RFC 8446 5.1).
pub(crate) const HANDSHAKE: u8 = 0x16;

/// The answer in place of what was asked for; `None`: it may be given in plain.
pub(crate) fn instead(house: &House, request: &Request<Body>) -> Option<Response> {
    let path = request.uri().path();
    if house.authority.is_some() && is_trust(path) {
        return None;
    }
    let host = request.headers().get(header::HOST).and_then(|host| host.to_str().ok());
    let host = host.filter(|host| host.parse::<http::uri::Authority>().is_ok_and(|host| !host.as_str().contains('@')));
    let origin = house.url.clone().or_else(|| host.map(|host| format!("https://{host}")));
    let reads = [Method::GET, Method::HEAD].contains(request.method());
    let Some(origin) = origin.filter(|_| reads) else {
        let says = "This server speaks https here: what was sent in plain http has been read by nobody but the network. Send it to the https address.\n";
        return Some(
            (
                StatusCode::UPGRADE_REQUIRED,
                [(header::UPGRADE, "TLS/1.2, HTTP/1.1"), (header::CONNECTION, "Upgrade")],
                says,
            )
                .into_response(),
        );
    };
    let rest = request.uri().path_and_query().map_or("/", |rest| rest.as_str());
    let to = format!("{origin}{rest}");
    Some((StatusCode::PERMANENT_REDIRECT, [(header::LOCATION, to)]).into_response())
}
