//! What votes come to, and when a decision ends: by cases without a workspace.

use super::ending::{Outcome, outcome, over};
use super::*;
use crate::person::Rhythm;
use jmap::UtcDate;

const ANA: &str = "paaaaaaaaabyabaaaaaaaaaaaaa";
const BO: &str = "paaaaaaaaabyabaaaaaaaaaaaae";
const CY: &str = "paaaaaaaaabyabaaaaaaaaaaaai";

fn at(text: &str) -> UtcDate {
    UtcDate::parse(text).expect("an instant")
}

fn id(text: &str) -> Id {
    Id::parse(text).expect("an id")
}

fn decision(props: Value) -> Record {
    let props = props.as_object().cloned().expect("properties");
    let (thread, created_seq, seq, version) = (None, 1, 1, 1);
    let item = id("iaaaaaaaaabyabaaaaaaaaaaaaa");
    Record { id: item, kind: DECISION.number, thread, created_seq, seq, version, origin: Origin::Said, props }
}

fn came_to(rule: &str, votes: Value) -> (&'static str, Option<String>) {
    let options = match rule {
        "vote" => json!([{ "id": "a", "title": "A" }, { "id": "b", "title": "B" }]),
        _ => json!([]),
    };
    let Outcome { how, option } = outcome(&decision(json!({ "rule": rule, "options": options, "votes": votes })));
    (how, option)
}

#[test]
fn the_option_with_most_votes_is_chosen_and_a_tie_chooses_none() {
    let for_option = |option: &str| json!({ "option": option, "objects": false });
    assert_eq!(came_to("vote", json!({})), ("nobody", None));
    assert_eq!(came_to("vote", json!({ ANA: for_option("b") })), ("chosen", Some("b".into())));
    assert_eq!(came_to("vote", json!({ ANA: for_option("b"), BO: for_option("a") })), ("tied", None));
    let three = json!({ ANA: for_option("b"), BO: for_option("a"), CY: for_option("a") });
    assert_eq!(came_to("vote", three), ("chosen", Some("a".into())));
    let objects = json!({ "option": null, "objects": true, "why": "Neither" });
    assert_eq!(came_to("vote", json!({ ANA: objects })), ("nobody", None), "who objects chooses nothing");
}

#[test]
fn silence_agrees_and_an_objection_does_not() {
    let says = |objects: bool| json!({ "option": null, "objects": objects, "why": "No time" });
    assert_eq!(came_to("consent", json!({})).0, "agreed");
    assert_eq!(came_to("consent", json!({ ANA: says(false) })).0, "agreed");
    assert_eq!(came_to("consent", json!({ ANA: says(false), BO: says(true) })).0, "objected");
}

#[test]
fn what_a_deputy_said_counts_until_the_voter_has_spoken_himself() {
    let deputy = json!({ "objects": true, "why": "Bo would not like it", "for": BO });
    assert_eq!(came_to("consent", json!({ CY: deputy })).0, "objected");
    let himself = json!({ "objects": false });
    assert_eq!(came_to("consent", json!({ CY: deputy, BO: himself })).0, "agreed");
}

#[test]
fn it_is_over_from_its_instant_on_also_before_the_job_comes() {
    let open = decision(json!({ "closesAt": "2026-11-24T12:00:00Z", "rule": "consent" }));
    assert!(!over(&open, at("2026-11-24T11:59:59Z")));
    assert!(over(&open, at("2026-11-24T12:00:00Z")));
    let space = id("saaaaaaaaabyabaaaaaaaaaaaaa");
    assert_eq!(ended(space, &open, at("2026-11-24T11:59:59Z")), []);
    let late = ended(space, &open, at("2026-11-26T08:00:00Z"));
    let instant = json!("2026-11-24T12:00:00Z");
    assert!(
        late.iter().any(|effect| matches!(effect, Effect::Patch { patch, .. } if patch["outcome"]["at"] == instant)),
        "it ended at its instant, however late the job is: {late:?}"
    );
}

#[test]
fn the_last_voter_to_have_had_the_hours_ends_it_and_it_never_ends_in_the_past() {
    let monday = "2026-11-23T09:00:00Z";
    let item = decision(json!({
        "rule": "consent", "workingMinutes": 480, "closesAt": "2026-11-23T17:00:00Z",
        "expects": { "what": "decision", "of": [ANA, BO] },
        "countsFrom": { ANA: monday, BO: monday },
    }));
    let space = id("saaaaaaaaabyabaaaaaaaaaaaaa");
    let usual = Rhythm::default();
    let away = json!({ "zone": "UTC", "timeOff": [{ "from": "2026-11-23", "to": "2026-11-24" }] });
    let away = Rhythm::read(Some(&away)).expect("hours");
    let ends = |hours: &[(Id, Rhythm)], now: &str| {
        let found = retimed(space, &item, hours, at(now));
        found.iter().find_map(|effect| match effect {
            Effect::Job { due, .. } => Some(due.to_string()),
            _ => None,
        })
    };
    assert_eq!(ends(&[(id(ANA), usual.clone()), (id(BO), usual.clone())], monday), None, "as before");
    let off = [(id(ANA), usual), (id(BO), away)];
    assert_eq!(ends(&off, monday).as_deref(), Some("2026-11-25T17:00:00Z"));
    assert_eq!(ends(&off, "2026-11-23T17:00:00Z"), None, "what is over is not opened again");
    let all_day =
        json!({ "zone": "UTC", "hours": [{ "weekday": "mo", "spans": [{ "from": "00:00", "to": "24:00" }] }] });
    let all_day = Rhythm::read(Some(&all_day)).expect("hours");
    let mut long = item.clone();
    long.props.insert("countsFrom".into(), json!({ ANA: "2026-11-23T01:00:00Z", BO: "2026-11-23T01:00:00Z" }));
    let soon = retimed(space, &long, &[(id(ANA), all_day.clone()), (id(BO), all_day)], at("2026-11-23T11:00:00Z"));
    assert!(
        soon.iter().any(|effect| matches!(effect, Effect::Job { due, .. } if *due == at("2026-11-23T11:00:00Z"))),
        "{soon:?}"
    );
}
