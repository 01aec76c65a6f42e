//! Links by which several come into a Space: who makes one, whom it lets in, and when it does nothing any more.

use engine::{SignInError, SpaceLinkWish};
use jmap::{DAY_MS, Id};
use model::{Caller, Role, Scopes, limits};
use scenarios::direct::{Direct, on_all_stores};
use serde_json::{Value, json};

const FROM: &str = "192.0.2.7";

fn wish(desk: &Direct, role: Role, most: u64) -> SpaceLinkWish {
    SpaceLinkWish { role, most, expires_at: desk.engine.clock().now().plus_ms(7 * DAY_MS) }
}

async fn comes(desk: &Direct, link: &str, name: &str) -> Result<Id, SignInError> {
    let email = format!("{}@example.org", name.to_lowercase().replace(' ', "."));
    let came = desk.engine.redeem(link, Some(name), Some(&email), "quite a long one", "a browser", FROM).await;
    came.map(|session| session.person)
}

async fn role_in(desk: &Direct, by: &Caller, space: Id, who: Id) -> Value {
    desk.one(by, "Member/get", json!({ "accountId": space, "ids": [who] })).await["list"][0]["role"].take()
}

async fn came(desk: &Direct, by: &Caller, space: Id) -> Option<(u64, u64)> {
    let link = desk.engine.space_link(by, space).await.expect("an admin of it asks");
    link.map(|link| (link.came, link.wish.most))
}

fn gone<T: std::fmt::Debug>(answer: Result<T, SignInError>) {
    assert!(matches!(answer, Err(SignInError::LinkGone)), "{answer:?}");
}

#[tokio::test]
async fn who_comes_by_the_link_of_a_space_is_in_the_workspace_and_in_the_space() {
    on_all_stores(async |desk| {
        let (ana, bo) = (desk.hire("Ana").await, desk.hire("Bo").await);
        let space = desk.space(&ana, "Release").await;
        let link =
            desk.engine.make_space_link(&ana, space, wish(&desk, Role::Member, 3)).await.expect("she is its admin");
        let told = desk.engine.look_at_link(&link).await.expect("answers").expect("it works");
        assert_eq!((told.space.as_deref(), told.name, told.email), (Some("Release"), None, None));

        let cleo = comes(&desk, &link, "Cleo").await.expect("she comes in");
        assert_eq!(role_in(&desk, &ana, space, cleo).await, "member");
        let person = desk.one(&ana, "Person/get", json!({ "accountId": desk.engine.workspace(), "ids": [cleo] })).await;
        assert_eq!((&person["list"][0]["role"], &person["list"][0]["name"]), (&json!("member"), &json!("Cleo")));
        assert_eq!(came(&desk, &ana, space).await, Some((1, 3)));

        // Who is known joins as who he is, and coming twice takes one place.
        assert_eq!(desk.engine.join_by_link(&bo, &link, FROM).await.expect("he joins"), space);
        assert_eq!(desk.engine.join_by_link(&bo, &link, FROM).await.expect("he is in it"), space);
        assert_eq!(role_in(&desk, &ana, space, bo.person).await, "member");
        assert_eq!(came(&desk, &ana, space).await, Some((2, 3)));

        // A guest makes no link, nor does a member; a guest who opens one stays a guest.
        for who in [&bo, &desk.hire("Dan").await] {
            let refused = desk.engine.make_space_link(who, space, wish(&desk, Role::Member, 1)).await;
            assert!(matches!(refused, Err(SignInError::Refused(_))), "{refused:?}");
            assert!(desk.engine.space_link(who, space).await.is_err());
            assert!(desk.engine.end_space_link(who, space).await.is_err());
        }
        let gil = desk.hire_as("Gil", Role::Guest).await;
        desk.engine.join_by_link(&gil, &link, FROM).await.expect("there is a place");
        assert_eq!(role_in(&desk, &ana, space, gil.person).await, "guest");
        assert_eq!(came(&desk, &ana, space).await, Some((3, 3)), "and now it is used up");
        assert_eq!(desk.engine.join_by_link(&bo, &link, FROM).await.expect("it leads him there still"), space);
        gone(comes(&desk, &link, "Eve").await);
        gone(desk.engine.join_by_link(&desk.hire("Fay").await, &link, FROM).await);
        assert_eq!(desk.engine.look_at_link(&link).await.expect("answers"), None);
    })
    .await;
}

#[tokio::test]
async fn of_two_who_come_at_the_same_instant_for_one_place_one_comes_in() {
    on_all_stores(async |desk| {
        let ana = desk.hire("Ana").await;
        let space = desk.space(&ana, "Release").await;
        let link = desk.engine.make_space_link(&ana, space, wish(&desk, Role::Guest, 1)).await.expect("made");
        let (one, other, bo) = (comes(&desk, &link, "Cleo"), comes(&desk, &link, "Dan"), desk.hire("Bo").await);
        let (one, other, known) = tokio::join!(one, other, desk.engine.join_by_link(&bo, &link, FROM));
        let all = [one.map(|_| ()), other.map(|_| ()), known.map(|_| ())];
        assert_eq!(all.iter().filter(|came| came.is_ok()).count(), 1, "{all:?}");
        all.into_iter().filter(|came| came.is_err()).for_each(gone);
        assert_eq!(came(&desk, &ana, space).await, Some((1, 1)));
        let people = desk.one(&ana, "Member/get", json!({ "accountId": space })).await;
        assert_eq!(people["list"].as_array().map(Vec::len), Some(2), "{people}");
    })
    .await;
}

#[tokio::test]
async fn a_link_that_ended_ran_out_was_replaced_or_leads_nowhere_does_nothing() {
    on_all_stores(async |desk| {
        let ana = desk.hire("Ana").await;
        let space = desk.space(&ana, "Release").await;
        let make = async |space| desk.engine.make_space_link(&ana, space, wish(&desk, Role::Member, 9)).await;
        let replaced = make(space).await.expect("made");
        let ended = make(space).await.expect("made");
        gone(comes(&desk, &replaced, "Cleo").await);
        desk.engine.end_space_link(&ana, space).await.expect("it was there");
        assert!(desk.engine.end_space_link(&ana, space).await.is_err(), "there is none any more");
        assert_eq!(came(&desk, &ana, space).await, None);
        gone(comes(&desk, &ended, "Cleo").await);

        let late = make(space).await.expect("made");
        desk.clock.advance(7 * DAY_MS);
        gone(comes(&desk, &late, "Cleo").await);
        assert_eq!(came(&desk, &ana, space).await, Some((0, 9)), "its admins see that it ran out");

        let archived = make(space).await.expect("made");
        let args =
            json!({ "accountId": space, "update": { space.to_string(): { "archivedAt": "2026-11-30T09:00:00Z" } } });
        assert!(desk.one(&ana, "Space/set", args).await["notUpdated"].is_null());
        gone(comes(&desk, &archived, "Cleo").await);
        gone(desk.engine.join_by_link(&desk.hire("Bo").await, "mw_l_nothing", FROM).await);
        assert!(make(space).await.is_err(), "nobody joins what is archived");
        assert!(make(ana.person).await.is_err() && make(Id::derived(b's', [9; 16])).await.is_err());
        let direct = json!({ "kind": "direct", "persons": [ana.person] });
        let made = desk.one(&ana, "Space/set", json!({ "accountId": ana.person, "create": { "d": direct } })).await;
        let direct = made["created"]["d"]["id"].as_str().and_then(|id| Id::parse(id).ok()).expect("made");
        assert!(make(direct).await.is_err(), "nobody joins a conversation");

        let other = desk.space(&ana, "Another").await;
        let now = desk.engine.clock().now();
        for (role, most, days) in [
            (Role::Admin, 1, 1),
            (Role::Member, 0, 1),
            (Role::Member, limits::MAX_COMERS + 1, 1),
            (Role::Member, 1, 0),
            (Role::Member, 1, limits::SPACE_LINK_DAYS + 1),
        ] {
            let wish = SpaceLinkWish { role, most, expires_at: now.plus_ms(days * DAY_MS) };
            assert!(desk.engine.make_space_link(&ana, other, wish).await.is_err(), "{wish:?}");
        }
        let reader = Caller { scopes: Scopes::READ, ..ana };
        assert!(desk.engine.make_space_link(&reader, other, wish(&desk, Role::Member, 1)).await.is_err());
    })
    .await;
}

#[tokio::test]
async fn a_link_does_nothing_once_who_made_it_may_make_none_any_more() {
    on_all_stores(async |desk| {
        let (maja, ana, bo) = (desk.hire_as("Maja", Role::Admin).await, desk.hire("Ana").await, desk.hire("Bo").await);
        let space = desk.space(&ana, "Release").await;
        let create = json!({ "m": { "personId": bo.person, "role": "admin" } });
        assert!(
            desk.one(&ana, "Member/set", json!({ "accountId": space, "create": create })).await["notCreated"].is_null()
        );
        let link = desk.engine.make_space_link(&ana, space, wish(&desk, Role::Member, 9)).await.expect("made");
        let works =
            async |by| desk.engine.space_link(by, space).await.expect("an admin asks").expect("it is there").works;
        let change = async |by, ty: &str, account, patch: Value| {
            let args = json!({ "accountId": account, "update": { ana.person.to_string(): patch } });
            assert!(desk.one(by, &format!("{ty}/set"), args).await["notUpdated"].is_null());
        };
        assert!(works(&bo).await);
        change(&bo, "Member", space, json!({ "role": "member" })).await;
        gone(comes(&desk, &link, "Cleo").await);
        gone(desk.engine.join_by_link(&maja, &link, FROM).await);
        assert!(!works(&bo).await);
        change(&bo, "Member", space, json!({ "role": "admin" })).await;
        comes(&desk, &link, "Cleo").await.expect("she may make one again");
        change(&maja, "Person", desk.engine.workspace(), json!({ "deactivatedAt": "2026-11-23T09:00:00Z" })).await;
        gone(comes(&desk, &link, "Ana again").await);
        assert_eq!(desk.engine.look_at_link(&link).await.expect("answers"), None);
        assert!(!works(&bo).await);
    })
    .await;
}

#[tokio::test]
async fn who_says_an_address_that_is_known_comes_in_by_its_password_alone() {
    on_all_stores(async |desk| {
        let ana = desk.hire("Ana").await;
        let spaces = [desk.space(&ana, "Release").await, desk.space(&ana, "Support").await];
        let make = async |space| {
            desk.engine.make_space_link(&ana, space, wish(&desk, Role::Member, 2)).await.expect("she is its admin")
        };
        let cleo = comes(&desk, &make(spaces[0]).await, "Cleo").await.expect("she comes in");
        let link = make(spaces[1]).await;
        let says = async |password: &str| {
            let said = (Some("Cleo"), Some("Cleo@Example.org"));
            desk.engine.redeem(&link, said.0, said.1, password, "a browser", FROM).await
        };
        for n in 0..10 {
            let refused = says("another long one").await;
            let Err(SignInError::Refused(error)) = refused else { panic!("{n}: {refused:?}") };
            assert!(error.description.contains("sign in and open the link again"), "{error:?}");
        }
        assert!(matches!(says("quite a long one").await, Err(SignInError::TooMany { .. })), "guessing is counted");
        desk.clock.advance(DAY_MS / 2);
        assert!(says("short").await.is_err());
        assert_eq!(says("quite a long one").await.expect("it is hers").person, cleo);
        assert_eq!(role_in(&desk, &ana, spaces[1], cleo).await, "member");
        assert_eq!(came(&desk, &ana, spaces[1]).await, Some((1, 2)));
    })
    .await;
}
