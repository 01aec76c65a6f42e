//! The event stream: one token for all accounts, and nothing of what others do.

use engine::{Event, Subscription};
use jmap::Id;
use model::Caller;
use scenarios::direct::{Direct, on_all_stores};
use serde_json::json;
use std::time::Duration;

async fn next(stream: &mut Subscription) -> Event {
    tokio::time::timeout(Duration::from_secs(20), stream.next())
        .await
        .expect("an event in time")
        .expect("no fault")
        .expect("he is in")
}

pub(crate) async fn silent(stream: &mut Subscription) -> bool {
    tokio::time::timeout(Duration::from_millis(50), stream.next()).await.is_err()
}

async fn post(desk: &Direct, by: &Caller, space: Id) {
    let topic = json!({ "accountId": space, "create": { "t": { "kind": "topic", "title": "t" } } });
    assert!(desk.one(by, "Item/set", topic).await["notCreated"].is_null());
}

#[tokio::test]
async fn the_last_token_brings_exactly_what_is_newer() {
    on_all_stores(async |desk| {
        let ana = desk.hire("Ana").await;
        let (one, two) = (desk.space(&ana, "One").await, desk.space(&ana, "Two").await);
        desk.settle().await;
        let mut stream = desk.engine.subscribe(&ana, None).await.expect("a stream");
        assert!(silent(&mut stream).await, "without a token nothing is told");
        post(&desk, &ana, one).await;
        let first = next(&mut stream).await;
        let state = desk.one(&ana, "Item/get", json!({ "accountId": one })).await["state"].clone();
        assert_eq!(first.change["changed"][one.to_string()]["Item"], state);
        assert!(first.change["changed"][two.to_string()].is_null());
        drop(stream);
        post(&desk, &ana, two).await;
        let mut stream = desk.engine.subscribe(&ana, Some(&first.token)).await.expect("a stream");
        let second = next(&mut stream).await;
        assert_eq!(
            second.change["changed"].as_object().map(|c| c.keys().cloned().collect()),
            Some(vec![two.to_string()])
        );
        assert!(silent(&mut stream).await);
        let mut stream = desk.engine.subscribe(&ana, Some(&second.token)).await.expect("a stream");
        assert!(silent(&mut stream).await);
    })
    .await;
}

#[tokio::test]
async fn tokens_of_others_of_other_lineages_and_noise_count_as_none() {
    on_all_stores(async |desk| {
        let (ana, bo) = (desk.hire("Ana").await, desk.hire("Bo").await);
        let (hers, his) = (desk.space(&ana, "Hers").await, desk.space(&bo, "His").await);
        let mut stream = desk.engine.subscribe(&ana, None).await.expect("a stream");
        post(&desk, &ana, hers).await;
        let token = next(&mut stream).await.token;
        assert_eq!(token.len(), 48);
        post(&desk, &bo, his).await;
        desk.settle().await;
        let tampered = format!("{}{}", &token[..47], if token.ends_with('A') { "B" } else { "A" });
        for worthless in [token.as_str(), &tampered, "", "x", &"A".repeat(48), &"ä".repeat(24)] {
            let mut stream = desk.engine.subscribe(&bo, Some(worthless)).await.expect("a stream");
            assert!(silent(&mut stream).await, "{worthless}");
        }
    })
    .await;
}

#[tokio::test]
async fn what_happens_in_spaces_of_others_is_not_heard() {
    on_all_stores(async |desk| {
        let (ana, bo) = (desk.hire("Ana").await, desk.hire("Bo").await);
        let space = desk.space(&ana, "Hers").await;
        desk.settle().await;
        let mut stream = desk.engine.subscribe(&bo, None).await.expect("a stream");
        post(&desk, &ana, space).await;
        desk.settle().await;
        assert!(silent(&mut stream).await);
        let add = json!({ "accountId": space, "create": { "m": { "personId": bo.person } } });
        desk.one(&ana, "Member/set", add).await;
        let mut heard = next(&mut stream).await.change["changed"].clone();
        while heard[space.to_string()].is_null() {
            heard = next(&mut stream).await.change["changed"].clone();
        }
        let remove = json!({ "accountId": space, "update": { bo.person.to_string(): { "role": "none" } } });
        desk.one(&ana, "Member/set", remove).await;
        desk.settle().await;
        // His own account says it last: what was before is told by then.
        while next(&mut stream).await.change["changed"][bo.person.to_string()].is_null() {}
        while !silent(&mut stream).await {}
        post(&desk, &ana, space).await;
        desk.settle().await;
        assert!(silent(&mut stream).await, "whoever left hears no more of it");
    })
    .await;
}
