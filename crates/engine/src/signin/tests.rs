//! Signing in, on a store whose reads miss and whose commands run again.

mod held;
mod links;
mod sessions;

use jmap::{Id, Request, UtcDate};
use model::{Caller, Registry, Role};
use serde_json::{Value, json};
use std::sync::Arc;
use store::Blobs;
use store::oracle::{Oracle, Unkind};

use super::{LinkKind, NewSession, SignInError};
use crate::{Authenticated, Engine, TestClock, operator};

pub(crate) const PASSWORD: &str = "correct horse battery";
const HOME: &str = "192.0.2.1";

/// A workspace of tests, on a Monday at nine.
pub(crate) struct House {
    pub(crate) engine: Engine,
    pub(crate) clock: Arc<TestClock>,
    _files: tempfile::TempDir,
}

impl House {
    pub(crate) async fn open(seed: u64) -> House {
        let files = tempfile::tempdir().unwrap();
        let blobs = Arc::new(Blobs::open(files.path(), [7; 32]).unwrap());
        let clock = TestClock::at(UtcDate::parse("2026-11-23T09:00:00Z").unwrap());
        let store = Arc::new(Oracle::unkind(Unkind::very(seed)));
        let engine = Engine::open(store, blobs, clock.clone(), Registry::standard()).await.unwrap();
        House { engine, clock, _files: files }
    }

    /// A person with the address `name@example.org` and [`PASSWORD`].
    pub(crate) async fn person(&self, name: &str, role: Role) -> NewSession {
        let email = format!("{name}@example.org");
        let person = self.engine.add_person(name, Some(&email), role).await.unwrap();
        let link = self.engine.make_link(&operator(), LinkKind::Invitation, person).await.unwrap();
        self.engine.redeem(&link, None, None, PASSWORD, "Firefox", HOME).await.unwrap()
    }

    async fn sign_in(&self, name: &str, password: &str) -> Result<NewSession, SignInError> {
        self.engine.sign_in(&format!("{name}@example.org"), password, "Firefox", HOME).await
    }

    pub(crate) async fn who(&self, secret: &str) -> Option<Authenticated> {
        self.engine.authenticate(secret).await.unwrap()
    }

    async fn caller(&self, session: &NewSession) -> Caller {
        self.who(&session.secret).await.unwrap().caller
    }

    /// An admin changes a Person.
    pub(crate) async fn change(&self, person: Id, patch: Value) {
        let args = json!({ "accountId": self.engine.workspace(), "update": { person.to_string(): patch } });
        let calls = json!([["Person/set", args, "0"]]);
        let body = json!({ "using": ["urn:meanwhile:jmap:workspace"], "methodCalls": calls });
        let request = Request::read(body.to_string().as_bytes(), 1).unwrap();
        let answer = self.engine.call(&operator(), request).await.unwrap().to_json();
        assert!(answer.contains("\"notUpdated\":null"), "{answer}");
    }

    pub(crate) async fn deactivate(&self, person: Id) {
        self.change(person, json!({ "deactivatedAt": "2026-11-23T09:00:00Z" })).await;
    }
}

/// Debug and Display: all that a door could show.
fn seen(result: Result<NewSession, SignInError>) -> String {
    let error = result.unwrap_err();
    format!("{error:?} {error}")
}

#[tokio::test]
async fn a_password_opens_a_session_that_ends_by_the_clock() {
    let house = House::open(1).await;
    let invited = house.person("ana", Role::Member).await;
    let session = house.engine.sign_in(" ANA@Example.org", PASSWORD, "Firefox", HOME).await.unwrap();
    assert_eq!(session.person, invited.person);
    let who = house.who(&session.secret).await.unwrap();
    assert_eq!((who.caller.person, who.caller.role), (invited.person, Role::Member));
    assert_eq!((who.caller.scopes, who.expires), (model::Scopes::SESSION, Some(session.expires)));
    house.clock.set(session.expires.plus_ms(-1));
    assert!(house.who(&session.secret).await.is_some());
    assert!(house.engine.is_active(&who).await.unwrap());
    house.clock.advance(1);
    assert!(house.who(&session.secret).await.is_none());
    assert!(!house.engine.is_active(&who).await.unwrap());
}

#[tokio::test]
async fn known_and_unknown_addresses_get_equal_answers() {
    let house = House::open(2).await;
    house.person("ana", Role::Member).await;
    let out = house.person("out", Role::Member).await;
    house.deactivate(out.person).await;
    house.engine.add_person("new", Some("new@example.org"), Role::Member).await.unwrap();
    for attempt in 0..12 {
        let known = seen(house.engine.sign_in("ana@example.org", "wrong password", "Firefox", "192.0.2.10").await);
        for (i, other) in
            ["nobody@example.org", "out@example.org", "new@example.org", "no address", ""].iter().enumerate()
        {
            let client = format!("192.0.2.{}", 11 + i);
            let password = if *other == "out@example.org" { PASSWORD } else { "wrong password" };
            let answer = seen(house.engine.sign_in(other, password, "Firefox", &client).await);
            assert_eq!(answer, known, "{other}, attempt {attempt}");
        }
        assert_eq!(known.contains("TooMany"), attempt >= 10, "{known}");
    }
}

#[tokio::test]
async fn ten_failures_lock_an_address_until_the_clock_releases_it() {
    let house = House::open(3).await;
    house.person("ana", Role::Member).await;
    let from = |n: usize| format!("198.51.100.{n}");
    for n in 0..10 {
        let wrong = house.engine.sign_in("ana@example.org", "wrong password", "curl", &from(n)).await;
        assert!(matches!(wrong, Err(SignInError::NoMatch)));
    }
    let locked = house.engine.sign_in("ana@example.org", PASSWORD, "curl", &from(11)).await;
    let Err(SignInError::TooMany { retry_at }) = locked else { panic!("{locked:?}") };
    insta::assert_snapshot!(retry_at, @"2026-11-23T09:15:00Z");
    house.clock.set(retry_at.plus_ms(-1));
    assert!(matches!(house.sign_in("ana", PASSWORD).await, Err(SignInError::TooMany { .. })));
    house.clock.set(retry_at);
    assert!(house.sign_in("ana", PASSWORD).await.is_ok());
}

#[tokio::test]
async fn success_forgets_the_failures_before_it() {
    let house = House::open(4).await;
    house.person("ana", Role::Member).await;
    for _ in 0..3 {
        for _ in 0..9 {
            assert!(matches!(house.sign_in("ana", "wrong password").await, Err(SignInError::NoMatch)));
        }
        assert!(house.sign_in("ana", PASSWORD).await.is_ok());
    }
    // 27 failures of this client are left: two more, then success does not lock it, then one more is the thirtieth.
    for _ in 0..2 {
        assert!(house.sign_in("ana", "wrong password").await.is_err());
    }
    assert!(house.sign_in("ana", PASSWORD).await.is_ok());
    assert!(matches!(house.sign_in("ana", "wrong password").await, Err(SignInError::NoMatch)));
    assert!(matches!(house.sign_in("ana", PASSWORD).await, Err(SignInError::TooMany { .. })));
}

#[tokio::test]
async fn thirty_failures_lock_a_client_and_no_other() {
    let house = House::open(5).await;
    house.person("ana", Role::Member).await;
    for n in 0..30 {
        let wrong = house.engine.sign_in(&format!("n{n}@example.org"), "wrong password", "curl", "2001:db8::1").await;
        assert!(matches!(wrong, Err(SignInError::NoMatch)));
    }
    let neighbour = house.engine.sign_in("ana@example.org", PASSWORD, "curl", "2001:db8::2").await;
    assert!(matches!(neighbour, Err(SignInError::TooMany { .. })));
    assert!(house.engine.sign_in("ana@example.org", PASSWORD, "curl", "2001:db8:0:1::1").await.is_ok());
}

#[tokio::test]
async fn many_attempts_at_once_are_no_way_round_the_limit() {
    let house = House::open(6).await;
    house.person("ana", Role::Member).await;
    let mut attempts = tokio::task::JoinSet::new();
    for n in 0..25 {
        let engine = house.engine.clone();
        attempts.spawn(async move {
            engine.sign_in("ana@example.org", "wrong password", "curl", &format!("198.51.100.{n}")).await
        });
    }
    let answers = attempts.join_all().await;
    assert_eq!(answers.iter().filter(|answer| matches!(answer, Err(SignInError::NoMatch))).count(), 10);
    assert_eq!(answers.iter().filter(|answer| matches!(answer, Err(SignInError::TooMany { .. }))).count(), 15);
}

#[tokio::test]
async fn who_was_added_signs_in_only_after_setting_a_password() {
    let house = House::open(7).await;
    house.engine.add_person("ana", Some("ana@example.org"), Role::Member).await.unwrap();
    for password in ["", PASSWORD] {
        assert!(matches!(house.sign_in("ana", password).await, Err(SignInError::NoMatch)));
    }
    let long = "x".repeat(100_000);
    assert!(matches!(house.sign_in("ana", &long).await, Err(SignInError::NoMatch)));
}

#[tokio::test]
async fn no_person_can_become_the_operator() {
    let house = House::open(8).await;
    let id = operator().person;
    let props = json!({ "name": "Mallory", "email": "mallory@example.org", "role": "admin" });
    let args = json!({ "accountId": house.engine.workspace(), "create": { id.to_string(): props } });
    let body = json!({ "using": ["urn:meanwhile:jmap:workspace"], "methodCalls": [["Person/set", args, "0"]] });
    let request = Request::read(body.to_string().as_bytes(), 1).unwrap();
    house.engine.call(&operator(), request).await.unwrap();
    let link = house.engine.make_link(&operator(), LinkKind::Invitation, id).await;
    assert!(matches!(link, Err(SignInError::Refused(_))));
    let token = house.engine.new_token(&operator(), id, "all", model::Scopes::ALL, None).await;
    if let Ok(token) = token {
        assert!(house.who(&token).await.is_none());
    }
}
