//! Pictures of persons: what is taken as one, and who holds it.

use jmap::{Id, SetError};
use std::io::Read;
use store::Blob;

use crate::Shared;
use crate::desk::{Desk, Fault};
use crate::records;

/// Enough of a file to see what it is.
const HEAD: u64 = 12;

/// What all browsers show and the server can make smaller, by how its bytes begin.
fn is_known(head: &[u8]) -> bool {
    let webp = head.starts_with(b"RIFF") && head.get(8..12) == Some(b"WEBP");
    head.starts_with(b"\x89PNG\r\n\x1a\n") || head.starts_with(b"\xff\xd8\xff") || webp
}

impl Shared {
    /// Refuses what is no picture, by its bytes and not by what it calls itself, and what is too large.
    pub(crate) fn is_picture(&self, property: &str, upload: &Blob, max: usize) -> Result<(), SetError> {
        if upload.size > max as u64 {
            return Err(SetError::too_large(property, "maxSizePicture in bytes", max, upload.size as usize));
        }
        let Ok((file, _)) = self.blobs.open_blob(&upload.hash) else {
            return Err(SetError::blob_not_found(property, &upload.id.to_string()));
        };
        let mut head = Vec::new();
        // What can't be read is seen as what it is not.
        let _ = file.take(HEAD).read_to_end(&mut head);
        if is_known(&head) {
            return Ok(());
        }
        let why =
            format!("{property:?} takes a PNG, JPEG or WebP picture; this file is none, so save it as one of them");
        Err(SetError::invalid(property, why))
    }
}

impl Desk<'_> {
    /// A record holds a file that another one names already, or holds it no more.
    pub(crate) fn hold(&mut self, ty: &str, account: Id, id: Id, blob: Id, on: bool) -> Result<(), Fault> {
        let ty = self.shared.registry.type_named(ty).expect("an effect names a type of the registry");
        let Some(head) = self.tx.head(account)? else { return Ok(()) };
        if on {
            self.tx.hold_blob(head.n, blob, records::holder(ty, id), None);
        } else {
            self.tx.drop_blob(head.n, blob, records::holder(ty, id));
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_picture_is_known_by_its_bytes() {
        for good in [&b"\x89PNG\r\n\x1a\n...."[..], b"\xff\xd8\xff\xe0........", b"RIFF....WEBP"] {
            assert!(is_known(good));
        }
        for bad in [&b"<svg xmlns="[..], b"GIF89a", b"RIFF....WAVE", b"", b"\xff\xd8", b"%PDF-1.7"] {
            assert!(!is_known(bad));
        }
    }
}
