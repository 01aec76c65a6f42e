//! Where an export goes: a folder or a zip file, which bears another name until it is whole.

use anyhow::{Context, bail};
use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::{Component, Path, PathBuf};
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

/// An export that is being written.
pub(super) struct Out {
    to: PathBuf,
    part: PathBuf,
    place: Place,
}

enum Place {
    Folder(Option<BufWriter<File>>),
    Zip(Box<ZipWriter<BufWriter<File>>>),
}

impl Out {
    /// Begins; what an export that was interrupted left there is taken away.
    pub(super) fn begin(to: &Path) -> anyhow::Result<Out> {
        if to.exists() {
            bail!("{} is there already; name a new folder or zip file", to.display());
        }
        let name =
            to.file_name().and_then(|name| name.to_str()).with_context(|| format!("{} is no name", to.display()))?;
        let part = to.with_file_name(format!("{name}.part"));
        let failed = || format!("{} can't be written", part.display());
        if part.is_dir() {
            std::fs::remove_dir_all(&part).with_context(failed)?;
        }
        let place = if Path::new(name).extension().is_some_and(|ending| ending.eq_ignore_ascii_case("zip")) {
            Place::Zip(Box::new(ZipWriter::new(BufWriter::new(private(&part).with_context(failed)?))))
        } else {
            crate::folder::make(&part).with_context(failed)?;
            Place::Folder(None)
        };
        Ok(Out { to: to.to_path_buf(), part, place })
    }

    pub(super) fn part(&self) -> &Path {
        &self.part
    }

    /// A whole file.
    pub(super) fn file(&mut self, name: &str, bytes: &[u8]) -> anyhow::Result<()> {
        self.begin_file(name)?;
        self.write(bytes)
    }

    /// Begins a file; the one before is whole.
    pub(super) fn begin_file(&mut self, name: &str) -> anyhow::Result<()> {
        if !Path::new(name).components().all(|part| matches!(part, Component::Normal(_))) {
            bail!("{name:?} is no place in an export; please report it");
        }
        match &mut self.place {
            Place::Folder(open) => {
                durable(open.take())?;
                let path = self.part.join(name);
                if let Some(folder) = path.parent() {
                    std::fs::create_dir_all(folder).with_context(|| format!("{} can't be made", folder.display()))?;
                }
                let file = private(&path).with_context(|| format!("{} can't be written", path.display()))?;
                *open = Some(BufWriter::with_capacity(256 * 1024, file));
            }
            Place::Zip(zip) => {
                // Without a time of its own, so that the same content is the same file.
                zip.start_file(name, SimpleFileOptions::default().large_file(true))?;
            }
        }
        Ok(())
    }

    /// More of the file that was begun.
    pub(super) fn write(&mut self, bytes: &[u8]) -> anyhow::Result<()> {
        let written = match &mut self.place {
            Place::Folder(Some(file)) => file.write_all(bytes),
            Place::Folder(None) => Ok(()),
            Place::Zip(zip) => zip.write_all(bytes),
        };
        written.with_context(|| format!("{} can't be written", self.part.display()))
    }

    /// Puts it in place.
    pub(super) fn finish(self) -> anyhow::Result<()> {
        match self.place {
            Place::Folder(open) => {
                durable(open)?;
            }
            Place::Zip(zip) => zip.finish()?.into_inner().map_err(|error| error.into_error())?.sync_all()?,
        }
        let placed = std::fs::rename(&self.part, &self.to).and_then(|()| {
            let parent = self.to.parent().filter(|parent| !parent.as_os_str().is_empty());
            File::open(parent.unwrap_or(Path::new(".")))?.sync_all()
        });
        placed.with_context(|| format!("{} can't be put in place", self.to.display()))
    }
}

/// On the disk before it is called whole.
fn durable(file: Option<BufWriter<File>>) -> std::io::Result<()> {
    match file {
        Some(file) => file.into_inner().map_err(|error| error.into_error())?.sync_all(),
        None => Ok(()),
    }
}

/// For the eyes of its owner: it has what everybody wrote.
fn private(path: &Path) -> std::io::Result<File> {
    use std::os::unix::fs::OpenOptionsExt;
    std::fs::OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(path)
}
