//! Pictures of persons, and what else they say of themselves: who writes it, who sees it, and what is none.

use jmap::Id;
use model::{Caller, Role, limits};
use scenarios::direct::{Direct, on_all_stores};
use serde_json::{Value, json};

/// As short as a picture can be told from anything else.
const PNG: &[u8] = b"\x89PNG\r\n\x1a\n and what else is in it";
const JPEG: &[u8] = b"\xff\xd8\xff\xe0 and what else is in it";

async fn upload(desk: &Direct, by: &Caller, account: Id, bytes: &[u8]) -> Id {
    let mut upload = desk.engine.begin_upload(by, account).await.expect("it is open");
    upload.write(bytes).expect("there is room");
    desk.engine.end_upload(by, account, upload, "image/png").await.expect("it is whole").blob_id
}

async fn say(desk: &Direct, by: &Caller, of: &Caller, said: Value) -> Value {
    let args = json!({ "accountId": desk.engine.workspace(), "update": { of.person.to_string(): said } });
    let mut answer = desk.one(by, "Person/set", args).await;
    answer["notUpdated"][of.person.to_string()].take()
}

async fn lets_in(desk: &Direct, by: &Caller, space: Id, who: &Caller, role: &str) {
    let args = json!({ "accountId": space, "create": { "m": { "personId": who.person, "role": role } } });
    assert!(desk.one(by, "Member/set", args).await["notCreated"].is_null());
}

/// The picture of somebody as the Member records of a Space have it.
async fn shown(desk: &Direct, by: &Caller, space: Id, who: &Caller) -> Value {
    desk.one(by, "Member/get", json!({ "accountId": space, "ids": [who.person] })).await["list"][0]["picture"].take()
}

async fn reads(desk: &Direct, by: &Caller, account: Id, blob: Id) -> bool {
    desk.engine.open_blob(by, account, blob).await.expect("answers").is_some()
}

#[tokio::test]
async fn a_picture_is_seen_by_those_who_see_the_person_and_by_nobody_else() {
    on_all_stores(async |desk| {
        let ana = desk.hire_as("Ana", Role::Admin).await;
        let (bo, cleo) = (desk.hire("Bo").await, desk.hire("Cleo").await);
        let (gil, eve) = (desk.hire_as("Gil", Role::Guest).await, desk.hire_as("Eve", Role::Guest).await);
        let workspace = desk.engine.workspace();
        let (here, there) = (desk.space(&ana, "Customer").await, desk.space(&ana, "Another").await);
        for (who, role) in [(&bo, "member"), (&gil, "guest")] {
            lets_in(&desk, &ana, here, who, role).await;
        }
        lets_in(&desk, &ana, there, &eve, "guest").await;

        let first = upload(&desk, &bo, bo.person, PNG).await;
        assert_eq!(say(&desk, &bo, &bo, json!({ "picture": first })).await, Value::Null);
        desk.settle().await;
        assert_eq!(shown(&desk, &gil, here, &bo).await, json!(first));
        assert!(reads(&desk, &gil, here, first).await, "a guest who is in a Space with Bo");
        assert!(reads(&desk, &cleo, workspace, first).await, "a member, who knows everybody");
        for (who, account) in [(&gil, workspace), (&gil, there), (&eve, there), (&eve, workspace), (&eve, here)] {
            assert!(!reads(&desk, who, account, first).await, "somebody who does not know Bo");
        }

        // Who comes later sees it too, in a new Space and in a conversation.
        lets_in(&desk, &ana, there, &bo, "member").await;
        assert_eq!(shown(&desk, &eve, there, &bo).await, json!(first));
        assert!(reads(&desk, &eve, there, first).await);
        let direct = json!({ "kind": "direct", "persons": [ana.person, bo.person] });
        let made = desk.one(&ana, "Space/set", json!({ "accountId": ana.person, "create": { "d": direct } })).await;
        let direct = made["created"]["d"]["id"].as_str().and_then(|id| Id::parse(id).ok()).expect("made");
        assert!(reads(&desk, &ana, direct, first).await);

        // Bo leaves a Space: his picture goes with him, since nobody would tell that Space of another one.
        let leaves = json!({ "accountId": there, "update": { bo.person.to_string(): { "role": "none" } } });
        assert!(desk.one(&bo, "Member/set", leaves).await["notUpdated"].is_null());
        assert_eq!(shown(&desk, &eve, there, &bo).await, Value::Null);
        assert!(!reads(&desk, &eve, there, first).await);

        let second = upload(&desk, &bo, bo.person, JPEG).await;
        assert_eq!(say(&desk, &bo, &bo, json!({ "picture": second })).await, Value::Null);
        desk.settle().await;
        assert_eq!(shown(&desk, &gil, here, &bo).await, json!(second));
        assert!(reads(&desk, &gil, here, second).await);
        for account in [here, direct, workspace] {
            assert!(!reads(&desk, &ana, account, first).await, "what was replaced is served nowhere");
        }
        let back = json!({ "accountId": there, "update": { bo.person.to_string(): { "role": "member" } } });
        assert!(desk.one(&ana, "Member/set", back).await["notUpdated"].is_null());
        assert!(reads(&desk, &eve, there, second).await, "he is back");
        assert_eq!(say(&desk, &ana, &bo, json!({ "picture": null })).await, Value::Null, "an admin takes it away");
        desk.settle().await;
        assert_eq!(shown(&desk, &eve, there, &bo).await, Value::Null);
        assert!(!reads(&desk, &eve, there, second).await);
    })
    .await;
}

#[tokio::test]
async fn what_somebody_says_of_himself_is_his_and_an_admins_to_write_and_has_its_limits() {
    on_all_stores(async |desk| {
        let admin = desk.hire_as("Maja", Role::Admin).await;
        let (bo, cleo) = (desk.hire("Bo").await, desk.hire("Cleo").await);
        let said = json!({ "pronunciation": "boh", "workingWith": "Write **early**.\n\nI read twice a day." });
        assert_eq!(say(&desk, &admin, &bo, json!({ "pronunciation": "bow", "workingWith": "?" })).await, Value::Null);
        assert_eq!(say(&desk, &cleo, &bo, json!({ "pronunciation": "boo" })).await["type"], "forbidden");
        assert_eq!(say(&desk, &bo, &bo, said.clone()).await, Value::Null);
        let person = desk.one(&cleo, "Person/get", json!({ "accountId": desk.engine.workspace(), "ids": [bo.person] })).await;
        assert_eq!(person["list"][0]["workingWith"], said["workingWith"]);

        let long = json!({ "workingWith": "x".repeat(limits::MAX_WORKING_WITH + 1) });
        let refused = say(&desk, &bo, &bo, long).await;
        assert_eq!((&refused["type"], &refused["properties"]), (&json!("tooLarge"), &json!(["workingWith"])));
        let most = json!({ "workingWith": "x".repeat(limits::MAX_WORKING_WITH), "pronunciation": "x".repeat(limits::MAX_TITLE) });
        assert_eq!(say(&desk, &bo, &bo, most).await, Value::Null);
        let refused = say(&desk, &bo, &bo, json!({ "pronunciation": "two\nlines" })).await;
        assert_eq!(refused["properties"], json!(["pronunciation"]));

        // What is no picture is none, whatever it calls itself.
        let svg = b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>";
        for other in [&svg[..], b"GIF89a and so on", b"", b"RIFF....WAVE", b"%PDF-1.7"] {
            let blob = upload(&desk, &bo, bo.person, other).await;
            let refused = say(&desk, &bo, &bo, json!({ "picture": blob })).await;
            assert_eq!(refused["type"], "invalidProperties", "{refused}");
            assert!(refused["description"].as_str().expect("words").contains("PNG, JPEG or WebP"), "{refused}");
        }
        let mut large = PNG.to_vec();
        large.resize(limits::MAX_PICTURE, 0);
        let blob = upload(&desk, &bo, bo.person, &large).await;
        assert_eq!(say(&desk, &bo, &bo, json!({ "picture": blob })).await, Value::Null);
        large.push(0);
        let blob = upload(&desk, &bo, bo.person, &large).await;
        let refused = say(&desk, &bo, &bo, json!({ "picture": blob })).await;
        assert_eq!(refused["type"], "tooLarge");
        assert!(refused["description"].as_str().expect("words").contains("maxSizePicture"), "{refused}");

        // Somebody else's upload, a file of a Space that is closed to him, and none at all look alike.
        let space = desk.space(&cleo, "Closed").await;
        let (hers, inside) = (upload(&desk, &cleo, cleo.person, PNG).await, upload(&desk, &cleo, space, PNG).await);
        let file = json!({ "kind": "file", "title": "f", "blobs": [{ "blobId": inside, "name": "f.png" }] });
        let made = desk.one(&cleo, "Item/set", json!({ "accountId": space, "create": { "f": file } })).await;
        assert!(made["notCreated"].is_null(), "{made}");
        for foreign in [hers, inside, Id::derived(b'b', [9; 16])] {
            let refused = say(&desk, &bo, &bo, json!({ "picture": foreign })).await;
            assert_eq!(refused["type"], "blobNotFound", "{refused}");
        }
    })
    .await;
}
