//! What sessions and tokens open, and when they stop.

use jmap::DAY_MS;
use model::{Role, Scopes};
use serde_json::json;

use super::House;
use crate::{Held, LinkKind, SignInError, operator};

fn refusal<T: std::fmt::Debug>(result: Result<T, SignInError>) -> String {
    match result.unwrap_err() {
        SignInError::Refused(error) => format!("{}: {}", error.kind, error.description),
        other => format!("{other:?}"),
    }
}

#[tokio::test]
async fn a_tampered_secret_lets_nobody_in() {
    let house = House::open(10).await;
    let ana = house.person("ana", Role::Member).await;
    assert!(house.who(&ana.secret).await.is_some());
    for i in 0..ana.secret.len() {
        let mut bytes = ana.secret.clone().into_bytes();
        bytes[i] = if bytes[i] == b'0' { b'1' } else { b'0' };
        let tampered = String::from_utf8(bytes).unwrap();
        assert!(house.who(&tampered).await.is_none(), "{tampered}");
    }
    for bad in ["", "mw_s_", &ana.secret[..56], &ana.secret.to_uppercase(), &format!("{} ", ana.secret), "é"] {
        assert!(house.who(bad).await.is_none(), "{bad:?}");
    }
}

#[tokio::test]
async fn a_secret_of_one_kind_is_none_of_another() {
    let house = House::open(11).await;
    let ana = house.person("ana", Role::Member).await;
    let by = house.caller(&ana).await;
    let token = house.engine.new_token(&by, ana.person, "script", Scopes::READ, None).await.unwrap();
    let link = house.engine.make_link(&operator(), LinkKind::Reset, ana.person).await.unwrap();
    assert!(house.who(&link).await.is_none());
    assert!(house.who(&link.replace("mw_l_", "mw_s_")).await.is_none());
    assert!(house.who(&token.replace("mw_t_", "mw_s_")).await.is_none());
    for secret in [&ana.secret, &token] {
        assert!(house.engine.look_at_link(secret).await.unwrap().is_none());
        let redeemed = house.engine.redeem(secret, None, None, "another password", "curl", "192.0.2.9").await;
        assert!(matches!(redeemed, Err(SignInError::LinkGone)));
    }
    assert!(matches!(house.who(&ana.secret).await.unwrap().what, Held::Session(id) if id == ana.session));
    assert!(matches!(house.who(&token).await.unwrap().what, Held::Token(_)));
}

#[tokio::test]
async fn who_is_deactivated_is_out_at_once_by_session_and_token() {
    let house = House::open(12).await;
    let ana = house.person("ana", Role::Member).await;
    let by = house.caller(&ana).await;
    let token = house.engine.new_token(&by, ana.person, "script", Scopes::READ, None).await.unwrap();
    let streams = [house.who(&ana.secret).await.unwrap(), house.who(&token).await.unwrap()];
    house.deactivate(ana.person).await;
    for secret in [&ana.secret, &token] {
        assert!(house.who(secret).await.is_none());
    }
    for stream in &streams {
        assert!(!house.engine.is_active(stream).await.unwrap());
    }
    let made = house.engine.new_token(&operator(), ana.person, "again", Scopes::READ, None).await;
    insta::assert_snapshot!(refusal(made), @"forbidden: ana was deactivated; an admin reactivates the person first");
}

#[tokio::test]
async fn a_demoted_admin_keeps_the_token_and_loses_what_only_admins_may() {
    let house = House::open(13).await;
    let ana = house.person("ana", Role::Admin).await;
    let by = house.caller(&ana).await;
    let token = house.engine.new_token(&by, ana.person, "import", Scopes::ALL, None).await.unwrap();
    let before = house.who(&token).await.unwrap();
    assert_eq!((before.caller.role, before.caller.scopes), (Role::Admin, Scopes::ALL));
    house.change(ana.person, json!({ "role": "member" })).await;
    let after = house.who(&token).await.unwrap();
    assert_eq!((after.caller.role, after.caller.scopes), (Role::Member, Scopes::READ.and(Scopes::WRITE)));
    assert_eq!(house.caller(&ana).await.role, Role::Member);
    assert!(!house.engine.is_active(&before).await.unwrap());
    assert!(house.engine.is_active(&after).await.unwrap());
}

#[tokio::test]
async fn a_guest_signs_in_as_a_guest() {
    let house = House::open(14).await;
    let kim = house.person("kim", Role::Guest).await;
    let by = house.caller(&kim).await;
    assert_eq!(by.role, Role::Guest);
    let token = house.engine.new_token(&by, kim.person, "script", Scopes::READ, None).await.unwrap();
    assert_eq!(house.who(&token).await.unwrap().caller.role, Role::Guest);
    let admin = house.engine.new_token(&by, kim.person, "script", Scopes::ADMIN, None).await;
    insta::assert_snapshot!(refusal(admin), @r#"forbidden: the scopes "admin" and "import" are for persons with the role "admin""#);
    let link = house.engine.make_link(&by, LinkKind::Reset, kim.person).await;
    insta::assert_snapshot!(refusal(link), @"forbidden: an admin of the workspace makes links for others");
}

#[tokio::test]
async fn a_token_may_no_more_than_who_makes_it() {
    let house = House::open(15).await;
    let ana = house.person("ana", Role::Admin).await;
    let bo = house.person("bo", Role::Member).await;
    let (ana, bo) = (house.caller(&ana).await, house.caller(&bo).await);
    let new = |by, person, scopes| {
        let engine = house.engine.clone();
        async move { engine.new_token(&by, person, "script", scopes, None).await }
    };
    insta::assert_snapshot!(refusal(new(ana, bo.person, Scopes::READ).await), @"forbidden: one makes tokens for oneself");
    insta::assert_snapshot!(refusal(new(bo, bo.person, Scopes::ALL).await), @r#"forbidden: the scopes "admin" and "import" are for persons with the role "admin""#);
    let writes = new(ana, ana.person, Scopes::READ.and(Scopes::WRITE)).await.unwrap();
    let writes = house.who(&writes).await.unwrap().caller;
    insta::assert_snapshot!(refusal(new(writes, ana.person, Scopes::ADMIN).await), @"forbidden: a token makes no token that may more than itself");
    insta::assert_snapshot!(refusal(new(writes, ana.person, Scopes::IMPORT).await), @"forbidden: a token makes no token that may more than itself");
    let reads = new(writes, ana.person, Scopes::READ).await.unwrap();
    let reads = house.who(&reads).await.unwrap().caller;
    insta::assert_snapshot!(refusal(new(reads, ana.person, Scopes::READ).await), @r#"forbidden: this token only reads; take one with the scope "write", or sign in"#);
    assert!(house.engine.end_all_sessions(&reads, None).await.is_err());
    assert!(house.engine.change_password(&reads, super::PASSWORD, "another password", None).await.is_err());
    assert!(new(operator(), bo.person, Scopes::READ).await.is_ok());
    insta::assert_snapshot!(refusal(new(bo, bo.person, Scopes::default()).await), @r#"invalidProperties: a token has at least one of the scopes "read", "write", "admin" and "import""#);
}

#[tokio::test]
async fn a_token_ends_by_the_clock_or_by_hand() {
    let house = House::open(16).await;
    let ana = house.person("ana", Role::Member).await;
    let by = house.caller(&ana).await;
    let soon = house.engine.clock().now().plus_ms(DAY_MS);
    let short = house.engine.new_token(&by, ana.person, "short", Scopes::READ, Some(soon)).await.unwrap();
    let long = house.engine.new_token(&by, ana.person, "long", Scopes::READ, None).await.unwrap();
    house.clock.set(soon.plus_ms(-1));
    assert!(house.who(&short).await.is_some());
    house.clock.set(soon);
    assert!(house.who(&short).await.is_none());
    house.clock.advance(3650 * DAY_MS);
    assert!(house.who(&long).await.is_some());
    let tokens = house.engine.tokens(&by).await.unwrap();
    assert_eq!(tokens.iter().map(|token| token.name.as_str()).collect::<Vec<_>>(), ["long", "short"]);
    house.engine.revoke_token(&by, tokens[0].id).await.unwrap();
    assert!(house.who(&long).await.is_none());
    assert!(house.engine.revoke_token(&by, tokens[0].id).await.is_err());
    let past = house.engine.new_token(&by, ana.person, "late", Scopes::READ, Some(soon)).await;
    insta::assert_snapshot!(refusal(past), @"invalidProperties: this instant has passed; take one to come, or none");
}

#[tokio::test]
async fn a_secret_that_was_just_seen_is_not_looked_up_again() {
    let house = House::open(17).await;
    let ana = house.person("ana", Role::Member).await;
    let known = || house.engine.shared.signin.known.len();
    assert!(house.who(&ana.secret).await.is_some());
    assert_eq!(known(), 1);
    // Any write to the personal or the workspace account may be the one that matters.
    house.person("bo", Role::Member).await;
    assert_eq!(known(), 0);
    assert!(house.who(&ana.secret).await.is_some());
    house.sign_in("ana", super::PASSWORD).await.unwrap();
    assert_eq!(known(), 0);
}

#[tokio::test]
async fn what_was_read_before_a_commit_is_not_kept_after_it() {
    let house = House::open(18).await;
    let ana = house.person("ana", Role::Member).await;
    let who = house.who(&ana.secret).await.unwrap();
    let known = &house.engine.shared.signin.known;
    let before = known.commits();
    house.deactivate(ana.person).await;
    known.keep([7; 32], who, house.engine.clock().now(), before);
    assert_eq!(known.len(), 0);
}
