//! The cases that hold every program which knows the law of hours to the same answers: the web app's tests read them too.

use jmap::UtcDate;
use model::person::Rhythm;
use serde_json::{Value, json};
use std::fmt::Write;

const WEEK: [&str; 7] = ["mo", "tu", "we", "th", "fr", "sa", "su"];

/// Zones whose rules are the same in every database of these years.
const ZONES: [&str; 12] = [
    "Europe/Lisbon",
    "Europe/Berlin",
    "Asia/Tokyo",
    "America/New_York",
    "America/St_Johns",
    "America/Sao_Paulo",
    "Australia/Lord_Howe",
    "Asia/Kathmandu",
    "Pacific/Chatham",
    "Africa/Accra",
    "America/Los_Angeles",
    "UTC",
];

fn at(text: &str) -> UtcDate {
    UtcDate::parse(text).expect("an instant")
}

/// The day that many days after the first of 2026.
fn day(days: u64) -> String {
    at("2026-01-01T00:00:00Z").plus_ms(days as i64 * jmap::DAY_MS).to_string()[..10].to_string()
}

/// Numbers that are the same in each run.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: u64) -> u64 {
        self.0 = self.0.wrapping_mul(0x5851_F42D_4C95_7F2D).wrapping_add(0x1405_7B7E_F767_814F);
        (self.0 >> 33) % sides
    }
}

fn clock(minute: u64) -> String {
    format!("{:02}:{:02}", minute / 60, minute % 60)
}

fn some_rhythm(dice: &mut Dice) -> Value {
    let mut hours = Vec::new();
    for word in WEEK {
        let cuts = [dice.roll(288), dice.roll(288), dice.roll(288), dice.roll(289)].map(|five| five * 5);
        let mut cuts = Vec::from(cuts);
        cuts.sort_unstable();
        cuts.dedup();
        let spans: Vec<Value> =
            cuts.chunks_exact(2).map(|two| json!({ "from": clock(two[0]), "to": clock(two[1]) })).collect();
        if dice.roll(4) > 0 {
            hours.push(json!({ "weekday": word, "spans": spans }));
        }
    }
    if dice.roll(3) == 0 || hours.iter().all(|day| day["spans"] == json!([])) {
        hours.clear();
    }
    let arrivals: Vec<String> = (0..dice.roll(4)).map(|_| clock(dice.roll(96) * 15)).collect();
    let off = (0..dice.roll(3)).map(|_| {
        let from = dice.roll(700);
        json!({ "from": day(from), "to": day(from + dice.roll(20)) })
    });
    let off: Vec<Value> = off.collect();
    json!({ "zone": ZONES[dice.roll(12) as usize], "hours": hours, "arrivals": arrivals, "timeOff": off })
}

/// 100 persons, each asked at 50 instants, of which many lie about changes of the clocks.
fn cases() -> String {
    const CHANGES: [&str; 6] = [
        "2026-03-08T07:00:00Z",
        "2026-03-29T01:00:00Z",
        "2026-10-25T01:00:00Z",
        "2026-11-01T06:00:00Z",
        "2026-04-04T15:00:00Z",
        "2026-10-03T15:30:00Z",
    ];
    let mut dice = Dice(2026);
    let mut out = String::from("{\"persons\": [\n");
    for person in 0..100 {
        let rhythm = some_rhythm(&mut dice);
        let law = Rhythm::read(Some(&rhythm)).expect("it can be read");
        let mut asked = Vec::new();
        for _ in 0..50 {
            let from = match dice.roll(3) {
                0 => at(CHANGES[dice.roll(6) as usize]).plus_ms(dice.roll(4 * 86_400) as i64 * 1000 - 2 * 86_400_000),
                _ => at("2026-01-01T00:00:00Z").plus_ms(dice.roll(700 * 86_400) as i64 * 1000),
            };
            let (now, minutes) = (from.plus_ms(dice.roll(48 * 3600) as i64 * 1000), dice.roll(3000) as u32);
            let due = law.arrival(from);
            let late = law.late(due, now.max(due));
            asked.push(json!([from, due, now.max(due), late, minutes, law.worked(from, minutes)]).to_string());
        }
        let comma = if person < 99 { "," } else { "" };
        write!(out, "{{\"rhythm\": {rhythm},\n \"asked\": [\n  {}\n]}}{comma}\n", asked.join(",\n  "))
            .expect("written");
    }
    out + "]}\n"
}

#[test]
fn the_file_of_cases_says_what_the_law_says() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../crates/model/fixtures/rhythm.json");
    let cases = cases();
    if std::env::var_os("UPDATE_EXPECT").is_some() {
        std::fs::write(path, &cases).expect("it can be written");
    }
    let there = std::fs::read_to_string(path).unwrap_or_default();
    assert!(
        there == cases,
        "fixtures/rhythm.json is stale; run this test with UPDATE_EXPECT=1, and look at what changed"
    );
}
