//! The example of CONTRIBUTING.md is a kind that works: the same text is compiled here, and goes through the engine.

use jmap::UtcDate;
use model::Registry;
use scenarios::direct::operator;
use serde_json::{Value, json};
use std::sync::Arc;
use store::oracle::Oracle;

use super::bookmark::BOOKMARK;
use super::tree::read;

#[test]
fn the_example_is_the_file_that_is_compiled() {
    let page = read("CONTRIBUTING.md");
    let (_, block) = page.split_once("```rust\n").expect("the page has a block of Rust");
    let (block, _) = block.split_once("```").expect("the block ends");
    let compiled = read("scenarios/tests/house/bookmark.rs").replace("model::", "crate::");
    assert!(block == compiled, "CONTRIBUTING.md and scenarios/tests/house/bookmark.rs differ by more than the paths");
}

#[tokio::test]
async fn the_example_is_all_that_a_kind_needs() {
    let folder = tempfile::tempdir().expect("a folder");
    let blobs = Arc::new(store::Blobs::open(&folder.path().join("blobs"), [7; 32]).expect("a folder"));
    let clock = engine::TestClock::at(UtcDate::parse("2026-11-23T09:00:00Z").expect("a date"));
    let registry = Registry::standard().with(&BOOKMARK);
    let engine = engine::Engine::open(Arc::new(Oracle::new()), blobs, clock, registry).await.expect("opens");
    let ana = engine.add_person("Ana", Some("ana@example.org"), model::Role::Admin).await.expect("a person");
    let space = engine.add_space("Reading", &[ana], false).await.expect("a Space");
    let by = model::Caller { person: ana, ..operator() };
    let create = json!({ "good": (BOOKMARK.example)(), "bad": { "kind": "bookmark", "url": "gopher://example.org" } });
    let calls = json!([
        ["Item/set", { "accountId": space, "create": create }, "0"],
        ["Item/query", { "accountId": space, "filter": { "kind": "bookmark" } }, "1"],
    ]);
    let using = ["urn:ietf:params:jmap:core", "urn:meanwhile:jmap:workspace"];
    let body = json!({ "using": using, "methodCalls": calls }).to_string();
    let request = jmap::Request::read(body.as_bytes(), 8).expect("a request");
    let response = engine.call(&by, request).await.expect("an answer").to_json();
    let response: Value = serde_json::from_str(&response).expect("JSON");
    let (set, query) = (&response["methodResponses"][0][1], &response["methodResponses"][1][1]);
    assert_eq!(query["ids"], json!([set["created"]["good"]["id"]]));
    assert_eq!(set["notCreated"]["bad"]["properties"], json!(["url"]));
}
