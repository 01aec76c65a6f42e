//! Threads as Markdown, for people to read.

use serde_json::{Map, Value};
use std::collections::HashMap;
use std::fmt::Write;

use super::record::{file_name, item_files};

type Item = Map<String, Value>;
type Names = HashMap<String, String>;

/// A thread on a page, and the name of its file.
pub(super) fn thread(items: &[Item], space: &Item, names: &Names) -> (String, String) {
    let root = items.first();
    let text = |name: &str| root.and_then(|root| root.get(name)).and_then(Value::as_str).unwrap_or("");
    let title = if text("title").is_empty() { text("excerpt") } else { text("title") };
    let day = text("createdAt").get(..10).unwrap_or("");
    let id = text("id");
    let name = format!("{day} {} {id}.md", file_name(title));
    let mut out = format!("# {}\n\n", title.trim());
    if let Some(space) = space.get("name").and_then(Value::as_str) {
        let _ = writeln!(out, "*In {space}.*\n");
    }
    for (at, item) in items.iter().enumerate() {
        let before = at.checked_sub(1).and_then(|at| items.get(at));
        let parent = item.get("parentId").filter(|id| !id.is_null());
        let next =
            before.and_then(|before| before.get("id")) == parent || root.and_then(|root| root.get("id")) == parent;
        let answered = parent.filter(|_| !next).and_then(|id| items.iter().find(|item| item.get("id") == Some(id)));
        said(&mut out, item, answered, names);
    }
    (name, out)
}

/// What one person wrote in a Space, in order.
pub(super) fn words(items: &[Item], space: &Item, names: &Names) -> String {
    let mut out = match space.get("name").and_then(Value::as_str) {
        Some(name) => format!("# {name}\n\n"),
        None => "# A conversation\n\n".to_string(),
    };
    for item in items {
        if let Some(title) = item.get("title").and_then(Value::as_str).filter(|title| !title.is_empty()) {
            let _ = writeln!(out, "## {title}\n");
        }
        said(&mut out, item, None, names);
    }
    out
}

fn said(out: &mut String, item: &Item, answers: Option<&Item>, names: &Names) {
    let text = |name: &str| item.get(name).and_then(Value::as_str).unwrap_or("");
    let _ = write!(out, "### {}, {}", who(item, names), when(text("createdAt")));
    if !text("editedAt").is_empty() {
        let _ = write!(out, " (edited {})", when(text("editedAt")));
    }
    out.push_str("\n\n");
    if let Some(other) = answers {
        let at = other.get("createdAt").and_then(Value::as_str).unwrap_or("");
        let _ = writeln!(out, "*In reply to {}, {}*\n", who(other, names), when(at));
    }
    if item.get("deleted").is_some_and(|deleted| !deleted.is_null()) {
        out.push_str("*Deleted.*\n\n");
    }
    let words = without_ids(text("text"));
    if !words.trim().is_empty() {
        let _ = writeln!(out, "{}\n", words.trim_end());
    }
    for file in item_files(item) {
        let name = file.path.rsplit('/').next().unwrap_or("");
        let link: String =
            file.path.chars().map(|c| if c == ' ' { "%20".to_string() } else { c.to_string() }).collect();
        let _ = writeln!(out, "- [{}](../{link})", name.split_once('-').map_or(name, |(_, name)| name));
    }
    if !item_files(item).is_empty() {
        out.push('\n');
    }
    let reactions = item.get("reactions").and_then(Value::as_object).into_iter().flatten();
    let given: Vec<String> = reactions
        .map(|(emoji, by)| {
            let by =
                by.as_object().into_iter().flatten().map(|(id, _)| names.get(id).map_or("somebody", String::as_str));
            format!("{emoji} {}", by.collect::<Vec<_>>().join(", "))
        })
        .collect();
    if !given.is_empty() {
        let _ = writeln!(out, "{}\n", given.join(" · "));
    }
}

fn who<'a>(item: &Item, names: &'a Names) -> &'a str {
    let by = item.get("createdBy").and_then(Value::as_str).unwrap_or("");
    names.get(by).map_or("Somebody", String::as_str)
}

/// `2016-05-02 09:00`, in UTC.
fn when(instant: &str) -> String {
    match (instant.get(..10), instant.get(11..16)) {
        (Some(day), Some(time)) => format!("{day} {time} UTC"),
        _ => instant.to_string(),
    }
}

/// `[@Ana](mw:p…)` is `@Ana` for those who read no ids.
fn without_ids(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find("[@") {
        out.push_str(&rest[..at]);
        let mention = &rest[at + 1..];
        let end = mention.find("](mw:").filter(|end| !mention[..*end].contains(['\n', ']']));
        match end.and_then(|end| Some((end, mention[end..].find(')')?))) {
            Some((end, close)) => {
                out.push_str(&mention[..end]);
                rest = &mention[end + close + 1..];
            }
            None => {
                out.push('[');
                rest = mention;
            }
        }
    }
    out.push_str(rest);
    out
}
