//! What went wrong while reading mail, told so that a person can act on it.

use std::fmt;

/// Why a message or an archive could not be read; one text names what, where and what to do.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub struct Problem {
    /// What kind of problem, for a caller that branches.
    pub kind: ProblemKind,
    /// Bytes from the start of the archive, or of the message when it was read alone.
    pub offset: u64,
}

/// The kinds of [`Problem`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ProblemKind {
    /// There is nothing in it but white space.
    Empty,
    /// The first lines are not the header of a message (RFC 5322 section 2.2).
    NotAMessage,
    /// What comes before the first "From " line belongs to no message.
    NotAnArchive,
    /// The message is larger than the limit, in bytes; the archive can be read on.
    TooLarge {
        /// The limit that was set, in bytes.
        limit: u64,
    },
    /// The reader failed; reading ends here.
    Unreadable(std::io::ErrorKind),
}

impl Problem {
    pub(crate) fn new(kind: ProblemKind, offset: u64) -> Problem {
        Problem { kind, offset }
    }

    /// The same problem, placed in the archive that the message was read from.
    #[must_use]
    pub fn within(self, archive_offset: u64) -> Problem {
        Problem { offset: self.offset.saturating_add(archive_offset), ..self }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let at = self.offset;
        match self.kind {
            ProblemKind::Empty => write!(f, "The message at byte {at} is empty. Leave it out."),
            ProblemKind::NotAMessage => write!(
                f,
                "What starts at byte {at} is not a mail message: its first lines are not a header such as \"From:\" or \
                 \"Date:\". Leave the file out, or export it again as .eml or mbox."
            ),
            ProblemKind::NotAnArchive => write!(
                f,
                "The archive does not start with a \"From \" line (byte {at}), so the text before the first one was \
                 skipped. Check that the file is an mbox, and not cut off at its start."
            ),
            ProblemKind::TooLarge { limit } => write!(
                f,
                "The message at byte {at} is larger than {limit} bytes and was skipped. Raise the limit, or save its \
                 attachments elsewhere and import it without them."
            ),
            ProblemKind::Unreadable(kind) => write!(
                f,
                "The archive could not be read further than byte {at}: {kind}. Check the file and the disk, then \
                 start again from there."
            ),
        }
    }
}
