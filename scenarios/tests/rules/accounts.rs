//! Which accounts are open to whom.

use jmap::Id;
use model::{Caller, Role, Scopes};
use scenarios::direct::{Direct, on_all_stores, operator};
use serde_json::{Value, json};

async fn join(desk: &Direct, by: &Caller, space: Id, who: &Caller, role: &str) -> Value {
    let create = json!({ "accountId": space, "create": { "m": { "personId": who.person, "role": role } } });
    desk.one(by, "Member/set", create).await
}

#[tokio::test]
async fn no_space_and_somebody_elses_space_look_alike() {
    on_all_stores(async |desk| {
        let (ana, bo) = (desk.hire("Ana").await, desk.hire("Bo").await);
        let space = desk.space(&ana, "Release").await;
        let nowhere = Id::derived(b's', [9; 16]);
        let methods: Vec<String> = ["Item", "Space", "Member", "Thread"]
            .iter()
            .flat_map(|ty| ["get", "set", "changes", "query", "queryChanges"].map(|verb| format!("{ty}/{verb}")))
            .chain(["ItemVersion/get", "ItemVersion/query", "ItemVersion/set", "Blob/copy"].map(String::from))
            .collect();
        for method in methods {
            let there = desk.one(&bo, &method, json!({ "accountId": space })).await;
            let not = desk.one(&bo, &method, json!({ "accountId": nowhere })).await;
            assert_eq!(there, not, "{method}");
            assert!(there["type"] == "accountNotFound" || method.ends_with("queryChanges"), "{method}: {there}");
        }
    })
    .await;
}

#[tokio::test]
async fn a_personal_account_is_open_to_its_owner_alone_admins_included() {
    on_all_stores(async |desk| {
        let ana = desk.hire("Ana").await;
        let nosy = Caller { role: Role::Admin, ..desk.hire("Admin").await };
        for method in ["Cursor/get", "Draft/get", "Submission/get", "Membership/get", "Settings/get", "SavedSearch/get"]
        {
            let mine = desk.one(&ana, method, json!({ "accountId": ana.person })).await;
            assert_eq!(mine["list"], json!([]), "{method}");
            for by in [nosy, operator()] {
                let theirs = desk.one(&by, method, json!({ "accountId": ana.person })).await;
                assert_eq!(theirs["type"], "accountNotFound", "{method}");
            }
        }
    })
    .await;
}

#[tokio::test]
async fn secrets_are_no_types_of_any_account() {
    on_all_stores(async |desk| {
        let ana = desk.hire("Ana").await;
        for ty in ["Credential", "Session", "Token", "ServerKey"] {
            for verb in ["get", "set", "changes", "query"] {
                let answer = desk.one(&ana, &format!("{ty}/{verb}"), json!({ "accountId": ana.person })).await;
                assert_eq!(answer["type"], "unknownMethod", "{ty}/{verb}");
            }
        }
    })
    .await;
}

#[tokio::test]
async fn the_session_lists_ones_spaces_and_no_other() {
    on_all_stores(async |desk| {
        let (ana, bo) = (desk.hire("Ana").await, desk.hire("Bo").await);
        let space = desk.space(&ana, "Release").await;
        let of = async |by: &Caller| desk.engine.session(by, "http://x").await.expect("a session");
        assert_eq!(of(&ana).await["accounts"][space.to_string()]["name"], "Release");
        assert!(of(&bo).await["accounts"][space.to_string()].is_null());
        join(&desk, &ana, space, &bo, "member").await;
        assert_eq!(of(&bo).await["accounts"][space.to_string()]["name"], "Release");
    })
    .await;
}

#[tokio::test]
async fn joins_and_leaves_are_followed_through_membership_changes() {
    on_all_stores(async |desk| {
        let (ana, bo) = (desk.hire("Ana").await, desk.hire("Bo").await);
        let space = desk.space(&ana, "Release").await;
        desk.settle().await;
        let before = desk.one(&bo, "Membership/get", json!({ "accountId": bo.person })).await;
        join(&desk, &ana, space, &bo, "member").await;
        desk.settle().await;
        let since = json!({ "accountId": bo.person, "sinceState": before["state"] });
        let joined = desk.one(&bo, "Membership/changes", since).await;
        assert_eq!(joined["created"], json!([space]));
        let leave = json!({ "accountId": space, "update": { bo.person.to_string(): { "role": "none" } } });
        assert!(desk.one(&bo, "Member/set", leave).await["notUpdated"].is_null());
        desk.settle().await;
        let since = json!({ "accountId": bo.person, "sinceState": joined["newState"] });
        assert_eq!(desk.one(&bo, "Membership/changes", since).await["destroyed"], json!([space]));
        assert_eq!(desk.one(&bo, "Item/get", json!({ "accountId": space })).await["type"], "accountNotFound");
    })
    .await;
}

#[tokio::test]
async fn nobody_rises_or_lets_others_in_without_being_admin_of_the_space() {
    on_all_stores(async |desk| {
        let (ana, bo, chidi) = (desk.hire("Ana").await, desk.hire("Bo").await, desk.hire("Chidi").await);
        let space = desk.space(&ana, "Release").await;
        join(&desk, &ana, space, &bo, "member").await;
        let rise = json!({ "accountId": space, "update": { bo.person.to_string(): { "role": "admin" } } });
        let refused = desk.one(&bo, "Member/set", rise).await;
        assert_eq!(refused["notUpdated"][bo.person.to_string()]["type"], "forbidden");
        assert_eq!(join(&desk, &bo, space, &chidi, "member").await["notCreated"]["m"]["type"], "forbidden");
        assert_eq!(join(&desk, &chidi, space, &chidi, "member").await["type"], "accountNotFound");
        let throw = json!({ "accountId": space, "update": { ana.person.to_string(): { "role": "none" } } });
        let refused = desk.one(&bo, "Member/set", throw).await;
        assert_eq!(refused["notUpdated"][ana.person.to_string()]["type"], "forbidden");
    })
    .await;
}

#[tokio::test]
async fn a_space_open_to_members_is_in_the_directory_and_joined_by_oneself() {
    on_all_stores(async |desk| {
        let (ana, bo) = (desk.hire("Ana").await, desk.hire("Bo").await);
        let guest = Caller { role: Role::Guest, ..desk.hire("Gil").await };
        let open = json!({ "s": { "name": "Everyone", "whoMayJoin": "members" } });
        let made = desk.one(&ana, "Space/set", json!({ "accountId": ana.person, "create": open })).await;
        let space: Id = made["created"]["s"]["id"].as_str().expect("made").parse().expect("an id");
        desk.settle().await;
        let cards = desk.one(&bo, "SpaceCard/get", json!({ "accountId": desk.engine.workspace() })).await;
        assert_eq!(cards["list"][0]["name"], "Everyone");
        let cards = desk.one(&guest, "SpaceCard/get", json!({ "accountId": desk.engine.workspace() })).await;
        assert_eq!(cards["type"], "accountNotFound");
        assert_eq!(join(&desk, &guest, space, &guest, "guest").await["type"], "accountNotFound");
        assert_eq!(join(&desk, &bo, space, &bo, "admin").await["notCreated"]["m"]["type"], "forbidden");
        assert!(join(&desk, &bo, space, &bo, "member").await["notCreated"].is_null());
        assert_eq!(desk.one(&bo, "Space/get", json!({ "accountId": space })).await["list"][0]["name"], "Everyone");
    })
    .await;
}

#[tokio::test]
async fn an_admin_of_the_workspace_reads_no_space_until_he_joins_it_visibly() {
    on_all_stores(async |desk| {
        let ana = desk.hire("Ana").await;
        let admin = Caller { role: Role::Admin, ..desk.hire("Admin").await };
        let space = desk.space(&ana, "Salaries").await;
        assert_eq!(desk.one(&admin, "Item/get", json!({ "accountId": space })).await["type"], "accountNotFound");
        assert!(join(&desk, &admin, space, &admin, "admin").await["notCreated"].is_null());
        let seen = desk.one(&ana, "Member/get", json!({ "accountId": space, "ids": [admin.person] })).await;
        assert_eq!(seen["list"][0]["createdBy"], admin.person.to_string());
        let timid = Caller { scopes: Scopes::READ.and(Scopes::WRITE), ..admin };
        let other = desk.space(&ana, "Other").await;
        assert_eq!(join(&desk, &timid, other, &timid, "admin").await["type"], "accountNotFound");
    })
    .await;
}

#[tokio::test]
async fn a_direct_space_started_twice_is_one() {
    on_all_stores(async |desk| {
        let (ana, bo, chidi) = (desk.hire("Ana").await, desk.hire("Bo").await, desk.hire("Chidi").await);
        let start = async |by: &Caller, persons: Vec<Id>| {
            let create = json!({ "d": { "kind": "direct", "persons": persons } });
            desk.one(by, "Space/set", json!({ "accountId": by.person, "create": create })).await
        };
        let first = start(&ana, vec![ana.person, bo.person]).await;
        let again = start(&bo, vec![bo.person, ana.person]).await;
        let id = first["created"]["d"]["id"].clone();
        assert!(id.as_str().is_some_and(|id| id.starts_with('d')), "{first}");
        assert!(again["created"]["d"]["id"] == id || again["notCreated"]["d"]["existingId"] == id, "{again}");
        let without_me = start(&chidi, vec![ana.person, bo.person]).await;
        assert!(without_me["created"].is_null(), "{without_me}");
        let space: Id = id.as_str().expect("an id").parse().expect("an id");
        let post = json!({ "accountId": space, "create": { "t": { "kind": "topic", "title": "Hi" } } });
        assert!(desk.one(&bo, "Item/set", post).await["notCreated"].is_null());
        assert_eq!(join(&desk, &ana, space, &chidi, "member").await["notCreated"]["m"]["type"], "forbidden");
        let alone = start(&ana, vec![ana.person]).await;
        assert!(alone["notCreated"].is_null(), "one's private Space: {alone}");
    })
    .await;
}

#[tokio::test]
async fn a_guest_posts_where_he_was_asked_in_and_knows_nobody_else() {
    on_all_stores(async |desk| {
        let (ana, _bo) = (desk.hire("Ana").await, desk.hire("Bo").await);
        let space = desk.space(&ana, "Customer").await;
        let create = json!({ "g": { "name": "Gil", "role": "guest" } });
        let made = desk
            .one(&operator(), "Person/set", json!({ "accountId": desk.engine.workspace(), "create": create }))
            .await;
        let person: Id = made["created"]["g"]["id"].as_str().expect("made").parse().expect("an id");
        let guest = Caller { person, role: Role::Guest, scopes: Scopes::SESSION };
        assert_eq!(join(&desk, &ana, space, &guest, "member").await["notCreated"]["m"]["type"], "invalidProperties");
        assert!(join(&desk, &ana, space, &guest, "guest").await["notCreated"].is_null());
        let post = json!({ "accountId": space, "create": { "t": { "kind": "topic", "title": "Help" } } });
        assert!(desk.one(&guest, "Item/set", post).await["notCreated"].is_null());
        let people = desk.one(&guest, "Person/get", json!({ "accountId": desk.engine.workspace() })).await;
        assert_eq!(people["type"], "accountNotFound");
        let members = desk.one(&guest, "Member/get", json!({ "accountId": space })).await;
        assert_eq!(members["list"].as_array().map(Vec::len), Some(2));
        let found =
            desk.one(&guest, "Space/set", json!({ "accountId": person, "create": { "s": { "name": "Mine" } } })).await;
        assert_eq!(found["notCreated"]["s"]["type"], "forbidden", "{found}");
    })
    .await;
}

#[tokio::test]
async fn a_guest_writes_to_whom_he_meets_and_to_nobody_else() {
    on_all_stores(async |desk| {
        let (ana, bo) = (desk.hire("Ana").await, desk.hire("Bo").await);
        let space = desk.space(&ana, "Customer").await;
        let create = json!({ "g": { "name": "Gil", "role": "guest" } });
        let args = json!({ "accountId": desk.engine.workspace(), "create": create });
        let made = desk.one(&operator(), "Person/set", args).await;
        let person: Id = made["created"]["g"]["id"].as_str().expect("made").parse().expect("an id");
        let guest = Caller { person, role: Role::Guest, scopes: Scopes::SESSION };
        join(&desk, &ana, space, &guest, "guest").await;
        let start = async |other: Id| {
            let create = json!({ "d": { "kind": "direct", "persons": [person, other] } });
            desk.one(&guest, "Space/set", json!({ "accountId": person, "create": create })).await["notCreated"]["d"]
                .clone()
        };
        assert!(start(ana.person).await.is_null());
        let nobody = Id::derived(b'p', [77; 16]);
        let refused = start(bo.person).await.to_string().replace(&bo.person.to_string(), "…");
        assert_eq!(refused, start(nobody).await.to_string().replace(&nobody.to_string(), "…"));
        assert!(refused.contains("invalidProperties"), "{refused}");
    })
    .await;
}

#[tokio::test]
async fn an_archived_space_is_only_read() {
    on_all_stores(async |desk| {
        let ana = desk.hire("Ana").await;
        let space = desk.space(&ana, "Old").await;
        let archive = |at: Value| json!({ "accountId": space, "update": { space.to_string(): { "archivedAt": at } } });
        assert!(desk.one(&ana, "Space/set", archive(json!("2026-11-23T09:00:00Z"))).await["notUpdated"].is_null());
        let post = json!({ "accountId": space, "create": { "t": { "kind": "topic", "title": "late" } } });
        assert_eq!(desk.one(&ana, "Item/set", post.clone()).await["notCreated"]["t"]["type"], "forbidden");
        assert!(desk.one(&ana, "Space/set", archive(Value::Null)).await["notUpdated"].is_null());
        assert!(desk.one(&ana, "Item/set", post).await["notCreated"].is_null());
        let destroy = json!({ "accountId": space, "destroy": [space] });
        assert_eq!(desk.one(&ana, "Space/set", destroy).await["notDestroyed"][space.to_string()]["type"], "forbidden");
    })
    .await;
}

#[tokio::test]
async fn the_direct_space_of_two_others_can_not_be_taken() {
    on_all_stores(async |desk| {
        let (ana, bo, chidi) = (desk.hire("Ana").await, desk.hire("Bo").await, desk.hire("Chidi").await);
        let theirs = model::space::direct_id(desk.engine.workspace(), &[ana.person, bo.person]).to_string();
        for space in [
            json!({ "name": "Squatted" }),
            json!({ "kind": "team", "name": "Squatted" }),
            json!({ "kind": "direct", "persons": [ana.person, bo.person] }),
            json!({ "kind": "direct", "persons": [chidi.person, bo.person] }),
        ] {
            let create = json!({ "accountId": chidi.person, "create": { theirs.clone(): space } });
            let answer = desk.one(&chidi, "Space/set", create).await;
            assert_eq!(answer["notCreated"][&theirs]["type"], "invalidProperties", "{space}: {answer}");
        }
        let team = Id::derived(b's', [4; 16]).to_string();
        let create = json!({ team.clone(): { "kind": "direct", "persons": [ana.person, bo.person] } });
        let answer = desk.one(&ana, "Space/set", json!({ "accountId": ana.person, "create": create })).await;
        assert_eq!(answer["notCreated"][&team]["type"], "invalidProperties", "{answer}");
        let direct = json!({ theirs.clone(): { "kind": "direct", "persons": [ana.person, bo.person] } });
        let answer = desk.one(&ana, "Space/set", json!({ "accountId": ana.person, "create": direct })).await;
        assert_eq!(answer["created"][&theirs]["kind"], Value::Null, "{answer}");
        let again = desk
            .one(
                &chidi,
                "Space/set",
                json!({ "accountId": chidi.person, "create": { theirs.clone(): { "name": "Squatted" } } }),
            )
            .await;
        assert_eq!(again["notCreated"][&theirs]["type"], "invalidProperties", "also when it is there: {again}");
    })
    .await;
}

#[tokio::test]
async fn a_repeated_create_of_a_space_is_answered_to_who_is_in_it() {
    on_all_stores(async |desk| {
        let (ana, bo) = (desk.hire("Ana").await, desk.hire("Bo").await);
        let id = Id::derived(b's', [6; 16]);
        let create = async |by: &Caller, name: &str| {
            let args = json!({ "accountId": by.person, "create": { id.to_string(): { "name": name } } });
            desk.one(by, "Space/set", args).await
        };
        assert!(create(&ana, "Prices").await["notCreated"].is_null());
        assert_eq!(create(&ana, "Again").await["created"][id.to_string()]["name"], "Prices");
        let closed = create(&bo, "Mine").await;
        assert_eq!(closed["notCreated"][id.to_string()]["type"], "alreadyExists", "{closed}");
        assert!(!closed.to_string().contains("existingId") && !closed.to_string().contains("Prices"), "{closed}");
        join(&desk, &ana, id, &bo, "admin").await;
        let leave = json!({ "accountId": id, "update": { ana.person.to_string(): { "role": "none" } } });
        assert!(desk.one(&ana, "Member/set", leave).await["notUpdated"].is_null());
        let left = create(&ana, "Mine again").await;
        assert_eq!(
            left["notCreated"][id.to_string()],
            closed["notCreated"][id.to_string()],
            "who made it and left too"
        );
    })
    .await;
}
