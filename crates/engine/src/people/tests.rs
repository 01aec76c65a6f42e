//! What the operator does, by the rules.

use jmap::Id;
use model::{Role, space};
use serde_json::json;

use super::PeopleError;
use super::hand::by_hand;
use crate::access::operator;
use crate::signin::tests::House;
use crate::work::read;
use crate::{LinkKind, records};

impl House {
    /// The role of a person in a Space; `None` without a Member record.
    pub(crate) async fn role_in(&self, space: Id, person: Id) -> Option<Role> {
        let shared = self.engine.shared.clone();
        let found = read(&**self.engine.store(), move |at| {
            let head = at.head(space)?.unwrap();
            let row = at.get(head.n, space::MEMBER.number, &[person], false)?.pop();
            Ok(row.map(|row| Role::from_word(records::record(&shared.registry, &row).str("role"))))
        });
        found.await.unwrap()
    }

    async fn add(&self, name: &str, role: Role) -> Id {
        self.engine.add_person(name, None, role).await.unwrap()
    }
}

fn refused<T: std::fmt::Debug>(result: Result<T, PeopleError>) -> String {
    match result.unwrap_err() {
        PeopleError::Refused(error) => format!("{}: {}", error.kind, error.description),
        PeopleError::Store(error) => panic!("{error}"),
    }
}

#[tokio::test]
async fn people_are_added_by_the_same_rules_as_anybody_adds_them() {
    let house = House::open(50).await;
    let ana = house.engine.add_person(" Ana ", Some(" Ana@Example.org "), Role::Admin).await.unwrap();
    insta::assert_snapshot!(refused(house.engine.add_person("Eve", Some("ana@example.ORG"), Role::Member).await), @r#"alreadyExists: "email" is taken by another record"#);
    insta::assert_snapshot!(refused(house.engine.add_person("Eve", Some("eve"), Role::Member).await), @"invalidProperties: an address has one @ with something on both sides and no blanks");
    insta::assert_snapshot!(refused(house.engine.add_person("  ", None, Role::Member).await), @"invalidProperties: a person has a name");
    insta::assert_snapshot!(refused(house.engine.add_person("Eve", None, Role::None).await), @r#"invalidProperties: "role" takes one of ["admin", "member", "guest"]"#);
    let people = house.engine.people().await.unwrap();
    assert_eq!(people.len(), 1);
    assert_eq!((people[0].id, people[0].name.as_str(), people[0].role), (ana, "Ana", Role::Admin));
    assert_eq!((people[0].email.as_deref(), people[0].has_password), (Some("Ana@Example.org"), false));
    assert_eq!(house.engine.person_by_email("ANA@example.org").await.unwrap(), Some(ana));
    assert_eq!(house.engine.person_by_email("eve@example.org").await.unwrap(), None);
    assert_eq!(house.engine.person_by_email("ana").await.unwrap(), None);
}

#[tokio::test]
async fn the_first_person_of_a_new_space_becomes_its_admin() {
    let house = House::open(51).await;
    let (ana, bo, kim) =
        (house.add("ana", Role::Member).await, house.add("bo", Role::Admin).await, house.add("kim", Role::Guest).await);
    let space = house.engine.add_space("Lisbon", &[ana, bo, ana, kim, bo], false).await.unwrap();
    assert_eq!(house.role_in(space, ana).await, Some(Role::Admin));
    assert_eq!(house.role_in(space, bo).await, Some(Role::Member));
    assert_eq!(house.role_in(space, kim).await, Some(Role::Guest));
    assert_eq!(house.role_in(space, operator().person).await, None);
    assert_eq!(house.engine.space_named("Lisbon").await.unwrap(), [space]);
    let second = house.engine.add_space("Lisbon", &[bo], true).await.unwrap();
    let mut both = house.engine.space_named("Lisbon").await.unwrap();
    both.sort_unstable();
    let mut expected = [space, second];
    expected.sort_unstable();
    assert_eq!(both, expected);
    assert!(house.engine.space_named("lisbon").await.unwrap().is_empty());
    insta::assert_snapshot!(refused(house.engine.add_space("Porto", &[], false).await), @"invalidProperties: a Space has an admin: name at least one member");
    insta::assert_snapshot!(refused(house.engine.add_space("Porto", &[kim], false).await), @"forbidden: a guest makes no Space; name a member first");
    insta::assert_snapshot!(refused(house.engine.add_space(" ", &[ana], false).await), @"invalidProperties: a Space has a name");
    let nobody = house.engine.shared.fresh_id(b'p');
    assert!(refused(house.engine.add_space("Porto", &[ana, nobody], false).await).starts_with("notFound"));
    assert!(house.engine.space_named("Porto").await.unwrap().is_empty());
}

#[tokio::test]
async fn who_joins_again_gets_the_role_that_is_said_last() {
    let house = House::open(52).await;
    let (ana, bo) = (house.add("ana", Role::Member).await, house.add("bo", Role::Member).await);
    let space = house.engine.add_space("Lisbon", &[ana], false).await.unwrap();
    for role in [Role::Member, Role::Member, Role::Admin, Role::None, Role::Guest] {
        house.engine.join(space, bo, role).await.unwrap();
        assert_eq!(house.role_in(space, bo).await, Some(role));
    }
    let person = house.person("cleo", Role::Member).await.person;
    house.deactivate(person).await;
    insta::assert_snapshot!(refused(house.engine.join(space, person, Role::Member).await), @"forbidden: cleo was deactivated; an admin reactivates the person first");
    let nowhere = house.engine.shared.fresh_id(b's');
    assert!(refused(house.engine.join(nowhere, ana, Role::Member).await).starts_with("notFound"));
}

#[tokio::test]
async fn members_join_the_space_of_everyone_and_who_left_stays_out() {
    let house = House::open(53).await;
    let early = house.add("early", Role::Member).await;
    let link = house.engine.first_link().await.unwrap().unwrap();
    let (name, email, password) = (Some("Ana"), Some("ana@example.org"), "correct horse battery");
    house.engine.redeem(&link, name, email, password, "Firefox", "192.0.2.1").await.unwrap();
    let everyone = house.engine.everyone().await.unwrap().unwrap();
    let (bo, kim) = (house.add("bo", Role::Member).await, house.add("kim", Role::Guest).await);
    assert_eq!(house.role_in(everyone, bo).await, Some(Role::Member));
    assert_eq!((house.role_in(everyone, kim).await, house.role_in(everyone, early).await), (None, None));
    house.engine.join(everyone, bo, Role::None).await.unwrap();
    for (person, email) in [(bo, "bo@example.org"), (early, "early@example.org")] {
        let link = house.engine.make_link(&operator(), LinkKind::Invitation, person).await.unwrap();
        house.engine.redeem(&link, None, Some(email), password, "Firefox", "192.0.2.1").await.unwrap();
    }
    assert_eq!(house.role_in(everyone, bo).await, Some(Role::None));
    assert_eq!(house.role_in(everyone, early).await, Some(Role::Member));
}

#[tokio::test]
async fn what_is_refused_in_the_middle_of_a_command_leaves_nothing() {
    let house = House::open(54).await;
    let before = house.engine.people().await.unwrap();
    let id = house.engine.shared.fresh_id(b'p');
    let done = by_hand(&house.engine.shared, [house.engine.workspace(), id], move |hand| {
        hand.create(operator(), hand.shared.workspace, &model::person::PERSON, id, &json!({ "name": "Ana" }))?;
        hand.update(operator(), hand.shared.workspace, &model::person::PERSON, id, &json!({ "name": "" }))
    });
    insta::assert_snapshot!(refused(done.await), @"invalidProperties: a person has a name");
    assert_eq!(house.engine.people().await.unwrap(), before);
}
