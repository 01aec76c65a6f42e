//! The doors: one file each, none knows another. The table below is all there is; the router is built from it.

mod answer;
mod download;
mod events;
mod health;
mod jmap;
mod page;
mod public;
mod signin;
mod trust;
mod tus;
mod upload;

use axum::Router;
use axum::extract::rejection::RawPathParamsRejection;
use axum::extract::{RawPathParams, Request, State};
use axum::routing::{MethodFilter, on};
use http::{HeaderValue, Method, StatusCode};
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use crate::http::{Ask, House, answer, nowhere};
use crate::problem::{Answer, Problem};

/// Who is let in at a route.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Who {
    /// Everybody; what a stranger gets there is for him.
    Anyone,
    /// Who is signed in, or has a token.
    Person,
}

/// A door's future.
type Run = fn(Ask) -> Pin<Box<dyn Future<Output = Answer> + Send>>;

/// One method of one path.
pub struct Route {
    /// GET answers HEAD too.
    pub method: Method,
    /// As axum writes it.
    pub path: &'static str,
    /// Who is let in.
    pub who: Who,
    /// The name of the door, for the metrics.
    pub door: &'static str,
    /// Streams, and so has no end that could be waited for.
    pub(crate) long: bool,
    pub(crate) run: Run,
}

macro_rules! route {
    ($method:ident $path:literal, $who:ident, $door:literal, $run:path) => {
        route!($method $path, $who, $door, $run, long: false)
    };
    ($method:ident $path:literal, $who:ident, $door:literal, $run:path, long: $long:literal) => {
        Route {
            method: Method::$method,
            path: $path,
            who: Who::$who,
            door: $door,
            long: $long,
            run: |ask| Box::pin($run(ask)),
        }
    };
}

/// The doors by name; the first is for what finds none.
pub(crate) const DOORS: [&str; 12] =
    ["none", "page", "answer", "trust", "public", "health", "jmap", "events", "upload", "tus", "download", "signin"];

/// Every route there is.
pub const ROUTES: &[Route] = &[
    route!(GET "/", Anyone, "page", page::page),
    route!(GET "/{*page}", Anyone, "page", page::page),
    route!(GET "/assets/{*file}", Anyone, "page", page::asset),
    route!(GET "/trust", Anyone, "trust", trust::page),
    route!(GET "/trust/authority.crt", Anyone, "trust", trust::certificate),
    route!(GET "/public/{space}", Anyone, "public", public::threads),
    route!(GET "/public/{space}/feed.xml", Anyone, "public", public::feed),
    route!(GET "/public/{space}/{item}", Anyone, "public", public::thread),
    route!(GET "/public/{space}/{item}/{blob}/{name}", Anyone, "public", public::file, long: true),
    route!(GET "/answer/{link}", Anyone, "answer", answer::question),
    route!(POST "/answer/{link}", Anyone, "answer", answer::answer),
    route!(GET "/mail-off/{link}", Anyone, "answer", answer::mail),
    route!(POST "/mail-off/{link}", Anyone, "answer", answer::mail_off),
    route!(GET "/healthz", Anyone, "health", health::alive),
    route!(GET "/readyz", Anyone, "health", health::ready),
    route!(GET "/metrics", Anyone, "health", health::metrics),
    route!(GET "/health", Person, "health", health::checks),
    route!(GET "/.well-known/jmap", Anyone, "jmap", jmap::well_known),
    route!(GET "/jmap/session", Person, "jmap", jmap::session),
    route!(POST "/jmap/api", Person, "jmap", jmap::api),
    route!(GET "/jmap/events", Person, "events", events::stream, long: true),
    route!(POST "/jmap/upload/{account}", Person, "upload", upload::take, long: true),
    route!(OPTIONS "/upload", Anyone, "tus", tus::offer),
    route!(POST "/upload", Person, "tus", tus::create, long: true),
    route!(OPTIONS "/upload/{upload}", Anyone, "tus", tus::offer),
    route!(HEAD "/upload/{upload}", Person, "tus", tus::look, long: true),
    route!(PATCH "/upload/{upload}", Person, "tus", tus::append, long: true),
    route!(POST "/upload/{upload}", Person, "tus", tus::overridden, long: true),
    route!(DELETE "/upload/{upload}", Person, "tus", tus::terminate),
    route!(GET "/jmap/download/{account}/{blob}/{name}", Person, "download", download::give, long: true),
    route!(POST "/auth/sign-in", Anyone, "signin", signin::sign_in),
    route!(POST "/auth/sign-out", Person, "signin", signin::sign_out),
    route!(POST "/auth/link/look", Anyone, "signin", signin::look),
    route!(POST "/auth/link", Anyone, "signin", signin::redeem),
    route!(POST "/auth/links", Person, "signin", signin::make_link),
    route!(GET "/auth/links", Person, "signin", signin::links),
    route!(POST "/auth/links/end", Person, "signin", signin::end_link),
    route!(POST "/auth/link/join", Person, "signin", signin::join),
    route!(GET "/auth/spaces/{space}/link", Person, "signin", signin::space_link),
    route!(POST "/auth/spaces/{space}/link", Person, "signin", signin::make_space_link),
    route!(POST "/auth/spaces/{space}/link/end", Person, "signin", signin::end_space_link),
    route!(GET "/auth/sessions", Person, "signin", signin::sessions),
    route!(POST "/auth/sessions/end", Person, "signin", signin::end_session),
    route!(POST "/auth/password", Person, "signin", signin::change_password),
    route!(GET "/auth/tokens", Person, "signin", signin::tokens),
    route!(POST "/auth/tokens", Person, "signin", signin::new_token),
    route!(POST "/auth/tokens/revoke", Person, "signin", signin::revoke_token),
];

/// Whether a path is that of the pages by which a device learns to trust the server.
pub(crate) fn is_trust(path: &str) -> bool {
    ROUTES.iter().any(|route| route.door == "trust" && route.path == path)
}

/// The parts of a path, where they are text.
type Params = Result<RawPathParams, RawPathParamsRejection>;

/// The router of all routes.
pub(crate) fn router(house: Arc<House>) -> Router {
    let mut router = Router::new();
    for route in ROUTES {
        let method = MethodFilter::try_from(route.method.clone()).expect("the table has plain methods");
        let run = move |State(house): State<Arc<House>>, path: Params, request: Request| async move {
            // What is no text can be no address of ours.
            let Ok(path) = path else { return wrong_path(State(house)).await };
            let path = path.iter().map(|(name, value)| (name.to_string(), value.to_string())).collect();
            answer(house, route, path, request).await
        };
        router = router.route(route.path, on(method, run));
    }
    router.method_not_allowed_fallback(wrong_method).fallback(wrong_path).with_state(house)
}

async fn wrong_path(State(house): State<Arc<House>>) -> axum::response::Response {
    let detail = "this server has nothing at this address; /jmap/session, read with a token, names what it has";
    nowhere(&house, Problem::not_found(detail))
}

async fn wrong_method(State(house): State<Arc<House>>, request: Request) -> axum::response::Response {
    let segments = |path: &str| path.split('/').count();
    let here = request.uri().path();
    let fits = |route: &&Route| {
        let (pattern, path) = (route.path.split('/'), here.split('/'));
        segments(route.path) == segments(here)
            && pattern.zip(path).all(|(p, s)| p == s || (p.starts_with('{') && !p.starts_with("{*")))
    };
    let mut allowed: Vec<&str> = ROUTES.iter().filter(fits).map(|route| route.method.as_str()).collect();
    if allowed.is_empty() {
        // Nothing has this path to itself; what is left is what people look at.
        if !page::is_own(here) {
            return wrong_path(State(house)).await;
        }
        allowed.push("GET");
    }
    let allowed = allowed.join(", ");
    let detail = format!("this address takes {allowed}, not {}", request.method());
    let problem = Problem::new(StatusCode::METHOD_NOT_ALLOWED, "Another method is needed here", detail);
    let allow = HeaderValue::from_str(&allowed).unwrap_or(HeaderValue::from_static("GET"));
    nowhere(&house, problem.with(http::header::ALLOW, allow))
}
