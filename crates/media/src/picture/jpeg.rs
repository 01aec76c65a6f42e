//! What a JPEG says of itself that its decoder does not tell before it has done the work: how its scans are put together,
//! and how many there are.

/// The scans of a JPEG.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Scans {
    /// All of them are needed for any pixel, and kept in memory.
    pub(super) progressive: bool,
    /// At least one.
    pub(super) count: u64,
}

/// Goes from segment to segment. `None` if it breaks off before the end of the picture; what comes after that is not
/// looked at, since cameras and telephones keep other things there.
pub(super) fn scans(bytes: &[u8]) -> Option<Scans> {
    let mut scans = Scans { progressive: false, count: 0 };
    let mut at = 2;
    loop {
        // Between segments nothing should be, and within a scan 0xFF is followed by 0.
        at += bytes.get(at..)?.iter().position(|byte| *byte == 0xFF)?;
        while *bytes.get(at)? == 0xFF {
            at += 1;
        }
        let marker = bytes[at];
        at += 1;
        match marker {
            // They have no length: stuffing, restarts, the beginning.
            0x00 | 0x01 | 0xD0..=0xD8 => continue,
            0xD9 => return Some(scans).filter(|scans| scans.count > 0),
            0xDA => scans.count += 1,
            0xC2 | 0xC6 | 0xCA | 0xCE => scans.progressive = true,
            _ => {}
        }
        let length = u16::from_be_bytes([*bytes.get(at)?, *bytes.get(at + 1)?]);
        at += usize::from(length.max(2));
    }
}
