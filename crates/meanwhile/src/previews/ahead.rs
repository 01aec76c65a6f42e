//! The reader of the log that makes previews before anybody asks for them, and lets those go whose content no record names
//! any more. Were they made for the first who looks, the second could tell by the clock that somebody has looked. It
//! leaves out what is imported and what is older than a month: that may be a lot, and nobody may ever look.

use engine::{Clock, Engine};
use jmap::{DAY_MS, Id, Origin};
use model::items::ITEM;
use model::{Registry, record};
use serde_json::Value;
use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;
use store::{Blobs, Changed, Command, LogReader, N, Row, Snapshot, StoreError, Tick, TypeNumber};
use tokio::runtime::Handle;

use super::{Of, Previews};

/// What is older is made when it is asked for.
const DAYS: i64 = 30;
/// So far it may have read without remembering it.
const FORGETFUL: i64 = 1000;

pub(crate) struct Ahead {
    previews: Arc<Previews>,
    blobs: Arc<Blobs>,
    clock: Arc<dyn Clock>,
    registry: Registry,
    lineage: u64,
    runtime: Handle,
    queue: VecDeque<Of>,
    read: Tick,
    remembered: Tick,
}

impl Ahead {
    /// Of that workspace; called on its runtime.
    pub(crate) fn new(engine: &Engine, lineage: u64, previews: Arc<Previews>) -> Ahead {
        let was = previews.folder.was_read_to().filter(|(of, _)| *of == lineage);
        let read = Tick(was.map_or(0, |(_, tick)| tick));
        Ahead {
            previews,
            blobs: engine.blobs().clone(),
            clock: engine.clock().clone(),
            registry: engine.registry().clone(),
            lineage,
            runtime: Handle::current(),
            queue: VecDeque::new(),
            read,
            remembered: read,
        }
    }

    /// The pictures of an Item that was said here not long ago.
    fn pictures(&self, row: &Row, at: &dyn Snapshot) -> Result<Vec<Of>, StoreError> {
        let mut found = Vec::new();
        if row.destroyed.is_some() || row.origin != Origin::Said {
            return Ok(found);
        }
        let props = record::properties(&self.registry, row.kind, &row.head, None);
        let text = |value: &Value, name: &str| value[name].as_str().unwrap_or_default().to_string();
        let received = props.get("receivedAt").and_then(Value::as_str).and_then(jmap::UtcDate::parse);
        let since = self.clock.now().plus_ms(-DAYS * DAY_MS);
        let files = props.get("blobs").and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
        if received.is_none_or(|received| received < since) {
            return Ok(found);
        }
        for file in files.iter().filter(|file| text(file, "type").starts_with("image/")) {
            let Ok(id) = Id::parse(&text(file, "blobId")) else { continue };
            if let Some(blob) = at.blob(id)? {
                found.push(Of { blob: id, hash: blob.hash });
            }
        }
        Ok(found)
    }

    fn make(&self, of: Of) {
        if self.previews.folder.read_all(of).is_some() {
            return;
        }
        // It may have been deleted since.
        let Ok((file, _)) = self.blobs.open_blob(&of.hash) else { return };
        // Whoever asks is told why there is none.
        let _ = self.runtime.block_on(self.previews.all(of, file));
    }

    fn remember(&mut self) {
        if let Err(error) = self.previews.folder.is_read_to(self.lineage, self.read.0) {
            tracing::warn!(%error, "the folder of previews can't be written");
        }
        self.remembered = self.read;
    }
}

impl LogReader for Ahead {
    fn name(&self) -> &'static str {
        "previews"
    }

    fn wants(&self, ty: TypeNumber) -> bool {
        ty == ITEM.number
    }

    fn own_cursor(&mut self) -> Option<Tick> {
        Some(self.read)
    }

    fn take(&mut self, _: N, batch: &[Changed], at: &dyn Snapshot) -> Result<Vec<Box<dyn Command>>, StoreError> {
        for changed in batch {
            let pictures = self.pictures(&changed.row, at)?;
            self.queue.extend(pictures);
        }
        Ok(Vec::new())
    }

    fn caught_up(&mut self, to: Tick, now: bool) -> Result<Option<Duration>, StoreError> {
        if let Some(of) = self.queue.pop_front() {
            self.make(of);
            if !self.queue.is_empty() {
                return Ok(Some(Duration::ZERO));
            }
        }
        self.read = to;
        if now && self.read != self.remembered || self.read.0 - self.remembered.0 > FORGETFUL {
            self.remember();
        }
        Ok(None)
    }

    fn forget(&mut self, files: &[[u8; 32]]) -> Result<(), StoreError> {
        self.previews.folder.keep_only(files).map_err(|error| {
            StoreError::Unavailable(format!("previews of what is deleted can't be taken away: {error}"))
        })
    }
}
