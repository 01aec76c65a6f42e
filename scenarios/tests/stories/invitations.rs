//! Coming in without mail: an admin makes links and passes them on.

use jmap::DAY_MS;
use model::Role;
use reqwest::{Client, Method, StatusCode};
use scenarios::office::{Office, Person, id};
use serde_json::{Value, json};

async fn office() -> Office {
    Office::open(crate::new_stores).await
}

/// What somebody's browser gets who has no token.
async fn stranger(office: &Office, path: &str, body: Value) -> (StatusCode, Value) {
    let request = Client::new().post(format!("{}{path}", office.url())).header("content-type", "application/json");
    let answer = request.body(body.to_string()).send().await.expect("an answer");
    let (status, text) = (answer.status(), answer.text().await.expect("text"));
    (status, serde_json::from_str(&text).unwrap_or_default())
}

async fn asked(who: &Person, method: Method, path: &str, body: Option<Value>) -> Value {
    let answer = who.knocks(method, path, body.map(|body| body.to_string())).await;
    let text = answer.text().await.expect("text");
    serde_json::from_str(&text).unwrap_or_default()
}

/// The secret of a new invitation.
async fn invite(admin: &Person, person: &Value) -> String {
    let body = json!({ "personId": person, "kind": "invitation" });
    let made = asked(admin, Method::POST, "/auth/links", Some(body)).await;
    let link = made["link"].as_str().unwrap_or_else(|| panic!("{made}"));
    link.split_once('#').expect("the secret stands behind it").1.to_string()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn three_are_invited_by_name_and_one_comes_in() {
    let office = office().await;
    let first = office.desk.engine.first_link().await.expect("a store").expect("a link");
    let secret = first.as_str();
    let (_, looked) = stranger(&office, "/auth/link/look", json!({ "secret": secret })).await;
    assert_eq!((&looked["kind"], &looked["needsEmail"]), (&json!("first"), &json!(true)));
    let me = json!({ "secret": secret, "password": "quite a long one", "name": "Ana", "email": "ana@example.org" });
    let (status, came) = stranger(&office, "/auth/link", me).await;
    assert_eq!(status, StatusCode::OK, "{came}");
    let ana = office.lets_in(came["personId"].as_str().and_then(|id| id.parse().ok()).expect("an id")).await;
    office.desk.settle().await;
    let spaces = ana.one("Membership/get", json!({ "accountId": ana.id })).await;
    assert_eq!(spaces["list"][0]["name"], "Everyone");
    let everyone = spaces["list"][0]["spaceId"].clone();

    // Ana knows three names, and nobody's address.
    let workspace = office.desk.engine.workspace();
    let create = json!({ "bo": { "name": "Bo" }, "cleo": { "name": "Cleo" }, "dan": { "name": "Dan" } });
    let made = ana.one("Person/set", json!({ "accountId": workspace, "create": create })).await;
    let person = |name: &str| made["created"][name]["id"].clone();
    let links =
        [invite(&ana, &person("bo")).await, invite(&ana, &person("cleo")).await, invite(&ana, &person("dan")).await];
    let open = asked(&ana, Method::GET, "/auth/links", None).await;
    let waiting: Vec<&Value> = open["list"].as_array().into_iter().flatten().map(|link| &link["personId"]).collect();
    assert_eq!(waiting.len(), 3);
    assert_eq!(open["withoutPassword"].as_array().map(Vec::len), Some(3));
    assert!(!open.to_string().contains("mw_l_"), "no list shows a secret: {open}");

    // Bo comes in, and says his address. His link does nothing any more, whoever finds it.
    let comes = |secret: &str, email: Option<&str>| {
        let mut body = json!({ "secret": secret, "password": "another long one" });
        body["email"] = json!(email);
        stranger(&office, "/auth/link", body)
    };
    let (status, why) = comes(&links[0], None).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "an address is asked for: {why}");
    let (status, came) = comes(&links[0], Some("bo@example.org")).await;
    assert_eq!((status, &came["personId"]), (StatusCode::OK, &person("bo")));
    assert_eq!(comes(&links[0], Some("eve@example.org")).await.0, StatusCode::GONE);
    office.desk.settle().await;
    let members = ana.one("Member/get", json!({ "accountId": everyone })).await;
    let names: Vec<&str> =
        members["list"].as_array().into_iter().flatten().filter_map(|m| m["name"].as_str()).collect();
    assert_eq!(names, ["Ana", "Bo"], "who has come in is in Everyone, and nobody before");

    // Somebody tampers with the link of Dan: all that does nothing looks alike.
    let mut tampered = links[2].clone();
    let last = if tampered.pop() == Some('a') { 'b' } else { 'a' };
    tampered.push(last);
    let (status, said) = stranger(&office, "/auth/link/look", json!({ "secret": tampered })).await;
    assert_eq!(status, StatusCode::GONE);
    assert_eq!(stranger(&office, "/auth/link/look", json!({ "secret": links[0] })).await.1, said);
    assert_eq!(stranger(&office, "/auth/link/look", json!({ "secret": "nonsense" })).await.1, said);

    // A week goes by. The links of Cleo and Dan have ended, and Ana sees who is not here yet.
    office.later(7 * DAY_MS).await;
    assert_eq!(comes(&links[1], Some("cleo@example.org")).await, (StatusCode::GONE, said));
    let open = asked(&ana, Method::GET, "/auth/links", None).await;
    assert_eq!(open, json!({ "list": [], "withoutPassword": [person("cleo"), person("dan")] }));
    let again = invite(&ana, &person("cleo")).await;
    assert_eq!(comes(&again, Some("cleo@example.org")).await.0, StatusCode::OK);

    // Ana thinks better of Dan: his new link ends before he uses it.
    let dan = invite(&ana, &person("dan")).await;
    let end = json!({ "personId": person("dan"), "kind": "invitation" });
    asked(&ana, Method::POST, "/auth/links/end", Some(end)).await;
    assert_eq!(comes(&dan, Some("dan@example.org")).await.0, StatusCode::GONE);
    office.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_somebody_reads_shows_in_no_list_of_an_admin() {
    let office = office().await;
    let ana = office.hire(id('p', 1), "Ana", Role::Admin).await;
    let bo = office.hire(id('p', 2), "Bo", Role::Member).await;
    let before = asked(&ana, Method::GET, "/auth/links", None).await;
    bo.one("Membership/get", json!({ "accountId": bo.id })).await;
    office.later(DAY_MS).await;
    assert_eq!(asked(&ana, Method::GET, "/auth/links", None).await, before);
    office.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn several_come_by_one_link_and_who_is_too_late_learns_no_more_than_a_stranger() {
    let office = office().await;
    let ana = office.hire(id('p', 1), "Ana", Role::Member).await;
    let bo = office.hire(id('p', 2), "Bo", Role::Member).await;
    let space = id('s', 1);
    ana.makes_space(space, "Choir").await;
    let at = format!("/auth/spaces/{space}/link");
    let wish = json!({ "role": "guest", "most": 2, "expiresAt": "2026-12-01T00:00:00Z" });
    let made = asked(&ana, Method::POST, &at, Some(wish.clone())).await;
    let secret = made["link"].as_str().and_then(|link| link.split_once('#')).expect("a link").1.to_string();
    let told = asked(&ana, Method::GET, &at, None).await;
    assert_eq!((&told["link"]["came"], &told["link"]["works"]), (&json!(0), &json!(true)));
    assert!(!told.to_string().contains("mw_l_"), "it is shown once: {told}");
    // As long as the Space is archived it lets nobody in.
    for (archived, works) in [(json!("2026-11-23T09:00:00Z"), false), (Value::Null, true)] {
        let update = json!({ "accountId": space, "update": { space.to_string(): { "archivedAt": archived } } });
        let set = ana.one("Space/set", update).await;
        assert!(set["notUpdated"].is_null(), "{set}");
        assert_eq!(asked(&ana, Method::GET, &at, None).await["link"]["works"], json!(works));
    }
    // Bo is not in the Space: for him it is not there.
    let refused = asked(&bo, Method::POST, &at, Some(wish)).await;
    assert_eq!(refused["status"], 404, "{refused}");

    let (_, looked) = stranger(&office, "/auth/link/look", json!({ "secret": secret })).await;
    assert_eq!((&looked["kind"], &looked["space"], &looked["name"]), (&json!("space"), &json!("Choir"), &Value::Null));
    let zoe = json!({ "secret": secret, "password": "quite a long one", "name": "Zoë", "email": "zoe@example.org" });
    let (status, came) = stranger(&office, "/auth/link", zoe).await;
    assert_eq!(status, StatusCode::OK, "{came}");
    let joined = asked(&bo, Method::POST, "/auth/link/join", Some(json!({ "secret": secret }))).await;
    assert_eq!(joined["spaceId"], json!(space));
    let members = ana.one("Member/get", json!({ "accountId": space })).await;
    let list = members["list"].as_array().into_iter().flatten();
    let mut roles: Vec<(&str, &str)> = list.filter_map(|m| Some((m["name"].as_str()?, m["role"].as_str()?))).collect();
    roles.sort_unstable();
    assert_eq!(roles, [("Ana", "admin"), ("Bo", "guest"), ("Zoë", "guest")]);
    let people =
        ana.one("Person/get", json!({ "accountId": office.desk.engine.workspace(), "ids": [came["personId"]] }));
    assert_eq!(people.await["list"][0]["role"], "guest");

    // It is used up: whoever comes now reads what somebody with nonsense reads.
    let nonsense = stranger(&office, "/auth/link/look", json!({ "secret": "nonsense" })).await;
    assert_eq!(nonsense.0, StatusCode::GONE);
    assert_eq!(stranger(&office, "/auth/link/look", json!({ "secret": secret })).await, nonsense);
    let late = json!({ "secret": secret, "password": "quite a long one", "name": "Eve", "email": "zoe@example.org" });
    assert_eq!(stranger(&office, "/auth/link", late).await, nonsense);
    assert!(nonsense.1["detail"].as_str().expect("words").contains("used up, has ended"), "{}", nonsense.1);
    let told = asked(&ana, Method::GET, &at, None).await;
    assert_eq!((&told["link"]["came"], &told["link"]["works"]), (&json!(2), &json!(false)));
    office.close().await;
}
