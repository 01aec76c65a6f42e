//! Who finds what, and what a search refuses.

use super::*;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn only_members_find_what_is_in_a_space_and_only_while_they_are() {
    for store in STORES {
        let (office, ana, bo, gil) = team(store).await;
        bo.makes_space(id('s', 3), "Bo's own").await;
        bo.posts(id('s', 3), item(1), topic("Salaries", "nobody else reads this")).await;
        ana.posts(id('s', 1), item(2), topic("Budget", "salaries too")).await;
        office.desk.settle().await;
        assert_eq!(by_words(&ana, "salaries").await, ["Budget"], "an admin is no member");
        assert_eq!(by_words(&bo, "salaries").await.len(), 2);
        assert_eq!(by_words(&gil, "salaries").await.len(), 0);
        assert_eq!(search(&ana, json!({ "text": "salaries", "in": [id('s', 3)] })).await["total"], 0);

        // The index has what it had; who may see it is asked anew.
        let role = |role: &str| json!({ "accountId": id('s', 1), "update": { bo.id.to_string(): { "role": role } } });
        assert!(ana.one("Member/set", role("none")).await["notUpdated"].is_null());
        assert_eq!(by_words(&bo, "salaries").await, ["[Salaries]"], "from the moment he left");
        assert!(ana.one("Member/set", role("guest")).await["notUpdated"].is_null());
        assert_eq!(by_words(&bo, "salaries").await.len(), 2);

        let of_others = json!({ "accountId": bo.id, "filter": { "text": "salaries" } });
        assert_eq!(ana.one("Search/query", of_others).await["type"], "accountNotFound");
        let in_space = json!({ "accountId": id('s', 1), "filter": { "text": "salaries" } });
        assert_eq!(ana.one("Search/query", in_space).await["type"], "accountNotSupportedByMethod");
        office.close().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_can_not_be_asked_is_refused_by_name() {
    for store in QUICK {
        let (office, ana, ..) = team(store).await;
        let asks = async |args: Value| {
            let mut all = json!({ "accountId": ana.id });
            all.as_object_mut().unwrap().extend(args.as_object().unwrap().clone());
            ana.one("Search/query", all).await
        };
        for (args, kind, says) in [
            (json!({}), "invalidArguments", "filter"),
            (json!({ "filter": {} }), "invalidArguments", "empty"),
            (json!({ "filter": { "prefixLast": true } }), "invalidArguments", "empty"),
            (json!({ "filter": { "text": 5 } }), "invalidArguments", "text"),
            (json!({ "filter": { "text": "a", "from": "p" } }), "invalidArguments", "from"),
            (json!({ "filter": { "text": "a", "in": [] } }), "invalidArguments", "in"),
            (json!({ "filter": { "text": "a", "in": ["x"] } }), "invalidArguments", "in"),
            (json!({ "filter": { "before": "yesterday" } }), "invalidArguments", "before"),
            (json!({ "filter": { "has": ["wings"] } }), "invalidArguments", "wings"),
            (json!({ "filter": { "is": ["late"] } }), "invalidArguments", "late"),
            (json!({ "filter": { "kind": ["spell"] } }), "invalidArguments", "spell"),
            (json!({ "filter": { "colour": "red" } }), "unsupportedFilter", "colour"),
            (json!({ "filter": { "operator": "OR", "conditions": [] } }), "unsupportedFilter", "operators"),
            (json!({ "filter": { "text": "a" }, "sort": "age" }), "unsupportedSort", "rank"),
            (json!({ "filter": { "text": "a" }, "position": -1 }), "invalidArguments", "position"),
            (json!({ "filter": { "text": "a" }, "limit": 1.5 }), "invalidArguments", "limit"),
            (json!({ "filter": { "text": "a" }, "anchor": "i" }), "invalidArguments", "anchor"),
            (json!({ "filter": { "text": "a ".repeat(600) } }), "requestTooLarge", "maxSizeSearchText"),
            (json!({ "filter": { "text": "a ".repeat(10_000) } }), "requestTooLarge", "maxSizeSearchText"),
            (json!({ "filter": { "text": "x".repeat(1 << 20) } }), "requestTooLarge", "maxSizeSearchText"),
            (json!({ "filter": { "text": "a ".repeat(33) } }), "requestTooLarge", "maxSearchWords"),
            (json!({ "filter": { "from": vec![ana.id; 1001] } }), "requestTooLarge", "maxSearchIds"),
        ] {
            let answer = asks(args.clone()).await;
            assert_eq!(answer["type"], kind, "{answer}");
            assert!(answer["description"].as_str().unwrap().contains(says), "{answer}");
        }
        office.close().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn searches_made_to_do_harm_are_answered() {
    for store in QUICK {
        let (office, ana, ..) = team(store).await;
        let all = "the of and to in a is that for it as was with be by on not he I this are or his from at which but have an had \
               they you were their one all we can her has there been if more when will would who so no";
        for n in 0..200 {
            ana.posts(id('s', 1), item(n), topic(&format!("Topic {n}"), &format!("{all} ab{n} {}", "a".repeat(300))))
                .await;
        }
        office.desk.settle().await;
        let stop: String = all.split(' ').take(32).collect::<Vec<_>>().join(" ");
        let deep = format!("{}a{}", "(".repeat(500), ")".repeat(500));
        for (text, found) in [
            (stop.as_str(), true),
            ("ab*", true),
            ("a*", true),
            ("* * *", false),
            ("\"\"\"\"\"\" - -- -\" *", false),
            ("-the", false),
            (".* [a-z]+ ^$ \\ {9999} (?:", false),
            (&deep, true),
            ("\u{0}\u{0}the\u{0}", true),
            ("\u{202e}\u{feff}the", true),
            (&"\"the of\" ".repeat(32), true),
            (&"ab* ".repeat(32), true),
            (&"a".repeat(1024), true),
            (&"語".repeat(341), false),
            (&"mistke ".repeat(32), false),
        ] {
            let answer = search(&ana, json!({ "text": text })).await;
            assert_eq!(answer["total"].as_u64() > Some(0), found, "{text}: {answer}");
        }
        let far =
            json!({ "accountId": ana.id, "filter": { "text": "the" }, "position": 1_u64 << 52, "limit": 1_u64 << 52 });
        let answer = ana.one("Search/query", far).await;
        assert_eq!((&answer["hits"], &answer["limit"]), (&json!([]), &json!(100)), "{answer}");
        // A lone surrogate is no text; the request is no JSON.
        let body = format!(
            r#"{{"using":["urn:meanwhile:jmap:workspace"],"methodCalls":[["Search/query",{{"accountId":"{}","filter":{{"text":"\ud800"}}}},"0"]]}}"#,
            ana.id
        );
        let answer = ana.knocks(reqwest::Method::POST, "/jmap/api", Some(body)).await;
        assert_eq!(answer.status(), 400);
        office.close().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn at_most_a_thousand_hits_are_counted_and_paged_to() {
    for store in QUICK {
        let (office, ana, ..) = team(store).await;
        let mut number = 0_u32;
        for _ in 0..5 {
            let create: serde_json::Map<String, Value> = (0..250)
                .map(|_| {
                    number += 1;
                    (format!("k{number}"), topic(&format!("Many {number}"), ""))
                })
                .collect();
            ana.one("Item/set", json!({ "accountId": id('s', 1), "create": create })).await;
        }
        office.desk.settle().await;
        let page = async |position: usize| {
            let args = json!({ "accountId": ana.id, "filter": { "text": "many" }, "position": position, "limit": 100 });
            ana.one("Search/query", args).await
        };
        let mut seen = std::collections::BTreeSet::new();
        for position in (0..1000).step_by(100) {
            let answer = page(position).await;
            assert_eq!((&answer["total"], &answer["totalIsCapped"]), (&json!(1000), &json!(true)));
            seen.extend(answer["hits"].as_array().unwrap().iter().map(|hit| hit["id"].to_string()));
        }
        assert_eq!(seen.len(), 1000, "no hit twice, none left out");
        assert_eq!(page(1000).await["hits"], json!([]));
        office.close().await;
    }
}
