//! Full-text search: a reader of the log that keeps an index beside the store. The index holds no right and no text to show:
//! who may see a hit, and what stands in it, is asked of the store.

mod document;
mod find;
mod fold;
mod index;
mod letters;
mod question;
mod schema;
#[cfg(feature = "testing")]
pub mod testing;
mod texts;
mod words;

pub use texts::{FileText, MAX_FILE_TEXT, Made};

use model::Registry;
use parking_lot::RwLock;
use std::ops::Range;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::time::Duration;
use store::search::{Asked, Found, SearchError, Words};
use store::{Blobs, Changed, Command, LogReader, N, SearchIndex, Seq, Snapshot, StoreError, Tick, TypeNumber};
use tantivy::TantivyError;

use crate::index::{Open, Shelf, failed};
use crate::texts::{Texts, text_of};

/// The folder of the index, below that of the data.
pub const FOLDER: &str = "search";
const WORDS: &str = "words";
const TEXTS: &str = "texts";
/// How often the reader looks whether texts of files have come.
const TEXTS_EVERY: Duration = Duration::from_millis(200);

/// What a search index is opened with.
pub struct Options {
    /// Where it is kept. It may be deleted while no server runs.
    pub folder: PathBuf,
    /// The lineage of the store: of another one's index nothing can be used.
    pub lineage: u64,
    /// Types and kinds.
    pub registry: Registry,
    /// The files.
    pub blobs: Arc<Blobs>,
    /// Who makes text of them.
    pub file_text: Arc<dyn FileText>,
}

/// The reader that keeps the index up to date, and what searches it. Nothing is opened before the reader is asked where
/// it stands, and nothing that is wrong with the files is an error: they are made anew.
pub fn open(options: Options) -> (Reader, Arc<dyn SearchIndex>) {
    let shared = Arc::new(Shared {
        texts: options.folder.join(TEXTS),
        shelf: RwLock::new(None),
        broken: AtomicBool::new(false),
    });
    (Reader { shared: shared.clone(), options, parts: None }, shared)
}

/// What searches see.
struct Shared {
    texts: PathBuf,
    shelf: RwLock<Option<Arc<Shelf>>>,
    /// A search met something that can't be read.
    broken: AtomicBool,
}

/// The log reader.
pub struct Reader {
    shared: Arc<Shared>,
    options: Options,
    parts: Option<Parts>,
}

/// What is open while all is well.
struct Parts {
    open: Open,
    texts: Texts,
    again: Vec<(N, TypeNumber, Seq)>,
}

impl Reader {
    fn open(&self) -> Result<Parts, StoreError> {
        let folder = &self.options.folder;
        let io =
            |error: std::io::Error| StoreError::Unavailable(format!("{} can't be used: {error}", folder.display()));
        make(folder).map_err(io)?;
        if self.shared.broken.swap(false, Relaxed) {
            std::fs::remove_dir_all(folder.join(WORDS)).map_err(io)?;
        }
        let open = Open::at(&folder.join(WORDS), self.options.lineage)?;
        let again = open.waiting().map_err(|error| failed(&error))?;
        let texts = Texts::start(folder.join(TEXTS), self.options.blobs.clone(), self.options.file_text.clone());
        let texts = texts.map_err(io)?;
        *self.shared.shelf.write() = Some(open.shelf.clone());
        Ok(Parts { open, texts, again })
    }

    /// Does something with what is open. After a fault it is closed, and opened again when the place is asked for.
    fn with<T>(&mut self, work: impl FnOnce(&mut Parts) -> Result<T, StoreError>) -> Result<T, StoreError> {
        let parts = &mut self.parts;
        let done = match parts {
            Some(_) if self.shared.broken.load(Relaxed) => {
                Err(StoreError::Unavailable("the search index was damaged; it is made anew".into()))
            }
            Some(parts) => work(parts),
            None => Err(StoreError::Unavailable("the search index is not open".into())),
        };
        if done.is_err() {
            *parts = None;
        }
        done
    }
}

fn make(folder: &Path) -> std::io::Result<()> {
    use std::os::unix::fs::DirBuilderExt;
    std::fs::DirBuilder::new().recursive(true).mode(0o700).create(folder)
}

impl LogReader for Reader {
    fn name(&self) -> &'static str {
        "search"
    }

    fn wants(&self, ty: TypeNumber) -> bool {
        document::TYPES.contains(&ty)
    }

    fn own_cursor(&mut self) -> Option<Tick> {
        // What was begun and not finished is begun again, from an empty index.
        if self.parts.as_ref().is_some_and(|parts| parts.open.committed() == Tick(0)) {
            self.parts = None;
        }
        if self.parts.is_none() {
            match self.open() {
                Ok(parts) => self.parts = Some(parts),
                Err(fault) => tracing::error!(%fault, "there is no search index now"),
            }
        }
        Some(self.parts.as_ref().map_or(Tick(0), |parts| parts.open.committed()))
    }

    fn take(&mut self, n: N, batch: &[Changed], at: &dyn Snapshot) -> Result<Vec<Box<dyn Command>>, StoreError> {
        let registry = self.options.registry.clone();
        self.with(|parts| {
            let fault = |error: TantivyError| failed(&error);
            let fields = parts.open.shelf.fields;
            for changed in batch {
                let key = fields.key_of(n, changed.row.ty, changed.row.created_seq);
                let doc = document::document(&registry, &fields, &parts.texts, n, changed, at)?;
                parts.open.put(key, doc).map_err(fault)?;
            }
            parts.open.breathe().map_err(fault)?;
            Ok(Vec::new())
        })
    }

    fn again(&mut self) -> Vec<(N, TypeNumber, Seq)> {
        let Some(parts) = self.parts.as_mut() else { return Vec::new() };
        let mut again = std::mem::take(&mut parts.again);
        again.extend(parts.texts.ready());
        again
    }

    fn caught_up(&mut self, to: Tick, now: bool) -> Result<Option<Duration>, StoreError> {
        self.with(|parts| {
            let rest = parts.open.caught_up(to, now).map_err(|error| failed(&error))?;
            Ok(if parts.texts.busy() { Some(TEXTS_EVERY) } else { rest })
        })
    }

    fn forget(&mut self, files: &[[u8; 32]]) -> Result<(), StoreError> {
        self.with(|parts| {
            parts.open.forget().map_err(|error| failed(&error))?;
            let kept = parts.texts.keep_only(files);
            kept.map_err(|error| StoreError::Unavailable(format!("texts of files can't be deleted: {error}")))
        })
    }
}

impl SearchIndex for Shared {
    fn find(&self, asked: &Asked) -> Result<Found, SearchError> {
        let clauses = asked.words.map(question::read).transpose()?.unwrap_or_default();
        let Some(shelf) = self.shelf.read().clone() else { return Ok(Found::default()) };
        // A file that was damaged since it was opened may make anything happen but an error.
        let found = catch_unwind(AssertUnwindSafe(|| {
            find::find((&shelf.reader.searcher(), &shelf.letters), &shelf.fields, &clauses, asked)
        }));
        let fault = match found {
            Ok(Ok(found)) => return Ok(found),
            Ok(Err(error)) => failed(&error),
            Err(_) => StoreError::Unavailable("the search index can't be read".into()),
        };
        tracing::error!(%fault, "a search failed; the index is made anew");
        self.broken.store(true, Relaxed);
        Err(SearchError::Failed(fault))
    }

    fn has_words(&self, words: Words) -> Result<bool, SearchError> {
        Ok(!question::read(words)?.is_empty())
    }

    fn marks(&self, words: Words, loose: bool, text: &str) -> Vec<Range<usize>> {
        question::read(words).map(|clauses| question::marks(&clauses, loose, text)).unwrap_or_default()
    }

    fn text_of(&self, file: &[u8; 32]) -> Option<String> {
        text_of(&self.texts, file).filter(|text| !text.is_empty())
    }
}
