//! For those who keep the server running: is it alive, is it ready, how much does it do. Nothing about people.

use http::StatusCode;
use model::{Role, Scopes};
use serde_json::json as value;
use std::time::Duration;

use crate::doctor;
use crate::http::{Ask, json, text};
use crate::problem::{Answer, Problem};

/// How long the database may take to answer.
const READY_WITHIN: Duration = Duration::from_secs(2);

pub(super) async fn alive(_: Ask) -> Answer {
    Ok(text("text/plain; charset=utf-8", "alive\n"))
}

pub(super) async fn ready(ask: Ask) -> Answer {
    if ask.house.leaving.is_cancelled() {
        return Err(Problem::unavailable("the server is stopping; it is back when it has been started again"));
    }
    let (tell, told) = tokio::sync::oneshot::channel();
    ask.house.engine.store().read(Box::new(move |at| {
        // Whoever asked may have gone.
        let _ = tell.send(at.is_ok());
    }));
    match tokio::time::timeout(READY_WITHIN, told).await {
        Ok(Ok(true)) => Ok(text("text/plain; charset=utf-8", "ready\n")),
        _ => Err(Problem::unavailable("the database does not answer; look into the log and run \"meanwhile doctor\"")),
    }
}

/// What `meanwhile doctor` says, for admins.
pub(super) async fn checks(ask: Ask) -> Answer {
    let caller = ask.known()?.caller;
    if caller.role != Role::Admin || !caller.scopes.has(Scopes::ADMIN) {
        let detail =
            "how the server is, is open to admins of the workspace, and to their tokens with the scope \"admin\"";
        return Err(Problem::new(StatusCode::FORBIDDEN, "This is for admins", detail));
    }
    let Some(settings) = &ask.house.settings else {
        return Err(Problem::not_found("this server has no checks; run \"meanwhile doctor\" at the machine"));
    };
    let _one = ask.house.looking.lock().await;
    let findings = doctor::look(&ask.house.engine, settings).await;
    Ok(json(&value!({ "findings": findings })))
}

/// Open to this machine, to configured addresses, and to an admin's token.
pub(super) async fn metrics(ask: Ask) -> Answer {
    let forwarded = ["forwarded", "x-forwarded-for", "via"].iter().any(|name| ask.head.headers.contains_key(*name));
    // A proxy on this machine passes strangers on; they are not this machine.
    let near = ask.client.is_loopback() && (!forwarded || !ask.house.trust_proxy.is_empty());
    let configured = ask.house.metrics_from.iter().any(|net| net.has(ask.client));
    let admin = ask.known.as_ref().is_some_and(|known| {
        known.caller.role == Role::Admin && known.caller.scopes.has(Scopes::ADMIN) && !known.by_cookie
    });
    if !near && !configured && !admin {
        let detail = "figures are open to this machine, to the addresses in metrics_from, and to an admin's token \
                      with the scope \"admin\"";
        return Err(Problem::new(StatusCode::FORBIDDEN, "The figures are not open to you", detail));
    }
    let figures = {
        let house = &ask.house;
        let behind = house.engine.readers_behind();
        house.metrics.text(house.engine.store().counters(), &behind, house.previews.made())
    };
    Ok(text("text/plain; version=0.0.4", figures))
}
