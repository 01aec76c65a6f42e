//! The rules of the web app: who may import whom, how long a file may be, which words are shown, and that nothing leads
//! to another server. They read the sources; none needs node.

use std::collections::BTreeSet;

use super::arrows::allowed_in;
use super::glossary::rows;
use super::tree::{files, has_word};

/// Lines of a hand-written file.
const MOST: usize = 400;

/// What of `sync` its neighbours may name; the rest is private to it.
const DOORS: [&str; 3] = ["sync", "sync/api", "sync/auth"];

/// Words of the glossary that are plain English too, and may be said in their plain meaning.
const PLAIN: [&str; 7] = ["clock", "direct", "effect", "head", "kind", "link", "post"];

/// The hand-written sources.
fn sources(below: &str, ends: &[&str]) -> Vec<(String, String)> {
    let all = files(below, ends);
    assert!(!all.is_empty(), "{below} has no such file: {ends:?}");
    all.into_iter().filter(|(path, _)| !path.starts_with("web/src/generated/")).collect()
}

/// An import of a file of our own.
struct Import {
    /// From `src`, without an ending: `sync/api`.
    of: String,
    /// It is gone when the program runs.
    type_only: bool,
}

/// What a file imports by a relative path, in whatever form.
fn imports(path: &str, text: &str) -> Vec<Import> {
    let folder: Vec<&str> = path.strip_prefix("web/src/").unwrap_or(path).split('/').collect();
    let folder = &folder[..folder.len() - 1];
    let mut found = Vec::new();
    for quote in ['"', '\''] {
        for (at, _) in text.match_indices(&format!("{quote}.")) {
            let Some(name) = text[at + 1..].split(quote).next().filter(|n| n.starts_with("./") || n.starts_with("../"))
            else {
                continue;
            };
            let mut of = folder.to_vec();
            for part in name.split('/') {
                match part {
                    "." => {}
                    ".." => assert!(of.pop().is_some(), "{path} imports {name}, which is not in web/src"),
                    part => of.push(part),
                }
            }
            let before = &text[..at];
            let statement = before.rfind("import").map_or("", |start| &before[start..]);
            let type_only = statement.starts_with("import type") && !statement.contains(';');
            found.push(Import { of: of.join("/"), type_only });
        }
    }
    found
}

fn first(path: &str) -> &str {
    path.split('/').next().unwrap_or("")
}

/// Where a source is, from `src`.
fn place(path: &str) -> &str {
    path.strip_prefix("web/src/").unwrap_or(path)
}

#[test]
fn the_parts_of_the_web_app_import_each_other_at_most_as_the_architecture_says() {
    let allowed = allowed_in("web arrows");
    let mut wrong = Vec::new();
    for (path, text) in sources("web/src", &[".ts", ".tsx"]) {
        // What lies in no folder puts the parts together.
        let Some((from, _)) = place(&path).split_once('/') else { continue };
        let arrows = allowed.get(from).unwrap_or_else(|| panic!("ARCHITECTURE.md has no web arrow from {from:?}"));
        for import in imports(&path, &text) {
            let to = first(&import.of);
            if to != from && arrows.as_ref().is_some_and(|arrows| !arrows.contains(to)) {
                wrong.push(format!("{path} imports {}: {from} -> {to} is not among the web arrows", import.of));
            }
            if to == "sync" && from != "sync" && !DOORS.contains(&import.of.as_str()) {
                wrong.push(format!("{path} imports {}: that is private to sync", import.of));
            }
            if to == "sync" && from == "ui" && !import.type_only {
                wrong.push(format!("{path} imports {}: ui takes types alone from sync", import.of));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_architecture_names_every_part_of_the_web_app_and_no_other() {
    let of = |path: &String| place(path).split_once('/').map(|(folder, _)| folder.to_string());
    let there: BTreeSet<String> = files("web/src", &[".ts", ".tsx"]).iter().filter_map(|(path, _)| of(path)).collect();
    let named: BTreeSet<String> = allowed_in("web arrows")
        .into_iter()
        .flat_map(|(from, to)| to.unwrap_or_default().into_iter().chain([from]))
        .collect();
    assert_eq!(named, there, "the web arrows of ARCHITECTURE.md against the folders of web/src");
}

#[test]
fn kinds_do_not_know_each_other_in_the_web_app_either() {
    for (path, text) in sources("web/src/items", &[".ts", ".tsx"]) {
        let own: Vec<&str> = place(&path).split('/').collect();
        if own.len() < 3 {
            continue;
        }
        for import in imports(&path, &text) {
            let other: Vec<&str> = import.of.split('/').collect();
            let kind = other[0] == "items" && other.get(1).is_some_and(|name| is_folder(name));
            assert!(!kind || other[1] == own[1], "{path} imports {}: kinds do not know each other", import.of);
        }
    }
}

fn is_folder(name: &str) -> bool {
    super::tree::root().join("web/src/items").join(name).is_dir()
}

#[test]
fn imports_are_found_in_every_form() {
    let text = "import type { A } from \"../sync/api\";\nimport { b } from '../b';\nimport \"./c.css\";\n\
                const d = () => import(\"./d\");\nimport type { E } from \"../../e\"; import f from \"./f\";\n";
    let found = imports("web/src/items/post/index.tsx", text);
    let found: BTreeSet<String> =
        found.iter().map(|i| format!("{}{}", if i.type_only { "type " } else { "" }, i.of)).collect();
    let expected = ["items/b", "items/post/c.css", "items/post/d", "items/post/f", "type e", "type items/sync/api"];
    assert_eq!(found.iter().map(String::as_str).collect::<Vec<_>>(), expected);
}

#[test]
fn files_of_the_web_app_are_short_and_say_what_they_are() {
    let mut wrong = Vec::new();
    for (path, text) in sources("web/src", &[".ts", ".tsx"]).into_iter().chain(sources("web/tests", &[".ts", ".tsx"])) {
        let lines = text.lines().count();
        if lines > MOST {
            wrong.push(format!("{path} has {lines} lines; at most {MOST}"));
        }
        if !text.starts_with("//") && !text.starts_with("/*") {
            wrong.push(format!("{path} does not begin with a comment that says what it is"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_web_app_leads_to_no_other_server() {
    let mut wrong = Vec::new();
    let mut all = sources("web/src", &[".ts", ".tsx", ".css"]);
    all.extend(sources("web/public", &[".js", ".svg", ".webmanifest", ".html"]));
    all.extend(sources("web", &["web/index.html"]));
    for (path, text) in all {
        for (number, line) in text.lines().enumerate() {
            let comment = ["//", "*", "/*", "<!--"].iter().any(|mark| line.trim_start().starts_with(mark));
            // A namespace is a name, and nobody goes there.
            let line = line.replace("http://www.w3.org/", "");
            let leads = ["http://", "https://", "ws://", "wss://", "\"//", "'//", "(//"].iter().any(|scheme| {
                line.match_indices(scheme).any(|(at, _)| line[at + scheme.len()..].starts_with(char::is_alphanumeric))
            });
            if leads && !comment {
                wrong.push(format!("{path}:{} leads to another server", number + 1));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// The messages of a catalogue: its texts that are no keys and no imports, without the names of what is put in.
fn messages(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    let code = text.lines().filter(|line| !line.starts_with("import") && !line.trim_start().starts_with("//"));
    let code: Vec<&str> = code.collect();
    let code = code.join("\n");
    let mut rest = code.as_str();
    while let Some(start) = rest.find('"') {
        let inner = &rest[start + 1..];
        let mut escaped = false;
        let end = inner.find(|c| {
            let ends = c == '"' && !escaped;
            escaped = c == '\\' && !escaped;
            ends
        });
        let Some(end) = end else { break };
        rest = &inner[end + 1..];
        if !rest.trim_start().starts_with(':') {
            found.push(without_names(&inner[..end]));
        }
    }
    found
}

/// ICU MessageFormat: `{count, plural, one {…}}` and `{name}` begin with a name that nobody reads.
fn without_names(message: &str) -> String {
    let mut parts = message.split('{');
    let mut out = parts.next().unwrap_or("").to_string();
    for part in parts {
        let name = part.len() - part.trim_start_matches(|c: char| c.is_alphanumeric() || c == '_').len();
        let named = part[name..].starts_with(['}', ',']);
        out.push('{');
        out.push_str(if named { &part[name..] } else { part });
    }
    out
}

#[test]
fn people_read_no_noun_of_the_code() {
    let rows = rows();
    let shown: Vec<String> = rows.iter().map(|(_, shown)| shown.to_lowercase()).collect();
    let is_shown = |word: &str| shown.iter().any(|text| has_word(text, word) || has_word(text, &format!("{word}s")));
    let mut nouns: BTreeSet<String> = rows.into_iter().map(|(word, _)| word.to_lowercase()).collect();
    nouns.extend(["item", "tombstone", "cursor", "replica", "outbox", "expectation", "uuid", "jmap"].map(String::from));
    nouns.retain(|word| !is_shown(word) && !PLAIN.contains(&word.as_str()));
    assert!(nouns.contains("submission") && nouns.contains("topic") && !nouns.contains("thread"), "{nouns:?}");
    let mut wrong = Vec::new();
    let catalogues = files("web/src/locales", &[".ts"])
        .into_iter()
        .filter(|(path, _)| path.ends_with("/locales/en.ts") || path.contains("/locales/en/"));
    let mut read = 0;
    for (path, text) in catalogues {
        for message in messages(&text) {
            read += 1;
            let low = message.to_lowercase();
            for noun in &nouns {
                if has_word(&low, noun) || has_word(&low, &format!("{noun}s")) {
                    wrong.push(format!("{path}: {message:?} says {noun:?}; docs/glossary.md has what people read"));
                }
            }
        }
    }
    assert!(read > 50, "the English catalogue has {read} messages; is this how it is written?");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn a_message_is_read_without_its_names() {
    let text = "import x from \"item\";\nexport const en = {\n  \"cursor.item\": \"Take {item} \\\"back\\\"\",\n  \"a\":\n    \"{item, plural, one {# item} other {{n} items}}\",\n};\n";
    assert_eq!(messages(text), ["Take {} \\\"back\\\"", "{, plural, one {# item} other {{} items}}"]);
}
