//! The web app as browsers get it, with a few files that stand for it; and the plain pages where there is none.

use bytes::Bytes;
use meanwhile::{App, AppFile};
use reqwest::{Response, StatusCode};

use crate::house::{House, refusal};

const INDEX: &str = "<!doctype html><script type=\"module\" src=\"/assets/main-abc.js\"></script>";

fn file(path: &'static str, plain: &'static str, brotli: bool) -> AppFile {
    let brotli = brotli.then(|| Bytes::from(format!("br:{plain}")));
    AppFile { path: path.into(), plain: Bytes::from_static(plain.as_bytes()), brotli }
}

fn app() -> App {
    App::new(vec![
        file("/index.html", INDEX, true),
        file("/sw.js", "self.x = 1", true),
        file("/favicon.svg", "<svg/>", false),
        file("/manifest.webmanifest", "{}", true),
        file("/assets/main-abc.js", "export {}", true),
        file("/assets/main-abc.css", "a{}", true),
        file("/assets/inter-abc.woff2", "font", false),
    ])
}

async fn with_app() -> House {
    House::with(|options| options.app = app()).await
}

fn header<'a>(answer: &'a Response, name: &str) -> &'a str {
    answer.headers().get(name).map_or("", |value| value.to_str().unwrap())
}

#[tokio::test(flavor = "multi_thread")]
async fn every_path_of_the_app_gives_the_one_page() {
    let house = with_app().await;
    for path in ["/", "/join", "/sign-in", "/settings/", "/s/sabc/t/iabc", "/people?of=x", "/index.html"] {
        let answer = house.get(path).send().await.unwrap();
        assert_eq!((answer.status(), header(&answer, "content-type")), (StatusCode::OK, "text/html; charset=utf-8"));
        assert_eq!(header(&answer, "cache-control"), "no-cache", "{path}");
        assert_eq!(answer.text().await.unwrap(), INDEX, "{path}");
    }
    let head = house.client.head(format!("{}/s/sabc", house.url)).send().await.unwrap();
    assert_eq!(header(&head, "content-length"), INDEX.len().to_string());
    assert!(head.bytes().await.unwrap().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn what_other_doors_own_and_what_is_not_there_is_not_the_app() {
    let house = with_app().await;
    for path in [
        "/jmap",
        "/jmap/nothing",
        "/JMAP/x",
        "/auth/nothing",
        "/upload/x/y",
        "/share/x",
        "/.well-known/x",
        "/metrics/x",
        "/healthz/",
        "/assets",
        "/assets/",
        "/assets/nothing.js",
        "/assets/MAIN-abc.js",
        "/nothing.js",
        "/main-abc.js",
    ] {
        assert_eq!(refusal(house.get(path).send().await.unwrap()).await.0, StatusCode::NOT_FOUND, "{path}");
    }
    for path in [
        "/assets/../index.html",
        "/assets/%2e%2e/index.html",
        "/assets/..%2findex.html",
        "/assets/main-abc.js%00",
        "/assets/main%2dabc.js",
        "/assets//main-abc.js",
        "/assets\\main-abc.js",
        "//assets/main-abc.js",
        "/s/%00",
        "/s/%ff",
        "/%ff",
        "/s/..",
        "/s//t",
        "/./s",
    ] {
        let answer = house.raw(format!("GET {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n").as_bytes()).await;
        let status = ["HTTP/1.1 404", "HTTP/1.1 400"].iter().any(|status| answer.starts_with(status));
        assert!(status && !answer.contains("<!doctype") && !answer.contains("export"), "{path}: {answer}");
    }
    let post = house.post("/s/sabc").body("x").send().await.unwrap();
    assert_eq!((post.status(), header(&post, "allow")), (StatusCode::METHOD_NOT_ALLOWED, "GET"));
    assert_eq!(house.post("/jmap/nothing").send().await.unwrap().status(), StatusCode::NOT_FOUND);
}

#[tokio::test(flavor = "multi_thread")]
async fn parts_are_kept_for_good_and_pages_asked_for_anew() {
    let house = with_app().await;
    for (path, kept, media_type) in [
        ("/assets/main-abc.js", "public, max-age=31536000, immutable", "text/javascript; charset=utf-8"),
        ("/assets/main-abc.css", "public, max-age=31536000, immutable", "text/css; charset=utf-8"),
        ("/assets/inter-abc.woff2", "public, max-age=31536000, immutable", "font/woff2"),
        ("/sw.js", "no-cache", "text/javascript; charset=utf-8"),
        ("/manifest.webmanifest", "no-cache", "application/manifest+json"),
        ("/favicon.svg", "no-cache", "image/svg+xml"),
        ("/", "no-cache", "text/html; charset=utf-8"),
    ] {
        let answer = house.get(path).send().await.unwrap();
        assert_eq!((header(&answer, "cache-control"), header(&answer, "content-type")), (kept, media_type), "{path}");
        let etag = header(&answer, "etag").to_string();
        for tags in [etag.clone(), format!("\"x\", W/{etag}"), "*".to_string()] {
            let again = house.get(path).header("if-none-match", &tags).send().await.unwrap();
            assert_eq!(again.status(), StatusCode::NOT_MODIFIED, "{path} {tags}");
            assert_eq!((header(&again, "etag"), header(&again, "cache-control")), (etag.as_str(), kept));
            assert_eq!(header(&again, "content-security-policy"), header(&answer, "content-security-policy"));
            assert!(again.bytes().await.unwrap().is_empty());
        }
        let other = house.get(path).header("if-none-match", "\"x\"").send().await.unwrap();
        assert_eq!(other.status(), StatusCode::OK, "{path}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn brotli_goes_to_those_who_take_it() {
    let house = with_app().await;
    for path in ["/", "/join", "/assets/main-abc.js"] {
        let plain = house.get(path).send().await.unwrap();
        assert_eq!((header(&plain, "content-encoding"), header(&plain, "vary")), ("", "accept-encoding"), "{path}");
        let packed = house.get(path).header("accept-encoding", "gzip, br").send().await.unwrap();
        assert_eq!((header(&packed, "content-encoding"), header(&packed, "vary")), ("br", "accept-encoding"), "{path}");
        assert_ne!(header(&plain, "etag"), header(&packed, "etag"), "{path}: two contents, two tags");
        assert_eq!(packed.text().await.unwrap(), format!("br:{}", plain.text().await.unwrap()));
    }
    let font = house.get("/assets/inter-abc.woff2").header("accept-encoding", "br").send().await.unwrap();
    assert_eq!((header(&font, "content-encoding"), header(&font, "vary")), ("", ""));
}

#[tokio::test(flavor = "multi_thread")]
async fn only_the_parts_of_the_app_run() {
    let house = with_app().await;
    let policy = |scripts: &str| {
        format!(
            "default-src 'none'; script-src {scripts}; worker-src {scripts}; style-src 'self' 'unsafe-inline'; \
             img-src 'self' data: blob:; font-src 'self' data:; connect-src 'self'; media-src 'self' blob:; \
             manifest-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; object-src 'none'"
        )
    };
    let named = |origin: &str| policy(&format!("{origin}/assets/ {origin}/sw.js"));
    for path in ["/", "/s/sabc", "/sw.js", "/assets/main-abc.js"] {
        let answer = house.get(path).send().await.unwrap();
        assert_eq!(header(&answer, "content-security-policy"), named(&house.url), "{path}");
        let answer = house.get(path).header("host", "nas.local:8600").send().await.unwrap();
        assert_eq!(header(&answer, "content-security-policy"), named("http://nas.local:8600"), "{path}");
        let answer = house.get(path).header("host", "[::1]:8600").send().await.unwrap();
        assert_eq!(header(&answer, "content-security-policy"), policy("'self'"), "{path}: no policy can name it");
    }
    for path in ["/favicon.svg", "/assets/main-abc.css", "/assets/nothing.js"] {
        let answer = house.get(path).send().await.unwrap();
        assert_eq!(header(&answer, "content-security-policy"), "default-src 'none'; frame-ancestors 'none'", "{path}");
    }
    let house = House::with(|options| {
        options.app = app();
        options.url = Some("https://work.example.org".into());
    })
    .await;
    let at = format!("http://{}", house.server().addr());
    let answer = house.client.get(&at).header("host", "work.example.org").send().await.unwrap();
    assert_eq!(header(&answer, "content-security-policy"), named("http://work.example.org"));
    let both = house.client.get(&at).send().await.unwrap();
    let both = header(&both, "content-security-policy");
    assert!(both.contains(&format!(" {at}/assets/ ")) && both.contains(" https://work.example.org/assets/ "), "{both}");
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_web_app_plain_pages_let_people_in() {
    let house = House::new().await;
    for (path, what) in [("/", "is not in this build"), ("/s/sabc", "is not in this build"), ("/join", "Come in")] {
        let answer = house.get(path).send().await.unwrap();
        assert_eq!((answer.status(), header(&answer, "cache-control")), (StatusCode::OK, "no-cache"), "{path}");
        let page = answer.text().await.unwrap();
        assert!(page.contains(what) && page.contains("/assets/plain.css"), "{path}: {page}");
        assert!(!page.contains("style=") && !page.contains("<script>") && !page.contains("onclick"), "{path}");
    }
    for path in ["/assets/plain.css", "/assets/join.js"] {
        let answer = house.get(path).send().await.unwrap();
        assert_eq!(header(&answer, "cache-control"), "no-cache", "{path}: its name does not change with it");
    }
}
