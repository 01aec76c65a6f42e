//! Everything goes out, and comes in elsewhere as it was: random workspaces are exported, imported and exported again,
//! and the two exports are the same byte for byte. Into a workspace with people of its own it comes in too, as theirs.

use scenarios::process::{Desk, Machine, files_below, fresh_id};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::path::Path;

/// Numbers that look random, the same for each seed.
struct Dice(u64);

impl Dice {
    fn below(&mut self, most: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % most.max(1)
    }

    fn text(&mut self) -> String {
        const WORDS: [&str; 12] = [
            "plan",
            "Grüße",
            "**bold**",
            "\n> quote\n",
            "日本語",
            "`code`",
            "# not",
            "a_b_c",
            "😀",
            "[x](y)",
            "\\",
            "end.",
        ];
        let count = 1 + self.below(9);
        (0..count).map(|_| WORDS[self.below(WORDS.len())]).collect::<Vec<_>>().join(" ")
    }
}

/// All files of an export but the one that bears its date, by name.
fn tree(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let name = |path: &Path| path.strip_prefix(folder).expect("below").to_str().expect("UTF-8").to_string();
    let all = files_below(folder).into_iter().map(|path| (name(&path), std::fs::read(&path).expect("readable")));
    all.filter(|(name, _)| name != "export.json").collect()
}

/// A group of both, as the workspace knows it.
async fn group(who: &Desk, url: &str, people: &[&Desk; 2]) -> String {
    let session = reqwest::Client::new().get(format!("{url}/jmap/session")).bearer_auth(&who.token).send();
    let session: Value = session.await.expect("it runs").json().await.expect("JSON");
    let persons: serde_json::Map<String, Value> = people.iter().map(|one| (one.person.clone(), json!(true))).collect();
    let both = json!({ "handle": "cooks", "name": "The cooks", "persons": persons });
    let args = json!({ "accountId": session["workspaceAccountId"], "create": { "g": both } });
    let made = who.one(url, "Group/set", args).await.expect("answers");
    made["created"]["g"]["id"].as_str().unwrap_or_else(|| panic!("{made}")).to_string()
}

async fn set(who: &Desk, url: &str, account: &str, args: Value) -> Value {
    let mut args = args;
    args["accountId"] = json!(account);
    let answer = who.one(url, "Item/set", args).await.expect("answers");
    for refused in ["notCreated", "notUpdated", "notDestroyed"] {
        assert!(answer[refused].is_null(), "{answer}");
    }
    answer
}

/// Writes, edits, reacts and deletes at random; gives the Spaces.
async fn live(dice: &mut Dice, url: &str, people: &[&Desk; 2]) -> Vec<String> {
    let [ana, bo] = people;
    let mut spaces = vec![ana.space(url, "Plans / 2027").await, bo.space(url, "Küche").await];
    for (space, who, other) in [(&spaces[0], ana, bo), (&spaces[1], bo, ana)] {
        let join = json!({ "accountId": space, "create": { "m": { "personId": other.person, "role": "member" } } });
        let joined = who.one(url, "Member/set", join).await.expect("answers");
        assert!(joined["notCreated"].is_null(), "{joined}");
    }
    let template =
        json!({ "name": "Report", "order": 0, "title": "Report", "text": "## Done\n", "expects": { "what": "reply" } });
    let templates = json!({ spaces[0].clone(): { "templates/report": template } });
    let args = json!({ "accountId": spaces[0], "update": templates });
    let kept = ana.one(url, "Space/set", args).await.expect("answers");
    assert!(kept["notUpdated"].is_null(), "{kept}");
    let direct =
        json!({ "accountId": ana.person, "create": { "d": { "kind": "direct", "persons": [ana.person, bo.person] } } });
    let direct = ana.one(url, "Space/set", direct).await.expect("answers");
    spaces.push(direct["created"]["d"]["id"].as_str().expect("an id").to_string());
    let cooks = group(ana, url, people).await;
    // By Space: what lives, with its author.
    let mut living: BTreeMap<String, Vec<(String, usize)>> = BTreeMap::new();
    for step in 0..60 {
        let space = spaces[dice.below(spaces.len())].clone();
        let (at, there) = (dice.below(2), living.entry(space.clone()).or_default());
        let who = people[at];
        let some = (!there.is_empty()).then(|| dice.below(there.len()));
        match (dice.below(8), some) {
            (0..=1, _) | (_, None) => {
                let id = fresh_id(b'i');
                let text = format!("[@Bo](mw:{}) and [@cooks](mw:{cooks}): {}", bo.person, dice.text());
                let topic = json!({ "kind": "topic", "title": format!("Thread {step}: a/b"), "text": text, "mentions": [bo.person, cooks],
                                    "expects": { "what": "reply", "of": [bo.person] } });
                set(who, url, &space, json!({ "create": { id.clone(): topic } })).await;
                there.push((id, at));
            }
            (2..=4, Some(some)) => {
                let id = fresh_id(b'i');
                let mut post =
                    json!({ "kind": "post", "parentId": there[some].0, "text": format!("{step} {}", dice.text()) });
                if dice.below(3) == 0 {
                    let blob = who.upload(url, &space, dice.text().into_bytes()).await.expect("uploaded");
                    post["blobs"] = json!([{ "blobId": blob, "name": "../plan: 1.txt", "type": "text/plain" }]);
                }
                if dice.below(3) == 0 {
                    post["inAnswerTo"] = json!(there[some].0);
                }
                set(who, url, &space, json!({ "create": { id.clone(): post } })).await;
                there.push((id, at));
            }
            (5, Some(some)) => {
                let (id, by) = &there[some];
                let author = people[*by];
                set(author, url, &space, json!({ "update": { id: { "text": dice.text() } } })).await;
            }
            (6, Some(some)) => {
                let path = format!("reactions/👍/{}", who.person);
                set(who, url, &space, json!({ "update": { there[some].0.clone(): { path: true } } })).await;
            }
            (_, Some(some)) => {
                let (id, by) = there.remove(some);
                set(people[by], url, &space, json!({ "destroy": [id] })).await;
            }
        }
    }
    spaces
}

async fn out(machine: &Machine, data: &Path, to: &Path, more: &[&str]) -> Value {
    let args = [&["export", to.to_str().expect("UTF-8")], more].concat();
    machine.order(data, &args).await
}

async fn bring(machine: &Machine, data: &Path, from: &Path) -> Value {
    machine.order(data, &["import", "meanwhile", from.to_str().expect("UTF-8")]).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_goes_out_comes_in_elsewhere_and_goes_out_the_same() {
    for (seed, machine) in [3, 17, 2026].into_iter().zip(Machine::both().into_iter().cycle()) {
        let folder = tempfile::tempdir().expect("a folder");
        let at = |name: &str| folder.path().join(name);
        let server = machine.serve(&at("old")).await;
        let (ana, bo) = (machine.person(&at("old"), "Ana").await, machine.person(&at("old"), "Bo").await);
        let spaces = live(&mut Dice(seed), &server.url, &[&ana, &bo]).await;
        let first = out(&machine, &at("old"), &at("first"), &[]).await;
        assert_eq!((&first["spaces"], &first["missing"]), (&json!(3), &json!([])), "{first}");
        let spaces_out = tree(&at("first")).into_iter().filter(|(name, _)| name.ends_with("space.json"));
        let with_templates = spaces_out.filter(|(_, text)| String::from_utf8_lossy(text).contains("templates")).count();
        assert_eq!(with_templates, 1, "templates go along");

        let fresh = machine.serve(&at("new")).await;
        let done = bring(&machine, &at("new"), &at("first")).await;
        assert_eq!(
            (&done["problems"]["count"], &done["spaces"], &done["people"]),
            (&json!(0), &json!(3), &json!(2)),
            "{done}"
        );
        out(&machine, &at("new"), &at("second"), &[]).await;
        assert_eq!(tree(&at("second")), tree(&at("first")), "seed {seed}");
        let has_group = |bytes: &Vec<u8>| String::from_utf8_lossy(bytes).contains("The cooks");
        assert!(tree(&at("second")).values().any(has_group), "the group came along");

        // Again changes nothing.
        let again = bring(&machine, &at("new"), &at("first")).await;
        assert_eq!(
            (&again["threads"], &again["posts"], &again["files"], &again["people"]),
            (&json!(0), &json!(0), &json!(0), &json!(0)),
            "{again}"
        );
        out(&machine, &at("new"), &at("third.zip"), &[]).await;
        let packed = bring(&machine, &at("new"), &at("third.zip")).await;
        assert_eq!((&packed["already"], &packed["threads"]), (&first["items"], &json!(0)), "{packed}");

        // An old link leads to the same words.
        let token = machine.order(&at("new"), &["token", "new", "--person", "ana@example.org"]).await;
        let her = Desk { token: token["token"].as_str().expect("a token").to_string(), ..ana.clone() };
        let all = |who: Desk, url: String| {
            let account = spaces[0].clone();
            async move {
                let get = json!([
                    ["Item/query", { "accountId": account, "limit": 500 }, "q"],
                    ["Item/get", { "accountId": account, "#ids": { "resultOf": "q", "name": "Item/query", "path": "/ids" },
                                   "properties": ["text", "title", "createdBy", "createdAt", "threadId", "reactions", "closed"] }, "g"]
                ]);
                let list = who.ask(&url, &get).await.expect("answers").remove(1)[1]["list"].take();
                let by_id = |item: &Value| (item["id"].as_str().expect("an id").to_string(), item.clone());
                list.as_array().expect("a list").iter().map(by_id).collect::<BTreeMap<_, _>>()
            }
        };
        let before = all(ana.clone(), server.url.clone()).await;
        assert_eq!(all(her, fresh.url.clone()).await, before);

        // Where there are people, it becomes theirs.
        let busy = machine.serve(&at("busy")).await;
        let other = machine.person(&at("busy"), "Ana").await;
        let came = bring(&machine, &at("busy"), &at("first")).await;
        assert_eq!((&came["problems"]["count"], &came["people"]), (&json!(0), &json!(1)), "{came}");
        let here = all(other.clone(), busy.url.clone()).await;
        assert_eq!(here.len(), before.len());
        for (id, item) in &here {
            let was = before[id]["createdBy"].as_str().expect("an id").replace(&ana.person, &other.person);
            assert_eq!(item["createdBy"], was);
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_may_have_his_own_words_and_nobody_elses() {
    for machine in Machine::both() {
        let folder = tempfile::tempdir().expect("a folder");
        let at = |name: &str| folder.path().join(name);
        let server = machine.serve(&at("data")).await;
        let (ana, bo) = (machine.person(&at("data"), "Ana").await, machine.person(&at("data"), "Bo").await);
        let url = &server.url;
        let space = ana.space(url, "Team").await;
        let join = json!({ "accountId": space, "create": { "m": { "personId": bo.person, "role": "member" } } });
        ana.one(url, "Member/set", join).await.expect("answers");
        let (topic, gone, post) = (fresh_id(b'i'), fresh_id(b'i'), fresh_id(b'i'));
        let blob = bo.upload(url, &space, b"mine alone".to_vec()).await.expect("uploaded");
        let file = json!([{ "blobId": blob, "name": "mine.txt", "type": "text/plain" }]);
        set(
            &ana,
            url,
            &space,
            json!({ "create": { topic.clone(): { "kind": "topic", "title": "Hers", "text": "words-of-ana" } } }),
        )
        .await;
        set(
            &bo,
            url,
            &space,
            json!({ "create": { gone.clone(): { "kind": "post", "parentId": topic, "text": "words-deleted" } } }),
        )
        .await;
        set(&bo, url, &space, json!({ "create": { post.clone(): { "kind": "post", "parentId": topic, "text": "words-before", "blobs": file } } })).await;
        set(&bo, url, &space, json!({ "update": { post.clone(): { "text": "words-of-bo" } } })).await;
        set(&bo, url, &space, json!({ "destroy": [gone] })).await;
        for (who, word) in [(&ana, "draft-of-ana"), (&bo, "draft-of-bo")] {
            let draft =
                json!({ "accountId": who.person, "create": { "d": { "spaceId": space, "item": { "text": word } } } });
            assert!(who.one(url, "Draft/set", draft).await.expect("answers")["notCreated"].is_null());
        }
        // What is hers alone, or on its way: how far she has read, what she follows, what leaves later.
        for (who, word) in [(&ana, "waits-of-ana"), (&bo, "waits-of-bo")] {
            let item = json!({ "kind": "post", "parentId": topic, "text": word });
            let later = json!({ "spaceId": space, "item": item, "sendIn": 86_400 });
            let later = json!({ "accountId": who.person, "create": { "s": later } });
            let sent = who.one(url, "Submission/set", later).await.expect("answers");
            assert!(sent["notCreated"].is_null(), "{sent}");
        }
        let cursor = json!({ "spaceId": space, "threadId": topic, "lastSeq": 1 });
        let follow = json!({ "spaceId": space, "threadId": topic, "followedAt": "2026-11-23T09:00:00Z" });
        for (ty, letter, record) in [("Cursor", 'i', cursor), ("Follow", 'f', follow)] {
            let id = format!("{letter}{}", &topic[1..]);
            let kept = json!({ "accountId": ana.person, "create": { id: record } });
            let kept = ana.one(url, &format!("{ty}/set"), kept).await.expect("answers");
            assert!(kept["notCreated"].is_null(), "{kept}");
        }
        let has = |folder: &Path| -> Vec<&'static str> {
            let all = tree(folder)
                .into_values()
                .map(|bytes| String::from_utf8_lossy(&bytes).into_owned())
                .collect::<String>();
            let words = [
                "words-of-ana",
                "words-of-bo",
                "words-before",
                "words-deleted",
                "draft-of-ana",
                "draft-of-bo",
                "waits-of-ana",
                "waits-of-bo",
                "mine alone",
                "Cursor",
                "followedAt",
            ];
            words.into_iter().filter(|word| all.contains(word)).collect()
        };
        out(&machine, &at("data"), &at("all"), &[]).await;
        assert_eq!(
            has(&at("all")),
            ["words-of-ana", "words-of-bo", "mine alone"],
            "no draft, nothing deleted or replaced"
        );
        out(&machine, &at("data"), &at("team"), &["--space", "Team"]).await;
        assert_eq!(has(&at("team")), ["words-of-ana", "words-of-bo", "mine alone"]);
        out(&machine, &at("data"), &at("bo"), &["--person", "bo@example.org"]).await;
        assert_eq!(has(&at("bo")), ["words-of-bo", "draft-of-bo", "waits-of-bo", "mine alone"]);
        let page = tree(&at("team"))
            .into_iter()
            .find(|(name, _)| name.contains("/threads/") && name.contains(" Hers "))
            .expect("a page");
        let page = String::from_utf8(page.1).expect("UTF-8");
        assert!(
            page.starts_with("# Hers\n\n*In Team.*\n\n### Ana, ") && page.contains("- [mine.txt](../files/"),
            "{page}"
        );

        // What is there is not written over, and what is no export does not come in.
        let taken = machine.run(&at("data"), &["export", at("all").to_str().expect("UTF-8")]).await;
        assert!(taken.code != Some(0) && taken.err.contains("is there already"), "{taken:?}");
        for (from, says) in [("bo", "one person's words"), ("data", "no export of a Meanwhile")] {
            let refused = machine.run(&at("data"), &["import", "meanwhile", at(from).to_str().expect("UTF-8")]).await;
            assert!(refused.code != Some(0) && refused.err.contains(says), "{refused:?}");
        }
        assert!(!at("all.part").exists());
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_damaged_export_tells_where_and_brings_in_the_rest() {
    for machine in Machine::both() {
        let folder = tempfile::tempdir().expect("a folder");
        let at = |name: &str| folder.path().join(name);
        let server = machine.serve(&at("old")).await;
        let (ana, bo) = (machine.person(&at("old"), "Ana").await, machine.person(&at("old"), "Bo").await);
        live(&mut Dice(5), &server.url, &[&ana, &bo]).await;
        let first = out(&machine, &at("old"), &at("export"), &[]).await;
        let items = files_below(&at("export")).into_iter().filter(|path| path.ends_with("items.jsonl"));
        let list = items.max_by_key(|path| std::fs::metadata(path).expect("there").len()).expect("a list");
        let mut text = std::fs::read_to_string(&list).expect("readable");
        let lines = text.lines().count();
        text.push_str("{\"no\": \"id\"}\nnot json\n[1]\n");
        text.push_str(&format!(
            "{}\n",
            json!({ "id": fresh_id(b'i'), "kind": "topic", "title": "x", "createdBy": bo.person,
        "blobs": [{ "name": "a", "file": "../../../../etc/passwd" }] })
        ));
        std::fs::write(&list, text).expect("written");
        let (people, eve) = (at("export").join("people.jsonl"), fresh_id(b'p'));
        let mut text = std::fs::read_to_string(&people).expect("readable");
        text.push_str(&format!(
            "{}\n",
            json!({ "id": eve, "name": "Eve", "email": "eve@example.org", "role": "admin" })
        ));
        std::fs::write(&people, text).expect("written");
        machine.serve(&at("new")).await.terminate().await;
        let done = bring(&machine, &at("new"), &at("export")).await;
        let problems = done["problems"]["list"].as_array().cloned().unwrap_or_default();
        let place = |n: usize| format!("items.jsonl, line {}", lines + n);
        for (n, says) in
            [(1, "an Item without an id"), (2, "it is no JSON"), (3, "it is no object"), (4, "can't be read")]
        {
            let told = problems.iter().any(|problem| {
                problem["place"].as_str().is_some_and(|at| at.ends_with(&place(n)))
                    && problem["why"].as_str().is_some_and(|why| why.contains(says))
            });
            assert!(told, "{says}: {problems:#?}");
        }
        // Nobody becomes an admin by what a file says.
        let people = machine.order(&at("new"), &["person", "list"]).await;
        let roles = people["list"].as_array().into_iter().flatten().filter(|person| person["role"] == "admin");
        assert_eq!(roles.count(), 0, "{people}");
        let came = done["threads"].as_u64().unwrap_or(0) + done["posts"].as_u64().unwrap_or(0);
        assert_eq!(Some(came), first["items"].as_u64().map(|items| items + 1), "{done}");
    }
}
