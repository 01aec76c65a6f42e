//! For tests of deletion: what the files of an index still tell, whether its records are there or not.

use std::collections::BTreeSet;
use std::path::Path;
use tantivy::{Index, SegmentReader};

use crate::schema::Fields;
use crate::{TEXTS, WORDS};

/// Every word in any file of the index in that folder; a file that belongs to no living segment as its name.
///
/// # Errors
/// If it can't be read.
pub fn every_word(folder: &Path) -> tantivy::Result<BTreeSet<String>> {
    let mut out = BTreeSet::new();
    let index = Index::open_in_dir(folder.join(WORDS))?;
    let (_, fields) = Fields::new();
    let mut living = BTreeSet::new();
    for segment in index.searchable_segments()? {
        living.insert(segment.id().uuid_string());
        let reader = SegmentReader::open(&segment)?;
        for field in [fields.title, fields.text, fields.files] {
            let inverted = reader.inverted_index(field)?;
            let mut words = inverted.terms().stream()?;
            while words.advance() {
                out.insert(String::from_utf8_lossy(words.key()).into_owned());
            }
        }
    }
    for entry in std::fs::read_dir(folder.join(WORDS))? {
        let name = entry?.file_name().to_string_lossy().into_owned();
        let segment = name.split('.').next().unwrap_or("");
        if segment.len() == 32 && !living.contains(segment) {
            out.insert(name);
        }
    }
    Ok(out)
}

/// How many texts of files are kept.
///
/// # Errors
/// If the folder can't be read.
pub fn kept_texts(folder: &Path) -> std::io::Result<usize> {
    Ok(std::fs::read_dir(folder.join(TEXTS))?.count())
}
