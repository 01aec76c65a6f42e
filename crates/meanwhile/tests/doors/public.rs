//! Public Spaces, read by strangers who sign in nowhere.

use crate::house::{House, refusal};
use jmap::Id;
use reqwest::StatusCode;
use serde_json::{Value, json};

impl House {
    /// The Space, or the Workspace, with this said of it.
    async fn sets(&self, account: Id, of: &str, patch: Value) -> Value {
        let args = json!({ "accountId": account, "update": { account.to_string(): patch } });
        let (_, answer) = self.call(&self.ana, &format!("{of}/set"), args).await;
        answer["notUpdated"].clone()
    }

    async fn opens_up(&self) {
        assert!(self.sets(self.space, "Space", json!({ "readableBy": "everyone" })).await.is_null());
    }

    async fn adds(&self, item: Value) -> Id {
        let args = json!({ "accountId": self.space, "create": { "k": item } });
        let (_, answer) = self.call(&self.ana, "Item/set", args).await;
        answer["created"]["k"]["id"].as_str().unwrap_or_else(|| panic!("{answer}")).parse().unwrap()
    }

    async fn alters(&self, args: Value) {
        let mut args = args;
        args["accountId"] = json!(self.space);
        let (_, answer) = self.call(&self.ana, "Item/set", args).await;
        assert!(answer["notUpdated"].is_null() && answer["notDestroyed"].is_null(), "{answer}");
    }

    /// What a stranger reads there.
    async fn finds(&self, path: &str) -> (StatusCode, String) {
        let answer = self.get(path).send().await.unwrap();
        assert!(!answer.headers().contains_key("set-cookie"), "{path}");
        (answer.status(), answer.text().await.unwrap())
    }

    async fn sees(&self, path: &str) -> String {
        let (status, text) = self.finds(path).await;
        assert_eq!(status, StatusCode::OK, "{path}");
        text
    }
}

/// What follows the first of these words, up to the second.
fn between<'t>(text: &'t str, from: &str, to: &str) -> Option<&'t str> {
    let rest = &text[text.find(from)? + from.len()..];
    Some(&rest[..rest.find(to)?])
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stranger_reads_a_public_space_and_what_is_not_public_looks_like_what_never_was() {
    let house = House::new().await;
    let blob = house.uploads(&house.ana, b"0123456789").await;
    let file = json!([{ "blobId": blob, "name": "Plan A.txt", "type": "text/plain" }]);
    let root = house.adds(json!({ "kind": "topic", "title": "Release", "text": "**When?**", "blobs": file })).await;
    let reply = house.adds(json!({ "kind": "post", "parentId": root, "text": "On Monday" })).await;
    let space = format!("/public/{}", house.space);
    let paths = [
        space.clone(),
        format!("{space}/feed.xml"),
        format!("{space}/{root}"),
        format!("{space}/{reply}"),
        format!("{space}/{root}/{blob}/x"),
    ];
    let never = house.finds("/public/x").await;
    assert_eq!(never.0, StatusCode::NOT_FOUND);
    for path in &paths {
        assert_eq!(house.finds(path).await, never, "{path}");
        let known = house.get(path).bearer_auth(&house.ana.token).send().await.unwrap();
        assert_eq!(known.text().await.unwrap(), never.1, "the door knows nobody");
    }
    house.opens_up().await;
    let list = house.sees(&space).await;
    assert!(list.contains("Release</a>") && list.contains("<bdi>ana</bdi>") && list.contains(" · 1 reply"), "{list}");
    let thread = house.sees(&paths[2]).await;
    assert!(thread.contains("<strong>When?</strong>") && thread.contains("On Monday"), "{thread}");
    assert!(thread.contains(&format!("/public/{}/{root}/{blob}/Plan%20A.txt", house.space)), "{thread}");
    assert!(!thread.contains("example.org") && !thread.contains(&house.ana.id.to_string()), "no address, no id");
    let canonical = format!("<link rel=\"canonical\" href=\"{}{}\">", house.url, paths[2]);
    assert!(thread.contains(&canonical) && thread.contains("noindex"), "{thread}");
    let to_reply = house.get(&paths[3]).send().await.unwrap();
    assert_eq!(to_reply.status(), StatusCode::TEMPORARY_REDIRECT);
    assert_eq!(to_reply.headers()["location"], format!("{}#{reply}", paths[2]));
    let feed = house.sees(&paths[1]).await;
    assert!(feed.contains("&lt;strong&gt;When?") && feed.matches("<entry>").count() == 2, "{feed}");
    let part = house.get(&paths[4]).header("range", "bytes=2-4").send().await.unwrap();
    assert_eq!(part.headers()["content-type"], "text/plain; charset=utf-8");
    assert_eq!(part.text().await.unwrap(), "234");
    let nowhere = jmap::Id::derived(b's', [9; 16]);
    for (path, other) in [
        (format!("/public/{nowhere}"), "/public/x".to_string()),
        (format!("{space}/x"), format!("{space}/x/y/z")),
        (format!("{space}/{reply}/{blob}/x"), format!("{space}/{root}/{nowhere}/x")),
        (format!("{space}/{root}?page=0"), format!("{space}/{root}?page=2")),
        (format!("{space}?before=x"), format!("/public/{}", house.ana.id)),
    ] {
        assert_eq!(house.finds(&path).await, never, "{path}");
        assert_eq!(house.finds(&other).await, never, "{other}");
    }
    assert!(house.sets(house.space, "Space", json!({ "readableBy": "members" })).await.is_null());
    for path in &paths {
        assert_eq!(house.finds(path).await, never, "{path}: closed at once");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_workspace_that_allows_no_public_space_closes_them_all_at_once() {
    let house = House::new().await;
    house.opens_up().await;
    let space = format!("/public/{}", house.space);
    house.sees(&space).await;
    let workspace = house.engine.workspace();
    assert!(house.sets(workspace, "Workspace", json!({ "whoMayPublish": "nobody" })).await.is_null());
    assert_eq!(house.finds(&space).await, house.finds("/public/x").await);
    assert!(house.sets(workspace, "Workspace", json!({ "whoMayPublish": "admins" })).await.is_null());
    house.sees(&space).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn caches_may_keep_a_public_page_and_have_to_ask_before_they_show_it() {
    let house = House::new().await;
    house.opens_up().await;
    let root = house.writes("Release").await;
    for path in ["", "/feed.xml", &format!("/{root}")].map(|end| format!("/public/{}{end}", house.space)) {
        let answer = house.get(&path).send().await.unwrap();
        assert_eq!(answer.headers()["cache-control"], "public, no-cache", "{path}");
        assert_eq!(answer.headers()["vary"], "accept-language");
        assert_eq!(answer.headers()["x-robots-tag"], "noindex, nofollow");
        assert_eq!(answer.headers()["last-modified"], "Mon, 23 Nov 2026 09:00:00 GMT");
        let etag = answer.headers()["etag"].clone();
        let again = house.get(&path).header("if-none-match", &etag).send().await.unwrap();
        assert_eq!(again.status(), StatusCode::NOT_MODIFIED, "{path}");
        assert!(house.sets(house.space, "Space", json!({ "name": format!("Team {path}") })).await.is_null());
        let again = house.get(&path).header("if-none-match", &etag).send().await.unwrap();
        assert_eq!(again.status(), StatusCode::OK, "{path}: it reads otherwise now");
    }
    assert!(house.sets(house.space, "Space", json!({ "indexed": true })).await.is_null());
    let answer = house.get(&format!("/public/{}", house.space)).send().await.unwrap();
    assert_eq!(answer.headers()["x-robots-tag"], "all");
    let german = house.get(&format!("/public/{}", house.space)).header("accept-language", "de-AT,en;q=0.5");
    assert!(german.send().await.unwrap().text().await.unwrap().contains("<html lang=\"de\">"));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_deleted_emptied_or_edited_away_shows_nowhere() {
    let house = House::new().await;
    house.opens_up().await;
    let blob = house.uploads(&house.ana, b"secret").await;
    let file = json!([{ "blobId": blob, "name": "secret-plan.txt", "type": "text/plain" }]);
    let root =
        house.adds(json!({ "kind": "topic", "title": "Secret title", "text": "secret one", "blobs": file })).await;
    let emptied = house.adds(json!({ "kind": "post", "parentId": root, "text": "secret two" })).await;
    let below = house.adds(json!({ "kind": "post", "parentId": emptied, "text": "stays below" })).await;
    let gone = house.adds(json!({ "kind": "post", "parentId": root, "text": "secret three" })).await;
    let edited = house.adds(json!({ "kind": "post", "parentId": root, "text": "secret four" })).await;
    let alone = house.adds(json!({ "kind": "topic", "title": "Secret alone", "text": "secret" })).await;
    house.alters(json!({ "update": { edited.to_string(): { "text": "public four" } } })).await;
    house.alters(json!({ "destroy": [gone, alone, emptied, root] })).await;
    let space = format!("/public/{}", house.space);
    let mut seen = String::new();
    for path in [space.clone(), format!("{space}/feed.xml"), format!("{space}/{root}")] {
        seen.push_str(&house.sees(&path).await);
    }
    assert!(seen.contains("stays below") && seen.contains("public four"), "{seen}");
    assert!(!seen.to_lowercase().contains("secret"), "{seen}");
    assert_eq!(house.get(&format!("{space}/{below}")).send().await.unwrap().status(), StatusCode::TEMPORARY_REDIRECT);
    let never = house.finds("/public/x").await;
    for path in [format!("/{emptied}"), format!("/{gone}"), format!("/{alone}"), format!("/{root}/{blob}/x")] {
        assert_eq!(house.finds(&format!("{space}{path}")).await, never, "{path}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_moved_to_another_space_is_not_there_any_more() {
    let house = House::new().await;
    house.opens_up().await;
    let inner = house.engine.add_space("Inner", &[house.ana.id], false).await.unwrap();
    let root = house.writes("Goes").await;
    let space = format!("/public/{}", house.space);
    house.sees(&format!("{space}/{root}")).await;
    let asked = json!({ "spaceId": house.space, "itemId": root, "toSpaceId": inner });
    let args = json!({ "accountId": house.ana.id, "create": { "m": asked } });
    let (_, answer) = house.call(&house.ana, "Move/set", args).await;
    assert!(answer["notCreated"].is_null(), "{answer}");
    let never = house.finds("/public/x").await;
    assert_eq!(house.finds(&format!("{space}/{root}")).await, never, "from the first moment");
    assert!(!house.sees(&space).await.contains("Goes"));
    assert!(!house.sees(&format!("{space}/feed.xml")).await.contains("Goes"));
    assert_eq!(house.finds(&format!("/public/{inner}/{root}")).await, never);
}

#[tokio::test(flavor = "multi_thread")]
async fn every_thread_and_every_post_is_on_exactly_one_page() {
    let house = House::new().await;
    house.opens_up().await;
    let mut threads = Vec::new();
    // Many of one instant, since the clock stands still; some with replies.
    for n in 0..70 {
        let root = house.writes(&format!("Thread {n}")).await;
        if n % 3 == 0 {
            house.adds(json!({ "kind": "post", "parentId": root, "text": "reply" })).await;
        }
        if n % 20 == 0 {
            house.clock.advance(1000);
        }
        threads.push(root);
    }
    let space = format!("/public/{}", house.space);
    let (mut path, mut seen) = (space.clone(), Vec::new());
    loop {
        let page = house.sees(&path).await;
        let links = page.split("<li><a href=\"").skip(1).filter_map(|rest| rest.split('"').next());
        seen.extend(links.map(|link| link.rsplit('/').next().unwrap_or("").to_string()));
        let Some(next) = between(&page, "rel=\"next\" href=\"", "\"") else { break };
        path = next.to_string();
    }
    assert!(threads[61..].iter().any(|newest| newest.to_string() == seen[0]), "newest first");
    let mut all: Vec<String> = threads.iter().map(Id::to_string).collect();
    all.sort();
    seen.sort();
    assert_eq!(seen, all);
    let mut last = threads[0];
    for n in 0..60 {
        last = house.adds(json!({ "kind": "post", "parentId": threads[0], "text": format!("reply {n}.") })).await;
    }
    let first = house.sees(&format!("{space}/{}", threads[0])).await;
    assert!(first.contains("Page 1 of 2") && first.contains("reply 0.") && !first.contains("reply 59."), "{first}");
    let there = house.get(&format!("{space}/{last}")).send().await.unwrap();
    assert_eq!(there.headers()["location"], format!("{space}/{}?page=2#{last}", threads[0]));
    assert!(house.sees(&format!("{space}/{}?page=2", threads[0])).await.contains("reply 59."));
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_that_somebody_wrote_runs_on_a_public_page() {
    let house = House::new().await;
    house.opens_up().await;
    let hostile = "\"><script>alert(1)</script><img src=x onerror=alert(1)>";
    assert!(house.sets(house.space, "Space", json!({ "name": hostile, "purpose": hostile })).await.is_null());
    assert!(house.says_name(hostile).await);
    let blob = house.uploads(&house.ana, hostile.as_bytes()).await;
    let files = json!([
        { "blobId": blob, "name": format!("{hostile}.html"), "type": "text/html" },
        { "blobId": blob, "name": format!("{hostile}.png"), "type": "image/png" },
    ]);
    let text = format!("{hostile}\n\n[a](javascript:alert(1)) [b](data:text/html,x) ![c](https://spy.example/p.png)");
    let root = house.adds(json!({ "kind": "topic", "title": hostile, "text": text, "blobs": files })).await;
    let space = format!("/public/{}", house.space);
    for path in [space.clone(), format!("{space}/feed.xml"), format!("{space}/{root}")] {
        let page = house.sees(&path).await;
        let lower = page.to_lowercase();
        for bad in ["<script", "onerror=alert(1)>", "href=\"javascript", "href=\"data", "src=\"https://spy"] {
            assert!(!lower.contains(bad), "{path} has {bad}: {page}");
        }
    }
    let served = house.get(&format!("{space}/{root}/{blob}/x.html")).send().await.unwrap();
    assert_eq!(served.headers()["content-type"], "application/octet-stream");
    assert!(served.headers()["content-disposition"].to_str().unwrap().starts_with("attachment"));
    let page = house.get(&space).send().await.unwrap();
    let policy = page.headers()["content-security-policy"].to_str().unwrap();
    assert!(
        !policy.contains("unsafe") && !policy.contains("script") && policy.contains("default-src 'none'"),
        "{policy}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn links_to_the_same_space_lead_to_its_public_pages_and_others_of_the_workspace_nowhere() {
    let house = House::new().await;
    house.opens_up().await;
    let (space, other) = (house.space, jmap::Id::derived(b's', [9; 16]));
    let one = house.writes("One").await;
    let text = format!(
        "[a](/s/{space}/t/{one}) [b]({}/s/{space}/t/{one}/{one}) [c](/s/{other}/t/{one}) [d](https://example.net) [e](mw:{}) [f](/s/{space})",
        house.url, house.bo.id
    );
    let two = house.adds(json!({ "kind": "topic", "title": "Two", "text": text })).await;
    let page = house.sees(&format!("/public/{space}/{two}")).await;
    let here = format!("{}/public/{space}", house.url);
    let text = between(&page, "<div class=\"text\">", "</div>").unwrap().replace(&here, "HERE");
    let text = text.replace(&one.to_string(), "ONE").replace(" rel=\"nofollow ugc noopener\"", "");
    assert_eq!(
        text,
        r#"<p dir="auto"><a href="HERE/ONE">a</a> <a href="HERE/ONE">b</a> c <a href="https://example.net">d</a> e <a href="HERE">f</a></p>"#
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stranger_who_reads_faster_than_people_is_asked_to_wait() {
    let house = House::new().await;
    for _ in 0..600 {
        assert_eq!(house.finds("/public/x").await.0, StatusCode::NOT_FOUND);
    }
    let answer = house.get("/public/x").send().await.unwrap();
    assert_eq!(answer.headers()["retry-after"], "60");
    assert_eq!(refusal(answer).await.0, StatusCode::TOO_MANY_REQUESTS);
    house.get("/healthz").send().await.unwrap().error_for_status().unwrap();
    house.clock.advance(60_000);
    assert_eq!(house.finds("/public/x").await.0, StatusCode::NOT_FOUND);
}

impl House {
    /// Ana takes another name.
    async fn says_name(&self, name: &str) -> bool {
        let workspace = self.engine.workspace();
        let args = json!({ "accountId": workspace, "update": { self.ana.id.to_string(): { "name": name } } });
        let (_, answer) = self.call(&self.ana, "Person/set", args).await;
        self.settle().await;
        answer["notUpdated"].is_null()
    }
}
