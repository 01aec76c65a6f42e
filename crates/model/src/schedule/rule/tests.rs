//! The rule held to what RFC 5545 says of it, by another program that knows it, and to the changes of the clocks.

use super::*;
use proptest::prelude::*;
use serde_json::json;

fn schedule(zone: &str, start: &str, rule: Value) -> Map<String, Value> {
    let whole = json!({ "timeZone": zone, "start": start, "recurrenceRule": rule });
    whole.as_object().cloned().expect("properties")
}

fn read(zone: &str, start: &str, rule: Value) -> Recurrence {
    Recurrence::read(&schedule(zone, start, rule)).expect("a rule")
}

fn at(text: &str) -> UtcDate {
    UtcDate::parse(text).expect("an instant")
}

/// The first local times of a rule, with the instants.
fn first(rule: &Recurrence, many: usize) -> Vec<String> {
    rule.times().take(many).map(|time| format!("{} {}", time.local, time.at)).collect()
}

#[test]
fn the_second_tuesday_of_each_month_comes_at_the_same_hour_in_summer_and_winter() {
    let rule = json!({ "frequency": "monthly", "byDay": [{ "day": "tu", "nthOfPeriod": 2 }] });
    assert_eq!(
        first(&read("Europe/Berlin", "2026-02-01T09:00:00", rule), 3),
        [
            "2026-02-10T09:00:00 2026-02-10T08:00:00Z",
            "2026-03-10T09:00:00 2026-03-10T08:00:00Z",
            "2026-04-14T09:00:00 2026-04-14T07:00:00Z",
        ]
    );
}

#[test]
fn an_hour_that_is_left_out_moves_on_and_of_one_that_comes_twice_the_first_is_meant() {
    let daily = || json!({ "frequency": "daily" });
    assert_eq!(
        first(&read("Europe/Berlin", "2026-03-28T02:30:00", daily()), 3),
        [
            "2026-03-28T02:30:00 2026-03-28T01:30:00Z",
            "2026-03-29T02:30:00 2026-03-29T01:30:00Z",
            "2026-03-30T02:30:00 2026-03-30T00:30:00Z",
        ]
    );
    let autumn = read("Europe/Berlin", "2026-10-25T02:30:00", daily());
    assert_eq!(first(&autumn, 1), ["2026-10-25T02:30:00 2026-10-25T00:30:00Z"]);
    // In Apia there was no 30th of December in 2011 at all: it comes as the clocks moved on, a day later.
    let apia = read("Pacific/Apia", "2011-12-29T09:00:00", daily());
    assert_eq!(
        first(&apia, 3),
        [
            "2011-12-29T09:00:00 2011-12-29T19:00:00Z",
            "2011-12-30T09:00:00 2011-12-30T19:00:00Z",
            "2011-12-31T09:00:00 2011-12-30T19:00:00Z",
        ]
    );
}

#[test]
fn a_month_without_the_day_is_passed_over_and_a_rule_that_never_comes_ends() {
    let monthly = read("UTC", "2026-01-31T09:00:00", json!({ "frequency": "monthly", "count": 3 }));
    let days: Vec<String> = monthly.times().map(|time| time.local.date().to_string()).collect();
    assert_eq!(days, ["2026-01-31", "2026-03-31", "2026-05-31"]);
    let never = json!({ "frequency": "daily", "interval": 7, "byDay": [{ "day": "tu" }] });
    assert_eq!(read("UTC", "2026-01-05T09:00:00", never).times().next(), None);
    let leap = read("UTC", "2028-02-29T09:00:00", json!({ "frequency": "monthly", "interval": 12, "count": 2 }));
    assert_eq!(leap.times().last().map(|time| time.local.date().to_string()).as_deref(), Some("2032-02-29"));
}

#[test]
fn what_is_skipped_is_not_said_and_counts() {
    let mut weekly = schedule("UTC", "2026-01-05T09:00:00", json!({ "frequency": "weekly", "count": 3 }));
    weekly.insert("excluded".into(), json!({ "2026-01-12T09:00:00": true }));
    let rule = Recurrence::read(&weekly).expect("a rule");
    let next = |text: &str| rule.next_after(at(text)).map(|time| time.at.to_string());
    assert_eq!(next("2026-01-05T08:59:59Z").as_deref(), Some("2026-01-05T09:00:00Z"));
    assert_eq!(next("2026-01-05T09:00:00Z").as_deref(), Some("2026-01-19T09:00:00Z"));
    assert_eq!(next("2026-01-19T09:00:00Z"), None);
    let newest = |to: &str| rule.newest(at("2026-01-05T09:00:00Z"), at(to)).map(|time| time.at.to_string());
    assert_eq!(newest("2026-01-18T00:00:00Z").as_deref(), Some("2026-01-05T09:00:00Z"));
    assert_eq!(newest("2026-02-18T00:00:00Z").as_deref(), Some("2026-01-19T09:00:00Z"));
}

#[test]
fn what_can_not_be_a_rule_says_why() {
    let why = |zone: &str, start: &str, rule: Value| match Recurrence::read(&schedule(zone, start, rule)) {
        Err((name, why)) => format!("{name}: {why}"),
        Ok(rule) => panic!("{rule:?}"),
    };
    let daily = || json!({ "frequency": "daily" });
    let nth = |nth: i64| json!({ "frequency": "weekly", "byDay": [{ "day": "mo", "nthOfPeriod": nth }] });
    assert_eq!(
        [
            why("Mars/Olympus", "2026-01-05T09:00:00", daily()),
            why("UTC", "2026-01-05 09:00", daily()),
            why("UTC", "1926-01-05T09:00:00", daily()),
            why("UTC", "2026-01-05T09:00:00", nth(2)),
            why("UTC", "2026-01-05T09:00:00", nth(0)),
            why(
                "UTC",
                "2026-01-05T09:00:00",
                json!({ "frequency": "daily", "count": 2, "until": "2026-02-05T09:00:00" })
            ),
        ],
        [
            "timeZone: there is no zone \"Mars/Olympus\"; use a name such as Europe/Lisbon",
            "start: \"2026-01-05 09:00\" is no local time; write it as 2026-11-30T09:00:00",
            "start: it begins between 1970 and 2200",
            "recurrenceRule: \"nthOfPeriod\" is for what comes monthly: the second Tuesday of a month",
            "recurrenceRule: \"nthOfPeriod\" is 1 for the first of the month, or -1 for the last; 0 is none",
            "recurrenceRule: it ends at a date (\"until\") or after some times (\"count\"), not both",
        ]
    );
}

/// The rule as RFC 5545 writes it.
fn as_rrule(rule: &Value) -> String {
    let mut out = format!("FREQ={};WKST=MO", rule["frequency"].as_str().expect("a word").to_uppercase());
    if let Some(every) = rule["interval"].as_i64() {
        out += &format!(";INTERVAL={every}");
    }
    if let Some(count) = rule["count"].as_i64() {
        out += &format!(";COUNT={count}");
    }
    if let Some(until) = rule["until"].as_str() {
        out += &format!(";UNTIL={}Z", until.replace(['-', ':'], ""));
    }
    let days = rule["byDay"].as_array().cloned().unwrap_or_default();
    let days = days.iter().map(|day| {
        let nth = day["nthOfPeriod"].as_i64().map(|nth| nth.to_string()).unwrap_or_default();
        format!("{nth}{}", day["day"].as_str().expect("a word").to_uppercase())
    });
    let days: Vec<String> = days.collect();
    if days.is_empty() { out } else { out + ";BYDAY=" + &days.join(",") }
}

/// The first instants by the other program, in seconds.
fn by_the_oracle(zone: &str, start: &str, rule: &Value, many: u16) -> Vec<i64> {
    let start = start.replace(['-', ':'], "");
    let begins = if zone == "UTC" { format!("DTSTART:{start}Z") } else { format!("DTSTART;TZID={zone}:{start}") };
    let read: Result<rrule::RRuleSet, _> = format!("{begins}\nRRULE:{}", as_rrule(rule)).parse();
    // What ends before it begins it refuses; to us it never comes.
    let Some(set) = read.map(Some).unwrap_or_else(|error| {
        let why = error.to_string();
        assert!(why.contains("UNTIL") || why.contains("until"), "{why}: {}", as_rrule(rule));
        None
    }) else {
        return Vec::new();
    };
    set.all(many).dates.iter().map(|date| date.timestamp()).collect()
}

fn some_rule() -> impl Strategy<Value = Value> {
    // The other program takes the second Tuesday and any Monday for a Tuesday that is a Monday too, which RFC 5545 does not.
    let days = (any::<bool>(), proptest::collection::vec((0..7usize, 1..=5i64, any::<bool>()), 0..4));
    let parts = (0..3usize, 1..5i64, days, 0..3usize, 1..12i64, 0..700u32);
    parts.prop_map(|(frequency, every, (counted, days), end, count, last)| {
        let frequency = ["daily", "weekly", "monthly"][frequency];
        let days = days.into_iter().map(|(day, nth, back)| {
            let nth = (counted && frequency == "monthly").then_some(if back { -nth.min(4) } else { nth });
            json!({ "day": WEEK[day], "nthOfPeriod": nth })
        });
        let days: Vec<Value> = days.collect();
        let last = Date::constant(2026, 1, 1) + i64::from(last).days();
        json!({
            "frequency": frequency, "interval": every, "byDay": days,
            "count": (end == 1).then_some(count), "until": (end == 2).then(|| format!("{last}T12:00:00")),
        })
    })
}

proptest! {
    #[test]
    fn it_comes_when_another_program_says_so(rule in some_rule(), day in 0..800i64, hour in 0..24i8) {
        let start = (Date::constant(2026, 1, 1) + day.days()).at(hour, 30, 0, 0).to_string();
        let ours: Vec<i64> = read("UTC", &start, rule.clone()).times().take(30).map(|time| time.at.ms() / 1000).collect();
        prop_assert_eq!(ours, by_the_oracle("UTC", &start, &rule, 30));
    }

    #[test]
    fn it_keeps_its_hour_where_clocks_change(rule in some_rule(), day in 0..800i64, hour in 4..24i8, zone in 0..4usize) {
        let mut rule = rule;
        rule["until"] = Value::Null;
        let zone = ["Europe/Berlin", "America/New_York", "Asia/Tokyo", "America/Sao_Paulo"][zone];
        let start = (Date::constant(2026, 1, 1) + day.days()).at(hour, 0, 0, 0).to_string();
        let ours: Vec<i64> = read(zone, &start, rule.clone()).times().take(30).map(|time| time.at.ms() / 1000).collect();
        prop_assert_eq!(ours, by_the_oracle(zone, &start, &rule, 30));
    }

    #[test]
    fn next_and_newest_agree_with_the_list(rule in some_rule(), day in 0..300i64, later in 0..400i64) {
        let start = (Date::constant(2026, 1, 1) + day.days()).at(9, 0, 0, 0).to_string();
        let rule = read("Europe/Lisbon", &start, rule);
        let asked = at("2026-01-01T00:00:00Z").plus_ms((day + later) * jmap::DAY_MS + 9 * 3_600_000);
        let all: Vec<Occurrence> = rule.times().take(800).collect();
        prop_assert_eq!(rule.next_after(asked), all.iter().copied().find(|time| time.at > asked));
        let first = all.first().map_or(asked, |time| time.at);
        prop_assert_eq!(rule.newest(first, asked), all.iter().copied().rfind(|time| time.at <= asked));
    }
}
