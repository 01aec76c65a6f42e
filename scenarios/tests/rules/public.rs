//! Public Spaces: who opens one, and who may not.

use model::{Caller, Role, Scopes};
use scenarios::direct::{Direct, on_all_stores};
use serde_json::{Value, json};

async fn opens(desk: &Direct, by: &Caller, space: jmap::Id) -> Value {
    let args = json!({ "accountId": space, "update": { space.to_string(): { "readableBy": "everyone" } } });
    desk.one(by, "Space/set", args).await["notUpdated"][space.to_string()].clone()
}

async fn allows(desk: &Direct, by: &Caller, who: &str) -> Value {
    let workspace = desk.engine.workspace();
    let args = json!({ "accountId": workspace, "update": { workspace.to_string(): { "whoMayPublish": who } } });
    desk.one(by, "Workspace/set", args).await["notUpdated"].clone()
}

async fn is_open(desk: &Direct, space: jmap::Id) -> bool {
    desk.engine.public_threads(space, None).await.expect("the store answers").is_some()
}

#[tokio::test]
async fn admins_of_the_workspace_make_spaces_public_unless_it_says_otherwise() {
    on_all_stores(async |desk| {
        let (ana, bo) = (desk.hire_as("Ana", Role::Admin).await, desk.hire("Bo").await);
        let (hers, his) = (desk.space(&ana, "Hers").await, desk.space(&bo, "His").await);
        assert_eq!(opens(&desk, &bo, his).await["properties"], json!(["readableBy"]));
        let made = json!({ "accountId": bo.person, "create": { "k": { "name": "Mine", "readableBy": "everyone" } } });
        let made = desk.one(&bo, "Space/set", made).await;
        assert_eq!(made["notCreated"]["k"]["properties"], json!(["readableBy"]), "{made}");
        let token = Caller { scopes: Scopes::READ.and(Scopes::WRITE), ..ana };
        assert_eq!(opens(&desk, &token, hers).await["properties"], json!(["readableBy"]), "not by a small token");
        assert_eq!(opens(&desk, &ana, his).await, Value::Null, "this is no Space of hers: nothing is said");
        assert!(!is_open(&desk, his).await && !is_open(&desk, hers).await);
        assert_eq!(opens(&desk, &ana, hers).await, Value::Null);
        assert!(is_open(&desk, hers).await);

        assert!(!allows(&desk, &bo, "spaceAdmins").await.is_null(), "admins say so");
        assert!(allows(&desk, &ana, "spaceAdmins").await.is_null());
        assert_eq!(opens(&desk, &bo, his).await, Value::Null);
        assert!(is_open(&desk, his).await);

        assert!(allows(&desk, &ana, "nobody").await.is_null());
        assert!(!is_open(&desk, his).await && !is_open(&desk, hers).await);
        let other = desk.space(&ana, "Other").await;
        assert_eq!(opens(&desk, &ana, other).await["properties"], json!(["readableBy"]));
        // What is public by name only may still be renamed, and closed.
        let rename = json!({ "name": "His own", "purpose": "all" });
        for patch in [rename, json!({ "readableBy": "members" })] {
            let args = json!({ "accountId": his, "update": { his.to_string(): patch } });
            assert!(desk.one(&bo, "Space/set", args).await["notUpdated"].is_null());
        }
    })
    .await;
}

#[tokio::test]
async fn a_conversation_is_never_public() {
    on_all_stores(async |desk| {
        let (ana, bo) = (desk.hire_as("Ana", Role::Admin).await, desk.hire("Bo").await);
        assert!(allows(&desk, &ana, "spaceAdmins").await.is_null());
        let persons = json!([ana.person, bo.person]);
        let public = json!({ "kind": "direct", "persons": persons, "readableBy": "everyone" });
        let args = json!({ "accountId": ana.person, "create": { "k": public } });
        let refused = desk.one(&ana, "Space/set", args).await;
        assert_eq!(refused["notCreated"]["k"]["properties"], json!(["readableBy"]), "{refused}");
        let plain = json!({ "kind": "direct", "persons": persons });
        let made = desk.one(&ana, "Space/set", json!({ "accountId": ana.person, "create": { "k": plain } })).await;
        let direct: jmap::Id = made["created"]["k"]["id"].as_str().expect("an id").parse().expect("an id");
        assert_ne!(opens(&desk, &ana, direct).await, Value::Null);
        assert!(!is_open(&desk, direct).await);
    })
    .await;
}

#[tokio::test]
async fn members_of_a_public_space_read_that_it_is_and_only_its_admins_open_it() {
    on_all_stores(async |desk| {
        let (ana, gil) = (desk.hire_as("Ana", Role::Admin).await, desk.hire_as("Gil", Role::Guest).await);
        let space = desk.space(&ana, "Forum").await;
        let joins = json!({ "accountId": space, "create": { "m": { "personId": gil.person, "role": "guest" } } });
        assert!(desk.one(&ana, "Member/set", joins).await["notCreated"].is_null());
        assert!(allows(&desk, &ana, "spaceAdmins").await.is_null());
        assert_ne!(opens(&desk, &gil, space).await, Value::Null);
        assert_eq!(opens(&desk, &ana, space).await, Value::Null);
        let read = desk.one(&gil, "Space/get", json!({ "accountId": space })).await;
        assert_eq!(read["list"][0]["readableBy"], "everyone");
    })
    .await;
}
