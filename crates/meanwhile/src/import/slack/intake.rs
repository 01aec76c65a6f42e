//! Writes what comes in: some hundred messages in one transaction, with the files and the names they need. What is there
//! already is left alone, its files too.

use anyhow::{Context, bail};
use engine::Engine;
use jmap::Id;
use model::Caller;
use parking_lot::Mutex;
use serde_json::Value;
use std::collections::HashMap;
use std::sync::Arc;
use tokio::sync::mpsc;

use super::entry::Entry;
use super::message::Attached;
use crate::import::Done;
use crate::import::authors::Authors;
use crate::import::files;
use crate::import::source::Source;
use crate::orders::{News, Tell};

/// So many messages are one transaction.
const BATCH: usize = 250;
/// Or so many bytes of text.
const BATCH_BYTES: usize = 4 * 1024 * 1024;

/// The importer's desk.
pub(super) struct Intake {
    engine: Engine,
    by: Caller,
    authors: Authors,
    /// Open a second time, for the contents of files.
    source: Arc<Mutex<Source>>,
    batch: Vec<Entry>,
    bytes: usize,
    /// What opens a thread in place of something that is not there.
    instead: HashMap<Id, Id>,
    done: Done,
}

impl Intake {
    pub(super) fn new(engine: &Engine, by: Caller, authors: Authors, source: Source, done: Done) -> Intake {
        Intake {
            engine: engine.clone(),
            by,
            authors,
            source: Arc::new(Mutex::new(source)),
            batch: Vec::new(),
            bytes: 0,
            instead: HashMap::new(),
            done,
        }
    }

    pub(super) fn done(self) -> Done {
        self.done
    }

    /// Writes all of them.
    pub(super) async fn take_all(
        &mut self,
        mut entries: mpsc::Receiver<Entry>,
        total: u64,
        tell: &Tell,
    ) -> anyhow::Result<()> {
        let mut count = 0;
        while let Some(entry) = entries.recv().await {
            if self.batch.first().is_some_and(|first| first.space != entry.space) {
                self.flush().await?;
                self.instead.clear();
            }
            self.bytes += entry.text.len() + entry.rest.as_ref().map_or(0, String::len);
            self.batch.push(entry);
            count += 1;
            if self.batch.len() >= BATCH || self.bytes >= BATCH_BYTES {
                self.flush().await?;
                if !told(tell, count, total) {
                    bail!("the import was stopped; run it again to go on");
                }
            }
        }
        self.flush().await?;
        told(tell, count, total);
        Ok(())
    }

    async fn flush(&mut self) -> anyhow::Result<()> {
        let batch = std::mem::take(&mut self.batch);
        self.bytes = 0;
        let Some(first) = batch.first() else { return Ok(()) };
        let (space, place) = (first.space, first.place.clone());
        self.write(space, batch).await.with_context(|| format!("the import stopped at {place}; run it again to go on"))
    }

    async fn write(&mut self, space: Id, batch: Vec<Entry>) -> anyhow::Result<()> {
        let ids = batch.iter().flat_map(|entry| std::iter::once(entry.id).chain(entry.below.iter().copied()));
        let mut known = self.engine.known_items(&self.by, space, ids.collect()).await?;
        let (mut entries, mut items) = (Vec::new(), Vec::new());
        let mut persons = Vec::new();
        for entry in batch {
            let stands = |id: &Id| self.instead.get(id).copied().unwrap_or(*id);
            let below = entry.below.iter().map(stands).find(|id| known.get(id) == Some(&true) && *id != entry.id);
            let there = known.get(&entry.id).copied();
            if below.is_none() && there != Some(false) {
                // Whatever hangs below the same finds this in its place.
                for missing in &entry.below {
                    self.instead.entry(*missing).or_insert(entry.id);
                }
            }
            if there.is_some() {
                self.done.already += 1;
                continue;
            }
            known.insert(entry.id, true);
            let blobs = self.upload(space, &entry).await?;
            self.done.files += blobs.len() as u64;
            persons.extend(&entry.persons);
            items.push((entry.id, entry.props(below, blobs)));
            entries.push((entry.place, below.is_some()));
        }
        if items.is_empty() {
            return Ok(());
        }
        self.authors.name_in(&self.engine, &self.by, space, persons.into_iter()).await?;
        let brought = self.engine.bring_items(&self.by, space, items).await;
        let brought = brought.map_err(|error| anyhow::anyhow!("the messages were refused: {}", error.description))?;
        for ((place, replies), how) in entries.into_iter().zip(brought) {
            self.done.count(&place, replies, how);
        }
        Ok(())
    }

    /// Stores the files of a message; one that can't be read is told and left out.
    async fn upload(&mut self, space: Id, entry: &Entry) -> anyhow::Result<Vec<Value>> {
        let mut blobs = Vec::new();
        if let Some(rest) = &entry.rest {
            let bytes = rest.clone().into_bytes();
            let blob = files::upload_bytes(&self.engine, &self.by, space, bytes, "text/plain").await?;
            blobs.push(self.described(space, blob, "rest-of-message.txt", "text/plain").await?);
        }
        for (file, at) in &entry.files {
            let Some(at) = at else { continue };
            let source = self.source.clone();
            match files::upload(&self.engine, &self.by, space, source, at, &file.media_type).await? {
                Ok(blob) => blobs.push(self.described(space, blob, &name_of(file), &file.media_type).await?),
                Err(why) => self.done.problems.add(at, &why),
            }
        }
        Ok(blobs)
    }

    async fn described(&self, space: Id, blob: Id, name: &str, media_type: &str) -> anyhow::Result<Value> {
        files::described(&self.engine, &self.by, space, blob, name, media_type).await
    }
}

/// False if nobody listens any more.
fn told(tell: &Tell, done: u64, of: u64) -> bool {
    tell.send(News::Progress { what: "Importing messages".into(), done, of }).is_ok()
}

fn name_of(file: &Attached) -> String {
    mail::clean_file_name(&file.name, &file.media_type)
}
