//! One word per thing: the glossary against the tables and the code, and the numbers that are written down.

use model::Registry;
use std::collections::BTreeSet;

use super::tree::{files, has_word, marked, read};

/// Each word with what people read.
pub(super) fn rows() -> Vec<(String, String)> {
    let rows = marked(&read("docs/glossary.md"), "words");
    let cells = |row: &String| row.trim_matches('|').split('|').map(|cell| cell.trim().to_string()).collect::<Vec<_>>();
    let rows = rows.iter().skip(2).map(cells);
    rows.map(|row| (row[0].trim_matches('`').to_string(), row.last().cloned().unwrap_or_default())).collect()
}

/// The words of the first column.
fn words() -> Vec<String> {
    rows().into_iter().map(|(word, _)| word).collect()
}

#[test]
fn no_word_of_the_glossary_is_an_orphan() {
    let code: Vec<(String, String)> = files("crates", &[".rs", ".sql"]);
    let orphans: Vec<String> =
        words().into_iter().filter(|word| !code.iter().any(|(_, text)| has_word(text, word))).collect();
    assert!(orphans.is_empty(), "these words of docs/glossary.md are nowhere in the code: {orphans:?}");
}

#[test]
fn every_type_and_kind_is_in_the_glossary() {
    let registry = Registry::standard();
    let words: BTreeSet<String> = words().into_iter().collect();
    let types = registry.types().iter().filter(|ty| !ty.internal).map(|ty| ty.name);
    let missing: Vec<&str> = types.chain(registry.kind_names()).filter(|name| !words.contains(*name)).collect();
    assert!(missing.is_empty(), "docs/glossary.md lacks {missing:?}");
}

#[test]
fn the_numbers_of_types_and_kinds_are_those_that_were_written_down() {
    let registry = Registry::standard();
    let types = registry.types().iter().map(|ty| format!("type {} {}", ty.number, ty.name));
    let kinds = registry.kinds().iter().map(|kind| format!("kind {} {}", kind.number, kind.name));
    let now: BTreeSet<String> = types.chain(kinds).collect();
    let written: BTreeSet<String> =
        marked(&read("docs/decisions/0001-numbers-are-written-down.md"), "numbers").into_iter().collect();
    let fresh: Vec<&String> = now.difference(&written).collect();
    assert!(fresh.is_empty(), "write these down in docs/decisions/0001-numbers-are-written-down.md: {fresh:?}");
    let gone: Vec<&String> = written.difference(&now).collect();
    assert!(gone.is_empty(), "these numbers are written down for ever, but the registry has others: {gone:?}");
    let numbers: BTreeSet<&str> = written.iter().filter_map(|line| line.rsplit_once(' ').map(|(n, _)| n)).collect();
    assert_eq!(numbers.len(), written.len(), "a number is given twice");
}
