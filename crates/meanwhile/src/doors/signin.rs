//! Coming in and going out: passwords, one-time links, sessions of browsers, tokens of programs. What is secret is in
//! bodies and cookies, never in an address.

use axum::body::Body;
use axum::response::Response;
use engine::{Held, LinkKind, NewSession, SignInError, SpaceLinkWish};
use http::{HeaderName, HeaderValue, StatusCode, header};
use jmap::{Id, UtcDate};
use model::{Role, Scopes};
use serde::Deserialize;
use serde_json::{Value, json as value};

use crate::auth::set_cookie;
use crate::http::{Ask, House, json};
use crate::problem::{Answer, Problem};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SignIn {
    email: String,
    password: String,
}

pub(super) async fn sign_in(ask: Ask) -> Answer {
    let (house, client, address) = (ask.house.clone(), client(&ask), ask.client.to_string());
    let said: SignIn = ask.json().await?;
    let session = house.engine.sign_in(&said.email, &said.password, &client, &address).await;
    Ok(signed_in(&house, &session.map_err(|error| refused(&house, error))?))
}

/// Ends the session, or nothing, if a token was shown.
pub(super) async fn sign_out(ask: Ask) -> Answer {
    let known = ask.known()?;
    ask.house.engine.sign_out(&known.secret).await?;
    let mut response = done();
    let headers = response.headers_mut();
    headers.insert(header::SET_COOKIE, set_cookie(ask.house.secure, None));
    headers.insert(HeaderName::from_static("clear-site-data"), HeaderValue::from_static("\"cache\""));
    Ok(response)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Secret {
    secret: String,
}

/// What a link would do, for the page behind it.
pub(super) async fn look(ask: Ask) -> Answer {
    let house = ask.house.clone();
    let said: Secret = ask.json().await?;
    let link = house.engine.look_at_link(&said.secret).await?;
    let link = link.ok_or_else(|| refused(&house, SignInError::LinkGone))?;
    Ok(json(&value!({
        "kind": kind_word(link.kind),
        "name": link.name,
        "email": link.email,
        "needsEmail": link.email.is_none(),
        "workspace": link.workspace,
        "space": link.space,
    })))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Redeem {
    secret: String,
    password: String,
    name: Option<String>,
    email: Option<String>,
}

pub(super) async fn redeem(ask: Ask) -> Answer {
    let (house, client, address) = (ask.house.clone(), client(&ask), ask.client.to_string());
    let said: Redeem = ask.json().await?;
    let (name, email) = (said.name.as_deref(), said.email.as_deref());
    let session = house.engine.redeem(&said.secret, name, email, &said.password, &client, &address).await;
    Ok(signed_in(&house, &session.map_err(|error| refused(&house, error))?))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct LinkOf {
    person_id: Id,
    kind: String,
    /// It goes to the person's address too.
    #[serde(default)]
    mail: bool,
}

/// A link for somebody else, made by an admin, who passes it on.
pub(super) async fn make_link(ask: Ask) -> Answer {
    let known = ask.known()?;
    let (house, url) = (ask.house.clone(), ask.house.url(&ask.head));
    let said: LinkOf = ask.json().await?;
    let (kind, person) = (said.kind()?, said.person_id);
    let secret = match said.mail {
        true => house.engine.mail_link(&known.caller, kind, person).await,
        false => house.engine.make_link(&known.caller, kind, person).await,
    };
    let secret = secret.map_err(|error| refused(&house, error))?;
    Ok(created(&value!({ "link": crate::link(&url, &secret) })))
}

/// The links that work now, without their secrets, and who has not come in yet.
pub(super) async fn links(ask: Ask) -> Answer {
    let known = ask.known()?;
    let invited = ask.house.engine.invited(&known.caller).await.map_err(|error| refused(&ask.house, error))?;
    let list = invited.links.iter().map(|link| {
        value!({
            "personId": link.person,
            "kind": kind_word(link.kind),
            "createdAt": link.created_at,
            "expiresAt": link.expires_at,
        })
    });
    Ok(json(&value!({ "list": list.collect::<Vec<Value>>(), "withoutPassword": invited.without_password })))
}

pub(super) async fn end_link(ask: Ask) -> Answer {
    let known = ask.known()?;
    let house = ask.house.clone();
    let said: LinkOf = ask.json().await?;
    let ended = house.engine.end_link(&known.caller, said.kind()?, said.person_id).await;
    ended.map_err(|error| refused(&house, error))?;
    Ok(done())
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct ForSpace {
    role: String,
    most: u64,
    expires_at: UtcDate,
}

/// The link by which several come into a Space, made by an admin of it.
pub(super) async fn make_space_link(ask: Ask) -> Answer {
    let known = ask.known()?;
    let (house, url) = (ask.house.clone(), ask.house.url(&ask.head));
    let space = space_of(&ask)?;
    let said: ForSpace = ask.json().await?;
    let wish = SpaceLinkWish { role: Role::from_word(&said.role), most: said.most, expires_at: said.expires_at };
    let secret = house.engine.make_space_link(&known.caller, space, wish).await;
    let secret = secret.map_err(|error| refused(&house, error))?;
    Ok(created(&value!({ "link": crate::link(&url, &secret) })))
}

/// How things stand with it, without its secret.
pub(super) async fn space_link(ask: Ask) -> Answer {
    let known = ask.known()?;
    let link = ask.house.engine.space_link(&known.caller, space_of(&ask)?).await;
    let link = link.map_err(|error| refused(&ask.house, error))?.map(|link| {
        value!({
            "role": link.wish.role.word(),
            "most": link.wish.most,
            "came": link.came,
            "expiresAt": link.wish.expires_at,
            "createdAt": link.created_at,
            "madeBy": link.made_by,
            "works": link.works,
        })
    });
    Ok(json(&value!({ "link": link })))
}

pub(super) async fn end_space_link(ask: Ask) -> Answer {
    let known = ask.known()?;
    let ended = ask.house.engine.end_space_link(&known.caller, space_of(&ask)?).await;
    ended.map_err(|error| refused(&ask.house, error))?;
    Ok(done())
}

/// Who is signed in joins by such a link.
pub(super) async fn join(ask: Ask) -> Answer {
    let known = ask.known()?;
    let (house, address) = (ask.house.clone(), ask.client.to_string());
    let said: Secret = ask.json().await?;
    let joined = house.engine.join_by_link(&known.caller, &said.secret, &address).await;
    Ok(json(&value!({ "spaceId": joined.map_err(|error| refused(&house, error))? })))
}

/// The Space in the address; what is no id is none that is open.
fn space_of(ask: &Ask) -> Result<Id, Problem> {
    let none = || Problem::not_found("the address names no Space that is open to you");
    ask.id("space").ok_or_else(none)
}

impl LinkOf {
    fn kind(&self) -> Result<LinkKind, Problem> {
        let kind = [LinkKind::Invitation, LinkKind::Reset].into_iter().find(|kind| kind_word(*kind) == self.kind);
        let wrong = || Problem::bad_request(format!("\"kind\" is \"invitation\" or \"reset\", not {:?}", self.kind));
        kind.ok_or_else(wrong)
    }
}

pub(super) async fn sessions(ask: Ask) -> Answer {
    let known = ask.known()?;
    let sessions = ask.house.engine.sessions(&known.caller).await?;
    let list = sessions.iter().map(|session| {
        value!({
            "id": session.id,
            "client": session.client,
            "createdAt": session.created_at,
            "expiresAt": session.expires_at,
            "current": known.who.what == Held::Session(session.id),
        })
    });
    Ok(json(&value!({ "list": list.collect::<Vec<Value>>() })))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct End {
    /// `None`: all but this one.
    id: Option<Id>,
}

pub(super) async fn end_session(ask: Ask) -> Answer {
    let known = ask.known()?;
    let house = ask.house.clone();
    let said: End = ask.json().await?;
    let ended = match said.id {
        Some(id) => house.engine.end_session(&known.caller, id).await,
        None => house.engine.end_all_sessions(&known.caller, session(known.who.what)).await.map(|_| ()),
    };
    ended.map_err(|error| refused(&house, error))?;
    Ok(done())
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Password {
    old: String,
    new: String,
}

pub(super) async fn change_password(ask: Ask) -> Answer {
    let known = ask.known()?;
    let house = ask.house.clone();
    let said: Password = ask.json().await?;
    let changed = house.engine.change_password(&known.caller, &said.old, &said.new, session(known.who.what)).await;
    changed.map_err(|error| refused(&house, error))?;
    Ok(done())
}

pub(super) async fn tokens(ask: Ask) -> Answer {
    let known = ask.known()?;
    let tokens = ask.house.engine.tokens(&known.caller).await?;
    let list = tokens.iter().map(|token| {
        value!({
            "id": token.id,
            "name": token.name,
            "scopes": token.scopes.words().collect::<Vec<_>>(),
            "createdAt": token.created_at,
            "expiresAt": token.expires_at,
        })
    });
    Ok(json(&value!({ "list": list.collect::<Vec<Value>>() })))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct NewToken {
    name: String,
    scopes: Vec<String>,
    expires_at: Option<UtcDate>,
}

pub(super) async fn new_token(ask: Ask) -> Answer {
    let known = ask.known()?;
    let house = ask.house.clone();
    let said: NewToken = ask.json().await?;
    let scopes = Scopes::from_words(said.scopes.iter().map(String::as_str))
        .map_err(|word| Problem::bad_request(format!("{word:?} is no scope; there are read, write, admin, import")))?;
    let (by, person) = (&known.caller, known.caller.person);
    let token = house.engine.new_token(by, person, &said.name, scopes, said.expires_at).await;
    Ok(created(&value!({ "token": token.map_err(|error| refused(&house, error))? })))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Revoke {
    id: Id,
}

pub(super) async fn revoke_token(ask: Ask) -> Answer {
    let known = ask.known()?;
    let house = ask.house.clone();
    let said: Revoke = ask.json().await?;
    let revoked = house.engine.revoke_token(&known.caller, said.id).await;
    revoked.map_err(|error| refused(&house, error))?;
    Ok(done())
}

fn signed_in(house: &House, session: &NewSession) -> Response {
    let seconds = (session.expires.ms() - house.engine.clock().now().ms()) / 1000;
    let body = value!({ "personId": session.person, "sessionId": session.session, "expiresAt": session.expires });
    let mut response = json(&body);
    let cookie = set_cookie(house.secure, Some((&session.secret, seconds)));
    response.headers_mut().insert(header::SET_COOKIE, cookie);
    response
}

fn session(held: Held) -> Option<Id> {
    match held {
        Held::Session(id) => Some(id),
        Held::Token(_) => None,
    }
}

fn kind_word(kind: LinkKind) -> &'static str {
    match kind {
        LinkKind::FirstAdmin => "first",
        LinkKind::Invitation => "invitation",
        LinkKind::Reset => "reset",
        LinkKind::Space => "space",
    }
}

/// What a browser or program says it is.
fn client(ask: &Ask) -> String {
    let client = ask.head.headers.get(header::USER_AGENT).and_then(|client| client.to_str().ok());
    client.unwrap_or("unknown").to_string()
}

fn done() -> Response {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = StatusCode::NO_CONTENT;
    response
}

fn created(body: &Value) -> Response {
    let mut response = json(body);
    *response.status_mut() = StatusCode::CREATED;
    response
}

fn refused(house: &House, error: SignInError) -> Problem {
    match error {
        SignInError::NoMatch => Problem::new(StatusCode::FORBIDDEN, "You are not signed in", error.to_string()),
        SignInError::LinkGone => Problem::new(StatusCode::GONE, "The link does nothing", error.to_string()),
        SignInError::TooMany { retry_at } => {
            let seconds = (retry_at.ms() - house.engine.clock().now().ms()) / 1000 + 1;
            Problem::too_many(error.to_string(), seconds)
        }
        SignInError::Refused(error) => match error.kind {
            "forbidden" => Problem::forbidden(error.description),
            "notFound" => Problem::not_found(error.description),
            _ => Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "This can't be taken", error.description),
        },
        SignInError::Store(fault) => fault.into(),
    }
}
