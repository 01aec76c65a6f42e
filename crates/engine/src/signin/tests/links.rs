//! One-time links.

use jmap::DAY_MS;
use model::{Caller, Role, Scopes};
use serde_json::json;

use super::{HOME, House, PASSWORD};
use crate::signin::secret::{Use, fresh};
use crate::{LinkKind, NewSession, SignInError, operator};

impl House {
    async fn redeem(&self, link: &str, password: &str) -> Result<NewSession, SignInError> {
        self.engine.redeem(link, None, None, password, "Firefox", HOME).await
    }

    async fn first(&self) -> NewSession {
        let link = self.engine.first_link().await.unwrap().unwrap();
        let (name, email) = (Some("Ana"), Some("ana@example.org"));
        self.engine.redeem(&link, name, email, PASSWORD, "Firefox", HOME).await.unwrap()
    }
}

fn refused(result: Result<NewSession, SignInError>) -> String {
    match result {
        Err(SignInError::Refused(error)) => format!("{:?} {}", error.properties, error.description),
        other => format!("{other:?}"),
    }
}

#[tokio::test]
async fn the_first_link_makes_the_first_admin_and_the_first_space() {
    let house = House::open(30).await;
    let old = house.engine.first_link().await.unwrap().unwrap();
    let link = house.engine.first_link().await.unwrap().unwrap();
    assert!(house.engine.look_at_link(&old).await.unwrap().is_none());
    let info = house.engine.look_at_link(&link).await.unwrap().unwrap();
    insta::assert_debug_snapshot!(info, @r#"
    LinkInfo {
        kind: FirstAdmin,
        name: None,
        email: None,
        workspace: "Meanwhile",
        space: None,
    }
    "#);
    house.clock.advance(100 * DAY_MS);
    insta::assert_snapshot!(refused(house.redeem(&link, PASSWORD).await), @r#"["name"] say how you are called"#);
    let nameless = house.engine.redeem(&link, Some("Ana"), Some("ana"), PASSWORD, "Firefox", HOME).await;
    insta::assert_snapshot!(refused(nameless), @r#"["email"] say the address with which you will sign in, such as ana@example.org"#);
    let (name, email) = (Some(" Ana "), Some("ana@example.org"));
    let ana = house.engine.redeem(&link, name, email, PASSWORD, "Firefox", HOME).await.unwrap();
    assert_eq!(house.caller(&ana).await.role, Role::Admin);
    let spaces = house.engine.space_named("Everyone").await.unwrap();
    assert_eq!(house.engine.everyone().await.unwrap().as_slice(), spaces.as_slice());
    assert_eq!(house.role_in(spaces[0], ana.person).await, Some(Role::Admin));
    assert!(matches!(house.redeem(&link, PASSWORD).await, Err(SignInError::LinkGone)));
    assert_eq!(house.engine.first_link().await.unwrap(), None);
    assert!(house.sign_in("ana", PASSWORD).await.is_ok());
}

#[tokio::test]
async fn a_first_link_is_dead_once_another_admin_can_sign_in() {
    let house = House::open(31).await;
    let link = house.engine.first_link().await.unwrap().unwrap();
    house.person("bo", Role::Member).await;
    assert!(house.engine.look_at_link(&link).await.unwrap().is_some());
    house.person("ana", Role::Admin).await;
    assert!(house.engine.look_at_link(&link).await.unwrap().is_none());
    let (name, email) = (Some("Eve"), Some("eve@example.org"));
    let late = house.engine.redeem(&link, name, email, PASSWORD, "curl", HOME).await;
    assert!(matches!(late, Err(SignInError::LinkGone)));
    assert_eq!(house.engine.first_link().await.unwrap(), None);
}

#[tokio::test]
async fn a_first_link_is_dead_once_somebody_who_can_sign_in_becomes_admin() {
    let house = House::open(41).await;
    let link = house.engine.first_link().await.unwrap().unwrap();
    let bo = house.person("bo", Role::Member).await;
    house.change(bo.person, json!({ "role": "admin" })).await;
    assert!(house.engine.look_at_link(&link).await.unwrap().is_none());
    let (name, email) = (Some("Eve"), Some("eve@example.org"));
    let late = house.engine.redeem(&link, name, email, PASSWORD, "curl", HOME).await;
    assert!(matches!(late, Err(SignInError::LinkGone)));
}

#[tokio::test]
async fn a_link_works_once_also_when_two_race() {
    for seed in 0..8 {
        let house = House::open(100 + seed).await;
        let first = house.engine.first_link().await.unwrap().unwrap();
        let (name, email) = (Some("Ana"), Some("ana@example.org"));
        let (a, b) = tokio::join!(
            house.engine.redeem(&first, name, email, PASSWORD, "Firefox", HOME),
            house.engine.redeem(&first, Some("Eve"), Some("eve@example.org"), PASSWORD, "curl", HOME),
        );
        assert_eq!(a.is_ok() as u8 + b.is_ok() as u8, 1);
        assert!(matches!(a.and(b), Err(SignInError::LinkGone)));
        assert_eq!(house.engine.people().await.unwrap().len(), 1);

        let bo = house.engine.add_person("bo", Some("bo@example.org"), Role::Member).await.unwrap();
        let link = house.engine.make_link(&operator(), LinkKind::Invitation, bo).await.unwrap();
        let (a, b) = tokio::join!(house.redeem(&link, PASSWORD), house.redeem(&link, "another password"));
        let password = if a.is_ok() { PASSWORD } else { "another password" };
        assert_eq!(a.is_ok() as u8 + b.is_ok() as u8, 1);
        assert!(house.sign_in("bo", password).await.is_ok());
    }
}

#[tokio::test]
async fn an_invited_member_comes_in_and_joins_the_space_of_everyone() {
    let house = House::open(32).await;
    let ana = house.first().await;
    let by = house.caller(&ana).await;
    let bo = house.engine.add_person("bo", None, Role::Member).await.unwrap();
    let link = house.engine.make_link(&by, LinkKind::Invitation, bo).await.unwrap();
    insta::assert_snapshot!(refused(house.redeem(&link, PASSWORD).await), @r#"["email"] say the address with which you will sign in, such as ana@example.org"#);
    let taken = house.engine.redeem(&link, None, Some("ANA@example.org"), PASSWORD, "Firefox", HOME).await;
    insta::assert_snapshot!(refused(taken), @r#"["email"] "email" is taken by another record"#);
    insta::assert_snapshot!(
        refused(house.engine.redeem(&link, Some("Bo Berg"), Some("bo@example.org"), "bo berg", "Firefox", HOME).await),
        @r#"["password"] a password has at least 10 characters; this one has 7"#
    );
    let (name, email) = (Some("Bo Berg"), Some("bo@example.org"));
    let session = house.engine.redeem(&link, name, email, PASSWORD, "Firefox", HOME).await.unwrap();
    assert_eq!(session.person, bo);
    let people = house.engine.people().await.unwrap();
    assert_eq!((people[1].name.as_str(), people[1].email.as_deref()), ("Bo Berg", Some("bo@example.org")));
    let everyone = house.engine.everyone().await.unwrap().unwrap();
    assert_eq!(house.role_in(everyone, bo).await, Some(Role::Member));
    let kim = house.person("kim", Role::Guest).await;
    assert_eq!(house.role_in(everyone, kim.person).await, None);
}

#[tokio::test]
async fn an_invitation_does_not_change_a_known_address() {
    let house = House::open(33).await;
    let bo = house.engine.add_person("bo", Some("bo@example.org"), Role::Member).await.unwrap();
    let link = house.engine.make_link(&operator(), LinkKind::Invitation, bo).await.unwrap();
    let other = house.engine.redeem(&link, None, Some("eve@example.org"), PASSWORD, "curl", HOME).await;
    insta::assert_snapshot!(refused(other), @r#"["email"] this link is for bo@example.org; sign in with that, and ask an admin to change it"#);
    assert!(house.engine.redeem(&link, None, Some(" BO@example.org"), PASSWORD, "curl", HOME).await.is_ok());
}

#[tokio::test]
async fn links_end_by_the_clock_and_by_the_next_of_their_kind() {
    let house = House::open(34).await;
    let bo = house.engine.add_person("bo", Some("bo@example.org"), Role::Member).await.unwrap();
    let make = |kind| {
        let engine = house.engine.clone();
        async move { engine.make_link(&operator(), kind, bo).await.unwrap() }
    };
    let works = |link: String| {
        let engine = house.engine.clone();
        async move { engine.look_at_link(&link).await.unwrap().is_some() }
    };
    let (one, reset) = (make(LinkKind::Invitation).await, make(LinkKind::Reset).await);
    let two = make(LinkKind::Invitation).await;
    assert!(!works(one.clone()).await && works(two.clone()).await && works(reset.clone()).await);
    assert!(matches!(house.redeem(&one, PASSWORD).await, Err(SignInError::LinkGone)));
    house.clock.advance(DAY_MS - 1);
    assert!(works(reset.clone()).await);
    house.clock.advance(1);
    assert!(!works(reset.clone()).await && works(two.clone()).await);
    assert!(matches!(house.redeem(&reset, PASSWORD).await, Err(SignInError::LinkGone)));
    house.clock.advance(6 * DAY_MS - 1);
    assert!(works(two.clone()).await);
    house.clock.advance(1);
    assert!(!works(two.clone()).await);
    let three = make(LinkKind::Invitation).await;
    let reset = make(LinkKind::Reset).await;
    assert!(house.redeem(&three, PASSWORD).await.is_ok());
    assert!(!works(reset).await, "whoever comes in by one link closes the others");
}

#[tokio::test]
async fn a_reset_ends_all_sessions_and_the_lock() {
    let house = House::open(35).await;
    let ana = house.person("ana", Role::Member).await;
    for _ in 0..10 {
        assert!(house.sign_in("ana", "wrong password").await.is_err());
    }
    assert!(matches!(house.sign_in("ana", PASSWORD).await, Err(SignInError::TooMany { .. })));
    let link = house.engine.make_link(&operator(), LinkKind::Reset, ana.person).await.unwrap();
    assert!(house.who(&ana.secret).await.is_some());
    let session = house.redeem(&link, "another password").await.unwrap();
    assert!(house.who(&ana.secret).await.is_none() && house.who(&session.secret).await.is_some());
    assert!(matches!(house.sign_in("ana", PASSWORD).await, Err(SignInError::NoMatch)));
    assert!(house.sign_in("ana", "another password").await.is_ok());
}

#[tokio::test]
async fn a_link_for_who_was_deactivated_does_nothing() {
    let house = House::open(36).await;
    let ana = house.person("ana", Role::Member).await;
    let link = house.engine.make_link(&operator(), LinkKind::Reset, ana.person).await.unwrap();
    house.deactivate(ana.person).await;
    assert!(house.engine.look_at_link(&link).await.unwrap().is_none());
    assert!(matches!(house.redeem(&link, PASSWORD).await, Err(SignInError::LinkGone)));
    assert!(house.engine.make_link(&operator(), LinkKind::Reset, ana.person).await.is_err());
}

#[tokio::test]
async fn only_admins_make_links_and_nobody_makes_a_first_one() {
    let house = House::open(37).await;
    let ana = house.person("ana", Role::Admin).await;
    let bo = house.person("bo", Role::Member).await;
    let (ana, bo) = (house.caller(&ana).await, house.caller(&bo).await);
    let narrow = Caller { scopes: Scopes::READ.and(Scopes::WRITE), ..ana };
    let reads = Caller { scopes: Scopes::READ.and(Scopes::ADMIN), ..ana };
    for by in [bo, narrow, reads] {
        assert!(house.engine.make_link(&by, LinkKind::Reset, bo.person).await.is_err());
    }
    assert!(house.engine.make_link(&ana, LinkKind::FirstAdmin, bo.person).await.is_err());
    assert!(house.engine.make_link(&ana, LinkKind::Reset, house.engine.workspace()).await.is_err());
    assert!(house.engine.make_link(&ana, LinkKind::Reset, bo.person).await.is_ok());
}

#[tokio::test]
async fn guessing_links_is_counted_per_client() {
    let house = House::open(38).await;
    let ana = house.person("ana", Role::Member).await;
    let link = house.engine.make_link(&operator(), LinkKind::Reset, ana.person).await.unwrap();
    let guess = |link: String| {
        let engine = house.engine.clone();
        async move { engine.redeem(&link, None, None, PASSWORD, "curl", "192.0.2.66").await }
    };
    for n in 0..30 {
        let wrong = if n % 2 == 0 { "mw_l_guess".into() } else { fresh(Use::Link).text };
        assert!(matches!(guess(wrong).await, Err(SignInError::LinkGone)));
    }
    assert!(matches!(guess("mw_l_guess".into()).await, Err(SignInError::TooMany { .. })));
    assert!(matches!(guess(link.clone()).await, Err(SignInError::TooMany { .. })));
    assert!(house.redeem(&link, PASSWORD).await.is_ok());
}

#[tokio::test]
async fn a_placeholder_is_claimed_by_the_invitation() {
    let house = House::open(39).await;
    let id = house.engine.shared.fresh_id(b'p');
    let props = json!({ "name": "Cleo", "email": "cleo@example.org", "placeholder": true });
    let made = crate::people::hand::by_hand(&house.engine.shared, [house.engine.workspace(), id], move |hand| {
        hand.create(operator(), hand.shared.workspace, &model::person::PERSON, id, &props)
    });
    made.await.unwrap();
    assert!(house.engine.people().await.unwrap()[0].placeholder);
    let link = house.engine.make_link(&operator(), LinkKind::Invitation, id).await.unwrap();
    house.redeem(&link, PASSWORD).await.unwrap();
    let cleo = house.engine.people().await.unwrap().remove(0);
    assert!(!cleo.placeholder && cleo.has_password);
}

#[tokio::test]
async fn a_guest_has_an_address_before_the_link() {
    let house = House::open(40).await;
    let kim = house.engine.add_person("kim", None, Role::Guest).await.unwrap();
    let link = house.engine.make_link(&operator(), LinkKind::Invitation, kim).await;
    assert!(matches!(link, Err(SignInError::Refused(error)) if error.properties == ["email"]));
    house.change(kim, json!({ "email": "kim@example.org" })).await;
    assert!(house.engine.make_link(&operator(), LinkKind::Invitation, kim).await.is_ok());
}

#[tokio::test]
async fn who_knows_only_the_old_password_does_not_slip_in_beside_a_reset() {
    for seed in 0..12 {
        let house = House::open(200 + seed).await;
        let ana = house.person("ana", Role::Member).await;
        let link = house.engine.make_link(&operator(), LinkKind::Reset, ana.person).await.unwrap();
        let (old, reset) = tokio::join!(house.sign_in("ana", PASSWORD), house.redeem(&link, "another password"));
        assert!(house.who(&reset.unwrap().secret).await.is_some());
        match old {
            Ok(old) => assert!(house.who(&old.secret).await.is_none()),
            Err(error) => assert!(matches!(error, SignInError::NoMatch)),
        }
    }
}

#[tokio::test]
async fn admins_see_which_links_are_open_and_who_has_not_come_in() {
    let house = House::open(44).await;
    let ana = house.person("ana", Role::Admin).await;
    let admin = house.caller(&ana).await;
    let add = async |name: &str| house.engine.add_person(name, None, Role::Member).await.unwrap();
    let (bo, cleo, dan) = (add("bo").await, add("cleo").await, add("dan").await);
    let mut secrets = Vec::new();
    for (person, kind) in [(bo, LinkKind::Invitation), (cleo, LinkKind::Invitation), (ana.person, LinkKind::Reset)] {
        secrets.push(house.engine.make_link(&admin, kind, person).await.unwrap());
        house.clock.advance(1000);
    }
    let invited = house.engine.invited(&admin).await.unwrap();
    let open: Vec<_> = invited.links.iter().map(|link| (link.person, link.kind)).collect();
    assert_eq!(open, [(bo, LinkKind::Invitation), (cleo, LinkKind::Invitation), (ana.person, LinkKind::Reset)]);
    assert_eq!(invited.links[0].expires_at.ms() - invited.links[0].created_at.ms(), 7 * DAY_MS);
    assert_eq!(invited.without_password, [bo, cleo, dan]);
    house.engine.end_link(&admin, LinkKind::Invitation, cleo).await.unwrap();
    assert!(house.engine.end_link(&admin, LinkKind::Invitation, cleo).await.is_err(), "it has ended");
    assert!(house.engine.end_link(&admin, LinkKind::Reset, bo).await.is_err(), "there is none of that kind");
    assert!(matches!(house.redeem(&secrets[1], PASSWORD).await, Err(SignInError::LinkGone)));
    house.engine.redeem(&secrets[0], None, Some("bo@example.org"), PASSWORD, "Firefox", HOME).await.unwrap();
    house.clock.advance(DAY_MS);
    let invited = house.engine.invited(&admin).await.unwrap();
    assert_eq!((invited.links, invited.without_password), (vec![], vec![cleo, dan]));
    house.deactivate(dan).await;
    assert_eq!(house.engine.invited(&admin).await.unwrap().without_password, [cleo]);
    let narrow = Caller { scopes: Scopes::READ.and(Scopes::WRITE), ..admin };
    let reads = Caller { scopes: Scopes::READ.and(Scopes::ADMIN), ..admin };
    assert!(house.engine.invited(&narrow).await.is_err() && house.engine.invited(&reads).await.is_ok());
    for by in [narrow, reads] {
        assert!(house.engine.end_link(&by, LinkKind::Invitation, bo).await.is_err());
    }
    assert!(house.engine.end_link(&admin, LinkKind::FirstAdmin, house.engine.workspace()).await.is_err());
}

#[tokio::test]
async fn the_operator_lets_the_last_admin_in_again() {
    let house = House::open(45).await;
    let ana = house.first().await;
    let link = house.engine.make_link(&operator(), LinkKind::Reset, ana.person).await.unwrap();
    let session = house.redeem(&link, "another password").await.unwrap();
    assert_eq!(house.caller(&session).await.role, Role::Admin);
    assert!(house.who(&ana.secret).await.is_none());
    assert_eq!(house.engine.first_link().await.unwrap(), None);
}
