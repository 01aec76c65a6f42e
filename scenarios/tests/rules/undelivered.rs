//! A relay that is away, says no, or goes before it says yes; a server that was down, a restore, TLS. Nothing is lost, nobody
//! is told twice but where the yes itself was lost, and nobody is told at night because somebody was late.

use engine::LinkKind;
use jmap::Id;
use meanwhile::Secrecy;
use model::{Caller, Role, Scopes};
use scenarios::direct::{on_all_stores_reaching, operator};
use scenarios::sink::{Sink, Wrong};
use serde_json::json;

use super::arrivals::{asking, has_hours, says, topic};
use super::mail::{by_mail, goes_to, has_address, mailing, settles_on, two};

#[tokio::test]
async fn a_relay_that_was_away_gets_it_once_and_not_at_night() {
    on_all_stores_reaching(mailing, async |desk, sink| {
        let (ana, bo, space) = two(&desk).await;
        has_hours(&desk, &bo, json!({ "zone": "UTC", "arrivals": ["16:00"] })).await;
        sink.is_down(true);
        says(&desk, &ana, space, asking(topic("Waits"), "reply", &[&bo])).await;
        goes_to(&desk, "2026-11-23T18:00:00Z", 30).await;
        let outside = desk.engine.outside().await.expect("looked");
        assert_eq!((outside.mails, outside.waiting, outside.refused.len()), (true, 1, 0));
        // The relay is back in the evening, and Bo's hours are over: his next ones begin at nine, and he has arrivals at four.
        sink.is_down(false);
        goes_to(&desk, "2026-11-24T18:00:00Z", 30).await;
        assert_eq!(sink.timeline(), ["11-24T16:00 bo@example.org: [Release] Waits"]);
        let outside = desk.engine.outside().await.expect("looked");
        assert_eq!((outside.waiting, outside.trouble), (0, None));
    })
    .await;
}

#[tokio::test]
async fn what_a_relay_puts_off_is_tried_again_and_what_it_refuses_is_told_to_admins() {
    on_all_stores_reaching(mailing, async |desk, sink| {
        let (ana, bo, space) = two(&desk).await;
        sink.goes_wrong(Wrong::Says("450 4.2.1 come back later"));
        sink.goes_wrong(Wrong::Closes);
        says(&desk, &ana, space, asking(topic("Twice put off"), "reply", &[&bo])).await;
        goes_to(&desk, "2026-11-23T09:12:00Z", 1).await;
        // Half a minute later, and half a minute after that, since the second failure is the relay's own.
        assert_eq!(sink.timeline(), ["11-23T09:07 bo@example.org: [Release] Twice put off"]);
        sink.goes_wrong(Wrong::Says("550 5.1.1 nobody here has that name"));
        says(&desk, &ana, space, asking(topic("Refused"), "reply", &[&bo])).await;
        goes_to(&desk, "2026-11-23T15:00:00Z", 30).await;
        assert_eq!(sink.taken().len(), 1, "what is refused is not tried again");
        let outside = desk.engine.outside().await.expect("looked");
        let (name, _, why) = &outside.refused[0];
        assert_eq!((outside.waiting, name.as_str()), (0, "Bo"));
        assert!(why.contains("550") && why.contains("nobody here has that name"), "{why}");
        // It is well again with the next one that is taken.
        has_address(&desk, &bo, "bo.right@example.org").await;
        says(&desk, &ana, space, asking(topic("Taken"), "reply", &[&bo])).await;
        goes_to(&desk, "2026-11-23T16:00:00Z", 30).await;
        assert_eq!(sink.taken().len(), 2);
        assert_eq!(desk.engine.outside().await.expect("looked").refused, []);
    })
    .await;
}

#[tokio::test]
async fn a_mail_whose_yes_was_lost_comes_twice_under_one_name_and_says_the_same() {
    on_all_stores_reaching(mailing, async |desk, sink| {
        let (ana, bo, space) = two(&desk).await;
        sink.goes_wrong(Wrong::ForgetsToSayYes);
        says(&desk, &ana, space, asking(topic("Once"), "reply", &[&bo])).await;
        goes_to(&desk, "2026-11-23T09:05:00Z", 1).await;
        // What arrives between the two is in a mail of its own.
        says(&desk, &ana, space, asking(topic("Between"), "reply", &[&bo])).await;
        goes_to(&desk, "2026-11-23T10:00:00Z", 1).await;
        let taken = sink.taken();
        let names: Vec<String> = taken.iter().map(|mail| mail.header("Message-ID")).collect();
        let subjects: Vec<String> = taken.iter().map(|mail| mail.subject()).collect();
        assert_eq!(subjects, ["[Release] Once", "[Release] Once", "[Release] Between"]);
        assert!(names[0] == names[1] && names[1] != names[2] && names[0].ends_with("@work.example>"), "{names:?}");
        assert_eq!((taken[0].text(), taken[0].header("Date")), (taken[1].text(), taken[1].header("Date")));
    })
    .await;
}

#[tokio::test]
async fn a_server_that_was_down_tells_it_afterwards_once() {
    on_all_stores_reaching(mailing, async |mut desk, sink| {
        let (ana, bo, space) = two(&desk).await;
        says(&desk, &ana, space, asking(topic("Before"), "reply", &[&bo])).await;
        goes_to(&desk, "2026-11-23T09:03:00Z", 1).await;
        let clock = desk.clock.clone();
        desk.restart_after(|| clock.advance(3_600_000)).await;
        desk.settle().await;
        desk.restart_after(|| clock.advance(3_600_000)).await;
        goes_to(&desk, "2026-11-24T12:00:00Z", 30).await;
        assert_eq!(sink.timeline(), ["11-23T10:03 bo@example.org: [Release] Before"]);
    })
    .await;
}

#[tokio::test]
async fn what_was_to_go_out_before_a_restore_waits_for_an_admin() {
    on_all_stores_reaching(mailing, async |desk, sink| {
        let (ana, bo, space) = two(&desk).await;
        says(&desk, &ana, space, asking(topic("Held"), "reply", &[&bo])).await;
        desk.settle().await;
        let store = desk.engine.store().clone();
        tokio::task::spawn_blocking(move || store.hold(true)).await.expect("runs").expect("held");
        goes_to(&desk, "2026-11-23T12:00:00Z", 30).await;
        assert_eq!(sink.timeline(), [] as [&str; 0]);
        desk.engine.release().await.expect("let go");
        goes_to(&desk, "2026-11-23T12:30:00Z", 30).await;
        let told: Vec<String> = sink.taken().iter().map(|mail| mail.subject()).collect();
        assert_eq!(told, ["[Release] Held"]);
    })
    .await;
}

#[tokio::test]
async fn the_way_to_a_relay_is_secret_and_a_relay_nobody_vouches_for_gets_nothing() {
    for secrecy in [Secrecy::Tls, Secrecy::StartTls] {
        let reach = async |clock: &_, folder: &std::path::Path| {
            let sink = Sink::open_secret(clock, folder, secrecy).await;
            let mut options = by_mail(&sink);
            let relay = options.relay.as_mut().expect("one");
            relay.secrecy = secrecy;
            relay.login = Some(("ada".into(), "hunter2".into()));
            (options, sink)
        };
        on_all_stores_reaching(reach, async |desk, sink| {
            let (ana, bo, space) = two(&desk).await;
            says(&desk, &ana, space, asking(topic("Secret"), "reply", &[&bo])).await;
            goes_to(&desk, "2026-11-23T09:10:00Z", 5).await;
            assert_eq!(sink.timeline(), ["11-23T09:05 bo@example.org: [Release] Secret"]);
            assert_eq!(sink.secrets(), ["AUTH PLAIN AGFkYQBodW50ZXIy"]);
        })
        .await;
        let stranger = async |clock: &_, folder: &std::path::Path| {
            let sink = Sink::open_secret(clock, folder, secrecy).await;
            let mut options = by_mail(&sink);
            let relay = options.relay.as_mut().expect("one");
            (relay.secrecy, relay.ca, relay.login) = (secrecy, None, Some(("ada".into(), "hunter2".into())));
            (options, sink)
        };
        on_all_stores_reaching(stranger, async |desk, sink| {
            let (ana, bo, space) = two(&desk).await;
            says(&desk, &ana, space, asking(topic("Secret"), "reply", &[&bo])).await;
            goes_to(&desk, "2026-11-23T09:20:00Z", 5).await;
            assert_eq!((sink.taken().len(), sink.secrets().len()), (0, 0));
            let trouble = desk.engine.outside().await.expect("looked").trouble;
            // On the node that has the mails to carry.
            let told = match trouble {
                Some(trouble) => Some(trouble),
                None => {
                    let other = desk.nodes().last().expect("one");
                    other.engine.outside().await.expect("looked").trouble
                }
            };
            assert!(told.is_some_and(|trouble| trouble.why.contains("can't be used")));
        })
        .await;
    }
}

#[tokio::test]
async fn an_invitation_is_mailed_with_the_link_that_the_admin_sees() {
    on_all_stores_reaching(mailing, async |desk, sink| {
        let admin = desk.hire_as("Ana", Role::Admin).await;
        settles_on(&desk, &admin, json!({ "language": "de" })).await;
        let new = desk.engine.add_person("Bo Berg", Some("bo@example.org"), Role::Member).await.expect("added");
        let secret = desk.engine.mail_link(&admin, LinkKind::Invitation, new).await.expect("made");
        sink.goes_wrong(Wrong::ForgetsToSayYes);
        goes_to(&desk, "2026-11-23T09:10:00Z", 1).await;
        let taken = sink.taken();
        assert_eq!(taken.len(), 2, "the yes was lost once");
        for mail in &taken {
            assert_eq!(mail.word("https://work.example/join#"), format!("https://work.example/join#{secret}"));
            assert_eq!(mail.subject(), "Ana lädt dich ein: Meanwhile");
        }
        // One that was ended goes to nobody, and who has no address is told so before.
        desk.engine.mail_link(&admin, LinkKind::Reset, new).await.expect("made");
        desk.engine.end_link(&admin, LinkKind::Reset, new).await.expect("ended");
        let nowhere = desk.engine.add_person("Cy", None, Role::Member).await.expect("added");
        let refused = desk.engine.mail_link(&admin, LinkKind::Invitation, nowhere).await.expect_err("no address");
        assert!(refused.to_string().contains("an address"), "{refused}");
        let none: Id = new;
        let member = Caller { person: none, role: Role::Member, scopes: Scopes::ALL };
        assert!(desk.engine.mail_link(&member, LinkKind::Reset, new).await.is_err());
        assert!(desk.engine.mail_link(&operator(), LinkKind::Reset, none).await.is_ok());
        goes_to(&desk, "2026-11-23T10:00:00Z", 10).await;
        assert!(sink.taken().len() <= 4, "{:?}", sink.timeline());
    })
    .await;
}
