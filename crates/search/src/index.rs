//! The index on the disk: opened if it is whole and of this store, else made anew. One writer, which is the log reader's;
//! many readers, which see the newest commit.

use serde::{Deserialize, Serialize};
use std::fs;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};
use store::{StoreError, Tick};
use tantivy::collector::DocSetCollector;
use tantivy::indexer::IndexWriterOptions;
use tantivy::query::TermQuery;
use tantivy::schema::IndexRecordOption;
use tantivy::{Index, IndexReader, IndexWriter, ReloadPolicy, TantivyDocument, TantivyError, Term};

use crate::letters::Letters;
use crate::schema::{Fields, VERSION, register};
use crate::texts::Whose;

/// Memory for what is not yet written, in bytes.
const MEMORY: usize = 24 * 1024 * 1024;
/// A commit is written at most so often.
const EVERY: Duration = Duration::from_millis(500);
/// Without news the place in the log is written down at most so often.
const PLACE_EVERY: Duration = Duration::from_secs(60);

/// What is written with each commit.
#[derive(Serialize, Deserialize)]
struct Note {
    version: u32,
    /// Of the store. After a restore it is another one, and numbers of accounts mean others.
    lineage: u64,
    /// Up to there everything is in the index.
    tick: i64,
}

/// What readers of the index share.
#[derive(Clone)]
pub(crate) struct Shelf {
    pub(crate) reader: IndexReader,
    pub(crate) fields: Fields,
    pub(crate) letters: Letters,
}

/// An open index.
pub(crate) struct Open {
    pub(crate) shelf: Arc<Shelf>,
    /// There as long as this is.
    writer: Option<IndexWriter>,
    lineage: u64,
    /// Everything up to there is written or will be with the next commit.
    taken: Tick,
    /// Everything up to there is durable.
    committed: Tick,
    committed_at: Instant,
    dirty: bool,
}

impl Open {
    /// Opens the index in that folder. What is damaged, of another version or of another store is deleted first.
    pub(crate) fn at(folder: &Path, lineage: u64) -> Result<Open, StoreError> {
        match Self::as_it_is(folder, lineage) {
            Ok(Some(open)) => return Ok(open),
            Ok(None) => {}
            // Somebody else writes: nothing to delete.
            Err(error @ TantivyError::LockFailure(..)) => return Err(failed(&error)),
            Err(error) => tracing::warn!(%error, "the search index can't be used; it is made anew"),
        }
        let anew = || -> Result<Open, TantivyError> {
            if folder.exists() {
                fs::remove_dir_all(folder).map_err(std::io::Error::other)?;
            }
            fs::create_dir_all(folder)?;
            let (schema, _) = Fields::new();
            let open = Self::of(Index::create_in_dir(folder, schema)?, lineage, Tick(0))?;
            tracing::info!("a new search index is made from the records");
            Ok(open)
        };
        anew().map_err(|error| failed(&error))
    }

    /// `None`: there is none, or it is not one of ours.
    fn as_it_is(folder: &Path, lineage: u64) -> Result<Option<Open>, TantivyError> {
        if !folder.join("meta.json").exists() {
            return Ok(None);
        }
        let index = Index::open_in_dir(folder)?;
        let note = index.load_metas()?.payload.and_then(|text| serde_json::from_str::<Note>(&text).ok());
        let ours = note.filter(|note| note.version == VERSION && note.lineage == lineage);
        let (schema, _) = Fields::new();
        let Some(note) = ours.filter(|_| index.schema() == schema) else {
            tracing::info!("the search index is of another version or another store");
            return Ok(None);
        };
        // It was begun and not finished. What was deleted since would stay in it for ever: whoever begins is given what lives.
        if note.tick == 0 {
            return Ok(None);
        }
        let damaged = index.validate_checksum()?;
        if let Some(file) = damaged.iter().next() {
            return Err(TantivyError::SystemError(format!("{} is damaged", file.display())));
        }
        Self::of(index, lineage, Tick(note.tick)).map(Some)
    }

    fn of(index: Index, lineage: u64, at: Tick) -> Result<Open, TantivyError> {
        register(&index);
        let options =
            IndexWriterOptions::builder().memory_budget_per_thread(MEMORY).num_worker_threads(1).num_merge_threads(1);
        let writer = index.writer_with_options(options.build())?;
        let reader = index.reader_builder().reload_policy(ReloadPolicy::Manual).try_into()?;
        let (_, fields) = Fields::new();
        let shelf = Arc::new(Shelf { reader, fields, letters: Letters::default() });
        let committed_at = Instant::now();
        Ok(Open { shelf, writer: Some(writer), lineage, taken: at, committed: at, committed_at, dirty: false })
    }

    /// Everything up to there is durable.
    pub(crate) fn committed(&self) -> Tick {
        self.committed
    }

    /// Takes a record out, and puts it in as it is now.
    pub(crate) fn put(&mut self, key: Term, doc: Option<TantivyDocument>) -> Result<(), TantivyError> {
        self.dirty = true;
        let writer = self.writer()?;
        writer.delete_term(key);
        doc.map_or(Ok(()), |doc| writer.add_document(doc).map(|_| ()))
    }

    fn writer(&mut self) -> Result<&mut IndexWriter, TantivyError> {
        self.writer.as_mut().ok_or_else(|| TantivyError::SystemError("the index is closed".into()))
    }

    /// Everything up to there was taken. True if it is durable and shown, or need not be yet.
    pub(crate) fn caught_up(&mut self, to: Tick, now: bool) -> Result<Option<Duration>, TantivyError> {
        self.taken = to;
        let since = self.committed_at.elapsed();
        if self.dirty && !now && since < EVERY {
            return Ok(Some(EVERY - since));
        }
        // The first place is written down at once: an index without one is begun again from nothing.
        let place = to > self.committed && (since > PLACE_EVERY || self.committed == Tick(0));
        if self.dirty || place {
            self.commit()?;
        }
        Ok(None)
    }

    /// In a long run: what was added is shown now and then, though the place in the log stays where it was.
    pub(crate) fn breathe(&mut self) -> Result<(), TantivyError> {
        if self.dirty && self.committed_at.elapsed() > EVERY * 2 { self.commit() } else { Ok(()) }
    }

    fn commit(&mut self) -> Result<(), TantivyError> {
        let note = Note { version: VERSION, lineage: self.lineage, tick: self.taken.0 };
        let mut prepared = self.writer()?.prepare_commit()?;
        prepared.set_payload(&serde_json::to_string(&note).unwrap_or_default());
        prepared.commit()?;
        self.dirty = false;
        self.committed = self.taken;
        self.committed_at = Instant::now();
        self.shelf.reader.reload()
    }

    /// Rewrites what still has words of what is deleted, and deletes the files of before.
    pub(crate) fn forget(&mut self) -> Result<(), TantivyError> {
        if self.dirty {
            self.commit()?;
        }
        // A merge may take a segment away under us; then it is another one's turn.
        for _ in 0..4 {
            let segments = self.writer()?.index().searchable_segment_metas()?;
            let with_deleted = segments.iter().filter(|segment| segment.has_deletes()).map(|segment| segment.id());
            let with_deleted: Vec<_> = with_deleted.collect();
            if with_deleted.is_empty() {
                break;
            }
            for segment in with_deleted {
                if let Err(error) = self.writer()?.merge(&[segment]).wait() {
                    tracing::debug!(%error, "a segment was merged otherwise");
                }
            }
        }
        self.shelf.reader.reload()?;
        self.writer()?.garbage_collect_files().wait()?;
        Ok(())
    }

    /// Records of which the text of a file is still to come.
    pub(crate) fn waiting(&self) -> Result<Vec<Whose>, TantivyError> {
        let searcher = self.shelf.reader.searcher();
        let term = Term::from_field_u64(self.shelf.fields.waits, 1);
        let docs = searcher.search(&TermQuery::new(term, IndexRecordOption::Basic), &DocSetCollector)?;
        let mut out = Vec::with_capacity(docs.len());
        for doc in docs {
            let fast = searcher.segment_reader(doc.segment_ord).fast_fields();
            let figure = |name: &str| Ok::<_, TantivyError>(fast.u64(name)?.first(doc.doc_id).unwrap_or(0));
            out.push((figure("account")? as store::N, figure("ty")? as store::TypeNumber, figure("seq")?));
        }
        Ok(out)
    }
}

impl Drop for Open {
    fn drop(&mut self) {
        // A merge that goes on would write into a folder that is another one's by then. What it can't finish is merged again.
        if let Some(Err(error)) = self.writer.take().map(IndexWriter::wait_merging_threads) {
            tracing::debug!(%error, "the search index was closed after a fault");
        }
    }
}

/// A fault of the index as one of the store's: the reader tries again.
pub(crate) fn failed(error: &TantivyError) -> StoreError {
    StoreError::Unavailable(format!("the search index: {error}"))
}
