//! In which words things are found, in which order, and under which conditions.

use super::*;
use std::collections::BTreeSet;

/// Topics with these titles, made in this order.
async fn titled(store: Make, titles: &[&str]) -> (Office, Person) {
    let (office, ana, ..) = team(store).await;
    for (n, title) in titles.iter().enumerate() {
        ana.posts(id('s', 1), item(n as u8), topic(title, "")).await;
        office.desk.clock.advance(60_000);
    }
    office.desk.settle().await;
    (office, ana)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn things_are_found_in_the_words_that_people_type() {
    for store in QUICK {
        let titles = [
            "Crème brûlée for Müller",
            "Mueller called",
            "The quick brown fox",
            "A fox, quick and brown",
            "foo_bar in std::fs",
            "Learning C++ and C#",
            "Fix #123 before v1.2.3",
            "HashMap of Donaudampfschiff",
            "東京都に住む",
            "한국어를 배우다",
            "كِتَابُ أحمد",
            "ภาษาไทย",
            "C is a letter",
        ];
        let (office, ana) = titled(store, &titles).await;
        for (text, found) in [
            ("creme BRULEE", vec!["[Crème] [brûlée] for Müller"]),
            ("müller", vec!["Crème brûlée for [Müller]", "[Mueller] called"]),
            ("mueller", vec!["[Mueller] called", "Crème brûlée for [Müller]"]),
            ("muller", vec!["Crème brûlée for [Müller]", "[Mueller] called"]),
            ("\"quick brown\"", vec!["The [quick brown] fox"]),
            ("quick -the", vec!["A fox, [quick] and brown"]),
            ("qui* fox", vec!["A [fox], [quick] and brown", "The [quick] brown [fox]"]),
            ("foo_bar", vec!["[foo_bar] in std::fs"]),
            ("bar", vec!["foo_[bar] in std::fs"]),
            ("std::fs", vec!["foo_bar in [std::fs]"]),
            ("c++", vec!["Learning [C++] and C#"]),
            ("c#", vec!["Learning C++ and [C#]"]),
            ("#123", vec!["Fix [#123] before v1.2.3"]),
            ("123", vec!["Fix #[123] before v1.2.3"]),
            ("v1.2.3", vec!["Fix #123 before [v1.2.3]"]),
            ("map", vec!["Hash[Map] of Donaudampfschiff"]),
            ("hashmap", vec!["[HashMap] of Donaudampfschiff"]),
            ("dampf", vec!["HashMap of [Donaudampfschiff]"]),
            ("京都", vec!["東[京都]に住む"]),
            ("東京都", vec!["[東京都]に住む"]),
            ("京", vec!["[東京都]に住む"]),
            ("京東", vec![]),
            ("한국", vec!["[한국]어를 배우다"]),
            ("احمد كتاب", vec!["[كِتَابُ] [أحمد]"]),
            ("ไทย", vec!["ภาษา[ไทย]"]),
            ("quikc", vec!["A fox, [quick] and brown", "The [quick] brown fox"]),
            ("\"quikc\"", vec![]),
            ("fxo", vec![]),
            ("lerning", vec!["[Learning] C++ and C#"]),
        ] {
            // A single letter of a dense script begins a pair that is marked whole.
            if text == "京" {
                assert_eq!(by_words(&ana, text).await.len(), 1, "{text}");
                continue;
            }
            // In which order is told by another story.
            let all = by_words(&ana, text).await.into_iter().collect::<BTreeSet<_>>();
            assert_eq!(all, found.into_iter().map(String::from).collect(), "{text}");
        }
        assert_eq!(finds(&ana, json!({ "text": "quick bro", "prefixLast": true })).await.len(), 2);
        assert_eq!(finds(&ana, json!({ "text": "quick bro ", "prefixLast": true })).await.len(), 0);
        office.close().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn exact_hits_come_before_typos_titles_before_texts_and_pages_follow_each_other() {
    for store in QUICK {
        let (office, ana) = titled(store, &["Forms", "The form", "From here"]).await;
        ana.posts(id('s', 1), item(50), topic("Other", "a form")).await;
        office.desk.settle().await;
        let all = ["The [form]", "Other", "[From] here", "[Forms]"];
        assert_eq!(by_words(&ana, "form").await, all);
        let sorted = |sort: &str| json!({ "accountId": ana.id, "filter": { "text": "form" }, "sort": sort });
        let newest = ana.one("Search/query", sorted("newest")).await;
        let titles: Vec<&str> =
            newest["hits"].as_array().unwrap().iter().map(|hit| hit["title"].as_str().unwrap()).collect();
        assert_eq!(titles, ["Other", "The form", "From here", "Forms"], "those with a letter changed last");
        for from in 0..5 {
            let mut args = sorted("rank");
            (args["position"], args["limit"]) = (json!(from), json!(1));
            let page = ana.one("Search/query", args).await;
            assert_eq!(page["total"], 4);
            let shown: Vec<String> = page["hits"].as_array().unwrap().iter().map(shown).collect();
            assert_eq!(shown, all.iter().skip(from).take(1).copied().collect::<Vec<_>>());
        }
        office.close().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn conditions_narrow_a_search_and_need_no_words() {
    for store in QUICK {
        let (office, ana, bo, gil) = team(store).await;
        let said = |text: &str| json!({ "kind": "post", "parentId": item(1), "text": text });
        ana.posts(id('s', 1), item(1), topic("Plan", "see https://example.org/roadmap")).await;
        office.later(60_000).await;
        let middle = office.now();
        bo.posts(id('s', 1), item(2), said("plan b")).await;
        let mut question = topic("Plan?", "which plan");
        question["expects"] = json!({ "what": "reply", "of": [gil.id] });
        ana.posts(id('s', 2), item(3), question).await;
        let blob = bo.uploads(id('s', 1), "no plan in here but words").await;
        let mut file = said("look");
        file["blobs"] = json!([{ "blobId": blob, "name": "drawing.png", "type": "image/png" }]);
        bo.posts(id('s', 1), item(4), file).await;
        let update = json!({ "accountId": id('s', 1), "update": {
        item(2).to_string(): { "text": "plan c", format!("reactions/👍/{}", bo.id): true } } });
        assert!(bo.one("Item/set", update).await["notUpdated"].is_null());
        office.desk.settle().await;
        let all = [1, 2, 3, 4].map(|n| item(n).to_string());
        for (filter, found) in [
            (json!({ "text": "plan", "from": [bo.id] }), vec![2]),
            (json!({ "from": [bo.id] }), vec![2, 4]),
            (json!({ "text": "plan", "in": [id('s', 2), id('s', 9)] }), vec![3]),
            (json!({ "text": "plan", "before": middle }), vec![1]),
            (json!({ "text": "plan", "after": middle }), vec![2, 3]),
            (json!({ "has": ["file"] }), vec![4]),
            (json!({ "has": ["file", "image"] }), vec![4]),
            (json!({ "has": ["link"] }), vec![1]),
            (json!({ "text": "roadmap" }), vec![1]),
            (json!({ "has": ["reaction"] }), vec![2]),
            (json!({ "has": ["question"] }), vec![3]),
            (json!({ "is": ["open"] }), vec![3]),
            (json!({ "is": ["thread"], "text": "plan" }), vec![1, 3]),
            (json!({ "is": ["reply"] }), vec![2, 4]),
            (json!({ "is": ["edited"] }), vec![2]),
            (json!({ "kind": ["post"] }), vec![2, 4]),
            (json!({ "kind": ["post", "topic"], "text": "plan" }), vec![1, 2, 3]),
            (json!({ "text": "drawing" }), vec![4]),
            (json!({ "text": "-", "has": ["link"] }), vec![1]),
            (json!({ "text": "plan -which" }), vec![1, 2]),
            (json!({ "is": ["unread"], "in": [id('s', 1)] }), vec![1, 2, 4]),
        ] {
            let answer = search(&ana, filter.clone()).await;
            let mut ids: Vec<usize> = answer["hits"]
                .as_array()
                .unwrap()
                .iter()
                .map(|hit| all.iter().position(|id| hit["id"] == **id).unwrap() + 1)
                .collect();
            ids.sort_unstable();
            assert_eq!(ids, found, "{filter}");
            assert_eq!(answer["total"], found.len(), "{filter}");
        }
        let closed = json!({ "accountId": id('s', 2), "update": { item(3).to_string(): { "closed": { "by": ana.id, "at": office.now() } } } });
        assert!(ana.one("Item/set", closed).await["notUpdated"].is_null());
        let seq =
            ana.one("Item/get", json!({ "accountId": id('s', 1), "ids": [item(2)] })).await["list"][0]["seq"].clone();
        let cursor = json!({ "spaceId": id('s', 1), "threadId": item(1), "lastSeq": seq });
        ana.one("Cursor/set", json!({ "accountId": ana.id, "create": { item(1).to_string(): cursor } })).await;
        office.desk.settle().await;
        assert_eq!(search(&ana, json!({ "is": ["open"] })).await["total"], 0);
        assert_eq!(finds(&ana, json!({ "is": ["unread"], "in": [id('s', 1)] })).await, ["look"]);
        office.close().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn names_of_spaces_and_people_are_found_by_those_who_may_know_them() {
    for store in QUICK {
        let (office, ana, bo, gil) = team(store).await;
        office.hire(id('p', 4), "Anatol", Role::Member).await;
        office.desk.settle().await;
        let names = async |who: &Person, text: &str| {
            let answer = search(who, json!({ "text": text, "prefixLast": true })).await;
            ["spaces", "people"].map(|sort| {
                let list = answer[sort].as_array().unwrap().iter();
                list.map(|one| marked(one["name"].as_str().unwrap(), &one["nameMarks"])).collect::<Vec<_>>().join(", ")
            })
        };
        assert_eq!(names(&ana, "rel").await, ["[Release]", ""]);
        assert_eq!(names(&bo, "cust").await, ["", ""]);
        assert_eq!(names(&bo, "ana").await, ["", "[Ana] Sousa, [Anatol]"]);
        assert_eq!(names(&gil, "ana").await, ["", "[Ana] Sousa"], "a guest knows those of his Spaces");
        assert_eq!(names(&gil, "cust").await, ["[Customer]", ""]);
        assert_eq!(names(&gil, "-x").await, ["", ""]);
        let args = json!({ "accountId": ana.id, "filter": { "text": "rel*" }, "position": 1 });
        assert_eq!(ana.one("Search/query", args).await["spaces"], json!([]));
        office.close().await;
    }
}
