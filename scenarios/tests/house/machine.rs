//! The tree is the same everywhere: no trace of the machine that it was written on.

use super::tree::{files, read, root};

#[test]
fn no_path_of_a_developers_machine_is_in_the_tree() {
    let traces = [
        concat!("/ro", "ot/"),
        concat!("/ho", "me/"),
        concat!("/Us", "ers/"),
        concat!("C:\\Us", "ers"),
        concat!("/wo", "rk/"),
        concat!("127.0.0.1", ":3128"),
        concat!("artif", "actory"),
        concat!(".inter", "nal/"),
    ];
    let ends =
        [".rs", ".toml", ".md", ".sql", ".json", ".lock", ".js", ".ts", ".html", ".css", ".snap", "Makefile", "/run"];
    let mut all = files("", &ends);
    all.extend(files("scripts", &[""]));
    for (path, text) in all {
        for trace in traces {
            let line = text.lines().position(|line| line.contains(trace));
            assert!(line.is_none(), "{path}:{} has {trace:?}", line.unwrap_or(0) + 1);
        }
    }
}

#[test]
fn packages_come_from_the_public_registries_alone() {
    for line in read("Cargo.lock").lines().filter(|line| line.starts_with("source = ")) {
        assert_eq!(line, "source = \"registry+https://github.com/rust-lang/crates.io-index\"");
    }
    for (path, text) in files("", &["package-lock.json"]) {
        for line in text.lines().filter(|line| line.contains("\"resolved\":")) {
            assert!(line.contains("\"https://registry.npmjs.org/"), "{path}: {}", line.trim());
        }
    }
    for name in [".npmrc", ".cargo/config.toml", "pip.conf"] {
        assert!(!root().join(name).exists(), "{name} would point builds at one machine's registry");
    }
}
