//! Coming in and going out.

use crate::house::{House, JSON, body_of, refusal};
use engine::{LinkKind, operator};
use reqwest::{RequestBuilder, StatusCode};
use serde_json::{Value, json};

fn with(asked: RequestBuilder, body: Value) -> RequestBuilder {
    asked.header("content-type", JSON).header("sec-fetch-site", "same-origin").body(body.to_string())
}

fn cookie_of(answer: &reqwest::Response) -> (String, String) {
    let line = answer.headers()["set-cookie"].to_str().unwrap().to_string();
    (line.split(';').next().unwrap().to_string(), line)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_password_opens_a_session_and_signing_out_ends_it() {
    let house = House::new().await;
    let wrong = json!({"email": "ana@example.org", "password": "not the password"});
    let (status, refused) = refusal(with(house.post("/auth/sign-in"), wrong).send().await.unwrap()).await;
    let nobody = json!({"email": "nobody@example.org", "password": "a long password of ana"});
    let other = refusal(with(house.post("/auth/sign-in"), nobody).send().await.unwrap()).await;
    assert_eq!((status, &refused), (StatusCode::FORBIDDEN, &other.1), "who is there is not told");
    let right = json!({"email": "Ana@Example.org", "password": "a long password of ana"});
    let answer = with(house.post("/auth/sign-in"), right).send().await.unwrap();
    assert_eq!(answer.status(), StatusCode::OK);
    let (cookie, line) = cookie_of(&answer);
    assert!(line.starts_with("meanwhile=") && line.contains("HttpOnly; SameSite=Lax; Path=/"), "{line}");
    assert!(
        !body_of(answer).await.to_string().contains(cookie.split_once('=').unwrap().1),
        "the secret is in the cookie alone"
    );
    let list = body_of(house.get("/auth/sessions").header("cookie", &cookie).send().await.unwrap()).await;
    let current = list["list"].as_array().unwrap().iter().filter(|session| session["current"] == true).count();
    assert_eq!(current, 1, "{list}");
    let out = with(house.post("/auth/sign-out").header("cookie", &cookie), json!({})).send().await.unwrap();
    assert_eq!(out.status(), StatusCode::NO_CONTENT);
    assert!(cookie_of(&out).1.contains("Max-Age=0"));
    let after = house.get("/auth/sessions").header("cookie", &cookie).send().await.unwrap();
    assert_eq!(after.status(), StatusCode::UNAUTHORIZED);
}

#[tokio::test(flavor = "multi_thread")]
async fn cookies_are_bound_to_https_where_the_url_is() {
    let house = House::with(|options| options.url = Some("https://work.example.org".into())).await;
    let at = format!("http://{}", house.server().addr());
    let body = json!({"email": "ana@example.org", "password": "a long password of ana"});
    let answer = with(house.client.post(format!("{at}/auth/sign-in")), body).send().await.unwrap();
    let (cookie, line) = cookie_of(&answer);
    assert!(line.starts_with("__Host-meanwhile=") && line.ends_with("; Secure"), "{line}");
    assert!(answer.headers().contains_key("strict-transport-security"));
    let plain = cookie.replace("__Host-meanwhile", "meanwhile");
    for (cookie, status) in [(cookie, StatusCode::OK), (plain, StatusCode::UNAUTHORIZED)] {
        let session = house.client.get(format!("{at}/jmap/session")).header("cookie", cookie).send().await.unwrap();
        assert_eq!(session.status(), status);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_link_shows_what_it_does_and_works_once() {
    let house = House::new().await;
    let person = house.engine.add_person("Cleo", Some("cleo@example.org"), model::Role::Member).await.unwrap();
    let secret = house.engine.make_link(&operator(), LinkKind::Invitation, person).await.unwrap();
    let look = || with(house.post("/auth/link/look"), json!({"secret": secret})).send();
    let shown = body_of(look().await.unwrap()).await;
    assert_eq!((&shown["kind"], &shown["name"]), (&json!("invitation"), &json!("Cleo")));
    let redeem = |password: &str| with(house.post("/auth/link"), json!({"secret": secret, "password": password}));
    let short = refusal(redeem("short").send().await.unwrap()).await;
    assert_eq!(short.0, StatusCode::UNPROCESSABLE_ENTITY);
    let answer = redeem("quite a long password").send().await.unwrap();
    assert_eq!(answer.status(), StatusCode::OK);
    let cookie = cookie_of(&answer).0;
    let session = house.get("/jmap/session").header("cookie", cookie).send().await.unwrap();
    assert_eq!(body_of(session).await["username"], person.to_string());
    assert_eq!(refusal(redeem("quite a long password").send().await.unwrap()).await.0, StatusCode::GONE);
    assert_eq!(refusal(look().await.unwrap()).await.0, StatusCode::GONE);
}

#[tokio::test(flavor = "multi_thread")]
async fn tokens_are_made_listed_and_revoked_and_links_are_for_admins_to_make() {
    let house = House::new().await;
    let made = house.post("/auth/tokens").bearer_auth(&house.bo.token);
    let made = with(made, json!({"name": "script", "scopes": ["read"]})).send().await.unwrap();
    assert_eq!(made.status(), StatusCode::CREATED);
    let token = body_of(made).await["token"].as_str().unwrap().to_string();
    assert_eq!(house.get("/jmap/session").bearer_auth(&token).send().await.unwrap().status(), StatusCode::OK);
    let rises = with(house.post("/auth/tokens").bearer_auth(&token), json!({"name": "x", "scopes": ["write"]}));
    assert_eq!(refusal(rises.send().await.unwrap()).await.0, StatusCode::FORBIDDEN);
    let strange =
        with(house.post("/auth/tokens").bearer_auth(&house.bo.token), json!({"name": "x", "scopes": ["root"]}));
    assert_eq!(refusal(strange.send().await.unwrap()).await.0, StatusCode::BAD_REQUEST);
    let list = body_of(house.get("/auth/tokens").bearer_auth(&house.bo.token).send().await.unwrap()).await;
    assert!(!list.to_string().contains(&token));
    let id = list["list"].as_array().unwrap().iter().find(|t| t["name"] == "script").unwrap()["id"].clone();
    let others = with(house.post("/auth/tokens/revoke").bearer_auth(&house.ana.token), json!({"id": id}));
    assert_eq!(refusal(others.send().await.unwrap()).await.0, StatusCode::NOT_FOUND);
    let revoke = with(house.post("/auth/tokens/revoke").bearer_auth(&house.bo.token), json!({"id": id}));
    assert_eq!(revoke.send().await.unwrap().status(), StatusCode::NO_CONTENT);
    assert_eq!(house.get("/jmap/session").bearer_auth(&token).send().await.unwrap().status(), StatusCode::UNAUTHORIZED);
    let link = json!({"personId": house.bo.id, "kind": "reset"});
    let bo = with(house.post("/auth/links").bearer_auth(&house.bo.token), link.clone()).send().await.unwrap();
    assert_eq!(refusal(bo).await.0, StatusCode::FORBIDDEN);
    let ana = with(house.post("/auth/links").bearer_auth(&house.ana.token), link).send().await.unwrap();
    let made = body_of(ana).await["link"].as_str().unwrap().to_string();
    assert!(made.starts_with(&format!("{}/join#", house.url)), "the secret stands where no log sees it: {made}");
}

#[tokio::test(flavor = "multi_thread")]
async fn guessing_is_slowed_down_by_the_address_of_the_guesser() {
    let house = House::with(|options| options.trust_proxy = vec!["127.0.0.1".parse().unwrap()]).await;
    let guess = |n: u32, from: &str| {
        let body = json!({"email": format!("x{n}@example.org"), "password": "wrong password"});
        with(house.post("/auth/sign-in").header("x-forwarded-for", from), body).send()
    };
    let mut tries = 0;
    let refused = loop {
        tries += 1;
        assert!(tries < 300, "nobody may guess for ever");
        let answer = guess(tries, "203.0.113.5").await.unwrap();
        if answer.status() == StatusCode::TOO_MANY_REQUESTS {
            break answer;
        }
    };
    assert!(refused.headers()["retry-after"].to_str().unwrap().parse::<u64>().unwrap() > 0);
    refusal(refused).await;
    assert_eq!(guess(0, "203.0.113.77").await.unwrap().status(), StatusCode::FORBIDDEN, "others are not held up");
    assert_eq!(guess(0, "198.51.100.1, 203.0.113.5").await.unwrap().status(), StatusCode::TOO_MANY_REQUESTS);
}

#[tokio::test(flavor = "multi_thread")]
async fn bodies_of_another_shape_are_refused() {
    let house = House::new().await;
    for body in ["", "[]", "{\"email\":1}", "{\"email\":\"a\",\"password\":\"b\",\"admin\":true}"] {
        let asked = house.post("/auth/sign-in").header("content-type", JSON).body(body).send().await.unwrap();
        assert_eq!(refusal(asked).await.0, StatusCode::BAD_REQUEST, "{body}");
    }
    let form = house.post("/auth/sign-in").header("content-type", "application/x-www-form-urlencoded").body("email=a");
    assert_eq!(refusal(form.send().await.unwrap()).await.0, StatusCode::UNSUPPORTED_MEDIA_TYPE);
    let large = house.post("/auth/sign-in").header("content-type", JSON).body("x".repeat(100_000));
    assert_eq!(refusal(large.send().await.unwrap()).await.0, StatusCode::PAYLOAD_TOO_LARGE);
}

#[tokio::test(flavor = "multi_thread")]
async fn admins_see_and_end_the_links_that_are_open() {
    let house = House::new().await;
    let create = json!({"accountId": house.engine.workspace(), "create": {"k": {"name": "Cleo"}}});
    let (_, made) = house.call(&house.ana, "Person/set", create).await;
    let cleo = made["created"]["k"]["id"].as_str().unwrap_or_else(|| panic!("{made}")).to_string();
    let invite = json!({"personId": cleo, "kind": "invitation"});
    let make = || with(house.post("/auth/links").bearer_auth(&house.ana.token), invite.clone()).send();
    let secret = |link: Value| link["link"].as_str().unwrap().split_once('#').unwrap().1.to_string();
    let one = secret(body_of(make().await.unwrap()).await);
    let two = secret(body_of(make().await.unwrap()).await);
    let look = |secret: String| with(house.post("/auth/link/look"), json!({"secret": secret})).send();
    assert_eq!(refusal(look(one.clone()).await.unwrap()).await.0, StatusCode::GONE, "the next of its kind ended it");
    let shown = body_of(look(two.clone()).await.unwrap()).await;
    assert_eq!((&shown["name"], &shown["email"], &shown["needsEmail"]), (&json!("Cleo"), &json!(null), &json!(true)));
    let list = || house.get("/auth/links").bearer_auth(&house.ana.token).send();
    let open = body_of(list().await.unwrap()).await;
    let expected = json!({
        "list": [{
            "personId": cleo,
            "kind": "invitation",
            "createdAt": "2026-11-23T09:00:00Z",
            "expiresAt": "2026-11-30T09:00:00Z",
        }],
        "withoutPassword": [cleo],
    });
    assert_eq!(open, expected, "and never a secret");
    let end = |token: &str, kind: &str| {
        with(house.post("/auth/links/end").bearer_auth(token), json!({"personId": cleo, "kind": kind})).send()
    };
    assert_eq!(refusal(end(&house.bo.token, "invitation").await.unwrap()).await.0, StatusCode::FORBIDDEN);
    let bo = house.get("/auth/links").bearer_auth(&house.bo.token).send().await.unwrap();
    assert_eq!(refusal(bo).await.0, StatusCode::FORBIDDEN);
    assert_eq!(refusal(end(&house.ana.token, "first").await.unwrap()).await.0, StatusCode::BAD_REQUEST);
    assert_eq!(refusal(end(&house.ana.token, "reset").await.unwrap()).await.0, StatusCode::NOT_FOUND);
    assert_eq!(end(&house.ana.token, "invitation").await.unwrap().status(), StatusCode::NO_CONTENT);
    assert_eq!(refusal(look(two).await.unwrap()).await.0, StatusCode::GONE);
    assert_eq!(refusal(end(&house.ana.token, "invitation").await.unwrap()).await.0, StatusCode::NOT_FOUND);
    let open = body_of(list().await.unwrap()).await;
    assert_eq!(open, json!({"list": [], "withoutPassword": [cleo]}));
}
