//! Previews of pictures, kept in a folder that may be deleted at any time. A reader of the log makes those of what is
//! said; what is missing is made when somebody asks for it, once however many ask. Who may see one is decided before.
//! They are kept apart for each blob, though the content of two may be the same: else the time that an answer takes would
//! tell that somebody else has the same picture.

mod ahead;
mod folder;

pub(crate) use ahead::Ahead;

use bytes::Bytes;
use jmap::Id;
use media::picture::{self, MOST_MEMORY, NoPreview, Picture, WIDTHS};
use parking_lot::Mutex;
use std::collections::HashMap;
use std::fs::File;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::time::Duration;
use tokio::sync::{Semaphore, watch};

use folder::Folder;

/// In the data folder.
const FOLDER: &str = "previews";
/// Counts the ways in which previews have been made: what was kept before is made anew.
pub(crate) const MADE_AS: u32 = 1;
/// Pictures that are read at the same time, at most; and no more than there are cores.
const MOST_AT_ONCE: usize = 4;
/// In which memory is given out.
const MIB: u64 = 1024 * 1024;
/// How long somebody waits for one.
const PATIENCE: Duration = Duration::from_secs(30);
/// Files of which it is remembered that there is no preview.
const MOST_REFUSED: usize = 4096;

/// What previews are of.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Of {
    pub(crate) blob: Id,
    /// Of its content: what is kept goes with that.
    pub(crate) hash: [u8; 32],
}

/// One that is made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Made {
    pub(crate) bytes: Bytes,
    pub(crate) media_type: &'static str,
}

/// Why there is none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Unmade {
    /// There can't be one.
    Never(NoPreview),
    /// Too much is to be done before it.
    NotYet,
}

/// All widths of a picture.
type All = Arc<[Made; WIDTHS.len()]>;
type Outcome = Result<All, Unmade>;

/// Makes and keeps previews of pictures. Whoever serves a data folder has one of them.
pub struct Previews {
    folder: Folder,
    at_once: Semaphore,
    /// A permit for each MiB.
    memory: Semaphore,
    under_way: Mutex<HashMap<Of, watch::Receiver<Option<Outcome>>>>,
    refused: Mutex<HashMap<Id, NoPreview>>,
    made: AtomicU64,
}

impl Previews {
    /// Keeps them in a folder of their own in that of the data, which is made with the first of them.
    pub fn in_folder(data: &Path) -> Arc<Previews> {
        let cores = std::thread::available_parallelism().map_or(1, |cores| cores.get());
        Arc::new(Previews {
            folder: Folder::at(data.join(FOLDER)),
            at_once: Semaphore::new(cores.min(MOST_AT_ONCE)),
            memory: Semaphore::new((MOST_MEMORY / MIB) as usize),
            under_way: Mutex::default(),
            refused: Mutex::default(),
            made: AtomicU64::new(0),
        })
    }

    /// Of how many pictures they were made since the start.
    pub(crate) fn made(&self) -> u64 {
        self.made.load(Relaxed)
    }

    /// One preview, from the folder or made of the file.
    pub(crate) async fn get(self: &Arc<Previews>, of: Of, width: u32, file: File) -> Result<Made, Unmade> {
        let place = WIDTHS.iter().position(|known| *known == width).expect("the door takes no other");
        let this = self.clone();
        if let Ok(Some(kept)) = tokio::task::spawn_blocking(move || this.folder.read(of, width)).await {
            return Ok(kept);
        }
        Ok(self.all(of, file).await?[place].clone())
    }

    /// All of them. They are made to their end though nobody may wait for them any more.
    async fn all(self: &Arc<Previews>, of: Of, file: File) -> Outcome {
        if let Some(why) = self.refused.lock().get(&of.blob) {
            return Err(Unmade::Never(*why));
        }
        let mut told = {
            let mut under_way = self.under_way.lock();
            let begun = under_way.entry(of).or_insert_with(|| {
                let (tell, told) = watch::channel(None);
                let this = self.clone();
                tokio::spawn(async move {
                    let outcome = this.find_or_make(of, file).await;
                    // Before it is told, so that whoever comes later finds them in the folder.
                    this.under_way.lock().remove(&of);
                    tell.send_replace(Some(outcome));
                });
                told
            });
            begun.clone()
        };
        match tokio::time::timeout(PATIENCE, told.wait_for(Option::is_some)).await {
            Ok(Ok(outcome)) => outcome.clone().unwrap_or(Err(Unmade::NotYet)),
            // Whoever made them is gone without a word; the next one begins again.
            Ok(Err(_)) => {
                self.under_way.lock().remove(&of);
                Err(Unmade::NotYet)
            }
            Err(_) => Err(Unmade::NotYet),
        }
    }

    async fn find_or_make(self: &Arc<Previews>, of: Of, file: File) -> Outcome {
        let Ok(_place) = self.at_once.acquire().await else { return Err(Unmade::NotYet) };
        let this = self.clone();
        // Somebody may have made them between two looks.
        if let Ok(Some(kept)) = tokio::task::spawn_blocking(move || this.folder.read_all(of)).await {
            return Ok(Arc::new(kept));
        }
        let made = self.make(of, file).await;
        if let Err(Unmade::Never(why)) = made {
            let mut refused = self.refused.lock();
            if refused.len() >= MOST_REFUSED {
                refused.clear();
            }
            refused.insert(of.blob, why);
        }
        made
    }

    async fn make(self: &Arc<Previews>, of: Of, file: File) -> Outcome {
        let picture = elsewhere(move || Picture::open(file)).await?;
        let needed = picture.memory().div_ceil(MIB).clamp(1, MOST_MEMORY / MIB) as u32;
        let Ok(_memory) = self.memory.acquire_many(needed).await else { return Err(Unmade::NotYet) };
        let made = elsewhere(move || picture.previews()).await?;
        self.made.fetch_add(1, Relaxed);
        let of_ours = |picture::Preview { bytes, media_type }| Made { bytes: bytes.into(), media_type };
        let made: All = Arc::new(made.map(of_ours));
        let (this, keep) = (self.clone(), made.clone());
        let kept = tokio::task::spawn_blocking(move || this.folder.keep(of, &keep)).await;
        if let Ok(Err(error)) = kept {
            tracing::warn!(%error, "previews can't be kept; they are made anew when they are asked for again");
        }
        Ok(made)
    }
}

/// On a thread where it holds up nobody. A decoder that panics has met a file that it can't read.
async fn elsewhere<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, NoPreview> + Send + 'static,
) -> Result<T, Unmade> {
    match tokio::task::spawn_blocking(work).await {
        Ok(done) => done.map_err(Unmade::Never),
        Err(ended) if ended.is_panic() => {
            // With what, the panic hook has told.
            tracing::warn!("a decoder of pictures panicked");
            Err(Unmade::Never(NoPreview::Damaged))
        }
        Err(_) => Err(Unmade::NotYet),
    }
}

#[cfg(test)]
mod tests;
