//! The reference pages are what the tables say now. `UPDATE_EXPECT=1` writes them anew; read the difference as prose.

use model::Registry;
use scenarios::direct::Direct;
use scenarios::reference::{pages, types};
use std::sync::Arc;
use store::oracle::Oracle;

use super::tree::{files, root};

#[tokio::test]
async fn the_reference_pages_are_fresh() {
    let folder = tempfile::tempdir().expect("a folder");
    let direct = Direct::open(Arc::new(Oracle::new()), folder.path()).await;
    let ana = direct.hire("Ana").await;
    let session = direct.engine.session(&ana, "https://work.example.org").await.expect("a session");
    let pages = pages(&Registry::standard(), &session);
    let place = root().join("docs/protocol");
    if std::env::var_os("UPDATE_EXPECT").is_some() {
        std::fs::create_dir_all(place.join("types")).expect("a folder");
        for (name, text) in &pages {
            std::fs::write(place.join(name), text).expect("the page is written");
        }
    }
    for (name, text) in &pages {
        let there = std::fs::read_to_string(place.join(name)).unwrap_or_default();
        assert!(there == *text, "docs/protocol/{name} is stale: run this again with UPDATE_EXPECT=1 and read the diff");
    }
    let types = types(&Registry::standard(), &session);
    let place = root().join("web/src/generated/types.ts");
    if std::env::var_os("UPDATE_EXPECT").is_some() {
        std::fs::create_dir_all(place.parent().expect("it lies in a folder")).expect("a folder");
        std::fs::write(&place, &types).expect("the file is written");
    }
    let there = std::fs::read_to_string(&place).unwrap_or_default();
    assert!(there == types, "web/src/generated/types.ts is stale: run this again with UPDATE_EXPECT=1");
    for (path, _) in files("docs/protocol/types", &[".md"]) {
        let name = path.strip_prefix("docs/protocol/").expect("below the folder");
        assert!(pages.contains_key(name), "{path} is of a type that is gone: take it away");
    }
}
