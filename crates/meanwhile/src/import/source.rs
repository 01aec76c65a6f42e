//! Where an export lies: a zip file or a folder. Names are looked up in a list and never become paths of their own;
//! links are not followed, and what unpacks beyond measure is refused. What the files mean is not known here.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, BufReader, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::Context;
use store::Blobs;
use zip::ZipArchive;

use super::Skipped;

/// Files of one export.
const MAX_ENTRIES: usize = 2_000_000;
/// Folders in folders.
const MAX_DEPTH: usize = 16;
/// What an entry may unpack to, as a multiple of its packed size; deflate reaches about 1,000.
const MAX_RATIO: u64 = 300;
/// Up to here the ratio does not matter.
const SMALL: u64 = 16 * 1024 * 1024;

/// Where an export is.
#[derive(Clone)]
pub(crate) enum Where {
    /// A zip file or a folder of this machine.
    Path(PathBuf),
    /// A zip that was uploaded: its content.
    Stored(Arc<Blobs>, [u8; 32]),
}

impl Where {
    /// Opens it, and lists what is in it. Each time it is read from its beginning.
    ///
    /// # Errors
    /// A sentence for whoever gave it: not there, no zip, damaged, or too many files.
    pub(crate) fn open(&self) -> anyhow::Result<Source> {
        let opened = match self {
            Where::Path(path) if path.is_dir() => Source::of_folder(path),
            Where::Path(path) => File::open(path)
                .map_err(|error| anyhow::anyhow!("it can't be opened: {error}"))
                .and_then(Source::of_zip),
            Where::Stored(blobs, hash) => Source::of_zip(blobs.open_blob(hash)?.0),
        };
        match self {
            Where::Path(path) => opened.with_context(|| format!("{} can't be imported", path.display())),
            Where::Stored(..) => opened,
        }
    }
}

/// An export that is read.
pub(crate) struct Source {
    place: Place,
    names: Names,
    /// What lies in it and is not read.
    pub(crate) refused: Vec<Skipped>,
}

enum Place {
    Zip(Box<ZipArchive<BufReader<File>>>),
    Folder(PathBuf),
}

/// The files of an export, to be looked up while one of them is read. Cheap to clone.
#[derive(Clone, Default)]
pub(crate) struct Names(Arc<BTreeMap<String, Entry>>);

#[derive(Clone)]
struct Entry {
    /// In the zip.
    index: usize,
    size: u64,
}

impl Source {
    fn of_folder(path: &Path) -> anyhow::Result<Source> {
        let place = Place::Folder(path.into());
        let mut source = Source { place, names: Names::default(), refused: Vec::new() };
        source.walk(path, "", 0)?;
        Ok(source)
    }

    fn of_zip(file: File) -> anyhow::Result<Source> {
        let archive = ZipArchive::new(BufReader::new(file)).map_err(|error| {
            anyhow::anyhow!("it is no whole zip file ({error}); if it was downloaded, download it again")
        })?;
        if archive.len() > MAX_ENTRIES {
            anyhow::bail!("it has {} files; more than {MAX_ENTRIES} are not read", archive.len());
        }
        let place = Place::Zip(Box::new(archive));
        let mut source = Source { place, names: Names::default(), refused: Vec::new() };
        source.list();
        source.drop_wrapping();
        Ok(source)
    }

    fn list(&mut self) {
        let Place::Zip(archive) = &mut self.place else { return };
        let entries = Arc::make_mut(&mut self.names.0);
        for index in 0..archive.len() {
            let entry = match archive.by_index_raw(index) {
                Ok(entry) => entry,
                Err(error) => {
                    let place = format!("entry {index}");
                    self.refused.push(Skipped { place, why: format!("it can't be read: {error}") });
                    continue;
                }
            };
            let name = entry.name().map_or_else(|_| format!("entry {index}"), std::borrow::Cow::into_owned);
            let why = if entry.is_dir() {
                continue;
            } else if entry.is_symlink() {
                "it is a link; links are not followed"
            } else if entry.encrypted() {
                "it is encrypted; unpack the zip and give the folder"
            } else if !is_plain(&name) {
                "its name leads out of the export"
            } else if entries.insert(name.clone(), Entry { index, size: entry.size() }).is_some() {
                "the zip has this name twice; the later one is read"
            } else {
                continue;
            };
            self.refused.push(Skipped { place: name, why: why.into() });
        }
    }

    fn walk(&mut self, folder: &Path, prefix: &str, depth: usize) -> anyhow::Result<()> {
        let listed = std::fs::read_dir(folder).and_then(Iterator::collect::<Result<Vec<_>, _>>);
        let listed =
            listed.map_err(|error| anyhow::anyhow!("the folder {} can't be read: {error}", folder.display()))?;
        for entry in listed {
            let Some(name) = entry.file_name().to_str().map(|name| format!("{prefix}{name}")) else { continue };
            let kind = entry.file_type()?;
            if kind.is_symlink() {
                self.refused.push(Skipped { place: name, why: "it is a link; links are not followed".into() });
            } else if kind.is_dir() && depth < MAX_DEPTH {
                self.walk(&entry.path(), &format!("{name}/"), depth + 1)?;
            } else if kind.is_file() {
                let entry = Entry { index: 0, size: entry.metadata()?.len() };
                Arc::make_mut(&mut self.names.0).insert(name, entry);
            }
            if self.names.0.len() > MAX_ENTRIES {
                anyhow::bail!("it has more than {MAX_ENTRIES} files");
            }
        }
        Ok(())
    }

    /// A folder was packed, not what is in it: its name is left out of all names.
    fn drop_wrapping(&mut self) {
        let entries = Arc::make_mut(&mut self.names.0);
        let Some((first, _)) = entries.keys().next().and_then(|name| name.split_once('/')) else { return };
        let prefix = format!("{first}/");
        if entries.keys().all(|name| name.starts_with(&prefix)) {
            let all = std::mem::take(entries);
            *entries = all.into_iter().map(|(name, entry)| (name[prefix.len()..].to_string(), entry)).collect();
        }
    }

    /// What is in it.
    pub(crate) fn names(&self) -> Names {
        self.names.clone()
    }

    /// Reads a list of records, of at most so many bytes. One that unpacks to far more than its size is made to do harm.
    ///
    /// # Errors
    /// `NotFound`; `FileTooLarge` for what has or unpacks to more; whatever the disk or the zip says, also while reading.
    pub(crate) fn read(&mut self, name: &str, most: u64) -> io::Result<Box<dyn Read + '_>> {
        self.open_entry(name, most, MAX_RATIO)
    }

    /// Reads a file that somebody attached, which may be as empty as it likes. Otherwise like [`Source::read`].
    ///
    /// # Errors
    /// As there.
    pub(crate) fn attached(&mut self, name: &str, most: u64) -> io::Result<Box<dyn Read + '_>> {
        self.open_entry(name, most, u64::MAX)
    }

    fn open_entry(&mut self, name: &str, most: u64, ratio: u64) -> io::Result<Box<dyn Read + '_>> {
        let entry = self.names.0.get(name).ok_or(io::ErrorKind::NotFound)?;
        let too_large = || io::Error::new(io::ErrorKind::FileTooLarge, format!("it has more than {most} bytes"));
        if entry.size > most {
            return Err(too_large());
        }
        match &mut self.place {
            Place::Folder(folder) => {
                let file = File::open(folder.join(name))?;
                Ok(Box::new(Measured { inner: file, read: 0, most, why: "it has grown while it was read" }))
            }
            Place::Zip(archive) => {
                let inner = archive.by_index(entry.index).map_err(io::Error::other)?;
                let packed = inner.compressed_size().saturating_mul(ratio).max(SMALL);
                let why = "it unpacks to far more than its size; such a file is not read";
                Ok(Box::new(Measured { inner, read: 0, most: most.min(packed), why }))
            }
        }
    }
}

impl Names {
    /// True if there is a file of that name.
    pub(crate) fn has(&self, name: &str) -> bool {
        self.0.contains_key(name)
    }

    /// The files whose names begin with that, in order.
    pub(crate) fn beginning<'a>(&'a self, prefix: &'a str) -> impl Iterator<Item = &'a str> {
        let range = self.0.range(prefix.to_string()..);
        range.map(|(name, _)| name.as_str()).take_while(move |name| name.starts_with(prefix))
    }
}

/// A relative path without steps back.
fn is_plain(name: &str) -> bool {
    !name.starts_with('/')
        && !name.contains(['\\', '\0'])
        && name.split('/').all(|part| !matches!(part, "" | "." | ".."))
}

/// Stops at a limit, whatever the header promised.
struct Measured<R> {
    inner: R,
    read: u64,
    most: u64,
    why: &'static str,
}

impl<R: Read> Read for Measured<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(buffer)?;
        self.read += read as u64;
        if self.read > self.most {
            return Err(io::Error::new(io::ErrorKind::FileTooLarge, self.why));
        }
        Ok(read)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write;
    use zip::write::{SimpleFileOptions, ZipWriter};

    fn packed(folder: &Path, files: &[(&str, &[u8])]) -> PathBuf {
        let path = folder.join("export.zip");
        let mut zip = ZipWriter::new(File::create(&path).unwrap());
        for (name, bytes) in files {
            zip.start_file(*name, SimpleFileOptions::default()).unwrap();
            zip.write_all(bytes).unwrap();
        }
        zip.finish().unwrap();
        path
    }

    fn text(source: &mut Source, name: &str) -> io::Result<String> {
        let mut text = String::new();
        source.read(name, 1 << 30)?.read_to_string(&mut text).map(|_| text)
    }

    #[test]
    fn names_that_lead_out_are_told_and_not_read() {
        let folder = tempfile::tempdir().unwrap();
        let path = packed(folder.path(), &[("a.json", b"1"), ("../evil", b"2"), ("/etc/x", b"3"), ("d/../../y", b"4")]);
        let source = Where::Path(path.clone()).open().unwrap();
        assert_eq!(source.names.0.keys().collect::<Vec<_>>(), ["a.json"]);
        assert_eq!(source.refused.len(), 3);
    }

    #[test]
    fn a_packed_folder_is_read_like_what_is_in_it() {
        let folder = tempfile::tempdir().unwrap();
        let path = packed(folder.path(), &[("team/users.json", b"[]"), ("team/general/1.json", b"[1]")]);
        let mut source = Where::Path(path.clone()).open().unwrap();
        assert_eq!(text(&mut source, "users.json").unwrap(), "[]");
        assert_eq!(source.names.beginning("general/").collect::<Vec<_>>(), ["general/1.json"]);
    }

    #[test]
    fn a_zip_bomb_ends_where_it_goes_off() {
        let folder = tempfile::tempdir().unwrap();
        let path = packed(folder.path(), &[("bomb", &vec![0; 64 << 20]), ("good", b"x")]);
        let mut source = Where::Path(path.clone()).open().unwrap();
        let error = text(&mut source, "bomb").unwrap_err();
        assert!(error.to_string().contains("far more than its size"), "{error}");
        assert_eq!(text(&mut source, "good").unwrap(), "x");
    }

    #[test]
    fn a_file_of_zeros_that_somebody_attached_is_read_up_to_its_bound() {
        let folder = tempfile::tempdir().unwrap();
        let path = packed(folder.path(), &[("disk.img", &vec![0; 64 << 20])]);
        let mut source = Where::Path(path.clone()).open().unwrap();
        assert_eq!(io::copy(&mut source.attached("disk.img", 64 << 20).unwrap(), &mut io::sink()).unwrap(), 64 << 20);
        let error = source.attached("disk.img", 63 << 20).err().unwrap();
        assert_eq!(error.kind(), io::ErrorKind::FileTooLarge);
    }

    #[test]
    fn a_truncated_zip_and_a_file_that_is_none_are_refused_in_words() {
        let folder = tempfile::tempdir().unwrap();
        let path = packed(folder.path(), &[("a.json", &[7; 5000])]);
        let whole = std::fs::read(&path).unwrap();
        for bytes in [&whole[..whole.len() / 2], b"no zip"] {
            std::fs::write(&path, bytes).unwrap();
            let error = format!("{:#}", Where::Path(path.clone()).open().err().unwrap());
            assert!(error.contains("no whole zip"), "{error}");
        }
    }

    #[test]
    fn links_in_a_folder_are_not_followed() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("a"), "1").unwrap();
        std::os::unix::fs::symlink("/etc/passwd", folder.path().join("b")).unwrap();
        let mut source = Where::Path(folder.path().into()).open().unwrap();
        assert_eq!(text(&mut source, "a").unwrap(), "1");
        assert!(!source.names.has("b") && source.refused[0].place == "b");
    }
}
