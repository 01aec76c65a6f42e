//! Nobody is watched, and nobody is told of what he may not see: the same questions get byte-equal answers in two worlds
//! that differ only in what the one who asks may not know.

use model::Role;
use reqwest::Method;
use scenarios::direct::{Make, oracle, postgres, sqlite};
use scenarios::office::{Office, Person, id, masked};
use scenarios::process::{Machine, files_below};
use serde_json::json;
use std::path::Path;

#[path = "worlds/asks.rs"]
mod asks;
#[path = "worlds/strangers.rs"]
mod strangers;

use asks::{asks_everything, mask_ids};

/// The last takes longer, and is asked less.
const STORES: [Make; 3] = [oracle, sqlite, postgres];

/// A Space that Gil is in, and, in one of the worlds, Spaces, people and files that he is not to know of. A member of the
/// workspace knows its people and groups; what is said where he is not is as hidden from him as from a guest.
async fn world(store: Make, role: Role, with_secrets: bool) -> (Office, Person) {
    let office = Office::open(store).await;
    let ana = office.hire(id('p', 1), "Ana", Role::Admin).await;
    let gil = office.hire(id('p', 2), "Gil", role).await;
    let knows_people = role == Role::Member;
    if knows_people {
        people(&office, &ana, &gil).await;
    }
    ana.makes_space(id('s', 1), "Customer").await;
    ana.lets_in(id('s', 1), &gil, "guest").await;
    ana.posts(id('s', 1), id('i', 1), json!({ "kind": "topic", "title": "Welcome" })).await;
    for (n, text) in [(4, "welcome they they they"), (5, "they welcome welcome"), (6, "they welcome")] {
        ana.posts(id('s', 1), id('i', n), json!({ "kind": "post", "parentId": id('i', 1), "text": text })).await;
    }
    // What anybody may write of what is elsewhere: a link, and words from it.
    let link = format!("As said in /s/{}/t/{}: pay them", id('s', 2), id('i', 2));
    gil.posts(id('s', 1), id('i', 9), json!({ "kind": "post", "parentId": id('i', 1), "text": link })).await;
    if with_secrets {
        let bo = if knows_people { office.lets_in(id('p', 3)).await } else { people(&office, &ana, &gil).await };
        ana.makes_space(id('s', 2), "Prices").await;
        ana.lets_in(id('s', 2), &bo, "member").await;
        ana.posts(id('s', 2), id('i', 2), json!({ "kind": "topic", "title": "What they pay", "text": "Welcome, they pay. We welcome what they pay." })).await;
        bo.posts(id('s', 2), id('i', 3), json!({ "kind": "post", "parentId": id('i', 2), "text": "Too little" })).await;
        let direct =
            json!({ "accountId": ana.id, "create": { "d": { "kind": "direct", "persons": [ana.id, bo.id] } } });
        assert!(ana.one("Space/set", direct).await["notCreated"].is_null());
        bo.uploads(id('s', 2), "secret").await;
        let named = json!({ "kind": "topic", "title": "For sales", "mentions": [id('g', 1)] });
        ana.posts(id('s', 2), id('i', 7), named).await;
        ana.makes_space(id('s', 3), "Board").await;
        for (item, to) in [(7, 3), (2, 3)] {
            let asked = json!({ "spaceId": id('s', 2), "itemId": id('i', item), "toSpaceId": id('s', to) });
            let asked = json!({ "accountId": ana.id, "create": { "m": asked } });
            assert!(ana.one("Move/set", asked).await["notCreated"].is_null());
            office.desk.settle().await;
        }
    }
    office.desk.settle().await;
    (office, gil)
}

/// Bo, and a group with him.
async fn people(office: &Office, ana: &Person, gil: &Person) -> Person {
    let bo = office.hire(id('p', 3), "Bo", Role::Member).await;
    let group =
        json!({ "handle": "sales", "name": "Sales", "persons": { bo.id.to_string(): true, gil.id.to_string(): true } });
    let group = json!({ "accountId": office.desk.engine.workspace(), "create": { id('g', 1).to_string(): group } });
    assert!(ana.one("Group/set", group).await["notCreated"].is_null());
    bo
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_guest_gets_the_same_answers_whether_there_are_secrets_or_not() {
    two_worlds_are_one(Role::Guest).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_member_gets_the_same_answers_whether_there_is_a_space_that_he_is_not_in_or_not() {
    two_worlds_are_one(Role::Member).await;
}

async fn two_worlds_are_one(role: Role) {
    for (which, store) in STORES.into_iter().enumerate() {
        let mut answers = Vec::new();
        for with_secrets in [true, false] {
            let (office, gil) = world(store, role, with_secrets).await;
            let workspace = office.desk.engine.workspace();
            let direct = model::space::direct_id(workspace, &[id('p', 1), id('p', 3)]);
            let workspace_too = if role == Role::Guest { workspace } else { id('s', 3) };
            let accounts = [id('s', 1), gil.id, id('s', 2), id('p', 1), id('p', 3), direct, workspace_too];
            let (person, group) = if role == Role::Guest { (id('p', 3), id('g', 1)) } else { (id('p', 9), id('g', 9)) };
            let ids = [id('i', 2), id('i', 3), person, id('s', 2), id('b', 1), group].map(|id| id.to_string());
            let state = gil.one("Item/get", json!({ "accountId": id('s', 1) })).await["state"].clone();
            let (accounts, ids) = if which < 2 { (&accounts[..], &ids[..]) } else { (&accounts[..3], &ids[..2]) };
            let hidden = [id('s', 2), id('s', 3)];
            let kept = if role == Role::Guest { &[][..] } else { &hidden[..] };
            let mut all = listens(&office, &gil, with_secrets).await;
            all.extend(asks_everything(&office, &gil, accounts, ids, state.as_str().expect("a state"), kept).await);
            // The workspace and what follows from it have fresh ids in each world, as what the questions create.
            let hide = |text: &str| text.replace(&workspace.to_string(), "W").replace(&direct.to_string(), "D");
            let fresh = |text: &str| mask_ids(&hide(text), accounts, ids);
            answers.push(all.into_iter().map(|(q, a)| (hide(&q), fresh(&a))).collect::<Vec<_>>());
            office.close().await;
        }
        assert_eq!(answers[0].len(), answers[1].len());
        for (with, without) in answers[0].iter().zip(&answers[1]) {
            assert_eq!(with, without);
        }
        assert!(answers[0].len() > 300, "{}", answers[0].len());
    }
}

/// A stream that is open while others write where Gil is not, and then where he is; and one that goes on by its token.
async fn listens(office: &Office, gil: &Person, with_secrets: bool) -> Vec<(String, String)> {
    let engine = &office.desk.engine;
    let by = engine.authenticate(&gil.token).await.expect("answers").expect("Gil is known").caller;
    let mut stream = engine.subscribe(&by, None).await.expect("a stream");
    let ana = office.lets_in(id('p', 1)).await;
    if with_secrets {
        ana.posts(id('s', 2), id('i', 40), json!({ "kind": "topic", "title": "Hidden" })).await;
        office.desk.settle().await;
    }
    ana.posts(id('s', 1), id('i', 41), json!({ "kind": "topic", "title": "For all" })).await;
    office.desk.settle().await;
    let first = stream.next().await.expect("answers").expect("an event");
    if with_secrets {
        ana.posts(id('s', 2), id('i', 42), json!({ "kind": "topic", "title": "Hidden" })).await;
    }
    ana.posts(id('s', 1), id('i', 43), json!({ "kind": "topic", "title": "For all" })).await;
    office.desk.settle().await;
    let mut again = engine.subscribe(&by, Some(&first.token)).await.expect("a stream");
    let second = again.next().await.expect("answers").expect("an event");
    let told = |event: engine::Event| format!("{} {}", event.token.len(), masked(&event.change.to_string()));
    vec![("while he listens".into(), told(first)), ("since then".into(), told(second))]
}

/// All files of what somebody takes along, by name; the one that bears the date and the workspace's id is left out.
async fn taken_along(office: Office, gil: jmap::Id) -> Vec<(String, String)> {
    let folder = office.leaves_folder().await;
    let to = tempfile::tempdir().expect("a folder");
    let out = to.path().join("out");
    let args = ["export", out.to_str().expect("UTF-8"), "--person", &gil.to_string()];
    Machine::default().order(folder.path(), &args).await;
    let name = |path: &Path| path.strip_prefix(&out).expect("below").to_string_lossy().to_string();
    let text = |path: &Path| String::from_utf8_lossy(&std::fs::read(path).expect("readable")).to_string();
    let all = files_below(&out).into_iter().map(|path| (name(&path), text(&path)));
    let mut all: Vec<_> = all.filter(|(name, _)| name != "export.json").collect();
    all.sort();
    all
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_somebody_takes_along_is_the_same_whether_there_are_secrets_or_not() {
    for role in [Role::Guest, Role::Member] {
        let mut taken = Vec::new();
        for with_secrets in [true, false] {
            let (office, gil) = world(STORES[1], role, with_secrets).await;
            taken.push(taken_along(office, gil.id).await);
        }
        assert!(taken[0].iter().any(|(_, text)| text.contains("As said in")), "his own words are in it");
        assert_eq!(taken[0], taken[1]);
    }
}

#[test]
fn every_method_there_is_is_asked() {
    let page = include_str!("../../docs/protocol/methods.md");
    let asked: Vec<String> = asks::methods().into_iter().chain(["Blob/copy".into(), "Search/query".into()]).collect();
    let mut known = Vec::new();
    for line in page.lines() {
        let row = line.strip_prefix("| [").and_then(|row| Some((row.split(']').next()?, row.split('|').nth(2)?)));
        if let Some((ty, verbs)) = row {
            known.extend(verbs.split('`').skip(1).step_by(2).map(|verb| format!("{ty}/{verb}")));
        }
        let named =
            line.split('`').skip(1).step_by(2).filter(|word| word.contains('/') && !word.contains(['<', ' ', '.']));
        known.extend(named.filter(|word| word.starts_with(char::is_uppercase)).map(str::to_string));
    }
    assert!(known.len() > 60, "{known:?}");
    for method in known {
        assert!(asked.contains(&method), "{method} is asked in no world: teach worlds/asks.rs to ask it");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_comparison_of_worlds_can_fail() {
    let mut seen = Vec::new();
    for with_secrets in [true, false] {
        let (office, _) = world(STORES[0], Role::Guest, with_secrets).await;
        let ana = office.lets_in(id('p', 1)).await;
        seen.push(masked(&ana.asks_text(json!([["Item/get", { "accountId": id('s', 2) }, "0"]])).await));
        office.close().await;
    }
    assert_ne!(seen[0], seen[1]);
}

/// What Bo does when he reads: looks, streams, downloads, and keeps his place.
async fn reads(bo: &Person, blob: &str) {
    for account in [id('s', 1), bo.id] {
        for method in ["Item/get", "Thread/get", "Member/get", "Cursor/get", "Membership/get"] {
            bo.one(method, json!({ "accountId": account })).await;
        }
    }
    for (thread, seq) in [(id('i', 1), 5), (id('i', 1), 9)] {
        let cursor = json!({ "spaceId": id('s', 1), "threadId": thread, "lastSeq": seq });
        bo.one("Cursor/set", json!({ "accountId": bo.id, "create": { "c": cursor } })).await;
        bo.one("Cursor/set", json!({ "accountId": bo.id, "update": { thread.to_string(): { "lastSeq": seq } } })).await;
    }
    for follow in [json!({ "spaceId": id('s', 1), "threadId": id('i', 1) }), json!({ "spaceId": id('s', 1) })] {
        let mut follow = follow;
        follow["followedAt"] = json!("2026-11-23T09:00:00Z");
        bo.one("Follow/set", json!({ "accountId": bo.id, "create": { "f": follow } })).await;
        follow["muted"] = json!({ "at": "2026-11-23T09:00:00Z", "until": "2026-11-24T09:00:00Z" });
        let follow_id = id(if follow["threadId"].is_null() { 's' } else { 'i' }, 1).with_letter(b'f');
        let muted = json!({ "accountId": bo.id, "update": { follow_id.to_string(): { "muted": follow["muted"] } } });
        assert!(bo.one("Follow/set", muted).await["notUpdated"].is_null());
    }
    bo.one("Draft/set", json!({ "accountId": bo.id, "create": { "d": { "item": { "text": "I think" } } } })).await;
    bo.knocks(Method::GET, &format!("/jmap/download/{}/{blob}/x", id('s', 1)), None)
        .await
        .bytes()
        .await
        .expect("bytes");
    bo.knocks(Method::GET, "/jmap/session", None).await.bytes().await.expect("bytes");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whether_somebody_reads_shows_nowhere_to_admins_either() {
    for (which, store) in STORES.into_iter().enumerate() {
        let mut answers: Vec<Vec<(String, String)>> = Vec::new();
        for bo_reads in [true, false] {
            let office = Office::open(store).await;
            let ana = office.hire(id('p', 1), "Ana", Role::Admin).await;
            let bo = office.hire(id('p', 2), "Bo", Role::Member).await;
            ana.makes_space(id('s', 1), "Release").await;
            ana.lets_in(id('s', 1), &bo, "member").await;
            let blob = ana.uploads(id('s', 1), "a file").await;
            let file = json!([{ "blobId": blob, "name": "a.txt" }]);
            ana.posts(id('s', 1), id('i', 1), json!({ "kind": "topic", "title": "t", "blobs": file })).await;
            office.desk.settle().await;
            if bo_reads {
                reads(&bo, &blob).await;
            }
            ana.posts(id('s', 1), id('i', 2), json!({ "kind": "post", "parentId": id('i', 1), "text": "p" })).await;
            if bo_reads {
                reads(&bo, &blob).await;
            }
            office.later(1000).await;
            let workspace = office.desk.engine.workspace();
            let accounts = [id('s', 1), ana.id, bo.id, workspace];
            let ids = [id('i', 1), id('i', 2), bo.id, id('s', 1)].map(|id| id.to_string());
            let state = ana.one("Item/get", json!({ "accountId": id('s', 1) })).await["state"].clone();
            let (some, of) = if which < 2 { (&accounts[..], &ids[..]) } else { (&accounts[..2], &ids[..2]) };
            let all = asks_everything(&office, &ana, some, of, state.as_str().expect("a state"), &[]).await;
            let hide = |text: &str| text.replace(&workspace.to_string(), "W").replace(&blob, "BLOB");
            // Ids that the server makes for what the questions create are fresh each time.
            let fresh = |text: &str| mask_ids(&hide(text), &accounts, &ids);
            answers.push(all.into_iter().map(|(q, a)| (hide(&q), fresh(&a))).collect());
            office.close().await;
        }
        for (with, without) in answers[0].iter().zip(&answers[1]) {
            assert_eq!(with, without);
        }
    }
}
