//! The files of the project, as text.

use std::path::{Path, PathBuf};

/// Folders that hold nothing written by hand.
const BUILT: [&str; 7] = [".git", "target", "node_modules", "data", "demo", "dist", "proptest-regressions"];

/// The folder of the workspace.
pub(super) fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the crate lies in the workspace")
}

/// The text of a file, by its path from the root.
pub(super) fn read(path: &str) -> String {
    std::fs::read_to_string(root().join(path)).unwrap_or_else(|error| panic!("{path} can't be read: {error}"))
}

/// Every file below a folder that ends so, by its path from the root, with its text; in order of the paths.
pub(super) fn files(below: &str, ends: &[&str]) -> Vec<(String, String)> {
    let mut found = Vec::new();
    walk(&root().join(below), &mut found);
    found.sort();
    let name = |path: &Path| path.strip_prefix(root()).expect("below the root").display().to_string();
    let text = |path: PathBuf| Some((name(&path), std::fs::read_to_string(&path).ok()?));
    found.into_iter().filter(|path| ends.iter().any(|end| name(path).ends_with(end))).filter_map(text).collect()
}

fn walk(folder: &Path, found: &mut Vec<PathBuf>) {
    let Ok(entries) = std::fs::read_dir(folder) else { return };
    for entry in entries.flatten() {
        let (name, path) = (entry.file_name(), entry.path());
        let Ok(kind) = entry.file_type() else { continue };
        if kind.is_file() {
            found.push(path);
        } else if kind.is_dir() && !BUILT.iter().any(|built| name == *built) {
            walk(&path, found);
        }
    }
}

/// The hand-written Rust of the project.
pub(super) fn rust() -> Vec<(String, String)> {
    let mut all = files("crates", &[".rs"]);
    all.extend(files("scenarios", &[".rs"]));
    all
}

/// A source without the tests at its end.
pub(super) fn without_tests(text: &str) -> &str {
    let tests = text.match_indices("#[cfg(test)]\n").find(|(at, mark)| {
        let next = text[at + mark.len()..].lines().next().unwrap_or("");
        next.starts_with("mod ") && next.ends_with('{')
    });
    tests.map_or(text, |(at, _)| &text[..at])
}

/// The lines between `<!-- name -->` and `<!-- /name -->`, without the fence around them.
pub(super) fn marked(text: &str, name: &str) -> Vec<String> {
    let (from, to) = (format!("<!-- {name} -->"), format!("<!-- /{name} -->"));
    let (_, rest) = text.split_once(&from).unwrap_or_else(|| panic!("the block {from} is missing"));
    let (block, _) = rest.split_once(&to).unwrap_or_else(|| panic!("the block {from} has no end"));
    block.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with("```")).map(String::from).collect()
}

/// True if `word` stands in the text by itself, not as a part of a longer word.
pub(super) fn has_word(text: &str, word: &str) -> bool {
    let part = |c: char| c.is_alphanumeric() || c == '_';
    text.match_indices(word).any(|(at, _)| {
        let before = text[..at].chars().next_back().is_some_and(part);
        let after = text[at + word.len()..].chars().next().is_some_and(part);
        !before && !after
    })
}
