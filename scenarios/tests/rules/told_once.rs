//! Whatever the relay does, however the server is stopped, and whenever something is said: what asks somebody is told to him
//! by mail, in an hour of his own, under one name, and twice only where the relay's yes was lost. Random histories against
//! that one sentence; the checker has controls that must fail.

use jmap::UtcDate;
use model::person::Rhythm;
use scenarios::direct::{Direct, Make, monday, oracle, sqlite};
use scenarios::sink::{Sink, Taken, Wrong};
use serde_json::json;
use std::collections::{BTreeMap, BTreeSet};

use super::arrivals::{asking, has_hours, joins, says, topic};
use super::mail::{by_mail, has_address};

/// Numbers that are the same in each run.
struct Dice(u64);

impl Dice {
    fn below(&mut self, n: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % n
    }
}

/// What was asked of whom, and what came of it.
struct History {
    asked: BTreeSet<(String, String)>,
    taken: Vec<Taken>,
    lost: usize,
    hours: BTreeMap<String, Rhythm>,
}

/// What of it is not as it must be.
fn faults(history: &History) -> Vec<String> {
    let mut out = Vec::new();
    let mut names: BTreeMap<(String, String), BTreeSet<String>> = BTreeMap::new();
    let mut all = BTreeMap::<String, usize>::new();
    for mail in &history.taken {
        let name = mail.header("Message-ID");
        *all.entry(name.clone()).or_default() += 1;
        let hours = &history.hours[&mail.to];
        if hours.ends(mail.at) <= mail.at {
            out.push(format!("{} got mail at {}, which is no hour of his", mail.to, mail.at));
        }
        let text = format!("{} {}", mail.subject(), mail.text());
        for (who, title) in &history.asked {
            if *who == mail.to && text.contains(title) {
                names.entry((who.clone(), title.clone())).or_default().insert(name.clone());
            }
        }
    }
    for one in &history.asked {
        let told = names.get(one).map_or(0, BTreeSet::len);
        if told != 1 {
            out.push(format!("{one:?} was told by {told} mails"));
        }
    }
    let twice: usize = all.values().map(|times| times - 1).sum();
    if twice > history.lost {
        out.push(format!("{twice} mails came again, and {} answers were lost", history.lost));
    }
    out
}

async fn history(make: Make, seed: u64) -> History {
    let (mut dice, clock) = (Dice(seed * 0x9e37_79b9 + 1), monday());
    let folder = tempfile::tempdir().expect("a folder");
    let sink = Sink::open(&clock).await;
    let courier = meanwhile::courier(&by_mail(&sink)).expect("a way out");
    let mut desk = Direct::open_at(make(folder.path()), clock.clone(), folder.path(), courier).await;
    let ana = desk.hire("Ana").await;
    let space = desk.space(&ana, "Release").await;
    let rhythms = [
        json!({ "zone": "America/New_York" }),
        json!({ "zone": "Asia/Tokyo", "arrivals": ["10:00", "15:00"] }),
        json!({ "zone": "Europe/Berlin", "timeOff": [{ "from": "2026-11-24", "to": "2026-11-25" }] }),
    ];
    let (mut people, mut hours) = (Vec::new(), BTreeMap::new());
    for (n, rhythm) in rhythms.into_iter().enumerate() {
        let who = desk.hire(&format!("P{n}")).await;
        joins(&desk, space, &ana, &who).await;
        let address = format!("p{n}@example.org");
        has_address(&desk, &who, &address).await;
        hours.insert(address.clone(), Rhythm::read(Some(&rhythm)).expect("hours"));
        has_hours(&desk, &who, rhythm).await;
        people.push((who, address));
    }
    let (mut asked, mut lost) = (BTreeSet::new(), 0);
    for step in 0..40 {
        match dice.below(10) {
            0..4 => {
                let (who, address) = &people[dice.below(3) as usize];
                let title = format!("Question-{step}-end");
                says(&desk, &ana, space, asking(topic(&title), "reply", &[who])).await;
                asked.insert((address.clone(), title));
            }
            4 => sink.goes_wrong(Wrong::Says("451 later")),
            5 => sink.goes_wrong(Wrong::Closes),
            6 => {
                sink.goes_wrong(Wrong::ForgetsToSayYes);
                lost += 1;
            }
            7 => sink.is_down(dice.below(2) == 0),
            8 => {
                let ms = dice.below(600) as i64 * 60_000;
                desk.restart_after(|| clock.advance(ms)).await;
            }
            _ => clock.advance(dice.below(300) as i64 * 60_000),
        }
        if dice.below(3) > 0 {
            desk.settle().await;
        }
    }
    sink.is_down(false);
    for _ in 0..200 {
        desk.settle().await;
        clock.advance(60 * 60_000);
    }
    desk.settle().await;
    let outside = desk.engine.outside().await.expect("looked");
    assert_eq!((outside.waiting, outside.refused.len()), (0, 0), "seed {seed}");
    desk.stop().await;
    History { asked, taken: sink.taken(), lost, hours }
}

#[tokio::test]
async fn whatever_happens_each_is_told_once_and_in_his_own_hours() {
    for (make, seed) in [(oracle as Make, 1), (oracle, 2), (sqlite, 3), (oracle, 4)] {
        let history = history(make, seed).await;
        assert!(!history.asked.is_empty());
        assert_eq!(faults(&history), [] as [String; 0], "seed {seed}");
        // The checker sees what it is for: a mail less, one more, and one at night.
        let (asked, hours, lost) = (&history.asked, &history.hours, history.lost);
        let with = |taken| faults(&History { taken, asked: asked.clone(), hours: hours.clone(), lost });
        let first = history.taken[0].header("Message-ID");
        let less = history.taken.iter().filter(|mail| mail.header("Message-ID") != first).cloned();
        assert_ne!(with(less.collect()), [] as [String; 0]);
        let mut more = history.taken.clone();
        let again = Taken { raw: more[0].raw.replacen("Message-ID: <", "Message-ID: <x", 1), ..more[0].clone() };
        more.push(again);
        assert_ne!(with(more), [] as [String; 0]);
        let mut late = history.taken.clone();
        late[0].at = UtcDate::parse("2026-11-29T03:00:00Z").expect("a Sunday night");
        assert_ne!(with(late), [] as [String; 0]);
    }
}
