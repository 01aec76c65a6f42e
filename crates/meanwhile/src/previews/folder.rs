//! The folder of previews. Nothing in it is missed: what is not there, or not whole, is made anew. A file's name says of
//! which content and which blob it is, how wide, and how it was made.

use media::picture::WIDTHS;
use std::collections::BTreeSet;
use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{self, ErrorKind, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use super::{MADE_AS, Made, Of};

/// How far the reader of the log was, in which lineage.
const READ: &str = "read";

pub(super) struct Folder(PathBuf);

impl Folder {
    pub(super) fn at(path: PathBuf) -> Folder {
        Folder(path)
    }

    /// What is kept; `None` if nothing is, or if it can't be read.
    pub(super) fn read(&self, of: Of, width: u32) -> Option<Made> {
        let bytes = fs::read(self.path(of, width)).ok()?;
        let media_type = match bytes.first_chunk()? {
            [0xFF, 0xD8, 0xFF, _] => "image/jpeg",
            b"RIFF" => "image/webp",
            _ => return None,
        };
        Some(Made { bytes: bytes.into(), media_type })
    }

    /// All widths, if all are kept.
    pub(super) fn read_all(&self, of: Of) -> Option<[Made; WIDTHS.len()]> {
        let all: Vec<Made> = WIDTHS.iter().map_while(|width| self.read(of, *width)).collect();
        all.try_into().ok()
    }

    /// Keeps them; each is there whole or not at all.
    pub(super) fn keep(&self, of: Of, all: &[Made; WIDTHS.len()]) -> io::Result<()> {
        for (width, made) in WIDTHS.iter().zip(all) {
            write(&self.path(of, *width), &made.bytes)?;
        }
        Ok(())
    }

    fn path(&self, of: Of, width: u32) -> PathBuf {
        let hash = blake3::Hash::from_bytes(of.hash).to_hex();
        self.0.join(&hash[..2]).join(format!("{hash}-{}-{width}.{MADE_AS}", of.blob))
    }

    /// How far the log was read, as it was remembered.
    pub(super) fn was_read_to(&self) -> Option<(u64, i64)> {
        let text = fs::read_to_string(self.0.join(READ)).ok()?;
        let (lineage, tick) = text.trim().split_once(' ')?;
        Some((lineage.parse().ok()?, tick.parse().ok()?))
    }

    /// Remembers it.
    pub(super) fn is_read_to(&self, lineage: u64, tick: i64) -> io::Result<()> {
        write(&self.0.join(READ), format!("{lineage} {tick}\n").as_bytes())
    }

    /// Takes away what is of none of these contents, and what was made in another way.
    pub(super) fn keep_only(&self, files: &[[u8; 32]]) -> io::Result<()> {
        let named: BTreeSet<String> =
            files.iter().map(|hash| blake3::Hash::from_bytes(*hash).to_hex().to_string()).collect();
        let current = format!(".{MADE_AS}");
        for below in entries(&self.0)? {
            let mut gone = false;
            for path in entries(&below)? {
                let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
                let of = name.split('-').next().unwrap_or_default();
                if name.ends_with(&current) && named.contains(of) {
                    continue;
                }
                match fs::remove_file(&path) {
                    Err(error) if error.kind() != ErrorKind::NotFound => return Err(error),
                    _ => gone = true,
                }
            }
            if gone {
                File::open(&below)?.sync_all()?;
            }
        }
        Ok(())
    }
}

fn write(path: &Path, bytes: &[u8]) -> io::Result<()> {
    if let Some(folder) = path.parent() {
        DirBuilder::new().recursive(true).mode(0o700).create(folder)?;
    }
    let part = path.with_extension(format!("{:016x}.part", u64::from_ne_bytes(crate::random())));
    let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&part)?;
    let written = file.write_all(bytes).and_then(|()| file.sync_all()).and_then(|()| fs::rename(&part, path));
    written.inspect_err(|_| {
        // What is left goes within a day.
        let _ = fs::remove_file(&part);
    })
}

/// What is in a folder; nothing if it is none.
fn entries(folder: &Path) -> io::Result<Vec<PathBuf>> {
    match fs::read_dir(folder) {
        Ok(entries) => entries.map(|entry| entry.map(|entry| entry.path())).collect(),
        Err(error) if [ErrorKind::NotFound, ErrorKind::NotADirectory].contains(&error.kind()) => Ok(Vec::new()),
        Err(error) => Err(error),
    }
}
