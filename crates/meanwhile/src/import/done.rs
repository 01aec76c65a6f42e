//! How an import went: counted while it runs, and told in words when it ends.

use engine::Brought;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

use super::Skipped;
use super::problems::Problems;

/// Lines of a list that are shown; `--json` has more of them.
pub(super) const SHOWN: usize = 20;

/// What came in, and what did not.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Done {
    /// Spaces made for it.
    pub(crate) spaces: u64,
    /// Placeholders made for people whom the workspace did not know.
    pub(crate) people: u64,
    pub(crate) threads: u64,
    pub(crate) posts: u64,
    pub(crate) files: u64,
    /// What was there before.
    pub(crate) already: u64,
    /// What was left out, and how often.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub(crate) left_out: BTreeMap<String, u64>,
    pub(crate) problems: Problems,
    /// It was ended before all of it was read.
    #[serde(default)]
    pub(crate) interrupted: bool,
}

impl Done {
    /// Counts one thing.
    pub(super) fn count(&mut self, place: &str, reply: bool, how: Brought) {
        match how {
            Brought::New if reply => self.posts += 1,
            Brought::New => self.threads += 1,
            Brought::There => self.already += 1,
            Brought::Refused(error) => self.problems.add(place, &error.description),
        }
    }

    /// For people, in some lines.
    pub(crate) fn in_words(&self) -> String {
        let spaces = match self.spaces {
            0 => String::new(),
            spaces => format!(", in {}", counted(spaces, "new Space", "new Spaces")),
        };
        let mut lines = vec![format!(
            "Imported {} and {} with {}{spaces}; {} new to the workspace. {} there already.",
            counted(self.threads, "thread", "threads"),
            counted(self.posts, "post", "posts"),
            counted(self.files, "file", "files"),
            counted(self.people, "person is", "people are"),
            counted(self.already, "was", "were"),
        )];
        lines.extend(left_out_in_words(&self.left_out));
        lines.extend(self.problems.in_words());
        if self.interrupted {
            lines.push("It was interrupted; run the same command again to go on.".into());
        }
        lines.join("\n")
    }
}

impl Problems {
    /// How many, and the first of them.
    pub(super) fn in_words(&self) -> Vec<String> {
        let mut lines = Vec::new();
        if self.count > 0 {
            lines.push(format!("{} be taken:", counted(self.count, "record can't", "records can't")));
        }
        let shown = self.list.iter().take(SHOWN);
        lines.extend(shown.map(|Skipped { place, why }| format!("  {place}: {why}")));
        lines.extend(rest_in_words(self.count));
        lines
    }
}

/// What of a list is not shown.
pub(super) fn rest_in_words(all: u64) -> Option<String> {
    let rest = all.checked_sub(SHOWN as u64).filter(|rest| *rest > 0)?;
    Some(format!("  and {rest} more; --json lists them"))
}

pub(super) fn left_out_in_words(what: &BTreeMap<String, u64>) -> Option<String> {
    let all: Vec<String> = what.iter().map(|(what, count)| format!("{what} ({count})")).collect();
    (!all.is_empty()).then(|| format!("Left out: {}.", all.join(", ")))
}

/// A number with its noun.
pub(super) fn counted(number: u64, one: &str, many: &str) -> String {
    format!("{number} {}", if number == 1 { one } else { many })
}
