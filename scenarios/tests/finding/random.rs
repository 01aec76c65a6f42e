//! Random records, edits, deletions, members and restarts against a naive search: whoever asks whatever, the same is found.

use super::*;
use model::Caller;
use scenarios::direct::{Direct, on_all_stores};
use std::collections::{BTreeMap, BTreeSet};

/// No two are a letter apart, and none stands in another.
const WORDS: [&str; 16] = [
    "anchor",
    "bowsprit",
    "capstan",
    "dinghy",
    "ensign",
    "fathom",
    "galley",
    "halyard",
    "iceberg",
    "jibboom",
    "keelson",
    "lanyard",
    "mizzen",
    "nautical",
    "outrigger",
    "painter",
];

/// Numbers that are the same in every run.
struct Dice(u64);

impl Dice {
    fn below(&mut self, most: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 11) as usize % most
    }

    fn words(&mut self, most: usize) -> String {
        let count = 1 + self.below(most);
        (0..count).map(|_| WORDS[self.below(WORDS.len())]).collect::<Vec<_>>().join(" ")
    }
}

/// What there is, as a child would write it down.
#[derive(Default)]
struct Naive {
    members: BTreeSet<(usize, usize)>,
    items: BTreeMap<String, (usize, String, String)>,
}

impl Naive {
    fn finds(&self, person: usize, question: &Question) -> BTreeSet<String> {
        let has = |(space, title, text): &(usize, String, String)| {
            let there = |clause: &str| {
                let texts = [format!(" {title} "), format!(" {text} ")];
                match clause.strip_suffix('*') {
                    Some(start) => texts.iter().any(|text| text.contains(&format!(" {start}"))),
                    None => texts.iter().any(|text| text.contains(&format!(" {clause} "))),
                }
            };
            self.members.contains(&(*space, person))
                && question.with.iter().all(|clause| there(clause))
                && question.without.as_ref().is_none_or(|clause| !there(clause))
        };
        self.items.iter().filter(|(_, item)| has(item)).map(|(id, _)| id.clone()).collect()
    }
}

struct Question {
    with: Vec<String>,
    without: Option<String>,
}

impl Question {
    fn draw(dice: &mut Dice) -> Question {
        let word = |dice: &mut Dice| WORDS[dice.below(WORDS.len())].to_string();
        let one = |dice: &mut Dice| match dice.below(5) {
            0 => word(dice)[..3].to_string() + "*",
            1 => format!("{} {}", word(dice), word(dice)),
            _ => word(dice),
        };
        let with = (0..1 + dice.below(2)).map(|_| one(dice)).collect();
        Question { with, without: (dice.below(4) == 0).then(|| word(dice)) }
    }

    fn text(&self) -> String {
        let quoted = |clause: &String| if clause.contains(' ') { format!("\"{clause}\"") } else { clause.clone() };
        let without = self.without.iter().map(|clause| format!("-{clause}"));
        self.with.iter().map(quoted).chain(without).collect::<Vec<_>>().join(" ")
    }
}

async fn finds(desk: &Direct, who: &Caller, question: &Question, sort: &str) -> BTreeSet<String> {
    let filter = json!({ "text": question.text() });
    let args = json!({ "accountId": who.person, "filter": filter, "sort": sort, "limit": 100 });
    let answer = desk.one(who, "Search/query", args).await;
    let hits = answer["hits"].as_array().unwrap_or_else(|| panic!("{answer}"));
    let ids: BTreeSet<String> = hits.iter().map(|hit| hit["id"].as_str().expect("a text").to_string()).collect();
    assert_eq!(answer["total"], ids.len(), "{filter}: {answer}");
    ids
}

async fn history(desk: &mut Direct, seed: u64) {
    let mut dice = Dice(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1);
    let mut naive = Naive::default();
    let mut people = Vec::new();
    for name in ["Ana", "Bo", "Cleo"] {
        people.push(desk.hire(name).await);
    }
    let mut spaces = Vec::new();
    for number in 0..3 {
        spaces.push(desk.space(&people[0], "Space").await);
        naive.members.insert((number, 0));
    }
    for round in 0..12 {
        for _ in 0..8 {
            let space = dice.below(spaces.len());
            let known: Vec<String> =
                naive.items.iter().filter(|(_, item)| item.0 == space).map(|(id, _)| id.clone()).collect();
            let item = (!known.is_empty()).then(|| known[dice.below(known.len())].clone());
            match (dice.below(6), item) {
                (0, Some(item)) => {
                    let args = json!({ "accountId": spaces[space], "destroy": [item] });
                    assert_eq!(desk.one(&people[0], "Item/set", args).await["destroyed"], json!([item]));
                    naive.items.remove(&item);
                }
                (1, Some(item)) => {
                    let text = dice.words(6);
                    let args = json!({ "accountId": spaces[space], "update": { &item: { "text": text } } });
                    assert!(desk.one(&people[0], "Item/set", args).await["notUpdated"].is_null());
                    naive.items.get_mut(&item).expect("known").2 = text;
                }
                (2, _) => {
                    let person = 1 + dice.below(2);
                    let is = naive.members.contains(&(space, person));
                    let role = json!({ "role": if is { "none" } else { "member" } });
                    let update =
                        json!({ "accountId": spaces[space], "update": { people[person].person.to_string(): role } });
                    let answer = desk.one(&people[0], "Member/set", update).await;
                    if !answer["notUpdated"].is_null() {
                        let create = json!({ "accountId": spaces[space], "create": { "m": { "personId": people[person].person } } });
                        assert!(desk.one(&people[0], "Member/set", create).await["notCreated"].is_null(), "{answer}");
                    }
                    if is {
                        naive.members.remove(&(space, person))
                    } else {
                        naive.members.insert((space, person))
                    };
                }
                _ => {
                    let (title, text) = (dice.words(2), dice.words(6));
                    let args = json!({ "accountId": spaces[space], "create": { "k": topic(&title, &text) } });
                    let answer = desk.one(&people[0], "Item/set", args).await;
                    let id = answer["created"]["k"]["id"].as_str().unwrap_or_else(|| panic!("{answer}"));
                    naive.items.insert(id.to_string(), (space, title, text));
                }
            }
        }
        match dice.below(6) {
            0 => desk.restart().await,
            1 => {
                let folder = desk.folder().join("search");
                desk.restart_after(|| std::fs::remove_dir_all(&folder).expect("it is there")).await;
            }
            2 => desk.clock.advance(jmap::DAY_MS),
            _ => {}
        }
        desk.settle().await;
        for _ in 0..4 {
            let (person, question) = (dice.below(3), Question::draw(&mut dice));
            let sort = ["rank", "newest"][dice.below(2)];
            let found = finds(desk, &people[person], &question, sort).await;
            let expected = naive.finds(person, &question);
            assert_eq!(found, expected, "seed {seed}, round {round}, person {person}: {}", question.text());
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn random_histories_are_found_as_a_naive_search_finds_them() {
    on_all_stores(async |mut desk| history(&mut desk, 7).await).await;
    for seed in 1..=3 {
        scenarios::direct::on_quick_stores(async |mut desk| history(&mut desk, seed).await).await;
    }
}

#[test]
fn the_naive_search_can_tell_right_from_wrong() {
    let mut naive = Naive::default();
    naive.members.insert((0, 1));
    naive.items.insert("a".into(), (0, "anchor".into(), "bowsprit capstan".into()));
    let asks = |with: &[&str], without: Option<&str>| Question {
        with: with.iter().map(|word| word.to_string()).collect(),
        without: without.map(str::to_string),
    };
    let finds = |person, question| naive.finds(person, &question).len();
    assert_eq!(finds(1, asks(&["anchor", "capstan"], None)), 1);
    assert_eq!(finds(1, asks(&["bowsprit capstan"], None)), 1);
    assert_eq!(finds(1, asks(&["anchor bowsprit"], None)), 0);
    assert_eq!(finds(1, asks(&["cap*"], None)), 1);
    assert_eq!(finds(1, asks(&["anchor"], Some("capstan"))), 0);
    assert_eq!(finds(2, asks(&["anchor"], None)), 0);
}
