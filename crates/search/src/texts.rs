//! The texts of files, made beside the log on a thread of their own and kept by the hash of the content, so that an edit of
//! an Item reads no file again. A text that is there is made; an empty one says that there is none to be made.

use parking_lot::Mutex;
use std::collections::{HashMap, HashSet};
use std::fs::{self, File};
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::sync::mpsc::{Sender, channel};
use std::thread::JoinHandle;
use store::{Blobs, N, Seq, TypeNumber};

/// Bytes of the text of one file that are searched: what is longer is found by its beginning.
pub const MAX_FILE_TEXT: usize = 1024 * 1024;

/// What is made of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Made {
    /// Its words.
    Text(String),
    /// There are none, and trying again makes none.
    Nothing,
    /// It can't be told now (a program is missing): it is tried again after the next start.
    NotNow(String),
}

/// Makes text of files. Implemented by whoever may run programs.
pub trait FileText: Send + Sync {
    /// Whether there could be text in it, by what it calls itself.
    fn reads(&self, media_type: &str, name: &str) -> bool;
    /// The text of it.
    fn text(&self, file: File, media_type: &str, name: &str) -> Made;
}

/// A record, as a reader is given it once more.
pub(crate) type Whose = (N, TypeNumber, Seq);

/// A file of which text is to be made.
pub(crate) struct Job {
    pub(crate) hash: [u8; 32],
    pub(crate) media_type: String,
    pub(crate) name: String,
}

/// What is known of a file's text.
pub(crate) enum Known {
    /// Made, if there is any.
    Made(String),
    /// Still to come.
    Waits,
    /// Such a file has none.
    Never,
}

#[derive(Default)]
struct Queue {
    /// Being made, or waiting to be, with the records that have them.
    under_way: HashMap<[u8; 32], Vec<Whose>>,
    /// Could not be made in this run of the program.
    failed: HashSet<[u8; 32]>,
    /// Records whose files have got their text.
    ready: Vec<Whose>,
}

pub(crate) struct Texts {
    folder: PathBuf,
    of: Arc<dyn FileText>,
    queue: Arc<Mutex<Queue>>,
    jobs: Option<Sender<Job>>,
    stopped: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl Texts {
    pub(crate) fn start(folder: PathBuf, blobs: Arc<Blobs>, of: Arc<dyn FileText>) -> std::io::Result<Texts> {
        fs::create_dir_all(&folder)?;
        let queue = Arc::<Mutex<Queue>>::default();
        let (jobs, todo) = channel::<Job>();
        let worker = Worker { folder: folder.clone(), of: of.clone(), queue: queue.clone() };
        let stopped = Arc::<AtomicBool>::default();
        let stop = stopped.clone();
        let thread = std::thread::Builder::new().name("file-texts".into()).spawn(move || {
            while let Ok(job) = todo.recv()
                && !stop.load(Relaxed)
            {
                worker.work(&job, &blobs);
            }
        })?;
        Ok(Texts { folder, of, queue, jobs: Some(jobs), stopped, thread: Some(thread) })
    }

    /// The text of a file, if it is there; else it is made from now on.
    pub(crate) fn known(&self, job: Job, whose: Whose) -> Known {
        if !self.of.reads(&job.media_type, &job.name) {
            return Known::Never;
        }
        if let Some(text) = text_of(&self.folder, &job.hash) {
            return Known::Made(text);
        }
        let mut queue = self.queue.lock();
        if queue.failed.contains(&job.hash) {
            return Known::Waits;
        }
        let hash = job.hash;
        let whose_are = queue.under_way.entry(hash).or_default();
        let first = whose_are.is_empty();
        if !whose_are.contains(&whose) {
            whose_are.push(whose);
        }
        if let Some(jobs) = self.jobs.as_ref().filter(|_| first) {
            // It ends only after this sender is gone.
            let _ = jobs.send(job);
        }
        Known::Waits
    }

    /// Records whose files have got their text since the last time.
    pub(crate) fn ready(&self) -> Vec<Whose> {
        std::mem::take(&mut self.queue.lock().ready)
    }

    /// True while texts are made.
    pub(crate) fn busy(&self) -> bool {
        let queue = self.queue.lock();
        !queue.under_way.is_empty() || !queue.ready.is_empty()
    }

    /// Deletes the texts of files that no record names any more.
    pub(crate) fn keep_only(&self, files: &[[u8; 32]]) -> std::io::Result<()> {
        let named: HashSet<String> = files.iter().map(hex).collect();
        for entry in fs::read_dir(&self.folder)? {
            let path = entry?.path();
            let name = path.file_name().and_then(|name| name.to_str()).unwrap_or("");
            if !named.contains(name) && !name.ends_with(".part") {
                fs::remove_file(&path)?;
            }
        }
        Ok(())
    }
}

impl Drop for Texts {
    fn drop(&mut self) {
        self.stopped.store(true, Relaxed);
        self.jobs = None;
        if let Some(thread) = self.thread.take() {
            // What it has in hand has a bound of its own; a panic was told already.
            let _ = thread.join();
        }
    }
}

/// The text of a file in that folder.
pub(crate) fn text_of(folder: &Path, hash: &[u8; 32]) -> Option<String> {
    fs::read_to_string(folder.join(hex(hash))).ok()
}

fn hex(hash: &[u8; 32]) -> String {
    hash.iter().map(|byte| format!("{byte:02x}")).collect()
}

struct Worker {
    folder: PathBuf,
    of: Arc<dyn FileText>,
    queue: Arc<Mutex<Queue>>,
}

impl Worker {
    fn work(&self, job: &Job, blobs: &Blobs) {
        let made = match blobs.open_blob(&job.hash) {
            Ok((file, _)) => self.of.text(file, &job.media_type, &job.name),
            Err(fault) => Made::NotNow(fault.to_string()),
        };
        let kept = match &made {
            Made::Text(text) => self.keep(&job.hash, &text[..text.floor_char_boundary(MAX_FILE_TEXT)]),
            Made::Nothing => self.keep(&job.hash, ""),
            Made::NotNow(why) => Err(std::io::Error::other(why.clone())),
        };
        let mut queue = self.queue.lock();
        let whose = queue.under_way.remove(&job.hash).unwrap_or_default();
        match kept {
            Ok(()) => queue.ready.extend(whose),
            Err(error) => {
                tracing::warn!(%error, "no text could be made of a file; it is tried again after the next start");
                queue.failed.insert(job.hash);
            }
        }
    }

    /// Whole or not at all. It need not outlive a power cut: then it is made again.
    fn keep(&self, hash: &[u8; 32], text: &str) -> std::io::Result<()> {
        let path = self.folder.join(hex(hash));
        let part = path.with_extension("part");
        File::create(&part)?.write_all(text.as_bytes())?;
        match fs::rename(&part, &path) {
            // The folder was deleted under us: then it is made when the index is opened again.
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(()),
            other => other,
        }
    }
}
