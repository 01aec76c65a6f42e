//! What a source file may be: not too long, opened by a sentence, and blind to its neighbours where it has to be.

use std::collections::BTreeMap;

use super::tree::{files, has_word, read, root, rust, without_tests};

/// Lines of a hand-written file without its tests.
const MOST: usize = 400;

/// Longer ones, how long each may be, and why it is not two. This list only shrinks.
const LONGER: &[(&str, usize, &str)] =
    &[("crates/store/src/overlay.rs", 420, "the overlay and its undo are one invariant")];

#[test]
fn no_file_is_longer_than_a_reader_can_hold() {
    let longer: BTreeMap<&str, usize> = LONGER.iter().map(|(path, most, _)| (*path, *most)).collect();
    let mut wrong = Vec::new();
    for (path, text) in rust() {
        let lines = without_tests(&text).lines().count();
        let most = longer.get(path.as_str()).copied();
        match most {
            Some(_) if lines <= MOST => wrong.push(format!("{path} has {lines} lines now: take it off the list")),
            _ if lines > most.unwrap_or(MOST) => wrong.push(format!("{path} has {lines} lines without its tests")),
            _ => {}
        }
    }
    for (path, _, _) in LONGER {
        if !root().join(path).exists() {
            wrong.push(format!("{path} is gone: take it off the list"));
        }
    }
    assert!(wrong.is_empty(), "at most {MOST} lines:\n{}", wrong.join("\n"));
}

#[test]
fn every_file_begins_with_what_it_is() {
    // A folder of unit tests is told about by its mod.rs.
    let told = |path: &str| path.contains("/src/") && path.contains("/tests/") && !path.ends_with("/mod.rs");
    let silent = rust().into_iter().filter(|(path, text)| !told(path) && !text.starts_with("//!"));
    let silent: Vec<String> = silent.map(|(path, _)| path).collect();
    assert!(silent.is_empty(), "these lack a first line that begins with //! and says what they are: {silent:?}");
}

/// What a file names right after `super::` or after a path that ends so, in braces or not.
fn names_after<'a>(text: &'a str, path: &str) -> Vec<&'a str> {
    let mut names = Vec::new();
    for (at, _) in text.match_indices(path) {
        let rest = &text[at + path.len()..];
        let list = rest.strip_prefix('{').and_then(|list| list.split('}').next()).unwrap_or(rest);
        let one = rest.starts_with('{');
        let word = |part: &'a str| part.trim().split(|c: char| !c.is_alphanumeric() && c != '_').next().unwrap_or("");
        if one { names.extend(list.split(',').map(word)) } else { names.push(word(list)) }
    }
    names
}

/// Files or folders side by side that must not know each other; `above` are the paths by which one could be named.
fn strangers(folder: &str, above: &[&str]) {
    let all = files(folder, &[".rs"]);
    let own = |path: &str| {
        let rest = path.strip_prefix(folder).expect("below the folder").trim_start_matches('/');
        rest.split(['/', '.']).next().unwrap_or("").to_string()
    };
    let names: std::collections::BTreeSet<String> =
        all.iter().map(|(path, _)| own(path)).filter(|name| name != "mod").collect();
    assert!(names.len() > 1, "{folder} holds nothing that could be told apart");
    for (path, text) in &all {
        let me = own(path);
        if me == "mod" {
            continue;
        }
        for other in above.iter().flat_map(|path| names_after(text, path)) {
            assert!(other == me || !names.contains(other), "{path} names {other}: neighbours there must not");
        }
    }
}

#[test]
fn doors_do_not_know_each_other() {
    strangers("crates/meanwhile/src/doors", &["super::", "doors::"]);
}

#[test]
fn kinds_do_not_know_each_other() {
    let folder = root().join("crates/model/src/items");
    let kinds = std::fs::read_dir(folder).expect("the kinds").flatten().filter(|entry| entry.path().is_dir());
    let kinds: Vec<String> = kinds.map(|entry| entry.file_name().display().to_string()).collect();
    assert!(kinds.len() > 1, "there are kinds");
    for kind in &kinds {
        for (path, text) in files(&format!("crates/model/src/items/{kind}"), &[".rs"]) {
            for other in ["super::", "items::"].iter().flat_map(|above| names_after(&text, above)) {
                assert!(other == kind || !kinds.iter().any(|k| k == other), "{path} names the kind {other}");
            }
        }
    }
}

#[test]
fn the_model_asks_neither_clock_nor_disk_nor_network() {
    const FORBIDDEN: [&str; 9] =
        ["std::time", "std::fs", "std::net", "std::thread", "std::env", "std::process", "tokio", "async", "getrandom"];
    for crates in ["crates/model/src", "crates/jmap/src"] {
        for (path, text) in files(crates, &[".rs"]) {
            let code: Vec<&str> = text.lines().filter(|line| !line.trim_start().starts_with("//")).collect();
            let code = code.join("\n");
            for word in FORBIDDEN {
                assert!(!has_word(&code, word), "{path} has {word}: these crates are pure");
            }
        }
    }
}

#[test]
fn the_clock_and_sleeping_are_banned_by_the_lints() {
    let bans = read("clippy.toml");
    for path in ["std::time::SystemTime::now", "std::thread::sleep"] {
        assert!(bans.contains(&format!("{{ path = \"{path}\", reason = \"")), "clippy.toml no longer bans {path}");
    }
    let lints: toml::Table = read("Cargo.toml").parse().expect("the manifest is TOML");
    for lint in ["dbg_macro", "todo", "unimplemented", "unwrap_used", "print_stdout"] {
        assert!(lints["workspace"]["lints"]["clippy"].get(lint).is_some(), "the workspace no longer lints {lint}");
    }
}

#[test]
fn nothing_is_ignored_and_nothing_sleeps_in_a_test() {
    let (ignored, sleeps) = (concat!("#[igno", "re"), concat!("thread::", "sleep("));
    for (path, text) in rust() {
        assert!(!text.contains(ignored), "{path} ignores a test: mend it or take it out");
        assert!(!text.contains(sleeps), "{path} sleeps: wait for the event, or for the Clock");
    }
}
