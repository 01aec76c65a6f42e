//! Finds messages in files and folders, and puts them in an order in which each can be placed: oldest first, but
//! nothing before what it answers. Of each message only a few numbers are kept.

use mail::{Mbox, ProblemKind};
use std::collections::HashMap;
use std::fs::File;
use std::io::{BufReader, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};

use super::problems::Problems;
use super::{Skipped, short};

/// Enough to tell what a file is.
const SNIFF: usize = 4096;
/// No header is longer.
const MAX_HEADER: u64 = 1024 * 1024;
/// Folders in folders.
const MAX_DEPTH: usize = 64;

/// Where messages lie, in the order in which they are to be brought in.
#[derive(Default)]
pub(super) struct Plan {
    files: Vec<PathBuf>,
    found: Vec<Found>,
    order: Vec<u32>,
    /// What can't be brought in.
    pub(super) skipped: Problems,
    /// Files that are no mail at all.
    pub(super) strange: u64,
}

struct Found {
    file: u32,
    /// `None`: the file is the message.
    offset: Option<u64>,
    date: i64,
    own: u64,
    parent: u64,
}

impl Plan {
    /// Looks through files, and folders with all that is in them. `archives`: a file that is named has to be an mbox.
    /// `stop` is asked now and then.
    ///
    /// # Errors
    /// The path that can't be read, and why.
    pub(super) fn of(
        paths: &[PathBuf],
        archives: bool,
        stop: &dyn Fn() -> bool,
    ) -> Result<Plan, (PathBuf, std::io::Error)> {
        let mut plan = Plan::default();
        for path in paths {
            let failed = |error| (path.clone(), error);
            if std::fs::metadata(path).map_err(failed)?.is_dir() {
                plan.walk(path, 0, stop).map_err(failed)?;
            } else {
                plan.named(path, archives);
            }
        }
        plan.arrange();
        Ok(plan)
    }

    /// A file that somebody named: that it is nothing is worth a word.
    fn named(&mut self, path: &Path, archives: bool) {
        let mut first = Vec::with_capacity(SNIFF);
        // What can't be read is told when it is looked through.
        let _ = File::open(path).and_then(|file| file.take(SNIFF as u64).read_to_end(&mut first));
        if archives && !first.is_empty() && !mail::looks_like_mbox(&first) {
            let why = match mail::looks_like_message(&first) {
                true => {
                    "it is no mbox archive: no line that begins with \"From \" stands before its first message; a \
                         message, or a folder of them, comes in with \"import maildir\""
                }
                false => {
                    "it has no mail in it: an mbox archive has a line that begins with \"From \" before each message"
                }
            };
            return self.skip(path, None, why.into());
        }
        self.file(path.to_path_buf());
    }

    pub(super) fn len(&self) -> usize {
        self.order.len()
    }

    fn walk(&mut self, folder: &Path, depth: usize, stop: &dyn Fn() -> bool) -> std::io::Result<()> {
        let mut entries: Vec<_> = std::fs::read_dir(folder)?.collect::<Result<_, _>>()?;
        entries.sort_by_key(std::fs::DirEntry::file_name);
        let is_maildir = folder.join("cur").is_dir() && folder.join("new").is_dir();
        for entry in entries {
            if stop() {
                return Ok(());
            }
            // Links are not followed: they lead out of the folder, or round in a circle.
            let kind = entry.file_type()?;
            let unfinished = is_maildir && entry.file_name() == "tmp";
            if kind.is_dir() && !unfinished && depth < MAX_DEPTH {
                if let Err(error) = self.walk(&entry.path(), depth + 1, stop) {
                    self.skip(&entry.path(), None, format!("the folder can't be read: {error}"));
                }
            } else if kind.is_file() {
                self.file(entry.path());
            }
        }
        Ok(())
    }

    fn file(&mut self, path: PathBuf) {
        if let Some(why) = maildir_flag(&path) {
            return self.skip(&path, None, why.into());
        }
        let scanned = (|| -> std::io::Result<()> {
            let mut file = File::open(&path)?;
            let mut first = Vec::with_capacity(SNIFF);
            (&mut file).take(SNIFF as u64).read_to_end(&mut first)?;
            file.seek(SeekFrom::Start(0))?;
            let modified = file.metadata()?.modified().ok();
            let modified = modified.and_then(|at| at.duration_since(std::time::UNIX_EPOCH).ok());
            let modified = modified.map_or(0, |since| since.as_millis() as i64);
            let number = self.files.len() as u32;
            if mail::looks_like_mbox(&first) {
                self.files.push(path.clone());
                self.archive(number, &path, file, modified);
            } else if mail::looks_like_message(&first) {
                self.files.push(path.clone());
                let mut header = Vec::new();
                file.take(MAX_HEADER).read_to_end(&mut header)?;
                self.note(number, None, &header, modified);
            } else {
                self.strange += 1;
            }
            Ok(())
        })();
        if let Err(error) = scanned {
            self.skip(&path, None, format!("the file can't be read: {error}"));
        }
    }

    fn archive(&mut self, number: u32, path: &Path, file: File, modified: i64) {
        let mut date = modified;
        for (index, message) in Mbox::new(BufReader::new(file)).enumerate() {
            match message {
                Ok(message) => {
                    // What has no date stands where it stands in the archive.
                    date = self.note(number, Some(message.offset), &message.bytes, if index == 0 { 0 } else { date });
                }
                Err(problem) => {
                    let fatal = matches!(problem.kind, ProblemKind::Unreadable(_));
                    self.skip(path, Some(problem.offset), problem.to_string());
                    if fatal {
                        return;
                    }
                }
            }
        }
    }

    /// Notes a message by its header; gives its date.
    fn note(&mut self, file: u32, offset: Option<u64>, raw: &[u8], fallback: i64) -> i64 {
        let read = mail::read_message(header_of(raw)).ok();
        let date = read.as_ref().and_then(|message| message.date_ms).unwrap_or(fallback);
        let own = read.as_ref().and_then(|message| message.message_id.as_deref()).map_or(0, short);
        let parent = read.as_ref().and_then(|message| mail::parent_candidates(message).next().map(short)).unwrap_or(0);
        self.found.push(Found { file, offset, date, own, parent });
        date
    }

    /// By date, but each behind what it answers, whatever the clocks of their writers said.
    fn arrange(&mut self) {
        let mut by_date: Vec<u32> = (0..self.found.len() as u32).collect();
        by_date.sort_by_key(|at| self.found[*at as usize].date);
        let mut by_own: HashMap<u64, u32> = HashMap::new();
        for at in &by_date {
            let own = self.found[*at as usize].own;
            if own != 0 {
                by_own.entry(own).or_insert(*at);
            }
        }
        let mut placed = vec![false; self.found.len()];
        for at in by_date {
            let mut chain = Vec::new();
            let mut next = Some(at);
            while let Some(at) = next.filter(|at| !placed[*at as usize]) {
                placed[at as usize] = true;
                chain.push(at);
                next = by_own.get(&self.found[at as usize].parent).copied();
            }
            self.order.extend(chain.into_iter().rev());
        }
    }

    fn skip(&mut self, path: &Path, offset: Option<u64>, why: String) {
        self.skipped.add(&place(path, offset), &why);
    }

    /// The messages in order; each is read when its turn comes.
    pub(super) fn letters(&self) -> impl Iterator<Item = Result<(String, Vec<u8>), Skipped>> {
        let mut open: Option<(u32, u64, Mbox<BufReader<File>>)> = None;
        self.order.iter().map(move |at| {
            let found = &self.found[*at as usize];
            let path = &self.files[found.file as usize];
            let place = place(path, found.offset);
            let raw = match found.offset {
                None => read_file(path),
                Some(offset) => read_from_archive(path, found.file, offset, &mut open),
            };
            match raw {
                Ok(raw) => Ok((place, raw)),
                Err(why) => Err(Skipped { place, why }),
            }
        })
    }
}

/// The lines before the body, and the empty one.
fn header_of(raw: &[u8]) -> &[u8] {
    // The first line may be an empty one.
    let start = raw.iter().position(|byte| !byte.is_ascii_whitespace()).unwrap_or(0);
    let end =
        |mark: &[u8]| raw[start..].windows(mark.len()).position(|window| window == mark).map(|at| at + mark.len());
    let end = [end(b"\n\n"), end(b"\n\r\n"), end(b"\r\r")].into_iter().flatten().min();
    end.map_or(raw, |end| &raw[..start + end])
}

fn place(path: &Path, offset: Option<u64>) -> String {
    match offset {
        Some(offset) => format!("{} at byte {offset}", path.display()),
        None => path.display().to_string(),
    }
}

/// What its owner threw away, or has not sent, is not for others.
fn maildir_flag(path: &Path) -> Option<&'static str> {
    let name = path.file_name()?.to_str()?;
    let (_, flags) = name.rsplit_once(":2,").or_else(|| name.rsplit_once("!2,"))?;
    if flags.contains('T') {
        return Some("it is in the trash");
    }
    flags.contains('D').then_some("it is a draft")
}

fn read_file(path: &Path) -> Result<Vec<u8>, String> {
    let most = mail::DEFAULT_MAX_MESSAGE as u64;
    let mut raw = Vec::new();
    let read = File::open(path).and_then(|file| file.take(most + 1).read_to_end(&mut raw));
    read.map_err(|error| format!("the file can't be read: {error}"))?;
    if raw.len() as u64 > most {
        return Err(format!("it is larger than {most} bytes"));
    }
    Ok(raw)
}

fn read_from_archive(
    path: &Path,
    number: u32,
    offset: u64,
    open: &mut Option<(u32, u64, Mbox<BufReader<File>>)>,
) -> Result<Vec<u8>, String> {
    // Most archives are in order: then the next message is the one that is wanted.
    if let Some((file, last, archive)) = open
        && *file == number
        && *last < offset
        && let Some(Ok(message)) = archive.next()
        && message.offset == offset
    {
        *last = offset;
        return Ok(message.bytes);
    }
    *open = None;
    let found = || -> std::io::Result<_> {
        let mut file = BufReader::new(File::open(path)?);
        file.seek(SeekFrom::Start(offset))?;
        Ok(Mbox::starting_at(file, offset))
    };
    let mut archive = found().map_err(|error| format!("the archive can't be read: {error}"))?;
    match archive.next() {
        Some(Ok(message)) if message.offset == offset => {
            *open = Some((number, offset, archive));
            Ok(message.bytes)
        }
        Some(Err(problem)) => Err(problem.to_string()),
        _ => Err("the archive changed while it was read; run the import again".into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message(id: &str, answers: &str, hour: u32) -> String {
        let answers = if answers.is_empty() { String::new() } else { format!("In-Reply-To: <{answers}>\n") };
        format!(
            "From: a@e.org\nDate: Thu, 01 Jan 2026 {hour:02}:00:00 +0000\nMessage-ID: <{id}>\n{answers}Subject: s\n\nText of {id}\n"
        )
    }

    fn ids(plan: &Plan) -> Vec<String> {
        let text = |letter: Result<(String, Vec<u8>), Skipped>| String::from_utf8(letter.unwrap().1).unwrap();
        plan.letters().map(|letter| text(letter).split("Text of ").nth(1).unwrap().trim().to_string()).collect()
    }

    #[test]
    fn messages_come_oldest_first_and_behind_what_they_answer() {
        let folder = tempfile::tempdir().unwrap();
        let maildir = folder.path().join("box");
        for name in ["cur", "new", "tmp"] {
            std::fs::create_dir_all(maildir.join(name)).unwrap();
        }
        let from = |text: String| format!("From a@e.org Thu Jan  1 00:00:00 2026\n{text}\n");
        let archive =
            [message("c@x", "b@x", 3), message("a@x", "", 1), message("early@x", "late@x", 2)].map(from).concat();
        std::fs::write(folder.path().join("list.mbox"), archive).unwrap();
        std::fs::write(maildir.join("cur/1:2,S"), message("b@x", "a@x", 2)).unwrap();
        std::fs::write(maildir.join("cur/2:2,ST"), message("trash@x", "", 2)).unwrap();
        std::fs::write(maildir.join("tmp/3"), message("half@x", "", 2)).unwrap();
        std::fs::write(maildir.join("new/4"), message("late@x", "", 9)).unwrap();
        std::fs::write(folder.path().join("notes.bin"), [0u8; 100]).unwrap();
        let plan = Plan::of(&[folder.path().to_path_buf()], false, &|| false).unwrap();
        assert_eq!(ids(&plan), ["a@x", "b@x", "late@x", "early@x", "c@x"]);
        assert_eq!((plan.strange, plan.skipped.count), (1, 1));
        assert_eq!(plan.skipped.list[0].why, "it is in the trash");
    }

    #[test]
    fn messages_that_answer_each_other_in_a_circle_come_once() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("1"), message("a@x", "b@x", 1)).unwrap();
        std::fs::write(folder.path().join("2"), message("b@x", "a@x", 2)).unwrap();
        std::fs::write(folder.path().join("3"), message("b@x", "b@x", 3)).unwrap();
        assert_eq!(Plan::of(&[folder.path().to_path_buf()], false, &|| false).unwrap().len(), 3);
    }
}
