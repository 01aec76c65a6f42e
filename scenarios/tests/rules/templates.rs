//! Templates of a Space: its admins write them, its members and guests read them, and nobody else knows of them.

use jmap::Id;
use model::{Caller, Role, limits};
use scenarios::direct::{Direct, on_all_stores};
use serde_json::{Map, Value, json};

async fn change(desk: &Direct, by: &Caller, space: Id, patch: Value) -> Value {
    let args = json!({ "accountId": space, "update": { space.to_string(): patch } });
    desk.one(by, "Space/set", args).await
}

/// Changes as one who may; gives the refusal.
async fn refused(desk: &Direct, by: &Caller, space: Id, patch: Value) -> Value {
    change(desk, by, space, patch).await["notUpdated"][space.to_string()].take()
}

async fn templates(desk: &Direct, by: &Caller, space: Id) -> Value {
    desk.one(by, "Space/get", json!({ "accountId": space })).await["list"][0]["templates"].take()
}

fn report() -> Value {
    json!({ "name": "Weekly report", "order": 0, "title": "Report of ", "text": "## Done\n\n## Next\n", "expects": { "what": "acknowledgement" } })
}

#[tokio::test]
async fn who_may_change_a_space_keeps_its_templates_and_everybody_in_it_reads_them() {
    on_all_stores(async |desk| {
        let (ana, bo) = (desk.hire("Ana").await, desk.hire("Bo").await);
        let (gil, stranger) = (desk.hire_as("Gil", Role::Guest).await, desk.hire("Stella").await);
        let space = desk.space(&ana, "Support").await;
        for (who, role) in [(&bo, "member"), (&gil, "guest")] {
            let args = json!({ "accountId": space, "create": { "m": { "personId": who.person, "role": role } } });
            assert!(desk.one(&ana, "Member/set", args).await["notCreated"].is_null());
        }
        assert_eq!(templates(&desk, &bo, space).await, json!({}));
        assert_eq!(refused(&desk, &ana, space, json!({ "templates/a": report() })).await, Value::Null);
        // Of two who add one at the same time neither loses theirs, and a place changes by itself.
        let bug = json!({ "name": "Bug", "order": 1, "text": "What happened?" });
        assert_eq!(refused(&desk, &ana, space, json!({ "templates/b": bug })).await, Value::Null);
        let swap = json!({ "templates/a/order": 1, "templates/b/order": 0 });
        assert_eq!(refused(&desk, &ana, space, swap).await, Value::Null);
        for reader in [&ana, &bo, &gil] {
            let read = templates(&desk, reader, space).await;
            assert_eq!((&read["a"]["order"], &read["b"]["order"]), (&json!(1), &json!(0)), "{read}");
            assert_eq!(read["a"]["expects"]["what"], "acknowledgement");
        }
        for other in [&bo, &gil] {
            let no = refused(&desk, other, space, json!({ "templates/c": report() })).await;
            assert_eq!(no["type"], "forbidden", "{no}");
        }
        let no = change(&desk, &stranger, space, json!({ "templates/c": report() })).await;
        assert_eq!(no["type"], "accountNotFound", "as if there were no such Space: {no}");
        assert_eq!(refused(&desk, &ana, space, json!({ "templates/a": null })).await, Value::Null);
        assert_eq!(templates(&desk, &bo, space).await.as_object().map(Map::len), Some(1));
    })
    .await;
}

#[tokio::test]
async fn a_template_that_cant_be_is_refused_by_name_and_takes_nothing_away() {
    on_all_stores(async |desk| {
        let ana = desk.hire("Ana").await;
        let space = desk.space(&ana, "Support").await;
        assert_eq!(refused(&desk, &ana, space, json!({ "templates/a": report() })).await, Value::Null);
        for (why, template) in [
            ("no name", json!({ "name": " ", "text": "x" })),
            ("lacks", json!({ "text": "x" })),
            ("two templates are called", json!({ "name": "weekly REPORT", "text": "x" })),
            ("neither a title nor a text", json!({ "name": "Nothing", "title": " " })),
            ("no part", json!({ "name": "Other", "text": "x", "colour": "red" })),
            ("one of", json!({ "name": "Other", "text": "x", "expects": { "what": "money" } })),
            ("maxSizeTemplate", json!({ "name": "Long", "text": "x".repeat(limits::MAX_TEMPLATE + 1) })),
        ] {
            let no = refused(&desk, &ana, space, json!({ "templates/n": template })).await;
            assert!(no["description"].as_str().is_some_and(|said| said.contains(why)), "{why}: {no}");
            assert!(no["properties"][0].as_str().is_some_and(|name| name.starts_with("templates")), "{no}");
        }
        // As many as there may be, each as long as it may be.
        let long = "x".repeat(limits::MAX_TEMPLATE);
        let many: Map<String, Value> = (0..limits::MAX_TEMPLATES)
            .map(|n| (format!("k{n}"), json!({ "name": format!("No. {n}"), "order": n, "text": long })))
            .collect();
        assert_eq!(refused(&desk, &ana, space, json!({ "templates": many })).await, Value::Null);
        let no = refused(&desk, &ana, space, json!({ "templates/more": report() })).await;
        assert_eq!(no["type"], "tooLarge", "{no}");
        let held = templates(&desk, &ana, space).await;
        assert_eq!(held.as_object().map(Map::len), Some(limits::MAX_TEMPLATES));
        assert_eq!(held["k7"]["text"], json!(long));
    })
    .await;
}
