//! Everything that somebody can ask, by JMAP, at the other doors, and as a stranger.

use reqwest::{Client, Method};
use scenarios::office::{Office, Person, id, masked};
use serde_json::{Value, json};

/// The methods of every type that clients see, from the registry, so that none is forgotten.
pub(crate) fn methods() -> Vec<String> {
    let registry = model::Registry::standard();
    let types = registry.types().iter().map(|ty| ty.name).chain(["ItemVersion", "Moved"]);
    let ours =
        types.flat_map(|ty| ["get", "changes", "query", "set", "queryChanges"].map(|verb| format!("{ty}/{verb}")));
    ours.chain(["Core/echo".to_string()]).collect()
}

/// What was committed when all that follows had last happened. Most questions write nothing, and have not to be waited for.
#[derive(Default)]
struct Settled(Option<u64>);

impl Settled {
    async fn settle(&mut self, office: &Office) {
        let commits = || office.desk.engine.store().counters().commits;
        if self.0 != Some(commits()) {
            office.desk.settle().await;
            self.0 = Some(commits());
        }
    }
}

/// Everything that somebody can ask about these accounts and ids, with the raw answers. `kept`: Spaces whose ids are not
/// taken for a Space of one's own. An id is there once, so whoever may make Spaces and was told such an id could try it.
pub(crate) async fn asks_everything(
    office: &Office,
    who: &Person,
    accounts: &[jmap::Id],
    ids: &[String],
    state: &str,
    kept: &[jmap::Id],
) -> Vec<(String, String)> {
    let mut settled = Settled::default();
    let mut out = Vec::new();
    let stranger = stranger();
    let pairs: Vec<String> = accounts.iter().flat_map(|a| ids.iter().map(move |id| format!("{a}-{id}"))).collect();
    let pairs = &pairs[..pairs.len().min(500)];
    for account in accounts {
        for method in methods() {
            let verb = method.split('/').nth(1).unwrap_or("");
            let all: Vec<Value> = match verb {
                // Where something is that was elsewhere is asked by Space and Item.
                "get" if method == "Moved/get" => vec![json!({ "ids": pairs })],
                "get" => vec![json!({ "ids": ids }), json!({ "ids": null })],
                "changes" => vec![json!({ "sinceState": state })],
                "query" => vec![
                    json!({}),
                    json!({ "filter": { "threadId": ids[0] } }),
                    json!({ "filter": { "parentId": ids[0] } }),
                    json!({ "filter": { "itemId": ids[0] } }),
                ],
                "set" => ids
                    .iter()
                    .map(|id| json!({ "update": { id: { "title": "x" } }, "destroy": [format!("{id}x")] }))
                    .chain(ids.iter().map(|id| json!({ "destroy": [id] })))
                    .collect(),
                _ => vec![json!({})],
            };
            for mut args in all {
                args["accountId"] = json!(account);
                if verb == "set" {
                    settled.settle(office).await;
                }
                let text = who.asks_text(json!([[method, args.clone(), "0"]])).await;
                out.push((masked(&format!("{method} {args}")), masked(&text)));
            }
        }
        for blob in ids {
            for (method, path) in [
                (Method::GET, format!("/jmap/download/{account}/{blob}/x")),
                (Method::HEAD, format!("/jmap/download/{account}/{blob}/x")),
            ] {
                let answer = who.knocks(method, &path, None).await;
                let head = format!("{} {:?}", answer.status(), answer.headers().get("content-type"));
                out.push((path, format!("{head} {}", answer.text().await.unwrap_or_default())));
            }
        }
        for (method, path, body) in [
            (Method::GET, format!("/auth/spaces/{account}/link"), None),
            (
                Method::POST,
                format!("/auth/spaces/{account}/link"),
                Some(json!({ "role": "guest", "most": 2, "expiresAt": "2026-12-01T00:00:00Z" })),
            ),
            (Method::POST, format!("/auth/spaces/{account}/link/end"), None),
        ] {
            let answer = who.knocks(method.clone(), &path, body.map(|body: Value| body.to_string())).await;
            let (status, text) = (answer.status(), answer.text().await.unwrap_or_default());
            // The secret of a link is another one each time.
            let text = if status == 201 { "a link".to_string() } else { text };
            out.push((format!("{method} {path}"), format!("{status} {text}")));
        }
        for path in public_pages(*account, ids) {
            out.push((path.clone(), reads(&stranger, office, &path).await));
        }
        let copy = json!({ "accountId": who.id, "fromAccountId": account, "blobIds": ids });
        out.push((format!("copy from {account}"), who.asks_text(json!([["Blob/copy", copy, "0"]])).await));
    }
    // Words that are there, words that are hidden, and words that are both.
    for filter in [
        json!({ "text": "pay" }),
        json!({ "text": "pri*" }),
        json!({ "text": "welcome" }),
        json!({ "text": "welcme they" }),
        json!({ "text": "we", "prefixLast": true }),
        json!({ "text": "bo" }),
        json!({ "text": "an*" }),
        json!({ "from": [id('p', 3)] }),
        json!({ "in": [id('s', 2)] }),
        json!({ "kind": ["topic"] }),
    ] {
        office.desk.settle().await;
        for (account, sort) in [(who.id, "rank"), (who.id, "newest"), (accounts[0], "rank"), (id('p', 3), "rank")] {
            let args = json!({ "accountId": account, "filter": filter, "sort": sort, "limit": 2 });
            let text = who.asks_text(json!([["Search/query", args, "0"]])).await;
            out.push((format!("search {account} {sort} {filter}"), masked(&text)));
        }
    }
    let last = accounts.get(2).unwrap_or(&accounts[0]);
    // What refers to the hidden from an account of one's own.
    for hidden in ids {
        for item in [
            json!({ "kind": "post", "parentId": hidden, "text": "x" }),
            json!({ "kind": "topic", "title": "x", "inAnswerTo": hidden }),
            json!({ "kind": "topic", "title": "x", "mentions": [hidden] }),
            json!({ "kind": "topic", "title": "x", "blobs": [{ "blobId": hidden, "name": "x" }] }),
            json!({ "kind": "topic", "title": "x", "expects": { "what": "reply", "of": [hidden] } }),
        ] {
            let text =
                who.asks_text(json!([["Item/set", { "accountId": accounts[0], "create": { "k": item } }, "0"]])).await;
            out.push((format!("{item}"), masked(&text)));
        }
        // A create that would become what is hidden.
        let topic = json!({ "kind": "topic", "title": "mine" });
        for (method, account, create) in [
            ("Space/set", who.id, json!({ "name": "mine" })),
            ("Space/set", who.id, json!({ "kind": "direct", "persons": [who.id] })),
            ("Item/set", accounts[0], topic.clone()),
            ("Member/set", accounts[0], json!({ "personId": hidden })),
            ("Draft/set", who.id, json!({ "item": { "title": "mine" } })),
            ("Submission/set", who.id, json!({ "spaceId": accounts[0], "item": topic, "sendIn": 3600 })),
            ("Cursor/set", who.id, json!({ "spaceId": accounts[0], "threadId": hidden, "lastSeq": 1 })),
            ("Follow/set", who.id, json!({ "spaceId": last, "followedAt": "2026-11-23T09:00:00Z" })),
            (
                "Follow/set",
                who.id,
                json!({ "spaceId": last, "threadId": hidden, "followedAt": "2026-11-23T09:00:00Z" }),
            ),
        ] {
            if method == "Space/set" && kept.iter().any(|kept| kept.to_string() == *hidden) {
                continue;
            }
            settled.settle(office).await;
            let args = json!({ "accountId": account, "create": { hidden: create } });
            let text = who.asks_text(json!([[method, args, "0"]])).await;
            out.push((masked(&format!("{method} {hidden}")), masked(&text)));
        }
        // What the readers copy after a write is there before the next question, in both worlds.
        settled.settle(office).await;
        let direct = json!({ "kind": "direct", "persons": [who.id, hidden] });
        let args = json!({ "accountId": who.id, "create": { "k": direct } });
        out.push((format!("direct {hidden}"), masked(&who.asks_text(json!([["Space/set", args, "0"]])).await)));
        settled.settle(office).await;
        let member = json!({ "accountId": accounts[0], "create": { "k": { "personId": hidden, "role": "guest" } } });
        out.push((format!("member {hidden}"), masked(&who.asks_text(json!([["Member/set", member, "0"]])).await)));
    }
    for account in accounts.iter().filter(|account| !kept.contains(account)) {
        settled.settle(office).await;
        let args = json!({ "accountId": who.id, "create": { account.to_string(): { "name": "mine" } } });
        out.push((format!("space {account}"), masked(&who.asks_text(json!([["Space/set", args, "0"]])).await)));
    }
    settled.settle(office).await;
    let session = who.knocks(Method::GET, "/jmap/session", None).await.text().await.expect("text");
    out.push(("session".into(), masked(&session).replace(&host(&session), "HOST")));
    out
}

fn host(session: &str) -> String {
    let value: Value = serde_json::from_str(session).expect("JSON");
    value["apiUrl"].as_str().expect("a url").trim_end_matches("/jmap/api").to_string()
}

/// The addresses at which strangers read a Space.
pub(crate) fn public_pages(space: jmap::Id, ids: &[String]) -> Vec<String> {
    let here = format!("/public/{space}");
    let items = ids.iter().flat_map(|id| [format!("{here}/{id}"), format!("{here}/{id}?page=2")]);
    let files = ids.iter().zip(ids.iter().skip(1)).map(|(item, blob)| format!("{here}/{item}/{blob}/x"));
    let lists = [here.clone(), format!("{here}?before=9999999999999.0"), format!("{here}/feed.xml")];
    lists.into_iter().chain(items.collect::<Vec<_>>()).chain(files.collect::<Vec<_>>()).collect()
}

/// Somebody without any secret.
pub(crate) fn stranger() -> Client {
    let none = reqwest::redirect::Policy::none();
    Client::builder().redirect(none).pool_max_idle_per_host(0).build().expect("a client")
}

/// What a stranger gets there: status, headers and body, whole.
pub(crate) async fn reads(stranger: &Client, office: &Office, path: &str) -> String {
    // The same host in every world: pages name themselves by it.
    let answer = stranger.get(format!("{}{path}", office.url())).header("host", "forum.example").send();
    let answer = answer.await.expect("an answer");
    let headers = answer.headers().iter().filter(|(name, _)| !["date", "x-request-id"].contains(&name.as_str()));
    let mut headers: Vec<String> = headers.map(|(name, value)| format!("{name}: {value:?}")).collect();
    headers.sort();
    let head = format!("{} {}", answer.status(), headers.join("\n"));
    format!("{head}\n\n{}", answer.text().await.unwrap_or_default())
}

/// Ids that are none of these become `ID`.
pub(crate) fn mask_ids(text: &str, accounts: &[jmap::Id], ids: &[String]) -> String {
    let known = |part: &str| ids.iter().any(|id| id == part) || accounts.iter().any(|id| id.to_string() == part);
    let mask = |part: &str| match jmap::Id::parse(part) {
        Ok(_) if !known(part) => "ID".to_string(),
        _ => part.to_string(),
    };
    text.split('"').map(mask).collect::<Vec<_>>().join("\"")
}
