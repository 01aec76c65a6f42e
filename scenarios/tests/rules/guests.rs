//! Guests: they know the Member records of the Spaces they are in, and nothing else of anybody.

use model::{Role, registry::Registry};
use scenarios::direct::on_all_stores;
use serde_json::{Value, json};

#[tokio::test]
async fn a_guest_reads_names_of_those_he_meets_and_no_address_hours_zone_or_list() {
    on_all_stores(async |desk| {
        let ana = desk.hire_as("Ana", Role::Admin).await;
        let (bo, gil) = (desk.hire("Bo").await, desk.hire_as("Gil", Role::Guest).await);
        let workspace = desk.engine.workspace();
        let told = json!({ "email": "bo@secret.example", "rhythm": { "zone": "Pacific/Auckland", "timeOff": [{ "from": "2026-12-01", "to": "2026-12-02", "note": "surgery" }] } });
        let args = json!({ "accountId": workspace, "update": { bo.person.to_string(): told } });
        assert!(desk.one(&ana, "Person/set", args).await["notUpdated"].is_null());
        let (here, open) = (desk.space(&ana, "Customer").await, desk.space(&ana, "Open house").await);
        for (who, role) in [(&bo, "member"), (&gil, "guest")] {
            let args = json!({ "accountId": here, "create": { "m": { "personId": who.person, "role": role } } });
            assert!(desk.one(&ana, "Member/set", args).await["notCreated"].is_null());
        }
        let args = json!({ "accountId": open, "update": { open.to_string(): { "whoMayJoin": "members" } } });
        assert!(desk.one(&ana, "Space/set", args).await["notUpdated"].is_null());
        let group = json!({ "handle": "sales", "name": "Sales", "persons": { bo.person.to_string(): true } });
        let args = json!({ "accountId": workspace, "create": { "g": group } });
        assert!(desk.one(&ana, "Group/set", args).await["notCreated"].is_null());
        desk.settle().await;

        let members = desk.one(&gil, "Member/get", json!({ "accountId": here })).await;
        let mut seen: Vec<&str> = members["list"].as_array().expect("a list").iter().filter_map(|m| m["name"].as_str()).collect();
        seen.sort_unstable();
        assert_eq!(seen, ["Ana", "Bo", "Gil"]);
        // All that can be read, from every account there is.
        let mut all = String::new();
        let registry = Registry::standard();
        for account in [here, open, workspace, ana.person, bo.person, gil.person] {
            for ty in registry.types().iter().map(|ty| ty.name) {
                for verb in ["get", "query", "changes"] {
                    let args = json!({ "accountId": account, "sinceState": "0" });
                    let args = if verb == "changes" { args } else { json!({ "accountId": account }) };
                    let answer = desk.one(&gil, &format!("{ty}/{verb}"), args).await;
                    if account != here && account != gil.person && answer["type"].is_null() {
                        assert_eq!(answer, Value::Null, "{ty}/{verb} of {account}");
                    }
                    all.push_str(&answer.to_string());
                }
            }
        }
        let session = desk.engine.session(&gil, "https://work.example.org").await.expect("a session");
        assert_eq!(session["workspaceAccountId"], Value::Null);
        all.push_str(&session.to_string());
        for hidden in ["secret.example", "Auckland", "surgery", "2026-12-01", "sales", "Sales", "Open house"] {
            assert!(!all.contains(hidden), "a guest reads {hidden:?}");
        }
        let joins = json!({ "accountId": open, "create": { "m": { "personId": gil.person } } });
        assert_eq!(desk.one(&gil, "Member/set", joins).await["type"], "accountNotFound", "nor does he join what is open");
    })
    .await;
}

#[tokio::test]
async fn who_becomes_a_guest_reads_the_workspace_no_more() {
    on_all_stores(async |desk| {
        let (ana, bo) = (desk.hire_as("Ana", Role::Admin).await, desk.hire("Bo").await);
        let workspace = desk.engine.workspace();
        assert_eq!(desk.one(&bo, "Person/get", json!({ "accountId": workspace })).await["type"], Value::Null);
        let token = desk.engine.new_token(&engine::operator(), bo.person, "t", model::Scopes::READ, None).await;
        let token = token.expect("a token");
        let before = desk.engine.authenticate(&token).await.expect("answers").expect("known");
        let args = json!({ "accountId": workspace, "update": { bo.person.to_string(): { "role": "guest" } } });
        assert!(desk.one(&ana, "Person/set", args).await["notUpdated"].is_null());
        // Other nodes hear of it within half a minute.
        desk.clock.advance(30_000);
        let after = desk.engine.authenticate(&token).await.expect("answers").expect("known");
        assert_eq!(after.caller.role, Role::Guest);
        assert!(!desk.engine.is_active(&before).await.expect("answers"), "his streams end");
        let read = desk.one(&after.caller, "Person/get", json!({ "accountId": workspace })).await;
        assert_eq!(read["type"], "accountNotFound");
    })
    .await;
}
