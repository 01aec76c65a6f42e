//! One's own sessions, and one's own password.

use model::Role;

use super::{House, PASSWORD};
use crate::{LinkKind, SignInError, operator};

#[tokio::test]
async fn one_sees_and_ends_ones_own_sessions_and_nobody_elses() {
    let house = House::open(20).await;
    let ana = house.person("ana", Role::Admin).await;
    let bo = house.person("bo", Role::Member).await;
    house.clock.advance(1000);
    let phone = house.engine.sign_in("ana@example.org", PASSWORD, "a\nphone", "192.0.2.2").await.unwrap();
    let (by, bos) = (house.caller(&ana).await, house.caller(&bo).await);
    let listed = house.engine.sessions(&by).await.unwrap();
    assert_eq!(
        listed.iter().map(|it| (it.id, it.client.as_str())).collect::<Vec<_>>(),
        [(phone.session, "aphone"), (ana.session, "Firefox")]
    );
    for (by, session) in [(&by, bo.session), (&bos, phone.session)] {
        let ended = house.engine.end_session(by, session).await;
        assert!(matches!(ended, Err(SignInError::Refused(error)) if error.kind == "notFound"));
    }
    house.engine.end_session(&by, phone.session).await.unwrap();
    assert!(house.who(&phone.secret).await.is_none());
    assert!(house.who(&ana.secret).await.is_some() && house.who(&bo.secret).await.is_some());
    assert_eq!(house.engine.sessions(&by).await.unwrap().len(), 1);
}

#[tokio::test]
async fn all_sessions_but_one_end_together() {
    let house = House::open(21).await;
    let ana = house.person("ana", Role::Member).await;
    let bo = house.person("bo", Role::Member).await;
    let more = [house.sign_in("ana", PASSWORD).await.unwrap(), house.sign_in("ana", PASSWORD).await.unwrap()];
    let by = house.caller(&ana).await;
    assert_eq!(house.engine.end_all_sessions(&by, Some(more[0].session)).await.unwrap(), 2);
    assert!(house.who(&more[0].secret).await.is_some() && house.who(&bo.secret).await.is_some());
    assert!(house.who(&ana.secret).await.is_none() && house.who(&more[1].secret).await.is_none());
    assert_eq!(house.engine.end_all_sessions(&by, None).await.unwrap(), 1);
    assert!(house.who(&more[0].secret).await.is_none());
}

#[tokio::test]
async fn signing_out_ends_this_session_alone() {
    let house = House::open(22).await;
    let ana = house.person("ana", Role::Member).await;
    let other = house.sign_in("ana", PASSWORD).await.unwrap();
    house.engine.sign_out(&ana.secret).await.unwrap();
    house.engine.sign_out(&ana.secret).await.unwrap();
    house.engine.sign_out("nonsense").await.unwrap();
    assert!(house.who(&ana.secret).await.is_none() && house.who(&other.secret).await.is_some());
}

#[tokio::test]
async fn sessions_that_expired_go_with_the_next_sign_in() {
    let house = House::open(23).await;
    let ana = house.person("ana", Role::Member).await;
    house.clock.set(ana.expires);
    let next = house.sign_in("ana", PASSWORD).await.unwrap();
    let by = house.caller(&next).await;
    assert_eq!(house.engine.end_all_sessions(&by, None).await.unwrap(), 1);
}

#[tokio::test]
async fn another_password_ends_what_the_old_one_opened() {
    let house = House::open(24).await;
    let ana = house.person("ana", Role::Member).await;
    let other = house.sign_in("ana", PASSWORD).await.unwrap();
    let link = house.engine.make_link(&operator(), LinkKind::Reset, ana.person).await.unwrap();
    let by = house.caller(&ana).await;
    let change = |old: &'static str, new: &'static str| {
        let engine = house.engine.clone();
        async move { engine.change_password(&by, old, new, Some(ana.session)).await }
    };
    assert!(matches!(change("wrong password", "another password").await, Err(SignInError::NoMatch)));
    assert!(matches!(change(PASSWORD, "short").await, Err(SignInError::Refused(_))));
    assert!(matches!(change(PASSWORD, "ana@example.org").await, Err(SignInError::Refused(_))));
    change(PASSWORD, "another password").await.unwrap();
    assert!(house.who(&ana.secret).await.is_some() && house.who(&other.secret).await.is_none());
    assert!(house.engine.look_at_link(&link).await.unwrap().is_none());
    assert!(matches!(house.sign_in("ana", PASSWORD).await, Err(SignInError::NoMatch)));
    assert!(house.sign_in("ana", "another password").await.is_ok());
}

#[tokio::test]
async fn a_stolen_session_does_not_guess_the_password() {
    let house = House::open(25).await;
    let ana = house.person("ana", Role::Member).await;
    let by = house.caller(&ana).await;
    for _ in 0..10 {
        let wrong = house.engine.change_password(&by, "wrong password", "another password", None).await;
        assert!(matches!(wrong, Err(SignInError::NoMatch)));
    }
    let locked = house.engine.change_password(&by, PASSWORD, "another password", None).await;
    assert!(matches!(locked, Err(SignInError::TooMany { .. })));
    assert!(house.sign_in("ana", PASSWORD).await.is_ok());
}

#[tokio::test]
async fn a_person_has_at_most_a_hundred_sessions_and_the_oldest_goes() {
    let house = House::open(26).await;
    let first = house.person("ana", Role::Member).await;
    let second = house.sign_in("ana", PASSWORD).await.unwrap();
    for _ in 0..98 {
        house.sign_in("ana", PASSWORD).await.unwrap();
    }
    assert!(house.who(&first.secret).await.is_some());
    let last = house.sign_in("ana", PASSWORD).await.unwrap();
    assert!(house.who(&first.secret).await.is_none() && house.who(&second.secret).await.is_some());
    let by = house.caller(&last).await;
    assert_eq!(house.engine.sessions(&by).await.unwrap().len(), 100);
}
