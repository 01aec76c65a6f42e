//! The neutral message that imports and the mail door work with, and how it is put together from its parts.

use std::borrow::Cow;

use crate::clean::{clean_line, clean_text};
use crate::file_name::clean_file_name;
use crate::flowed::{Line, fixed, flowed};
use crate::headers::{Headers, decode_words};
use crate::parts::{Part, Parts, take_apart};
use crate::problem::{Problem, ProblemKind};
use crate::subject::thread_subject;
use crate::{decode, html, markdown};

/// More HTML than this is attached as it is instead of being shown: 2 MiB.
const MAX_HTML: usize = 2 * 1024 * 1024;

/// One mail message, read; text is free of control characters except line ends and tabs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    /// The Message-ID without `<>` and white space, if there is one.
    pub message_id: Option<String>,
    /// The Message-ID, or `blake3-` and the hash of the raw message: the same message gives the same one.
    pub id_or_hash: String,
    /// Message-IDs of In-Reply-To.
    pub in_reply_to: Vec<String>,
    /// Message-IDs of References, oldest first; of more than 1,000 the first and the newest 999.
    pub references: Vec<String>,
    /// The subject, decoded (RFC 2047); may be empty.
    pub subject: String,
    /// The subject without `Re:`, `Fwd:` and list names in front, for the title of a thread.
    pub thread_subject: String,
    /// The author; of several the first.
    pub from: Option<Mailbox>,
    /// Recipients of To.
    pub to: Vec<Mailbox>,
    /// Recipients of Cc.
    pub cc: Vec<Mailbox>,
    /// When it was written, in milliseconds since 1970, UTC; `None` with a warning where the date is nonsense.
    pub date_ms: Option<i64>,
    /// What was written, as Markdown, without the signature.
    pub text: String,
    /// What stood below "-- " (RFC 3676 section 4.3), and list footers behind it, as Markdown.
    pub signature: Option<String>,
    /// Everything that is not shown as text, in order.
    pub attachments: Vec<Attachment>,
    /// What was broken and how it was taken, one sentence each.
    pub warnings: Vec<String>,
}

/// A name and an address (RFC 5322 section 3.4).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mailbox {
    /// The name that is shown, decoded.
    pub name: Option<String>,
    /// `local@domain` as it was written; empty where the field has a name alone.
    pub address: String,
}

/// A file that came with a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attachment {
    /// A safe name, see [`clean_file_name`].
    pub name: String,
    /// `type/subtype` in lower case.
    pub media_type: String,
    /// The decoded content.
    pub bytes: Vec<u8>,
    /// True if the writer meant it to be seen within the text (RFC 2183 section 2.1).
    pub inline: bool,
    /// The Content-ID without `<>`, by which HTML refers to it.
    pub content_id: Option<String>,
}

impl Message {
    /// Text and signature as they stood in the message.
    pub fn whole_text(&self) -> String {
        match &self.signature {
            Some(signature) if self.text.is_empty() => format!("\\-- \n{signature}"),
            Some(signature) => format!("{}\n\n\\-- \n{signature}", self.text),
            None => self.text.clone(),
        }
    }
}

/// Reads one message (RFC 5322). What is broken is taken as well as can be, with a warning.
///
/// # Errors
/// [`Problem`] if it is empty, or has no header at all.
pub fn read_message(raw: &[u8]) -> Result<Message, Problem> {
    let start = start_of_header(raw);
    let content = &raw[start..];
    if content.trim_ascii().is_empty() {
        return Err(Problem::new(ProblemKind::Empty, 0));
    }
    let Parts { all, warnings } = take_apart(content);
    let headers = all.first().map(|part| &part.headers).filter(|headers| !headers.is_empty());
    let Some(headers) = headers else {
        return Err(Problem::new(ProblemKind::NotAMessage, start as u64));
    };
    let mut reading = Reading { parts: &all, pieces: Vec::new(), attachments: Vec::new(), warnings };
    if headers.strange_lines > 0 {
        reading.warn("Lines of its header that are no fields were left out.");
    }
    let date_ms = match headers.date_ms() {
        Some(Ok(millis)) => Some(millis),
        Some(Err(text)) => {
            reading.warn(&format!("Its date is not a date between 1970 and 2099: \"{text}\"."));
            None
        }
        None => {
            reading.warn("It has no date.");
            None
        }
    };
    reading.collect(0, true);
    let message_id = headers.ids("message-id").into_iter().next().or_else(|| bare_id(headers));
    let subject = headers.text("subject").unwrap_or_default();
    let (text, signature) = join(reading.pieces);
    Ok(Message {
        id_or_hash: message_id.clone().unwrap_or_else(|| format!("blake3-{}", blake3::hash(raw).to_hex())),
        message_id,
        in_reply_to: headers.ids("in-reply-to"),
        references: headers.ids("references"),
        thread_subject: thread_subject(&subject),
        subject,
        from: headers.mailboxes("from").into_iter().chain(headers.mailboxes("sender")).next(),
        to: headers.mailboxes("to"),
        cc: headers.mailboxes("cc"),
        date_ms,
        text,
        signature,
        attachments: reading.attachments,
        warnings: reading.warnings,
    })
}

/// Behind a byte order mark, empty lines and a "From " line that an archive left there.
fn start_of_header(raw: &[u8]) -> usize {
    let mut rest = raw.strip_prefix(b"\xef\xbb\xbf").unwrap_or(raw);
    rest = rest.trim_ascii_start();
    if rest.starts_with(b"From ") || rest.starts_with(b">From ") {
        rest = rest.iter().position(|&byte| byte == b'\n').map_or(&[], |end| &rest[end + 1..]);
    }
    raw.len() - rest.len()
}

/// Some programs write an id without `<>` and `@`.
fn bare_id(headers: &Headers<'_>) -> Option<String> {
    headers.text("message-id").filter(|id| id.len() <= 250 && !id.contains([' ', '<', '>']))
}

enum Piece {
    Plain(Vec<Line>),
    Markdown(String),
}

struct Reading<'a> {
    parts: &'a [Part<'a>],
    pieces: Vec<Piece>,
    attachments: Vec<Attachment>,
    warnings: Vec<String>,
}

#[derive(PartialEq, Eq, Clone, Copy)]
enum Role {
    Plain,
    Html,
    File,
}

impl Part<'_> {
    fn media_type(&self) -> String {
        let token = |text: &str| {
            !text.is_empty()
                && text.len() < 80
                && text.bytes().all(|b| b.is_ascii_alphanumeric() || b"!#$&-^_.+".contains(&b))
        };
        match &self.content_type {
            None => "text/plain".to_owned(),
            Some(value) => match (value.ctype(), value.subtype()) {
                ("text", None) => "text/plain".to_owned(),
                (kind, Some(subtype)) if token(kind) && token(subtype) => {
                    format!("{kind}/{subtype}").to_ascii_lowercase()
                }
                _ => "application/octet-stream".to_owned(),
            },
        }
    }

    fn given_name(&self) -> Option<String> {
        let disposition = self.headers.content_type("content-disposition");
        let name = disposition.as_ref().and_then(|value| value.attribute("filename"));
        let name = name.or_else(|| self.content_type.as_ref().and_then(|value| value.attribute("name")))?;
        Some(if name.contains("=?") { decode_words(name.as_bytes()) } else { name.to_owned() })
            .filter(|name| !name.trim().is_empty())
    }

    fn disposition(&self) -> Option<String> {
        self.headers.content_type("content-disposition").map(|value| value.ctype().to_ascii_lowercase())
    }

    fn role(&self, is_root: bool) -> Role {
        let shown = is_root || self.disposition().as_deref() != Some("attachment") && self.given_name().is_none();
        match self.media_type().as_str() {
            "text/html" if shown => Role::Html,
            "text/plain" if shown => Role::Plain,
            // A multipart without its parts is text that lost its frame.
            other if other.starts_with("multipart/") => Role::Plain,
            _ => Role::File,
        }
    }
}

impl Reading<'_> {
    fn warn(&mut self, warning: &str) {
        let warning = clean_line(warning);
        if !self.warnings.contains(&warning) {
            self.warnings.push(warning);
        }
    }

    fn collect(&mut self, index: usize, shows_text: bool) {
        let part = &self.parts[index];
        if part.children.is_empty() {
            self.leaf(index, shows_text);
            return;
        }
        let chosen = (part.media_type() == "multipart/alternative").then(|| self.choose(part)).flatten();
        for &child in &part.children {
            let is_digest = part.media_type() == "multipart/digest" && self.parts[child].content_type.is_none();
            if is_digest && !self.parts[child].is_epilogue {
                self.attach(child, "message/rfc822".to_owned());
            } else {
                self.collect(child, shows_text && chosen.is_none_or(|chosen| chosen == child));
            }
        }
        if part.media_type() == "multipart/encrypted" {
            self.warn("It is encrypted; its text is attached as it came.");
        }
    }

    /// Of alternatives the plain one that has text, else the last HTML one (RFC 2046 section 5.1.4).
    fn choose(&self, part: &Part<'_>) -> Option<usize> {
        let has = |child: usize, role: Role| self.has_text(child, role);
        let plain = part.children.iter().copied().find(|&child| has(child, Role::Plain));
        plain.or_else(|| part.children.iter().copied().rfind(|&child| has(child, Role::Html)))
    }

    fn has_text(&self, index: usize, role: Role) -> bool {
        let part = &self.parts[index];
        if part.children.is_empty() {
            return part.role(index == 0) == role && !part.body.trim_ascii().is_empty();
        }
        part.children.iter().any(|&child| self.has_text(child, role))
    }

    fn leaf(&mut self, index: usize, shows_text: bool) {
        let part = &self.parts[index];
        let role = part.role(index == 0);
        if role == Role::File {
            let media_type = part.media_type();
            if !part.body.is_empty() || part.given_name().is_some() {
                self.attach(index, media_type);
            }
            return;
        }
        if !shows_text {
            return;
        }
        if part.media_type().starts_with("multipart/") {
            self.warn("Its parts were not found; what is there is shown as text.");
        }
        let (text, bytes_are_broken, guessed) = text_of(part);
        if bytes_are_broken {
            self.warn("The encoding of its text is broken; some characters may be wrong.");
        }
        if guessed {
            self.warn("The charset of its text is unknown and was guessed.");
        }
        if role == Role::Html {
            let shown = (text.len() <= MAX_HTML).then(|| html::to_markdown(&text)).flatten();
            match shown {
                Some(shown) => self.pieces.push(Piece::Markdown(shown)),
                None => {
                    self.warn("Its HTML is too large to be shown and is attached.");
                    self.attach(index, "text/html".to_owned());
                }
            }
            return;
        }
        let parameter = |name: &str| {
            part.content_type.as_ref().and_then(|value| value.attribute(name)).unwrap_or("").to_ascii_lowercase()
        };
        let text = clean_text(&text);
        let is_flowed = parameter("format") == "flowed";
        self.pieces.push(Piece::Plain(if is_flowed {
            flowed(&text, parameter("delsp") == "yes")
        } else {
            fixed(&text)
        }));
    }

    fn attach(&mut self, index: usize, media_type: String) {
        let part = &self.parts[index];
        let (bytes, broken) = decode::transfer(&encoding_of(part), part.body);
        let name = part.given_name().or_else(|| subject_as_name(&media_type, &bytes));
        let name = clean_file_name(name.as_deref().unwrap_or(""), &media_type);
        let content_id = part.headers.ids("content-id").into_iter().next();
        let disposition = part.disposition();
        let inline = match disposition.as_deref() {
            Some(disposition) => disposition == "inline",
            None => content_id.is_some() && media_type.starts_with("image/"),
        };
        let attachment = Attachment { bytes: bytes.into_owned(), name, media_type, inline, content_id };
        if broken {
            self.warn(&format!("The encoding of the attachment \"{}\" is broken; it may be damaged.", attachment.name));
        }
        self.attachments.push(attachment);
    }
}

/// An attached message is best known by its subject.
fn subject_as_name(media_type: &str, bytes: &[u8]) -> Option<String> {
    if media_type != "message/rfc822" && media_type != "message/global" {
        return None;
    }
    Headers::split(bytes, |_| false).text("subject").map(|subject| format!("{subject}.eml"))
}

fn encoding_of(part: &Part<'_>) -> String {
    part.headers.text("content-transfer-encoding").unwrap_or_default().trim_end_matches(';').to_ascii_lowercase()
}

fn text_of(part: &Part<'_>) -> (String, bool, bool) {
    let (bytes, broken): (Cow<'_, [u8]>, bool) = decode::transfer(&encoding_of(part), part.body);
    let (text, guessed) =
        decode::charset(part.content_type.as_ref().and_then(|value| value.attribute("charset")), &bytes);
    (text, broken, guessed)
}

/// The text of all pieces, and the signature if nothing but list footers comes behind it.
fn join(mut pieces: Vec<Piece>) -> (String, Option<String>) {
    let is_footer = |piece: &Piece| {
        matches!(piece, Piece::Plain(lines) if
        lines.iter().find(|line| !line.text.trim().is_empty()).is_none_or(|line| line.text.starts_with("__________")))
    };
    let footers = pieces.iter().rev().take_while(|piece| is_footer(piece)).count();
    let split = pieces.len() - footers;
    let mut signature = match pieces[..split].last_mut() {
        Some(Piece::Plain(lines)) => lines
            .iter()
            .rposition(Line::starts_signature)
            .map(|at| vec![Piece::Plain(lines.split_off(at)[1..].to_vec())]),
        _ => None,
    };
    if let Some(signature) = &mut signature {
        signature.extend(pieces.drain(split..));
    }
    (shown(&pieces), signature.map(|pieces| shown(&pieces)).filter(|text| !text.is_empty()))
}

fn shown(pieces: &[Piece]) -> String {
    let texts = pieces.iter().map(|piece| match piece {
        Piece::Plain(lines) => markdown::from_plain(lines),
        Piece::Markdown(text) => clean_text(text).into_owned(),
    });
    texts.filter(|text| !text.is_empty()).collect::<Vec<_>>().join("\n\n")
}
