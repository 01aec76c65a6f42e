//! The public door: two worlds that differ in what is not public there read the same, to the byte.

use model::Role;
use scenarios::office::{Office, Person, id};
use serde_json::{Value, json};
use std::collections::BTreeSet;

use crate::asks::{public_pages, reads, stranger};
use crate::{Make, STORES};

async fn sets(who: &Person, ty: &str, args: Value) {
    let answer = who.one(&format!("{ty}/set"), args).await;
    for refused in ["notCreated", "notUpdated", "notDestroyed"] {
        assert!(answer[refused].is_null(), "{answer}");
    }
}

/// A public Space; in one of the worlds with all that does not show: other Spaces, readers, what was deleted, emptied,
/// replaced, and moved away.
async fn world(store: Make, with_secrets: bool) -> Office {
    let office = Office::open(store).await;
    let ana = office.hire(id('p', 1), "Ana", Role::Admin).await;
    let bo = office.hire(id('p', 2), "Bo", Role::Member).await;
    ana.makes_space(id('s', 1), "Forum").await;
    ana.lets_in(id('s', 1), &bo, "member").await;
    let space = id('s', 1);
    sets(&ana, "Space", json!({ "accountId": space, "update": { space.to_string(): { "readableBy": "everyone" } } }))
        .await;
    for n in [1, 2] {
        ana.posts(space, id('i', n), json!({ "kind": "topic", "title": format!("Topic {n}") })).await;
    }
    let first = if with_secrets { "secret words" } else { "other words" };
    let link = format!("[see](/s/{}/t/{})", id('s', 2), id('i', 20));
    ana.posts(space, id('i', 3), json!({ "kind": "post", "parentId": id('i', 1), "text": first })).await;
    sets(&ana, "Item", json!({ "accountId": space, "update": { id('i', 3).to_string(): { "text": link } } })).await;
    office.later(60_000).await;
    if with_secrets {
        hides(&office, &ana, &bo).await;
    }
    // Below what was emptied in one world, below the thread itself in the other.
    let parent = id('i', if with_secrets { 10 } else { 2 });
    ana.posts(space, id('i', 4), json!({ "kind": "post", "parentId": parent, "text": "stays" })).await;
    if with_secrets {
        sets(&ana, "Item", json!({ "accountId": space, "destroy": [id('i', 10)] })).await;
    }
    office.desk.settle().await;
    office
}

async fn hides(office: &Office, ana: &Person, bo: &Person) {
    let space = id('s', 1);
    let eve = office.hire(id('p', 5), "Eve", Role::Member).await;
    ana.lets_in(space, &eve, "member").await;
    let blob = bo.uploads(space, "secret").await;
    let file = json!([{ "blobId": blob, "name": "secret.txt" }]);
    bo.posts(space, id('i', 10), json!({ "kind": "post", "parentId": id('i', 2), "text": "secret", "blobs": file }))
        .await;
    // A reply and a thread that are deleted again, and readers who read, react, follow and mute.
    bo.posts(space, id('i', 11), json!({ "kind": "topic", "title": "secret" })).await;
    ana.posts(space, id('i', 12), json!({ "kind": "post", "parentId": id('i', 1), "text": "secret" })).await;
    sets(ana, "Item", json!({ "accountId": space, "destroy": [id('i', 12), id('i', 11)] })).await;
    let seen = json!({ "spaceId": space, "threadId": id('i', 1), "lastSeq": 5 });
    sets(&eve, "Cursor", json!({ "accountId": eve.id, "create": { "c": seen } })).await;
    let likes = json!({ "accountId": space, "update": { id('i', 2).to_string(): { format!("reactions/👍/{}", eve.id): true } } });
    eve.one("Item/set", likes).await;
    let muted =
        json!({ "spaceId": space, "followedAt": "2026-11-23T09:00:00Z", "muted": { "at": "2026-11-23T09:00:00Z" } });
    eve.one("Follow/set", json!({ "accountId": eve.id, "create": { "f": muted } })).await;
    // Another Space, and a thread that goes there.
    ana.makes_space(id('s', 2), "Inside").await;
    ana.posts(id('s', 2), id('i', 20), json!({ "kind": "topic", "title": "secret" })).await;
    ana.posts(space, id('i', 21), json!({ "kind": "topic", "title": "secret, and in the wrong place" })).await;
    let asked = json!({ "spaceId": space, "itemId": id('i', 21), "toSpaceId": id('s', 2) });
    sets(ana, "Move", json!({ "accountId": ana.id, "create": { "m": asked } })).await;
    office.desk.settle().await;
}

async fn read_by_strangers(office: &Office) -> Vec<(String, String)> {
    let ids: Vec<String> = [1, 2, 3, 4, 10, 11, 12, 20, 21].iter().map(|n| id('i', *n).to_string()).collect();
    let (mut out, stranger) = (Vec::new(), stranger());
    for space in [id('s', 1), id('s', 2), id('s', 9), id('p', 1), office.desk.engine.workspace()] {
        for path in public_pages(space, &ids) {
            let text = reads(&stranger, office, &path).await;
            out.push((path, text));
        }
    }
    out
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_stranger_reads_the_same_whatever_is_hidden_beside_and_below_what_is_public() {
    for store in STORES {
        let mut answers = Vec::new();
        for with_secrets in [true, false] {
            let office = world(store, with_secrets).await;
            let workspace = office.desk.engine.workspace().to_string();
            let all = read_by_strangers(&office).await;
            answers.push(all.into_iter().map(|(q, a)| (q.replace(&workspace, "W"), a)).collect::<Vec<_>>());
            office.close().await;
        }
        assert_eq!(answers[0].len(), answers[1].len());
        for (with, without) in answers[0].iter().zip(&answers[1]) {
            assert_eq!(with, without);
        }
        let seen: BTreeSet<&str> = answers[0].iter().filter_map(|(_, text)| text.get(..3)).collect();
        assert_eq!(seen, BTreeSet::from(["200", "307", "404"]), "pages, ways to them, and nothing");
        assert!(answers[0].iter().any(|(_, text)| text.contains("stays") && text.contains("<bdi>Ana</bdi>")));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_comparison_of_public_worlds_can_fail() {
    let mut seen = Vec::new();
    for more in [true, false] {
        let office = world(STORES[0], false).await;
        if more {
            let bo = office.lets_in(id('p', 2)).await;
            bo.posts(id('s', 1), id('i', 30), json!({ "kind": "topic", "title": "One more" })).await;
        }
        seen.push(read_by_strangers(&office).await.into_iter().map(|(_, text)| text).collect::<Vec<_>>());
        office.close().await;
    }
    assert_ne!(seen[0], seen[1]);
}
