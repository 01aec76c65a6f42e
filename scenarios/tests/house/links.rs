//! Links between the pages lead somewhere.

use std::collections::BTreeSet;
use std::path::Path;

use super::tree::{files, root};

/// The lines of a page outside fenced code, inline code blanked out.
fn prose(text: &str) -> Vec<String> {
    let mut fenced = false;
    let mut lines = Vec::new();
    for line in text.lines() {
        if line.trim_start().starts_with("```") {
            fenced = !fenced;
        } else if !fenced {
            let parts = line.split('`').enumerate().map(|(i, part)| if i % 2 == 0 { part } else { "code" });
            lines.push(parts.collect());
        }
    }
    lines
}

/// As GitHub makes them from headings.
fn anchors(text: &str) -> BTreeSet<String> {
    let mut fenced = false;
    let heading = |line: &&str| {
        fenced ^= line.trim_start().starts_with("```");
        !fenced && line.starts_with('#')
    };
    let slug = |line: &str| {
        let title = line.trim_start_matches('#').trim().to_lowercase();
        let kept = title.chars().filter(|c| c.is_alphanumeric() || [' ', '-', '_'].contains(c));
        kept.map(|c| if c == ' ' { '-' } else { c }).collect::<String>()
    };
    text.lines().filter(heading).map(slug).collect()
}

#[test]
fn every_link_of_a_page_leads_somewhere() {
    let mut wrong = Vec::new();
    for (path, text) in files("", &[".md"]) {
        let folder = root().join(Path::new(&path).parent().unwrap_or(Path::new("")));
        for line in prose(&text) {
            for rest in line.split("](").skip(1) {
                let target = rest.split(')').next().unwrap_or("");
                if target.contains("://") || target.starts_with("mw:") || target.starts_with("mailto:") {
                    continue;
                }
                let (file, anchor) = target.split_once('#').unwrap_or((target, ""));
                let to = if file.is_empty() { root().join(&path) } else { folder.join(file) };
                if !to.exists() {
                    wrong.push(format!("{path}: {target} is not there"));
                } else if !anchor.is_empty() {
                    let there = std::fs::read_to_string(&to).is_ok_and(|text| anchors(&text).contains(anchor));
                    if !there {
                        wrong.push(format!("{path}: {target} has no such heading"));
                    }
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
