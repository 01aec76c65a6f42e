//! Search, end to end: what is written is found by its members, in their words, and by nobody else.

mod finding;

use jmap::Id;
use model::Role;
use scenarios::direct::{Make, oracle, postgres, sqlite};
use scenarios::office::{Office, Person, id};
use serde_json::{Value, json};

const STORES: [Make; 3] = [oracle, sqlite, postgres];
/// All but the oracle, which takes long with hundreds of records.
const QUICK: [Make; 2] = [sqlite, postgres];

/// The answer to a search.
async fn search(who: &Person, filter: Value) -> Value {
    let answer = who.one("Search/query", json!({ "accountId": who.id, "filter": filter })).await;
    assert!(answer["hits"].is_array(), "{filter}: {answer}");
    answer
}

/// What a search finds, best first: titles, or snippets where there is none, with the marks in brackets.
async fn finds(who: &Person, filter: Value) -> Vec<String> {
    let answer = search(who, filter).await;
    answer["hits"].as_array().expect("a list").iter().map(shown).collect()
}

fn shown(hit: &Value) -> String {
    let titled = hit["title"] != "";
    let (text, marks) = if titled { ("title", "titleMarks") } else { ("snippet", "marks") };
    marked(hit[text].as_str().expect("a text"), &hit[marks])
}

/// A text with its marks in brackets, counted as a browser does.
fn marked(text: &str, marks: &Value) -> String {
    let units: Vec<u16> = text.encode_utf16().collect();
    let part = |from: usize, to: usize| String::from_utf16(&units[from..to]).expect("marks stand between characters");
    let (mut out, mut at) = (String::new(), 0);
    for mark in marks.as_array().expect("a list") {
        let [from, len] = [0, 1].map(|i| mark[i].as_u64().expect("a number") as usize);
        out += &format!("{}[{}]", part(at, from), part(from, from + len));
        at = from + len;
    }
    out + &part(at, units.len())
}

async fn by_words(who: &Person, text: &str) -> Vec<String> {
    finds(who, json!({ "text": text })).await
}

fn topic(title: &str, text: &str) -> Value {
    json!({ "kind": "topic", "title": title, "text": text })
}

/// Ana and Bo share a Space, Gil is a guest in another one of Ana's.
async fn team(store: Make) -> (Office, Person, Person, Person) {
    let office = Office::open(store).await;
    let ana = office.hire(id('p', 1), "Ana Sousa", Role::Admin).await;
    let bo = office.hire(id('p', 2), "Bo", Role::Member).await;
    let gil = office.hire(id('p', 3), "Gil", Role::Guest).await;
    ana.makes_space(id('s', 1), "Release").await;
    ana.makes_space(id('s', 2), "Customer").await;
    ana.lets_in(id('s', 1), &bo, "member").await;
    ana.lets_in(id('s', 2), &gil, "guest").await;
    (office, ana, bo, gil)
}

fn item(n: u8) -> Id {
    id('i', n)
}
