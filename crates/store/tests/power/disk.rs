//! What a disk holds after a power cut: all that was synced, and any part of the rest.
#![allow(dead_code)]

use std::collections::HashMap;
use std::path::Path;

use crate::helper::Dice;

/// A file of the database that must survive.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum FileName {
    Main,
    Wal,
    Journal,
}

impl FileName {
    const ALL: [FileName; 3] = [FileName::Main, FileName::Wal, FileName::Journal];

    pub(crate) fn of(path: &str) -> Option<FileName> {
        FileName::ALL.into_iter().find(|name| path.ends_with(&format!("meanwhile.db{}", name.end())))
    }

    fn end(self) -> &'static str {
        match self {
            FileName::Main => "",
            FileName::Wal => "-wal",
            FileName::Journal => "-journal",
        }
    }
}

/// One thing that happened.
#[derive(Clone, Debug)]
pub(crate) enum Op {
    Create(FileName),
    Write(FileName, u64, Vec<u8>),
    Truncate(FileName, u64),
    Sync(FileName),
    SyncFailed(FileName),
    Delete(FileName),
    /// Somebody was told that this command is durable.
    Acknowledged(u64),
    /// Somebody was told that it is not known what became of this command.
    Refused(u64),
}

#[derive(Clone, Default)]
struct File {
    /// Its name is durable.
    named: bool,
    synced: Vec<u8>,
    unsynced: Vec<Op>,
}

/// The smallest piece that a disk writes or does not write.
const SECTOR: usize = 512;

impl File {
    fn apply(bytes: &mut Vec<u8>, op: &Op, mut kept: impl FnMut() -> bool) {
        match op {
            Op::Write(_, at, new) => {
                for (i, sector) in new.chunks(SECTOR).enumerate() {
                    if kept() {
                        let from = *at as usize + i * SECTOR;
                        bytes.resize(bytes.len().max(from + sector.len()), 0);
                        bytes[from..from + sector.len()].copy_from_slice(sector);
                    }
                }
            }
            Op::Truncate(_, size) if kept() => bytes.resize(*size as usize, 0),
            _ => {}
        }
    }

    fn sync(&mut self) {
        self.named = true;
        for op in std::mem::take(&mut self.unsynced) {
            File::apply(&mut self.synced, &op, || true);
        }
    }
}

/// The files as they were written, synced or not, at one moment.
#[derive(Default)]
pub(crate) struct Disk {
    files: HashMap<FileName, File>,
    /// Acknowledged so far.
    pub(crate) acknowledged: Vec<u64>,
    pub(crate) failed_syncs: u64,
}

impl Disk {
    pub(crate) fn step(&mut self, op: &Op, dice: &mut Dice) {
        match op {
            Op::Create(name) | Op::Delete(name) => {
                self.files.insert(*name, File::default());
            }
            Op::Write(name, ..) | Op::Truncate(name, _) => {
                self.files.entry(*name).or_default().unsynced.push(op.clone());
            }
            Op::Sync(name) => self.files.entry(*name).or_default().sync(),
            Op::SyncFailed(name) => {
                self.failed_syncs += 1;
                // Linux may forget the dirty pages of a sync that failed.
                if dice.below(2) == 0 {
                    self.files.entry(*name).or_default().unsynced.clear();
                }
            }
            Op::Acknowledged(command) => self.acknowledged.push(*command),
            Op::Refused(_) => {}
        }
    }

    /// Writes what a power cut leaves: of the unsynced sectors so many of a hundred.
    pub(crate) fn leave(&self, folder: &Path, percent: u64, dice: &mut Dice) {
        let _ = std::fs::remove_file(folder.join("meanwhile.db-shm"));
        for name in FileName::ALL {
            let path = folder.join(format!("meanwhile.db{}", name.end()));
            let file = self.files.get(&name).filter(|file| file.named || (percent > 0 && !file.unsynced.is_empty()));
            let Some(file) = file else {
                let _ = std::fs::remove_file(path);
                continue;
            };
            let mut bytes = file.synced.clone();
            for op in &file.unsynced {
                File::apply(&mut bytes, op, || dice.below(100) < percent);
            }
            std::fs::write(path, bytes).unwrap();
        }
    }
}
