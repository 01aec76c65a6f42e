//! A kind is one folder and one word: a throw-away kind goes through every layer.

use engine::{Engine, TestClock};
use jmap::{Request, SetError, UtcDate};
use model::kind::{Default, Rules, Shape, Summary, property};
use model::{Caller, Effect, Kind, Registry, Role, Scopes};
use scenarios::direct::operator;
use serde_json::{Value, json};
use std::sync::Arc;
use store::{SqliteOptions, SqliteStore};

/// The whole of what somebody writes to add a kind.
static PROBE: Kind = Kind {
    name: "probe",
    number: 250,
    schema: 2,
    about: "Proves that a kind is one folder and one word.",
    properties: &[
        property("depth", Shape::Integer { min: 0, max: 11_000 }, "in metres").versioned().index("depth.1"),
        property("log", Shape::Markdown { max: 1000 }, "what was seen").in_body().searchable(),
        property("state", Shape::Choice(&["wet", "dry"]), "how it is").default(Default::Word("dry")),
    ],
    summary: |probe| Summary {
        title: format!("Probe at {} m", probe.int("depth").unwrap_or(0)),
        text: probe.str("log").into(),
    },
    upgrade: |_, mut props| {
        props.entry("state").or_insert(json!("wet"));
        props
    },
    rules: Rules {
        check: |change| match change.after.and_then(|probe| probe.int("depth")) {
            Some(13) => Err(SetError::invalid("depth", "sailors do not go there")),
            _ => Ok(()),
        },
        effects: |change| match change.after {
            Some(probe) if change.is_new() => vec![Effect::Outward { what: "probe", value: json!(probe.id) }],
            _ => Vec::new(),
        },
    },
    ended: |_, _, _| Vec::new(),
    example: || json!({ "kind": "probe", "depth": 40 }),
};

#[tokio::test]
async fn a_throw_away_kind_works_through_every_layer() {
    let folder = tempfile::tempdir().expect("a folder");
    let store = Arc::new(SqliteStore::open(folder.path(), SqliteOptions::default()).expect("opens"));
    let blobs = Arc::new(store::Blobs::open(&folder.path().join("blobs"), [0; 32]).expect("opens"));
    let clock = TestClock::at(UtcDate::parse("2026-11-23T09:00:00Z").expect("a date"));
    let engine = Engine::open(store, blobs, clock, Registry::standard().with(&PROBE)).await.expect("opens");
    let ask = async |by: &Caller, method: &str, args: Value| -> Value {
        let using = ["urn:ietf:params:jmap:core", "urn:meanwhile:jmap:workspace"];
        let body = json!({ "using": using, "methodCalls": [[method, args, "0"]] }).to_string();
        let request = Request::read(body.as_bytes(), 9).expect("a request");
        let text = engine.call(by, request).await.expect("an answer").to_json();
        serde_json::from_str::<Value>(&text).expect("JSON")["methodResponses"][0][1].take()
    };
    let made = ask(
        &operator(),
        "Person/set",
        json!({ "accountId": engine.workspace(), "create": { "k": { "name": "Ana" } } }),
    )
    .await;
    let person = made["created"]["k"]["id"].as_str().and_then(|id| id.parse().ok()).expect("made");
    let ana = Caller { person, role: Role::Member, scopes: Scopes::SESSION };
    let space = ask(&ana, "Space/set", json!({ "accountId": person, "create": { "s": { "name": "Sea" } } })).await["created"]["s"]["id"].clone();
    let session = engine.session(&ana, "http://x").await.expect("a session");
    assert!(session["capabilities"]["urn:meanwhile:jmap:workspace"]["kinds"].to_string().contains("probe"));

    let create = json!({ "p": { "kind": "probe", "depth": 40, "log": "fish" }, "q": { "kind": "probe", "depth": 13 }, "r": { "kind": "probe", "depth": -1 } });
    let made = ask(&ana, "Item/set", json!({ "accountId": space, "create": create })).await;
    let id = made["created"]["p"]["id"].as_str().expect("made").to_string();
    assert_eq!(made["created"]["p"]["state"], "dry");
    assert_eq!(made["created"]["p"]["excerpt"], "fish");
    assert_eq!(made["notCreated"]["q"]["description"], "sailors do not go there");
    assert_eq!(made["notCreated"]["r"]["properties"], json!(["depth"]));

    let edit = json!({ "accountId": space, "update": { id.clone(): { "depth": 50 } } });
    assert_eq!(ask(&ana, "Item/set", edit).await["updated"][&id]["version"], 2);
    let read = ask(&ana, "Item/get", json!({ "accountId": space, "ids": [id] })).await;
    assert_eq!((&read["list"][0]["depth"], &read["list"][0]["log"]), (&json!(50), &json!("fish")), "{read}");
    let some = ask(&ana, "Item/get", json!({ "accountId": space, "ids": [id], "properties": ["depth", "log"] })).await;
    assert_eq!(some["list"][0], json!({ "id": id, "depth": 50, "log": "fish" }));
    let old = ask(&ana, "ItemVersion/get", json!({ "accountId": space, "ids": [format!("{id}-1")] })).await;
    assert_eq!(old["list"][0]["depth"], 40);
    let outward = work(&engine, |at| at.outward(0, 10)).await;
    assert_eq!(
        outward.iter().map(|row| (row.what.as_str(), row.value.clone())).collect::<Vec<_>>(),
        [("probe", json!(id).to_string())]
    );
}

/// The same kind, as it was before it knew whether a probe is wet.
static OLD_PROBE: Kind = Kind {
    schema: 1,
    properties: &[property("depth", Shape::Integer { min: 0, max: 11_000 }, "in metres").versioned().index("depth.1")],
    upgrade: |_, props| props,
    rules: Rules::NONE,
    ..PROBE_BASE
};

/// What both have in common.
const PROBE_BASE: Kind = Kind {
    name: "probe",
    number: 250,
    schema: 0,
    about: "Proves that old records are read by new programs.",
    properties: &[],
    summary: |_| Summary { title: String::new(), text: String::new() },
    upgrade: |_, props| props,
    ended: |_, _, _| Vec::new(),
    rules: Rules::NONE,
    example: || json!({ "kind": "probe" }),
};

#[tokio::test]
async fn a_record_of_an_older_schema_is_read_as_one_of_today() {
    let folder = tempfile::tempdir().expect("a folder");
    let store: Arc<dyn store::Store> =
        Arc::new(SqliteStore::open(folder.path(), SqliteOptions::default()).expect("opens"));
    let blobs = Arc::new(store::Blobs::open(&folder.path().join("blobs"), [0; 32]).expect("opens"));
    let clock = TestClock::at(UtcDate::parse("2026-11-23T09:00:00Z").expect("a date"));
    let open = async |kind: &'static Kind| {
        Engine::open(store.clone(), blobs.clone(), clock.clone(), Registry::standard().with(kind)).await.expect("opens")
    };
    let ask = async |engine: &Engine, method: &str, args: Value| -> Value {
        let using = ["urn:ietf:params:jmap:core", "urn:meanwhile:jmap:workspace"];
        let body = json!({ "using": using, "methodCalls": [[method, args, "0"]] }).to_string();
        let request = Request::read(body.as_bytes(), 9).expect("a request");
        let text = engine.call(&operator(), request).await.expect("an answer").to_json();
        serde_json::from_str::<Value>(&text).expect("JSON")["methodResponses"][0][1].take()
    };
    let before = open(&OLD_PROBE).await;
    let space =
        before.add_space("Sea", &[before.add_person("Ana", None, Role::Member).await.expect("added")], false).await;
    let space = space.expect("made");
    let member = json!({ "accountId": space, "create": { "p": { "kind": "probe", "depth": 40 } } });
    let made = ask(&before, "Item/set", member).await;
    let id = made["created"]["p"]["id"].as_str().unwrap_or_else(|| panic!("{made}")).to_string();
    assert!(made["created"]["p"]["state"].is_null());

    let today = open(&PROBE).await;
    let got = ask(&today, "Item/get", json!({ "accountId": space, "ids": [id] })).await;
    assert_eq!((&got["list"][0]["state"], &got["list"][0]["depth"]), (&json!("wet"), &json!(40)), "{got}");
    assert!(got["list"][0]["$"].is_null(), "the number of the schema is nobody's business");
    let edit = json!({ "accountId": space, "update": { id.clone(): { "depth": 41 } } });
    assert!(ask(&today, "Item/set", edit).await["notUpdated"].is_null());
    let got = ask(&today, "Item/get", json!({ "accountId": space, "ids": [id] })).await;
    assert_eq!((&got["list"][0]["state"], &got["list"][0]["depth"]), (&json!("wet"), &json!(41)), "{got}");
}

/// Reads something of an engine's store.
async fn work<T: Send + 'static>(
    engine: &Engine,
    read: impl FnOnce(&dyn store::Snapshot) -> Result<T, store::StoreError> + Send + 'static,
) -> T {
    let (to, from) = tokio::sync::oneshot::channel();
    engine.store().read(Box::new(move |at| {
        let _ = to.send(at.and_then(read));
    }));
    from.await.expect("an answer").expect("no fault")
}
