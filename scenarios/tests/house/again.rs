//! The cases that hold every program which knows when something comes again to the same answers: the web app's tests read
//! them too.

use jmap::UtcDate;
use model::schedule::Recurrence;
use serde_json::{Value, json};

const ZONES: [&str; 6] =
    ["Europe/Lisbon", "Europe/Berlin", "Asia/Tokyo", "America/New_York", "Australia/Lord_Howe", "UTC"];
const WEEK: [&str; 7] = ["mo", "tu", "we", "th", "fr", "sa", "su"];

/// Numbers that are the same in each run.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: u64) -> u64 {
        self.0 = self.0.wrapping_mul(0x5851_F42D_4C95_7F2D).wrapping_add(0x1405_7B7E_F767_814F);
        (self.0 >> 33) % sides
    }
}

fn day(days: u64) -> String {
    let first = UtcDate::parse("2026-01-01T00:00:00Z").expect("an instant");
    first.plus_ms(days as i64 * jmap::DAY_MS).to_string()[..10].to_string()
}

fn some_schedule(dice: &mut Dice) -> Value {
    let frequency = ["daily", "weekly", "monthly"][dice.roll(3) as usize];
    let counted = frequency == "monthly" && dice.roll(2) == 0;
    let days = (0..dice.roll(4)).map(|_| {
        let nth = [1, 2, 3, 4, 5, -1, -2][dice.roll(7) as usize];
        json!({ "day": WEEK[dice.roll(7) as usize], "nthOfPeriod": counted.then_some(nth) })
    });
    let days: Vec<Value> = days.collect();
    let begins = dice.roll(400);
    // Many lie where clocks change.
    let start = format!("{}T{:02}:{:02}:00", day(begins), dice.roll(24), [0, 30][dice.roll(2) as usize]);
    let end = dice.roll(4);
    let until = (end == 0).then(|| format!("{}T12:00:00", day(begins + dice.roll(200))));
    let count = (end == 1).then(|| dice.roll(6) + 1);
    json!({
        "timeZone": ZONES[dice.roll(6) as usize], "start": start,
        "recurrenceRule": {
            "frequency": frequency, "interval": dice.roll(3) + 1, "byDay": days, "until": until, "count": count,
        },
    })
}

/// 200 rules, each with the eight times behind an instant.
fn cases() -> String {
    let mut dice = Dice(5545);
    let mut out = Vec::new();
    for _ in 0..200 {
        let mut schedule = some_schedule(&mut dice);
        let law = Recurrence::read(schedule.as_object().expect("an object")).expect("it can be read");
        if let Some(skipped) = law.times().nth(dice.roll(5) as usize) {
            schedule["excluded"] = json!({ skipped.local.to_string(): true });
        }
        let law = Recurrence::read(schedule.as_object().expect("an object")).expect("it can be read");
        let after = UtcDate::parse(&format!("{}T07:00:00Z", day(dice.roll(500)))).expect("an instant");
        let mut next = Vec::new();
        while let Some(time) = law.next_after(next.last().copied().unwrap_or(after)).filter(|_| next.len() < 8) {
            next.push(time.at);
        }
        out.push(json!({ "schedule": schedule, "after": after, "next": next }).to_string());
    }
    format!("[\n{}\n]\n", out.join(",\n"))
}

#[test]
fn the_file_of_what_comes_again_says_what_the_law_says() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../crates/model/fixtures/schedule.json");
    let cases = cases();
    if std::env::var_os("UPDATE_EXPECT").is_some() {
        std::fs::write(path, &cases).expect("it can be written");
    }
    let there = std::fs::read_to_string(path).unwrap_or_default();
    assert!(
        there == cases,
        "fixtures/schedule.json is stale; run this test with UPDATE_EXPECT=1, and look at what changed"
    );
}
