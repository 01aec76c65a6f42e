//! Who may depend on whom: the block in ARCHITECTURE.md against the manifests.

use std::collections::{BTreeMap, BTreeSet};

use super::tree::{files, marked, read};

fn allowed() -> BTreeMap<String, Option<BTreeSet<String>>> {
    allowed_in("arrows")
}

/// The arrows of a block of ARCHITECTURE.md; `None`: to anything.
pub(super) fn allowed_in(block: &str) -> BTreeMap<String, Option<BTreeSet<String>>> {
    let lines = marked(&read("ARCHITECTURE.md"), block);
    let arrow = |line: &String| {
        let (from, to) = line.split_once("->").unwrap_or_else(|| panic!("{line:?} is not an arrow"));
        let to = match to.trim() {
            "anything" => None,
            "nothing" => Some(BTreeSet::new()),
            list => Some(list.split(',').map(|name| name.trim().to_string()).collect()),
        };
        (from.trim().to_string(), to)
    };
    lines.iter().map(arrow).collect()
}

/// The crates of the workspace and what each names in its manifest, for whatever purpose.
fn named() -> BTreeMap<String, BTreeSet<String>> {
    let manifests = files("crates", &["/Cargo.toml"]).into_iter().chain(files("scenarios", &["/Cargo.toml"]));
    let manifests: Vec<toml::Table> = manifests
        .map(|(path, text)| text.parse().unwrap_or_else(|error| panic!("{path} is not TOML: {error}")))
        .collect();
    let name = |manifest: &toml::Table| manifest["package"]["name"].as_str().expect("a crate has a name").to_string();
    let ours: BTreeSet<String> = manifests.iter().map(name).collect();
    let tables = ["dependencies", "dev-dependencies", "build-dependencies"];
    manifests
        .iter()
        .map(|manifest| {
            let all = tables.iter().filter_map(|table| manifest.get(*table)?.as_table());
            let all: BTreeSet<String> = all.flat_map(|table| table.keys().cloned()).collect();
            let me = name(manifest);
            (me.clone(), all.into_iter().filter(|other| *other != me && ours.contains(other)).collect())
        })
        .collect()
}

#[test]
fn crates_depend_on_each_other_at_most_as_the_architecture_says() {
    let allowed = allowed();
    for (from, to) in named() {
        let arrows = allowed.get(&from).unwrap_or_else(|| panic!("ARCHITECTURE.md has no line for the crate {from:?}"));
        if let Some(arrows) = arrows {
            let more: Vec<&String> = to.difference(arrows).collect();
            assert!(more.is_empty(), "{from} -> {more:?} is not among the arrows of ARCHITECTURE.md");
        }
    }
}

#[test]
fn the_architecture_names_no_crate_that_is_not_there() {
    let there = named();
    for (from, to) in allowed() {
        for name in to.into_iter().flatten().chain([from]) {
            assert!(there.contains_key(&name), "ARCHITECTURE.md has an arrow of {name:?}, and there is no such crate");
        }
    }
}

#[test]
fn the_architecture_describes_every_crate() {
    let text = read("ARCHITECTURE.md");
    for name in named().keys().filter(|name| *name != "scenarios") {
        assert!(text.contains(&format!("**`crates/{name}`**")), "the code map lacks crates/{name}");
    }
}
