//! What an import could not take: told with its place, counted without end, kept up to a limit.

use serde::{Deserialize, Serialize};

use super::Skipped;

/// So many are kept; a broken export may have one for each of a million records.
const KEPT: usize = 10_000;

/// What could not be taken.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Problems {
    /// The first of them.
    pub(crate) list: Vec<Skipped>,
    /// How many there are.
    pub(crate) count: u64,
}

impl Problems {
    pub(crate) fn add(&mut self, place: &str, why: &str) {
        self.count += 1;
        if self.list.len() < KEPT {
            self.list.push(Skipped { place: place.to_string(), why: why.to_string() });
        }
    }

    pub(crate) fn extend(&mut self, others: Problems) {
        let kept = others.list.len() as u64;
        for Skipped { place, why } in others.list {
            self.add(&place, &why);
        }
        self.count += others.count - kept;
    }
}
