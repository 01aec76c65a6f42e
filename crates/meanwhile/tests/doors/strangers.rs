//! A stranger knocks at every route there is. A route without an entry here fails.

use crate::house::{House, JSON, refusal};
use meanwhile::{ROUTES, Route, Who};
use reqwest::{RequestBuilder, StatusCode};

/// What a stranger gets at the routes that are open to him, when he sends nothing that makes sense.
fn open_to_strangers(route: &Route) -> StatusCode {
    match (route.method.as_str(), route.path) {
        ("GET", "/" | "/{*page}" | "/assets/{*file}") => StatusCode::OK,
        // There is no authority of the server's own here.
        ("GET", "/trust" | "/trust/authority.crt") => StatusCode::NOT_FOUND,
        // Nothing is public until somebody makes it so.
        ("GET", path) if path.starts_with("/public/") => StatusCode::NOT_FOUND,
        ("GET", "/healthz" | "/readyz") => StatusCode::OK,
        // From this machine.
        ("GET", "/metrics") => StatusCode::OK,
        ("GET", "/.well-known/jmap") => StatusCode::TEMPORARY_REDIRECT,
        ("POST", "/auth/sign-in" | "/auth/link/look" | "/auth/link") => StatusCode::BAD_REQUEST,
        // A link that nobody made.
        ("GET", "/answer/{link}" | "/mail-off/{link}") => StatusCode::GONE,
        ("POST", "/answer/{link}" | "/mail-off/{link}") => StatusCode::UNSUPPORTED_MEDIA_TYPE,
        ("OPTIONS", "/upload" | "/upload/{upload}") => StatusCode::NO_CONTENT,
        (method, path) => panic!("{method} {path} is open to strangers, and no test says what they get"),
    }
}

fn knock(house: &House, route: &Route) -> RequestBuilder {
    let path = route.path.replace("{account}", &house.space.to_string());
    let path = path.replace("{blob}", &house.space.with_letter(b'b').to_string()).replace("{name}", "x.png");
    let path = path.replace("{space}", &house.space.to_string());
    let path = path.replace("{item}", &house.space.with_letter(b'i').to_string());
    let path = path.replace("{upload}", &house.space.with_letter(b'u').to_string());
    let path = path.replace("{link}", "p.i.1.x");
    let path = path.replace("{*page}", "join").replace("{*file}", "plain.css");
    let asked = house.client.request(route.method.clone(), format!("{}{path}", house.url));
    if route.method == "POST" { asked.header("content-type", JSON).body("{}") } else { asked }
}

#[tokio::test(flavor = "multi_thread")]
async fn strangers_get_in_nowhere() {
    let house = House::new().await;
    for route in ROUTES {
        let what = format!("{} {}", route.method, route.path);
        if route.who == Who::Anyone {
            let answer = knock(&house, route).send().await.unwrap();
            assert_eq!(answer.status(), open_to_strangers(route), "{what}");
            continue;
        }
        let token = house.ana.token.as_str();
        let nearly = format!("{}x", &token[..token.len() - 1]);
        let bad_secrets = ["", "x", nearly.as_str(), &format!("mw_t_{}", "a".repeat(52)), &"a".repeat(8000)];
        let mut bodies = Vec::new();
        let answer = knock(&house, route).send().await.unwrap();
        assert_eq!(answer.headers()["www-authenticate"], "Bearer", "{what}");
        bodies.push(refusal(answer).await);
        for secret in bad_secrets {
            let answer = knock(&house, route).header("authorization", format!("Bearer {secret}")).send().await.unwrap();
            bodies.push(refusal(answer).await);
            let answer = knock(&house, route)
                .header("cookie", format!("meanwhile={secret}"))
                .header("sec-fetch-site", "same-origin");
            bodies.push(refusal(answer.send().await.unwrap()).await);
        }
        let basic = knock(&house, route).basic_auth("ana@example.org", Some("a long password of ana"));
        bodies.push(refusal(basic.send().await.unwrap()).await);
        let both = knock(&house, route)
            .header("cookie", format!("meanwhile={}; meanwhile={}", house.ana.session, house.bo.session))
            .header("sec-fetch-site", "same-origin");
        bodies.push(refusal(both.send().await.unwrap()).await);
        if route.method == "HEAD" {
            // It has no body; that the words are the same is seen at the others.
            assert!(bodies.iter().all(|(status, _)| *status == StatusCode::UNAUTHORIZED), "{what}");
            continue;
        }
        for (status, body) in &bodies {
            assert_eq!((*status, body), (StatusCode::UNAUTHORIZED, &bodies[0].1), "{what}: all look alike");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn another_site_makes_no_browser_write() {
    let house = House::new().await;
    let cookie = format!("meanwhile={}", house.ana.session);
    for route in ROUTES.iter().filter(|route| !route.method.is_safe()) {
        let what = format!("{} {}", route.method, route.path);
        let others: &[(&str, &str)] = &[
            ("sec-fetch-site", "cross-site"),
            ("sec-fetch-site", "same-site"),
            ("origin", "https://evil.example"),
            ("origin", "null"),
        ];
        for (name, value) in others {
            let answer = knock(&house, route).header("cookie", &cookie).header(*name, *value).send().await.unwrap();
            let (status, body) = refusal(answer).await;
            assert_eq!(status, StatusCode::FORBIDDEN, "{what} {name}: {value}");
            assert!(body["detail"].as_str().unwrap().contains(value), "{body}");
            // Signing somebody in by force is an attack too, and so there is no cookie in it.
            let answer = knock(&house, route).header(*name, *value).send().await.unwrap();
            assert!([StatusCode::FORBIDDEN, StatusCode::UNAUTHORIZED].contains(&answer.status()), "{what}");
        }
        let answer = knock(&house, route).header("cookie", &cookie).send().await.unwrap();
        assert_eq!(refusal(answer).await.0, StatusCode::FORBIDDEN, "{what}: a cookie, and no word of where from");
    }
    let own = house.post("/auth/sessions/end").header("cookie", &cookie).header("origin", &house.url);
    let own = own.header("content-type", JSON).body("{}").send().await.unwrap();
    assert_eq!(own.status(), StatusCode::NO_CONTENT);
    let token = house.post("/auth/sessions/end").bearer_auth(&house.ana.token).header("content-type", JSON).body("{}");
    assert_eq!(token.send().await.unwrap().status(), StatusCode::NO_CONTENT);
}

#[tokio::test(flavor = "multi_thread")]
async fn every_answer_has_the_headers_that_protect_browsers() {
    let house = House::new().await;
    let mut answers = vec![
        house.get("/nowhere").send().await.unwrap(),
        house.client.delete(format!("{}/jmap/api", house.url)).send().await.unwrap(),
    ];
    for route in ROUTES.iter().filter(|route| !route.path.ends_with("/events")) {
        answers.push(knock(&house, route).send().await.unwrap());
        answers.push(knock(&house, route).bearer_auth(&house.ana.token).send().await.unwrap());
    }
    for answer in answers {
        // A form without a program says where it comes from by its referrer, which goes to no other site.
        let has_form = ["/answer/", "/mail-off/"].iter().any(|path| answer.url().path().starts_with(path));
        let headers = answer.headers();
        assert_eq!(headers["x-content-type-options"], "nosniff");
        assert_eq!(headers["x-frame-options"], "DENY");
        let referrer = headers["referrer-policy"].to_str().unwrap();
        assert!(referrer == "no-referrer" || has_form && referrer == "same-origin", "{referrer}");
        assert_eq!(headers["cross-origin-resource-policy"], "same-origin");
        let policy = headers["content-security-policy"].to_str().unwrap();
        assert!(policy.contains("default-src 'none'"), "{policy}");
        let scripts = policy.split("; ").find(|line| line.starts_with("script-src")).unwrap_or("");
        assert!(!scripts.contains("unsafe") && !scripts.contains('*'), "{policy}");
        assert!(!headers.contains_key("access-control-allow-origin"));
        assert!(!headers.contains_key("server"));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_not_in_a_space_learns_no_more_than_that_of_one_that_is_not_there() {
    let house = House::new().await;
    let blob = house.uploads(&house.ana, b"secret").await;
    let nowhere = jmap::Id::derived(b's', [9; 16]);
    for (path, other) in [
        (format!("/jmap/download/{}/{blob}/x.png", house.space), format!("/jmap/download/{nowhere}/{blob}/x.png")),
        (format!("/jmap/download/{}/{blob}/x.png", house.bo.id), format!("/jmap/download/{}/x/x.png", house.bo.id)),
        (format!("/jmap/download/{}/{blob}/x.png", house.ana.id), "/jmap/download/x/x/x.png".to_string()),
    ] {
        let one = refusal(house.get(&path).bearer_auth(&house.bo.token).send().await.unwrap()).await;
        let two = refusal(house.get(&other).bearer_auth(&house.bo.token).send().await.unwrap()).await;
        assert_eq!(one, two);
        assert_eq!(one.0, StatusCode::NOT_FOUND);
    }
    let upload = |to: String| house.post(&format!("/jmap/upload/{to}")).bearer_auth(&house.bo.token).body("x");
    let one = refusal(upload(house.space.to_string()).send().await.unwrap()).await;
    let two = refusal(upload(nowhere.to_string()).send().await.unwrap()).await;
    let three = refusal(upload("no-id".to_string()).send().await.unwrap()).await;
    assert_eq!((&one, &one), (&two, &three));
}
