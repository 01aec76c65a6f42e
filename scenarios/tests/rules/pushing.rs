//! What arrives is shown on the devices of whom it reaches: encrypted, in his hours, once, and as much of it as each device
//! may show. The hours are asserted as a timeline by a push service that reads it as the device does.

use engine::TestClock;
use meanwhile::ReachOptions;
use model::Caller;
use scenarios::direct::{Direct, on_all_stores_reaching};
use scenarios::push_service::PushService;
use serde_json::{Value, json};
use std::path::Path;
use std::sync::Arc;

use super::arrivals::{asking, has_hours, says, topic};
use super::mail::{goes_to, settles_on, two};

async fn pushing(clock: &Arc<TestClock>, folder: &Path) -> (ReachOptions, PushService) {
    let service = PushService::open(clock, folder).await;
    let options =
        ReachOptions { url: "https://work.example".into(), relay: None, push: true, outbound: service.outbound() };
    (options, service)
}

async fn subscribes(desk: &Direct, who: &Caller, subscription: Value) -> Value {
    let args = json!({ "accountId": who.person, "create": { "k": subscription } });
    desk.one(who, "PushSubscription/set", args).await
}

async fn devices(desk: &Direct, who: &Caller) -> usize {
    let answer = desk.one(who, "PushSubscription/get", json!({ "accountId": who.person, "ids": null })).await;
    answer["list"].as_array().expect("a list").len()
}

#[tokio::test]
async fn a_device_shows_what_arrived_in_the_hours_of_its_owner_and_as_much_as_it_may() {
    on_all_stores_reaching(pushing, async |desk, service| {
        let (ana, bo, space) = two(&desk).await;
        has_hours(&desk, &bo, json!({ "zone": "Europe/Berlin", "arrivals": ["11:00", "15:00"] })).await;
        assert!(subscribes(&desk, &bo, service.subscription("phone")).await["notCreated"].is_null());
        let mut shared = service.subscription("shared");
        shared["hideContent"] = json!(true);
        assert!(subscribes(&desk, &bo, shared).await["notCreated"].is_null());
        let mut asks = service.subscription("asks");
        asks["wants"] = json!("asks");
        assert!(subscribes(&desk, &bo, asks).await["notCreated"].is_null());
        let question = says(&desk, &ana, space, asking(topic("Checkout fails"), "reply", &[&bo])).await;
        goes_to(&desk, "2026-11-23T13:00:00Z", 30).await;
        let mut named = topic("For your information");
        named["mentions"] = json!([bo.person]);
        says(&desk, &ana, space, named).await;
        says(&desk, &ana, space, asking(topic("And this?"), "decision", &[&bo])).await;
        goes_to(&desk, "2026-11-24T18:00:00Z", 30).await;
        let mut timeline = service.timeline();
        timeline.sort();
        assert_eq!(
            timeline,
            [
                "11-23T10:00 Ana asks for a reply | Checkout fails (Release)",
                "11-23T10:00 Ana asks for a reply | Checkout fails (Release)",
                "11-23T10:00 Your 11:00 arrivals are here | One thing arrived",
                "11-23T14:00 Ana asks for a decision | And this? (Release)",
                "11-23T14:00 Your 15:00 arrivals are here | 2 things arrived",
                "11-23T14:00 Your 15:00 arrivals are here | 2 things arrived: And this?, For your information",
            ]
        );
        let first = service.shown().remove(0);
        assert_eq!(first.said["path"], json!(format!("/s/{space}/t/{question}")));
        assert_eq!(first.said["waiting"], 1);
        let claims = first.signed();
        assert!(claims["aud"].as_str().is_some_and(|aud| aud.starts_with("https://localhost:")), "{claims}");
        assert_eq!(claims["sub"], "https://work.example");
        // Bo works until five in Berlin: what the device can't be told by then, it is not told at night.
        assert_eq!((first.headers["ttl"].as_str(), first.headers["content-encoding"].as_str()), ("21600", "aes128gcm"));
        // Its owner can choose the language, and it opens the Inbox where there is more than one thing.
        settles_on(&desk, &bo, json!({ "language": "de" })).await;
        assert_eq!(service.shown().last().map(|shown| shown.said["path"] == "/inbox"), Some(true));
    })
    .await;
}

#[tokio::test]
async fn a_device_that_is_gone_is_forgotten_and_one_that_can_t_be_reached_is_tried_again() {
    on_all_stores_reaching(pushing, async |desk, service| {
        let (ana, bo, space) = two(&desk).await;
        subscribes(&desk, &bo, service.subscription("phone")).await;
        service.answers(503);
        says(&desk, &ana, space, asking(topic("Tried again"), "reply", &[&bo])).await;
        goes_to(&desk, "2026-11-23T09:30:00Z", 1).await;
        assert_eq!(service.timeline(), ["11-23T09:06 Ana asks for a reply | Tried again (Release)"]);
        service.answers(410);
        says(&desk, &ana, space, asking(topic("Nobody is there"), "reply", &[&bo])).await;
        goes_to(&desk, "2026-11-23T10:30:00Z", 5).await;
        assert_eq!((service.shown().len(), devices(&desk, &bo).await), (1, 0));
        // It comes again, and ends by itself.
        let mut short = service.subscription("phone");
        short["expires"] = json!("2026-11-23T11:00:00Z");
        assert!(subscribes(&desk, &bo, short).await["notCreated"].is_null());
        goes_to(&desk, "2026-11-23T11:00:00Z", 30).await;
        says(&desk, &ana, space, asking(topic("Ended"), "reply", &[&bo])).await;
        goes_to(&desk, "2026-11-23T12:00:00Z", 30).await;
        assert_eq!(service.shown().len(), 1);
    })
    .await;
}

#[tokio::test]
async fn a_subscription_that_can_t_be_is_refused_with_the_reason_and_is_nobody_else_s() {
    on_all_stores_reaching(pushing, async |desk, service| {
        let (ana, bo, _) = two(&desk).await;
        let refused = async |name: &str, value: Value, why: &str| {
            let mut one = service.subscription("phone");
            one[name] = value;
            let answer = subscribes(&desk, &bo, one).await;
            let said = answer["notCreated"]["k"]["description"].as_str().unwrap_or_else(|| panic!("{answer}"));
            assert!(said.contains(why), "{said}");
        };
        refused("url", json!("http://push.example/x"), "https").await;
        refused("keys", json!({ "p256dh": "AAAA", "auth": "AAAA" }), "65 bytes").await;
        refused("expires", json!("2099-01-01T00:00:00Z"), "a year").await;
        assert!(subscribes(&desk, &bo, service.subscription("phone")).await["notCreated"].is_null());
        let twice = subscribes(&desk, &bo, service.subscription("phone")).await;
        assert!(!twice["notCreated"]["k"].is_null(), "a device has one: {twice}");
        let theirs = json!({ "accountId": bo.person, "ids": null });
        assert_eq!(desk.one(&ana, "PushSubscription/get", theirs).await["type"], "accountNotFound");
        // It ends where its owner says so, and can begin anew.
        let list = desk.one(&bo, "PushSubscription/get", json!({ "accountId": bo.person, "ids": null })).await;
        let away = json!({ "accountId": bo.person, "destroy": [list["list"][0]["id"]] });
        assert!(desk.one(&bo, "PushSubscription/set", away).await["notDestroyed"].is_null());
        assert!(subscribes(&desk, &bo, service.subscription("phone")).await["notCreated"].is_null());
    })
    .await;
}
