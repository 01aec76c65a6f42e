//! The law of hours: what it says of single cases, and that counting minutes says the same.

use super::*;
use proptest::prelude::*;
use serde_json::json;
use std::fmt::Write;

fn at(text: &str) -> UtcDate {
    UtcDate::parse(text).expect("an instant")
}

fn read(rhythm: Value) -> Rhythm {
    Rhythm::read(Some(&rhythm)).expect("it can be read")
}

fn refused(rhythm: Value) -> String {
    Rhythm::read(Some(&rhythm)).expect_err("it can't be")
}

fn day(weekday: &str, from: &str, to: &str) -> Value {
    json!({ "weekday": weekday, "spans": [{ "from": from, "to": to }] })
}

/// The beginnings of arrivals, from one instant on.
fn arrivals(rhythm: &Rhythm, from: &str, many: usize) -> String {
    let (mut out, mut now) = (String::new(), at(from));
    for _ in 0..many {
        now = rhythm.arrival(now);
        let local = jiff::Timestamp::from_millisecond(now.ms()).expect("in range").to_zoned(rhythm.zone.clone());
        writeln!(out, "{}", local.strftime("%a %d %b %H:%M")).expect("a string takes it");
        now = now.plus_ms(3_600_000 * 12);
    }
    out
}

#[test]
fn who_has_said_nothing_works_from_monday_to_friday_nine_to_five() {
    let usual = Rhythm::read(None).expect("the default");
    insta::assert_snapshot!(arrivals(&usual, "2026-11-27T18:00:00Z", 3), @r"
    Mon 30 Nov 09:00
    Tue 01 Dec 09:00
    Wed 02 Dec 09:00
    ");
    assert_eq!(usual.arrival(at("2026-11-30T10:17:03Z")), at("2026-11-30T10:17:03Z"), "within hours at once");
    assert_eq!(usual.arrival(at("2026-11-30T17:00:00Z")), at("2026-12-01T09:00:00Z"), "their end is no part of them");
}

#[test]
fn arrival_times_gather_what_came_before_them_and_lie_within_the_hours() {
    let twice = read(json!({ "zone": "Europe/Lisbon", "arrivals": ["15:00", "09:30", "22:00"] }));
    assert_eq!(twice.arrival(at("2026-11-30T09:31:00Z")), at("2026-11-30T15:00:00Z"));
    assert_eq!(twice.arrival(at("2026-11-30T15:00:00Z")), at("2026-11-30T15:00:00Z"));
    assert_eq!(twice.arrival(at("2026-11-30T15:00:00.001Z")), at("2026-12-01T09:30:00Z"), "and never at 22:00");
    let late_alone = read(json!({ "zone": "Europe/Lisbon", "arrivals": ["22:00"] }));
    assert_eq!(late_alone.arrival(at("2026-11-30T01:00:00Z")), at("2026-11-30T09:00:00Z"), "else the day's first hour");
}

#[test]
fn days_off_are_no_days_and_the_clocks_change_under_the_hours() {
    let off = json!({ "zone": "Europe/Berlin", "timeOff": [
        { "from": "2026-12-24", "to": "2027-01-03" }, { "from": "2026-12-23", "to": "2026-12-26" },
    ] });
    insta::assert_snapshot!(arrivals(&read(off), "2026-12-21T20:00:00Z", 3), @r"
    Tue 22 Dec 09:00
    Mon 04 Jan 09:00
    Tue 05 Jan 09:00
    ");
    let early = json!({ "zone": "Europe/Berlin", "hours": [day("sa", "22:00", "24:00"), day("su", "00:00", "02:30")] });
    let night = read(early);
    // At 02:00 it is 03:00: half past two is half past three, by the summer's clock.
    assert_eq!(night.arrival(at("2026-03-29T01:29:00Z")), at("2026-03-29T01:29:00Z"));
    assert_eq!(night.arrival(at("2026-03-29T01:31:00Z")), at("2026-04-04T20:00:00Z"));
}

#[test]
fn a_deputy_stands_in_for_what_days_off_keep_from_arriving() {
    let [bo, cy] = [1, 2].map(|n| jmap::Id::fresh(b'p', at("2026-01-01T00:00:00Z"), [n; 10]));
    let away = read(json!({ "zone": "Europe/Berlin", "timeOff": [
        { "from": "2026-12-07", "to": "2026-12-08", "coveredBy": bo },
        { "from": "2026-12-09", "to": "2026-12-11", "coveredBy": cy },
        { "from": "2026-12-24", "to": "2026-12-24" },
    ] }));
    let cover = |when: &str| away.cover(at(when));
    assert_eq!(cover("2026-12-04T15:00:00Z"), None, "he is there");
    assert_eq!(cover("2026-12-04T17:00:00Z"), Some(bo), "after the last hours before");
    assert_eq!(cover("2026-12-08T22:59:00Z"), Some(bo));
    assert_eq!(cover("2026-12-08T23:00:00Z"), Some(cy), "by the clock of who is away");
    assert_eq!(cover("2026-12-11T23:00:00Z"), None, "on the Saturday after it he is not away");
    assert_eq!(cover("2026-12-24T12:00:00Z"), None, "nobody does");
    assert_eq!(Rhythm::default().cover(at("2026-12-05T12:00:00Z")), None);
    let week: Vec<Value> = ["mo", "tu", "we", "th", "fr", "sa", "su"].map(|of| day(of, "00:00", "24:00")).into();
    let always = read(json!({ "zone": "UTC", "hours": week, "timeOff": [
        { "from": "2026-11-28", "to": "2026-12-20", "coveredBy": bo },
    ] }));
    assert_eq!(always.cover(at("2026-11-30T23:09:28Z")), Some(bo), "who works at any hour");
}

#[test]
fn who_is_late_delivers_in_the_same_hours_and_else_waits_for_the_next() {
    let usual = Rhythm::default();
    let due = at("2026-11-30T09:00:00Z");
    assert_eq!(usual.late(due, at("2026-11-30T16:59:00Z")), at("2026-11-30T16:59:00Z"));
    assert_eq!(usual.late(due, at("2026-11-30T17:30:00Z")), at("2026-12-01T09:00:00Z"));
    let night = read(json!({ "zone": "UTC", "hours": [day("mo", "20:00", "24:00"), day("tu", "00:00", "04:00")] }));
    assert_eq!(night.late(at("2026-11-30T20:00:00Z"), at("2026-12-01T03:00:00Z")), at("2026-12-01T03:00:00Z"));
    let once = read(json!({ "zone": "UTC", "arrivals": ["09:00"] }));
    assert_eq!(once.late(due, at("2026-11-30T09:20:00Z")), at("2026-11-30T09:20:00Z"), "not a day later");
}

#[test]
fn what_is_urgent_arrives_at_any_hour_of_whoever_lets_it_but_not_on_days_off() {
    let off = json!([{ "from": "2026-12-01", "to": "2026-12-01" }]);
    let lets = read(json!({ "zone": "Europe/Lisbon", "urgent": true, "timeOff": off }));
    assert_eq!(lets.urgent_arrival(at("2026-11-30T23:30:00Z")), at("2026-11-30T23:30:00Z"));
    assert_eq!(lets.arrival(at("2026-11-30T23:30:00Z")), at("2026-12-02T09:00:00Z"), "the rest waits");
    assert_eq!(lets.urgent_arrival(at("2026-12-01T10:00:00Z")), at("2026-12-02T09:00:00Z"));
    assert_eq!(Rhythm::default().urgent_arrival(at("2026-11-30T23:30:00Z")), at("2026-12-01T09:00:00Z"));
}

#[test]
fn working_time_is_counted_in_the_persons_own_hours() {
    let york = read(json!({ "zone": "America/New_York", "timeOff": [{ "from": "2026-11-26", "to": "2026-11-27" }] }));
    assert_eq!(york.worked(at("2026-11-25T18:00:00Z"), 4 * 60), at("2026-11-25T22:00:00Z"));
    assert_eq!(york.worked(at("2026-11-25T21:00:00Z"), 4 * 60), at("2026-11-30T17:00:00Z"));
    assert_eq!(york.worked(at("2026-11-28T21:00:00Z"), 0), at("2026-11-30T14:00:00Z"), "not before his hours");
}

#[test]
fn what_cant_be_is_said_in_words() {
    let hours = |days: Value| json!({ "zone": "UTC", "hours": days });
    let off = |from: &str, to: &str| json!({ "zone": "UTC", "timeOff": [{ "from": from, "to": to }] });
    let all = [
        json!({ "zone": "Europe/Nowhere" }),
        hours(json!([day("mo", "9:00", "17:00")])),
        hours(json!([day("mo", "09:00", "24:01")])),
        hours(json!([day("mo", "22:00", "06:00")])),
        hours(json!([day("mo", "09:00", "12:00"), day("mo", "13:00", "17:00")])),
        hours(
            json!([{ "weekday": "mo", "spans": [{ "from": "09:00", "to": "12:00" }, { "from": "11:00", "to": "17:00" }] }]),
        ),
        hours(json!([{ "weekday": "mo", "spans": [] }])),
        off("2026-12-24", "2026-12-23"),
        off("2026-12-24", "9999-12-31"),
        off("2026-12-24", "2029-12-24"),
        json!({ "zone": "UTC", "arrivals": ["noon"] }),
    ];
    insta::assert_snapshot!(all.map(refused).join("\n"), @r#"
    there is no zone "Europe/Nowhere"; use a name such as Europe/Lisbon
    mo: "9:00" is no time of day; write it as 09:00, from 00:00 to 24:00
    mo: "24:01" is no time of day; write it as 09:00, from 00:00 to 24:00
    mo: hours from 22:00 to 06:00 end before they begin; a night has a part before 24:00 and one after 00:00
    mo is in "hours" twice; give all spans of a day in one
    mo: two spans of a day lie one over the other; make one of them
    a week without any hour has no time for anything to arrive; days off are "timeOff"
    days off end before they begin; "to" is the last day off
    "to" of days off is a day between 2000 and 2200, such as 2026-12-24
    days off in one piece are two years at most; whoever is away for longer can be deactivated
    "noon" is no time of day; write it as 09:00, from 00:00 to 24:00
    "#);
}

/// Whether a minute is one of the person's, looked up by itself.
fn is_his(rhythm: &Rhythm, ms: i64) -> bool {
    let local = jiff::Timestamp::from_millisecond(ms).expect("in range").to_zoned(rhythm.zone.clone());
    let minute = Minute::from(local.hour()) * 60 + Minute::from(local.minute());
    let off = rhythm.off.iter().any(|off| off.has(local.date()));
    let week = &rhythm.week[local.weekday().to_monday_zero_offset() as usize];
    !off && week.iter().any(|(from, to)| *from <= minute && minute < *to)
}

#[test]
fn a_reminder_comes_at_the_first_arrival_of_the_last_day_that_leaves_four_hours() {
    let of = |rhythm: &Rhythm, heard: &str, by: &str| rhythm.reminder(at(heard), at(by)).map(|at| at.to_string());
    let plain = Rhythm::default();
    let monday = "2026-11-23T09:00:00Z";
    assert_eq!(of(&plain, monday, "2026-11-27T17:00:00Z").as_deref(), Some("2026-11-27T09:00:00Z"));
    assert_eq!(of(&plain, monday, "2026-11-27T12:59:00Z").as_deref(), Some("2026-11-26T09:00:00Z"));
    // On the weekend nobody is reminded, and on the day on which he hears of it neither.
    assert_eq!(of(&plain, monday, "2026-11-30T09:30:00Z").as_deref(), Some("2026-11-27T09:00:00Z"));
    assert_eq!(of(&plain, monday, "2026-11-23T17:00:00Z"), None);
    assert_eq!(of(&plain, monday, "2026-11-24T12:00:00Z"), None);
    let away = read(json!({ "zone": "UTC", "timeOff": [{ "from": "2026-11-25", "to": "2026-12-24" }] }));
    assert_eq!(of(&away, monday, "2026-12-18T17:00:00Z").as_deref(), Some("2026-11-24T09:00:00Z"));
    assert_eq!(of(&away, "2026-11-24T16:00:00Z", "2026-12-18T17:00:00Z"), None);
    let late = read(json!({ "zone": "Asia/Tokyo", "arrivals": ["14:00", "16:30"] }));
    assert_eq!(of(&late, monday, "2026-11-27T08:00:00Z").as_deref(), Some("2026-11-26T05:00:00Z"));
}

const SOME_ZONES: [&str; 4] = ["Europe/Berlin", "America/St_Johns", "Australia/Lord_Howe", "Asia/Kathmandu"];

proptest! {
    /// No clock changes between 4 and 22, so that the minutes can be counted one by one.
    #[test]
    fn the_law_says_what_counting_minutes_says(
        zone in 0..SOME_ZONES.len(), start in 1_767_225_600_000_i64..1_830_000_000_000, spans in prop::collection::vec((8..40u32, 1..40u32, 0..7usize), 1..5),
        off in 0..20i64, minutes in 0..900u32,
    ) {
        let mut hours: Vec<Value> = Vec::new();
        for (from, long, weekday) in spans {
            let clock = |half: u32| format!("{:02}:{:02}", half / 2, half % 2 * 30);
            let word = WEEK[weekday].0;
            if hours.iter().all(|day| day["weekday"] != word) {
                hours.push(day(word, &clock(from), &clock((from + long).min(44))));
            }
        }
        let start = start / 60_000 * 60_000;
        let first = jiff::Timestamp::from_millisecond(start + off * 43_200_000).expect("in range").to_zoned(TimeZone::UTC).date();
        let rhythm = read(json!({ "zone": SOME_ZONES[zone], "hours": hours, "timeOff": [{ "from": first.to_string(), "to": first.to_string() }] }));
        let next = (0..).map(|step| start + step * 60_000).find(|ms| is_his(&rhythm, *ms)).expect("there is one");
        prop_assert_eq!(rhythm.arrival(UtcDate::from_ms(start)).ms(), next);
        let mut mine = (0..).map(|step| start + step * 60_000).filter(|ms| is_his(&rhythm, *ms));
        let after = match minutes {
            0 => rhythm.worked(UtcDate::from_ms(start), 0).ms(),
            _ => mine.nth(minutes as usize - 1).expect("there is one") + 60_000,
        };
        prop_assert_eq!(rhythm.worked(UtcDate::from_ms(start), minutes).ms(), after);
    }

    /// Whatever the hours: within them, a later day than that on which it was heard of, before the date, with time left,
    /// and no later day would do.
    #[test]
    fn a_reminder_is_one_of_his_hours_and_the_last_that_leaves_time(
        zone in 0..SOME_ZONES.len(), heard in 1_767_225_600_000_i64..1_830_000_000_000, ahead in 0..20_000i64, off in 0..20i64, evening in any::<bool>(),
    ) {
        let (heard, by) = (heard / 60_000 * 60_000, heard / 60_000 * 60_000 + ahead * 60_000);
        let first = jiff::Timestamp::from_millisecond(heard + off * 43_200_000).expect("in range").to_zoned(TimeZone::UTC).date();
        let arrivals = if evening { json!(["13:00", "16:30"]) } else { json!([]) };
        let rhythm = read(json!({ "zone": SOME_ZONES[zone], "arrivals": arrivals, "timeOff": [{ "from": first.to_string(), "to": first.to_string() }] }));
        let fits = |at: UtcDate| rhythm.worked(at, REMINDED).ms() <= by && rhythm.day(at.ms()) > rhythm.day(heard);
        match rhythm.reminder(UtcDate::from_ms(heard), UtcDate::from_ms(by)) {
            Some(at) => {
                prop_assert!(is_his(&rhythm, at.ms()) && at.ms() < by && fits(at));
                prop_assert_eq!(rhythm.arrival(at), at);
                let next = rhythm.day(at.ms()).and_then(|day| rhythm.instant(day.tomorrow().ok()?, 0)).expect("a next day");
                prop_assert!(!fits(rhythm.arrival(UtcDate::from_ms(next))));
            }
            None => {
                let next = rhythm.day(heard).and_then(|day| rhythm.instant(day.tomorrow().ok()?, 0)).expect("a next day");
                prop_assert!(!fits(rhythm.arrival(UtcDate::from_ms(next))));
            }
        }
    }
}
