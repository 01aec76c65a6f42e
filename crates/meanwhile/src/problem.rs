//! What a door says when it says no: problem details (RFC 9457) with what happened, why, and what to do.

use axum::body::Body;
use axum::response::{IntoResponse, Response};
use http::{HeaderName, HeaderValue, StatusCode, header};
use serde_json::json;
use std::borrow::Cow;

/// What every door answers with.
pub(crate) type Answer = Result<Response, Problem>;

/// A refusal.
#[derive(Debug)]
pub(crate) struct Problem {
    status: StatusCode,
    kind: &'static str,
    /// What happened.
    title: Cow<'static, str>,
    /// Why, and what to do.
    detail: Cow<'static, str>,
    limit: Option<&'static str>,
    headers: Vec<(HeaderName, HeaderValue)>,
}

impl Problem {
    pub(crate) fn new(
        status: StatusCode,
        title: impl Into<Cow<'static, str>>,
        detail: impl Into<Cow<'static, str>>,
    ) -> Problem {
        Problem {
            status,
            kind: "about:blank",
            title: title.into(),
            detail: detail.into(),
            limit: None,
            headers: Vec::new(),
        }
    }

    pub(crate) fn with(mut self, name: HeaderName, value: HeaderValue) -> Problem {
        self.headers.push((name, value));
        self
    }

    pub(crate) fn status(&self) -> StatusCode {
        self.status
    }

    pub(crate) fn bad_request(detail: impl Into<Cow<'static, str>>) -> Problem {
        Problem::new(StatusCode::BAD_REQUEST, "The request can't be understood", detail)
    }

    /// Nobody is signed in, or what was shown is not known: the two look alike.
    pub(crate) fn who_are_you() -> Problem {
        let detail = "this address needs a token (\"Authorization: Bearer …\") or a signed-in browser; \
                      what was sent is missing, unknown, expired or revoked. Sign in, or make a token with \
                      \"meanwhile token new\"";
        Problem::new(StatusCode::UNAUTHORIZED, "Sign in first", detail)
            .with(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"))
    }

    pub(crate) fn forbidden(detail: impl Into<Cow<'static, str>>) -> Problem {
        Problem::new(StatusCode::FORBIDDEN, "This is not yours to do", detail)
    }

    pub(crate) fn cross_site(detail: impl Into<Cow<'static, str>>) -> Problem {
        Problem::new(StatusCode::FORBIDDEN, "The request comes from another site", detail)
    }

    pub(crate) fn not_found(detail: impl Into<Cow<'static, str>>) -> Problem {
        Problem::new(StatusCode::NOT_FOUND, "There is nothing here", detail)
    }

    pub(crate) fn wrong_type(expected: &str) -> Problem {
        let detail = format!("the body has to be {expected}: send it with \"Content-Type: {expected}\"");
        Problem::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "The body has another content type", detail)
    }

    /// A limit of the JMAP capability was passed (RFC 8620 3.6.1).
    pub(crate) fn limit(status: StatusCode, limit: &'static str, detail: String) -> Problem {
        let title = "A limit was passed";
        Problem { kind: "urn:ietf:params:jmap:error:limit", limit: Some(limit), ..Problem::new(status, title, detail) }
    }

    pub(crate) fn too_slow(seconds: u64) -> Problem {
        let detail =
            format!("the body did not get on for {seconds} seconds; send it again, in smaller parts if need be");
        Problem::new(StatusCode::REQUEST_TIMEOUT, "The request took too long", detail)
    }

    pub(crate) fn too_many(detail: impl Into<Cow<'static, str>>, seconds: i64) -> Problem {
        let wait = HeaderValue::from(seconds.clamp(1, 86_400));
        Problem::new(StatusCode::TOO_MANY_REQUESTS, "Too many in too short a time", detail)
            .with(header::RETRY_AFTER, wait)
    }

    pub(crate) fn unavailable(detail: impl Into<Cow<'static, str>>) -> Problem {
        Problem::new(StatusCode::SERVICE_UNAVAILABLE, "The server can't do this now", detail)
            .with(header::RETRY_AFTER, HeaderValue::from_static("5"))
    }

    /// Something is wrong with the server; the cause is in the log under the request's id.
    pub(crate) fn broken(request: &str) -> Problem {
        let detail = format!(
            "something is wrong with the server; whether the request was done is unknown, so repeat it with the same ids. \
             If it stays so, tell the operator the number {request}: the log has the cause under it"
        );
        Problem::new(StatusCode::INTERNAL_SERVER_ERROR, "The server failed", detail)
    }
}

impl From<store::StoreError> for Problem {
    fn from(fault: store::StoreError) -> Problem {
        tracing::error!(%fault, "the store failed");
        match fault {
            store::StoreError::Full(_) => Problem::new(
                StatusCode::INSUFFICIENT_STORAGE,
                "The server's disk is full",
                "nothing that was acknowledged is lost; repeat this when the operator has freed some space",
            ),
            store::StoreError::Unavailable(_) | store::StoreError::Fenced(_) => {
                Problem::unavailable("its database can't be used at the moment; repeat this in a few seconds")
            }
            store::StoreError::Corrupt(_) | store::StoreError::Broken(_) => Problem::new(
                StatusCode::INTERNAL_SERVER_ERROR,
                "The server failed",
                "its database has a fault; tell the operator to look into the log and to run \"meanwhile doctor\"",
            ),
        }
    }
}

impl From<jmap::MethodError> for Problem {
    fn from(error: jmap::MethodError) -> Problem {
        let status = match error.kind {
            "accountNotFound" | "notFound" => StatusCode::NOT_FOUND,
            "forbidden" | "accountReadOnly" => StatusCode::FORBIDDEN,
            "serverFail" => StatusCode::INTERNAL_SERVER_ERROR,
            "serverUnavailable" => StatusCode::SERVICE_UNAVAILABLE,
            "requestTooLarge" | "tooLarge" => StatusCode::PAYLOAD_TOO_LARGE,
            "overQuota" => StatusCode::INSUFFICIENT_STORAGE,
            "rateLimit" => StatusCode::TOO_MANY_REQUESTS,
            _ => StatusCode::BAD_REQUEST,
        };
        Problem::new(status, error.kind, error.description)
    }
}

impl From<jmap::RequestError> for Problem {
    fn from(error: jmap::RequestError) -> Problem {
        let status = StatusCode::from_u16(error.status).unwrap_or(StatusCode::BAD_REQUEST);
        let refused = Problem::new(status, "The request was refused as a whole", error.detail);
        Problem { kind: error.kind, limit: error.limit, ..refused }
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let mut body = json!({
            "type": self.kind,
            "status": self.status.as_u16(),
            "title": self.title,
            "detail": self.detail,
        });
        if let Some(limit) = self.limit {
            body["limit"] = json!(limit);
        }
        let mut response = Response::new(Body::from(body.to_string()));
        *response.status_mut() = self.status;
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
        headers.extend(self.headers.into_iter().map(|(name, value)| (Some(name), value)));
        response
    }
}
