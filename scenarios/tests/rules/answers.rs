//! A question closes by what answers it, and opens again when that is taken back.

use jmap::Id;
use model::Caller;
use scenarios::direct::{Direct, on_all_stores};
use serde_json::{Value, json};

struct Room {
    space: Id,
    ana: Caller,
    bo: Caller,
    cy: Caller,
}

async fn room(desk: &Direct) -> Room {
    let (ana, bo, cy) = (desk.hire("Ana").await, desk.hire("Bo").await, desk.hire("Cy").await);
    let space = desk.space(&ana, "Release").await;
    for who in [&bo, &cy] {
        let args = json!({ "accountId": space, "create": { "m": { "personId": who.person, "role": "member" } } });
        desk.one(&ana, "Member/set", args).await;
    }
    Room { space, ana, bo, cy }
}

impl Room {
    async fn set(&self, desk: &Direct, by: &Caller, args: Value) -> Value {
        let mut args = args;
        args["accountId"] = json!(self.space);
        desk.one(by, "Item/set", args).await
    }

    async fn says(&self, desk: &Direct, by: &Caller, item: Value) -> String {
        let done = self.set(desk, by, json!({ "create": { "k": item } })).await;
        done["created"]["k"]["id"].as_str().unwrap_or_else(|| panic!("{done}")).to_string()
    }

    /// Bo is asked for that.
    async fn asks(&self, desk: &Direct, what: &str) -> String {
        let expects = json!({ "what": what, "of": [self.bo.person] });
        self.says(desk, &self.ana, json!({ "kind": "topic", "title": "Which date?", "text": "?", "expects": expects }))
            .await
    }

    async fn item(&self, desk: &Direct, id: &str) -> Value {
        let found = desk.one(&self.cy, "Item/get", json!({ "accountId": self.space, "ids": [id] })).await;
        found["list"][0].clone()
    }
}

#[tokio::test]
async fn a_post_that_answers_is_written_down_at_the_question_until_it_is_deleted() {
    on_all_stores(async |desk| {
        let room = room(&desk).await;
        let asked = room.asks(&desk, "reply").await;
        let not_yet = json!({ "kind": "post", "parentId": asked, "text": "Not yet." });
        room.says(&desk, &room.bo, not_yet).await;
        let beside = json!({ "kind": "post", "parentId": asked, "text": "The 2nd!", "inAnswerTo": asked });
        room.says(&desk, &room.cy, beside.clone()).await;
        let before = room.item(&desk, &asked).await;
        assert_eq!(before["answers"], json!({}), "who was not asked answers nothing, and a remark is none");
        let answer = room.says(&desk, &room.bo, beside).await;
        let after = room.item(&desk, &asked).await;
        let at = "2026-11-23T09:00:00Z";
        assert_eq!(after["answers"], json!({ room.bo.person.to_string(): { "itemId": answer, "at": at } }));
        assert_eq!((&after["version"], &after["editedAt"]), (&before["version"], &Value::Null), "it is no edit");
        // An edit of the question does not lose it.
        let title = json!({ "update": { asked.clone(): { "expects/by": "2026-11-27T12:00:00Z" } } });
        let done = room.set(&desk, &room.ana, title).await;
        assert!(done["notUpdated"].is_null(), "{done}");
        assert_eq!(room.item(&desk, &asked).await["answers"], after["answers"]);
        room.set(&desk, &room.bo, json!({ "destroy": [answer] })).await;
        assert_eq!(room.item(&desk, &asked).await["answers"], json!({}), "it is open again");
    })
    .await;
}

#[tokio::test]
async fn a_got_it_is_ones_own_and_can_be_taken_back() {
    on_all_stores(async |desk| {
        let room = room(&desk).await;
        let asked = room.asks(&desk, "acknowledgement").await;
        let me = room.bo.person;
        let got_it = |who: Id, at: &str| json!({ "update": { asked.clone(): { format!("answers/{who}"): { "itemId": null, "at": at } } } });
        let done = room.set(&desk, &room.bo, got_it(me, "1999-01-01T00:00:00Z")).await;
        assert!(done["notUpdated"].is_null(), "{done}");
        let now = json!({ me.to_string(): { "itemId": null, "at": "2026-11-23T09:00:00Z" } });
        assert_eq!(room.item(&desk, &asked).await["answers"], now, "by the server's clock");
        for (by, of) in [(&room.cy, room.cy.person), (&room.ana, room.cy.person), (&room.cy, me)] {
            let refused = room.set(&desk, by, got_it(of, "2026-11-23T09:00:00Z")).await;
            assert!(refused["notUpdated"][&asked].is_object(), "{refused}");
        }
        let back = json!({ "update": { asked.clone(): { format!("answers/{me}"): null } } });
        let done = room.set(&desk, &room.bo, back).await;
        assert!(done["notUpdated"].is_null(), "{done}");
        assert_eq!(room.item(&desk, &asked).await["answers"], json!({}));
    })
    .await;
}

#[tokio::test]
async fn answers_that_nobody_gave_are_refused_with_the_way_to_give_one() {
    on_all_stores(async |desk| {
        let room = room(&desk).await;
        let asked = room.asks(&desk, "reply").await;
        let me = room.bo.person.to_string();
        let answers = |answer: Value| json!({ "update": { asked.clone(): { format!("answers/{me}"): answer } } });
        let mut said = Vec::new();
        for answer in [json!({ "itemId": null, "at": "2026-11-23T09:00:00Z" }), json!({ "itemId": asked, "at": "2026-11-23T09:00:00Z" })] {
            let refused = room.set(&desk, &room.bo, answers(answer)).await;
            said.push(refused["notUpdated"][&asked]["description"].as_str().expect("a reason").to_string());
        }
        let post = json!({ "kind": "post", "parentId": asked, "text": "The 2nd", "inAnswerTo": asked });
        room.says(&desk, &room.bo, post).await;
        let refused = room.set(&desk, &room.bo, answers(Value::Null)).await;
        said.push(refused["notUpdated"][&asked]["description"].as_str().expect("a reason").to_string());
        let new = json!({ "kind": "topic", "title": "New", "text": "?", "answers": { me.clone(): { "itemId": null, "at": "2026-11-23T09:00:00Z" } } });
        let refused = room.set(&desk, &room.bo, json!({ "create": { "k": new } })).await;
        said.push(refused["notCreated"]["k"]["description"].as_str().expect("a reason").to_string());
        assert_eq!(
            said,
            [
                "a \"Got it\" answers what asks for one; answer this with a post that names it as \"inAnswerTo\"",
                "a post that answers names the question as \"inAnswerTo\"; here \"itemId\" is null",
                "you have answered with a post; whoever deletes it takes the answer back",
                "\"answers\" can't be written at creation by you: each person sets his own entry, by a path that ends in his id",
            ]
        );
    })
    .await;
}
