//! Stories of people, by HTTP, with a clock that moves.

use jmap::Id;
use model::Role;
use reqwest::{Method, StatusCode};
use scenarios::office::{Office, Person, id};
use serde_json::{Value, json};

async fn office() -> Office {
    Office::open(crate::new_stores).await
}

/// What stands in a Space, as a reader sees it: who said what, in order.
async fn reads(who: &Person, space: Id) -> Vec<String> {
    let answer = who.one("Item/get", json!({ "accountId": space })).await;
    let say = |item: &Value| {
        let title = item["title"].as_str().map(|title| format!("{title}: ")).unwrap_or_default();
        format!("{} {title}{}", item["receivedAt"].as_str().unwrap_or(""), item["excerpt"].as_str().unwrap_or(""))
    };
    answer["list"].as_array().into_iter().flatten().map(say).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_sent_arrives_in_its_space_at_its_time_and_not_before() {
    let office = office().await;
    let ana = office.hire(id('p', 1), "Ana", Role::Member).await;
    let bo = office.hire(id('p', 2), "Bo", Role::Member).await;
    ana.makes_space(id('s', 1), "Release").await;
    ana.lets_in(id('s', 1), &bo, "member").await;
    let send = async |id: Id, title: &str, seconds: i64| {
        let item = json!({ "kind": "topic", "title": title, "text": "What do **you** think?" });
        let sub = json!({ "spaceId": "s", "item": item, "sendIn": seconds });
        let mut sub = sub;
        sub["spaceId"] = json!(scenarios::office::id('s', 1));
        ana.one("Submission/set", json!({ "accountId": ana.id, "create": { id.to_string(): sub } })).await
    };
    send(id('i', 1), "Now", 30).await;
    send(id('i', 2), "Tomorrow", 86_400).await;
    send(id('i', 3), "Never", 600).await;
    office.later(29_000).await;
    assert_eq!(reads(&bo, id('s', 1)).await, Vec::<String>::new());
    office.later(1_000).await;
    let undo = json!({ "accountId": ana.id, "update": { id('i', 3).to_string(): { "undoStatus": "canceled" } } });
    ana.one("Submission/set", undo).await;
    office.later(86_400_000).await;
    assert_eq!(
        reads(&bo, id('s', 1)).await,
        ["2026-11-23T09:00:30Z Now: What do you think?", "2026-11-24T09:00:30Z Tomorrow: What do you think?"]
    );
    office.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whoever_is_deactivated_is_out_and_stays_out_when_he_comes_back() {
    let office = office().await;
    let ana = office.hire(id('p', 1), "Ana", Role::Admin).await;
    let bo = office.hire(id('p', 2), "Bo", Role::Member).await;
    ana.makes_space(id('s', 1), "Release").await;
    ana.lets_in(id('s', 1), &bo, "member").await;
    let workspace = office.desk.engine.workspace();
    let set = async |at: Value| {
        let args = json!({ "accountId": workspace, "update": { bo.id.to_string(): { "deactivatedAt": at } } });
        let answer = ana.one("Person/set", args).await;
        assert!(answer["notUpdated"].is_null(), "{answer}");
    };
    let stream = bo.knocks(Method::GET, "/jmap/events?types=*&closeafter=no&ping=0", None).await;
    assert_eq!(stream.status(), StatusCode::OK);
    set(json!(office.now())).await;
    // Other nodes know it within half a minute.
    office.later(30_000).await;
    let refused = bo.knocks(Method::GET, "/jmap/session", None).await;
    assert_eq!(refused.status(), StatusCode::UNAUTHORIZED);
    let ended = tokio::time::timeout(std::time::Duration::from_secs(60), stream.text()).await;
    assert!(ended.is_ok(), "the stream ends, and within a minute");
    office.desk.settle().await;
    set(Value::Null).await;
    let old = bo.knocks(Method::GET, "/jmap/session", None).await;
    assert_eq!(old.status(), StatusCode::UNAUTHORIZED, "the old token is gone");
    let again = office.lets_in(bo.id).await;
    assert_eq!(reads(&again, id('s', 1)).await, Vec::<String>::new());
    office.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_file_goes_up_is_posted_and_comes_down_in_ranges() {
    let office = office().await;
    let ana = office.hire(id('p', 1), "Ana", Role::Member).await;
    let bo = office.hire(id('p', 2), "Bo", Role::Member).await;
    ana.makes_space(id('s', 1), "Release").await;
    ana.lets_in(id('s', 1), &bo, "member").await;
    let blob = ana.uploads(id('s', 1), "0123456789").await;
    let path = format!("/jmap/download/{}/{blob}/notes.txt", id('s', 1));
    assert_eq!(bo.knocks(Method::GET, &path, None).await.status(), StatusCode::NOT_FOUND, "not posted yet");
    let file = json!({ "kind": "file", "blobs": [{ "blobId": blob, "name": "notes.txt", "type": "text/plain" }] });
    ana.posts(id('s', 1), id('i', 1), file).await;
    let got = bo.one("Item/get", json!({ "accountId": id('s', 1) })).await;
    assert_eq!(got["list"][0]["blobs"][0]["size"], 10);
    assert_eq!(bo.knocks(Method::GET, &path, None).await.text().await.expect("text"), "0123456789");
    ana.one("Item/set", json!({ "accountId": id('s', 1), "destroy": [id('i', 1)] })).await;
    assert_eq!(bo.knocks(Method::GET, &path, None).await.status(), StatusCode::NOT_FOUND, "deleted: served to nobody");
    office.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_draft_keeps_its_files_until_it_is_sent_or_thrown_away() {
    let office = office().await;
    let ana = office.hire(id('p', 1), "Ana", Role::Member).await;
    ana.makes_space(id('s', 1), "Release").await;
    let blob = ana.uploads(ana.id, "kept for days").await;
    let files = json!([{ "blobId": blob, "name": "a.txt" }]);
    let item = json!({ "kind": "topic", "title": "t", "blobs": files });
    let draft = json!({ "accountId": ana.id, "create": { id('i', 1).to_string(): { "item": item } } });
    assert!(ana.one("Draft/set", draft).await["notCreated"].is_null());
    office.later(3 * jmap::DAY_MS).await;
    let sub = json!({ "spaceId": id('s', 1), "item": item, "sendIn": 2 * 86_400 });
    let send = json!([
        ["Submission/set", { "accountId": ana.id, "create": { id('i', 1).to_string(): sub } }, "0"],
        ["Draft/set", { "accountId": ana.id, "destroy": [id('i', 1)] }, "1"],
    ]);
    let sent = ana.asks(send).await;
    assert!(sent[0][1]["notCreated"].is_null(), "{sent:?}");
    office.later(3 * jmap::DAY_MS).await;
    let path = format!("/jmap/download/{}/{blob}/a.txt", id('s', 1));
    assert_eq!(ana.knocks(Method::GET, &path, None).await.text().await.expect("text"), "kept for days");
    ana.one("Item/set", json!({ "accountId": id('s', 1), "destroy": [id('i', 1)] })).await;
    office.later(32 * jmap::DAY_MS).await;
    // The retention run is one node's; the index of another one lets go at the next day's look.
    office.later(jmap::DAY_MS).await;
    let files: Vec<_> = walk(office.folder.path()).into_iter().filter(|text| text.contains("kept for days")).collect();
    assert_eq!(files.len(), 0, "after the retention time the bytes are gone");
    office.close().await;
}

/// The contents of all files below a folder.
fn walk(folder: &std::path::Path) -> Vec<String> {
    let mut out = Vec::new();
    for entry in std::fs::read_dir(folder).expect("a folder").flatten() {
        let path = entry.path();
        if path.is_dir() {
            out.extend(walk(&path));
        } else if let Ok(bytes) = std::fs::read(&path) {
            out.push(String::from_utf8_lossy(&bytes).into_owned());
        }
    }
    out
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whoever_was_silent_for_two_weeks_catches_up_from_where_he_was() {
    let office = office().await;
    let ana = office.hire(id('p', 1), "Ana", Role::Member).await;
    let bo = office.hire(id('p', 2), "Bo", Role::Member).await;
    ana.makes_space(id('s', 1), "Release").await;
    ana.lets_in(id('s', 1), &bo, "member").await;
    for n in 1..4 {
        ana.posts(id('s', 1), id('i', n), json!({ "kind": "topic", "title": format!("old {n}") })).await;
    }
    office.desk.settle().await;
    let before = bo.one("Item/get", json!({ "accountId": id('s', 1) })).await;
    let mut stream = office.desk.engine.subscribe(&caller(&bo), None).await.expect("a stream");
    ana.posts(id('s', 1), id('i', 4), json!({ "kind": "topic", "title": "the last he heard of" })).await;
    let token = stream.next().await.expect("no fault").expect("an event").token;
    drop(stream);
    let seen = bo.one("Item/get", json!({ "accountId": id('s', 1) })).await;
    assert_ne!(seen["state"], before["state"]);
    for day in 0..14 {
        office.later(jmap::DAY_MS).await;
        ana.posts(
            id('s', 1),
            id('i', 10 + day),
            json!({ "kind": "post", "parentId": id('i', 1), "text": format!("day {day}") }),
        )
        .await;
    }
    let edit = json!({ id('i', 2).to_string(): { "title": "edited" } });
    ana.one("Item/set", json!({ "accountId": id('s', 1), "update": edit, "destroy": [id('i', 3), id('i', 12)] })).await;
    office.desk.settle().await;
    let last = [("last-event-id", token)];
    let event = reqwest::Client::new()
        .get(format!("{}/jmap/events?types=*&closeafter=state&ping=0", office.url()))
        .bearer_auth(&bo.token)
        .header(last[0].0, &last[0].1)
        .send()
        .await
        .expect("an answer");
    assert!(event.text().await.expect("text").contains(&id('s', 1).to_string()));
    let changes = bo.one("Item/changes", json!({ "accountId": id('s', 1), "sinceState": seen["state"] })).await;
    assert_eq!(changes["created"].as_array().map(Vec::len), Some(13), "{changes}");
    assert_eq!(changes["updated"], json!([id('i', 2)]));
    assert_eq!(changes["destroyed"], json!([id('i', 3)]));
    office.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whoever_comes_back_after_two_weeks_answers_in_an_archive_that_came_in_meanwhile() {
    let office = office().await;
    let ana = office.hire(id('p', 1), "Ana", Role::Admin).await;
    let bo = office.hire(id('p', 2), "Bo", Role::Member).await;
    ana.makes_space(id('s', 1), "Archive").await;
    ana.lets_in(id('s', 1), &bo, "member").await;
    office.desk.settle().await;
    let before = bo.one("Item/get", json!({ "accountId": id('s', 1) })).await["state"].take();
    // A day later ten years of mail come in: four threads of five messages each.
    office.later(jmap::DAY_MS).await;
    let scopes = model::Scopes::SESSION.and(model::Scopes::IMPORT);
    let token =
        office.desk.engine.new_token(&engine::operator(), ana.id, "import", scopes, None).await.expect("a token");
    let mut importer = ana.clone();
    importer.token = token;
    for n in 0..20_u8 {
        let (thread, place) = (n / 5, n % 5);
        let mut mail = json!({
            "kind": if place == 0 { "topic" } else { "post" },
            "text": format!("mail {n}"),
            "origin": "imported",
            "createdAt": format!("20{:02}-11-{:02}T08:00:00Z", 10 + thread, 1 + place),
            "messageId": format!("{n}@example.org"),
        });
        let above =
            if place == 0 { ("title", json!(format!("Question {thread}"))) } else { ("parentId", json!(id('i', n))) };
        mail[above.0] = above.1;
        importer.posts(id('s', 1), id('i', n + 1), mail).await;
    }
    // Ana answers in the oldest thread; then two weeks pass in which Bo hears nothing.
    ana.posts(id('s', 1), id('i', 100), json!({ "kind": "post", "parentId": id('i', 5), "text": "Still open?" })).await;
    for _ in 0..14 {
        office.later(jmap::DAY_MS).await;
    }
    let (mut held, mut state) = (std::collections::BTreeSet::new(), before);
    loop {
        let since = json!({ "accountId": id('s', 1), "sinceState": state, "maxChanges": 7 });
        let mut changes = bo.one("Item/changes", since).await;
        held.extend(changes["created"].as_array().expect("pages").iter().map(ToString::to_string));
        state = changes["newState"].take();
        if changes["hasMoreChanges"] == false {
            break;
        }
    }
    assert_eq!(held.len(), 21);
    let thread = bo.one("Thread/get", json!({ "accountId": id('s', 1), "ids": [id('i', 1), id('i', 6)] })).await;
    let answer = bo.one("Item/get", json!({ "accountId": id('s', 1), "ids": [id('i', 100)] })).await;
    assert_eq!(thread["list"][0]["lastSeq"], answer["list"][0]["seq"], "the answer is new");
    assert_eq!(thread["list"][1]["lastSeq"], 0, "nothing imported is: {thread}");
    assert_eq!(thread["list"][1]["lastAt"], "2011-11-05T08:00:00Z");
    // What he answers was written on the train, two hours before there was a network.
    let post = json!({ "kind": "post", "parentId": id('i', 100), "text": "Closed since spring." });
    let sub = json!({ "spaceId": id('s', 1), "item": post, "sendIn": 0, "waited": 7200 });
    let sent = json!({ "accountId": bo.id, "create": { id('i', 101).to_string(): sub } });
    assert!(bo.one("Submission/set", sent).await["notCreated"].is_null());
    office.desk.settle().await;
    let said = ana.one("Item/get", json!({ "accountId": id('s', 1), "ids": [id('i', 101)] })).await["list"][0].take();
    assert_eq!(
        (&said["createdAt"], &said["receivedAt"]),
        (&json!("2026-12-08T07:00:00Z"), &json!("2026-12-08T09:00:00Z"))
    );
    assert_eq!(said["threadId"], id('i', 1).to_string());
    office.close().await;
}

fn caller(who: &Person) -> model::Caller {
    model::Caller { person: who.id, role: Role::Member, scopes: model::Scopes::SESSION }
}
