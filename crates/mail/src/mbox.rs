//! Reads mbox archives (RFC 4155, mboxo and mboxrd) message by message, holding one message in memory at a time.

use std::io::{self, BufRead};

use crate::problem::{Problem, ProblemKind};

/// The most bytes that one message may have unless the caller says otherwise: 160 MiB.
pub const DEFAULT_MAX_MESSAGE: usize = 160 * 1024 * 1024;

/// A longer line is looked at in pieces, so that a file without line ends needs no memory.
const MAX_PIECE: usize = 64 * 1024;

/// One message of an archive as it lies there, without its "From " line and with `>From ` unquoted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RawMessage {
    /// Where its "From " line starts, in bytes from the start of the archive.
    pub offset: u64,
    /// The message, with the line ends that it had.
    pub bytes: Vec<u8>,
}

/// The messages of an mbox, in order; what is skipped is told as a [`Problem`] with its place.
#[derive(Debug)]
pub struct Mbox<R> {
    reader: R,
    offset: u64,
    max_message: usize,
    /// Where the message that is being read starts; its "From " line is behind us.
    open: Option<u64>,
    ended: bool,
}

struct Piece {
    starts_line: bool,
    ends_line: bool,
    offset: u64,
}

impl<R: BufRead> Mbox<R> {
    /// Reads from the start of an archive.
    pub fn new(reader: R) -> Mbox<R> {
        Mbox::starting_at(reader, 0)
    }

    /// Reads on from the `offset` of a message; the caller has moved the reader there.
    pub fn starting_at(reader: R, offset: u64) -> Mbox<R> {
        Mbox { reader, offset, max_message: DEFAULT_MAX_MESSAGE, open: None, ended: false }
    }

    /// Sets how many bytes one message may have.
    #[must_use]
    pub fn max_message(mut self, bytes: usize) -> Mbox<R> {
        self.max_message = bytes;
        self
    }

    /// Appends the next line, or at most `MAX_PIECE` bytes of it, to `line`.
    fn read_piece(&mut self, line: &mut Vec<u8>) -> io::Result<usize> {
        line.clear();
        loop {
            let available = match self.reader.fill_buf() {
                Ok(available) => available,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Err(error) => return Err(error),
            };
            let room = available.len().min(MAX_PIECE - line.len());
            let Some(available) = available.get(..room).filter(|bytes| !bytes.is_empty()) else { break };
            let newline = available.iter().position(|&byte| byte == b'\n');
            let take = newline.map_or(available.len(), |at| at + 1);
            line.extend_from_slice(&available[..take]);
            self.reader.consume(take);
            if newline.is_some() {
                break;
            }
        }
        self.offset += line.len() as u64;
        Ok(line.len())
    }

    fn read_next(&mut self) -> Option<Result<RawMessage, Problem>> {
        let mut bytes = Vec::new();
        let mut line = Vec::new();
        let mut piece = Piece { starts_line: true, ends_line: true, offset: self.offset };
        let (mut after_blank, mut stray, mut too_large) = (true, None, false);
        loop {
            piece = Piece { starts_line: piece.ends_line, offset: self.offset, ..piece };
            match self.read_piece(&mut line) {
                Ok(0) => {
                    self.ended = true;
                    break;
                }
                Ok(_) => piece.ends_line = line.ends_with(b"\n"),
                Err(error) => {
                    self.ended = true;
                    return Some(Err(Problem::new(ProblemKind::Unreadable(error.kind()), piece.offset)));
                }
            }
            if piece.starts_line && after_blank && is_separator(&line, self.open.is_none() && stray.is_none()) {
                // A reader that fails here fails again at the next line, where it is told.
                self.skip_line_end(piece.ends_line).unwrap_or_default();
                if let Some(start) = self.open.replace(piece.offset) {
                    return Some(self.finish(start, bytes, too_large));
                }
                if let Some(at) = stray {
                    return Some(Err(Problem::new(ProblemKind::NotAnArchive, at)));
                }
                (piece.ends_line, after_blank) = (true, false);
                continue;
            }
            let blank = piece.starts_line && matches!(line.as_slice(), b"\n" | b"\r\n");
            after_blank = blank;
            if self.open.is_none() {
                if !blank && stray.is_none() {
                    stray = Some(piece.offset);
                }
                continue;
            }
            let text = if piece.starts_line && is_quoted_from(&line) { &line[1..] } else { &line[..] };
            // Two bytes of grace: the blank line before the next separator is not part of the message.
            too_large |= bytes.len() + text.len() > self.max_message.saturating_add(2);
            if too_large {
                bytes = Vec::new();
            } else {
                bytes.extend_from_slice(text);
            }
        }
        match self.open.take() {
            Some(start) => Some(self.finish(start, bytes, too_large)),
            None => stray.map(|at| Err(Problem::new(ProblemKind::NotAnArchive, at))),
        }
    }

    /// A "From " line longer than a piece is absurd, but its rest must not become the message's first line.
    fn skip_line_end(&mut self, ended: bool) -> io::Result<()> {
        let mut rest = vec![];
        let mut ended = ended;
        while !ended && self.read_piece(&mut rest)? > 0 {
            ended = rest.ends_with(b"\n");
        }
        Ok(())
    }

    fn finish(&self, offset: u64, mut bytes: Vec<u8>, too_large: bool) -> Result<RawMessage, Problem> {
        for end in [&b"\r\n\r\n"[..], b"\n\n"] {
            if bytes.ends_with(end) {
                bytes.truncate(bytes.len() - end.len() / 2);
                break;
            }
        }
        if too_large || bytes.len() > self.max_message {
            return Err(Problem::new(ProblemKind::TooLarge { limit: self.max_message as u64 }, offset));
        }
        Ok(RawMessage { offset, bytes })
    }
}

impl<R: BufRead> Iterator for Mbox<R> {
    type Item = Result<RawMessage, Problem>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.ended { None } else { self.read_next() }
    }
}

/// The first one may be bare ("From nobody"); later ones carry a year and a time of day, since writers of mboxo left
/// sentences such as "From here on" unquoted.
pub(crate) fn is_separator(line: &[u8], first: bool) -> bool {
    let Some(rest) = line.strip_prefix(b"From ") else { return false };
    let mut words = rest.split(|byte| byte.is_ascii_whitespace()).filter(|word| !word.is_empty());
    if first {
        return words.next().is_some();
    }
    let is_time = |word: &[u8]| {
        matches!(word, [h, b':', ..] | [_, h, b':', ..] if h.is_ascii_digit())
            && word.last().is_some_and(u8::is_ascii_digit)
    };
    let is_year = |word: &[u8]| word.len() == 4 && word.iter().all(u8::is_ascii_digit);
    let words: Vec<&[u8]> = words.take(16).collect();
    words.iter().any(|word| is_time(word)) && words.iter().any(|word| is_year(word))
}

fn is_quoted_from(line: &[u8]) -> bool {
    let quotes = line.iter().take_while(|&&byte| byte == b'>').count();
    quotes > 0 && line[quotes..].starts_with(b"From ")
}
