//! The text of a file, for search: plain text, Markdown, HTML, PDF. What a file calls itself chooses how it is read; what
//! it turns out to be gives text or none, and never a fault.

use std::fs::File;
use std::io::Read;

use crate::html;
use crate::runner::{Limits, RunError, Runner};

/// Bytes of a text that are read, and of text that is made.
const MOST: usize = 1024 * 1024;
/// Bytes of a web page that are read.
const MOST_HTML: usize = 4 * 1024 * 1024;
/// What a PDF may take.
const PDF: Limits = Limits { seconds: 20, memory: 512 * 1024 * 1024, output: MOST };

/// Why there is no text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NoText {
    /// There is none in it.
    None,
    /// It can't be told on this machine as it is now. Says what to do.
    NotNow(String),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Format {
    Plain,
    Markdown,
    Html,
    Pdf,
}

/// Makes text of files.
#[derive(Clone, Debug)]
pub struct TextMaker {
    runner: Runner,
}

impl TextMaker {
    /// With a runner for what other programs read.
    pub fn new(runner: Runner) -> TextMaker {
        TextMaker { runner }
    }

    /// Whether there could be text in such a file.
    pub fn reads(&self, media_type: &str, name: &str) -> bool {
        format(media_type, name).is_some()
    }

    /// What keeps PDFs from being read on this machine, and what to do; `None`: nothing does.
    pub fn cannot(&self) -> Option<String> {
        let missing = !std::path::Path::new("/usr/bin/pdftotext").exists();
        let install = || "/usr/bin/pdftotext is missing; install poppler-utils".to_string();
        self.runner.cannot().map(str::to_string).or_else(|| missing.then(install))
    }

    /// The words of a file, at most 1 MiB of them.
    ///
    /// # Errors
    /// Why there are none.
    pub fn text(&self, file: File, media_type: &str, name: &str) -> Result<String, NoText> {
        let text = match format(media_type, name).ok_or(NoText::None)? {
            Format::Plain => decoded(&head(file, MOST)?)?,
            Format::Markdown => model::plain::plain(&decoded(&head(file, MOST)?)?, MOST),
            Format::Html => html::words(&decoded(&head(file, MOST_HTML)?)?),
            Format::Pdf => self.pdf(file)?,
        };
        let text = text[..text.floor_char_boundary(MOST)].trim();
        if text.is_empty() { Err(NoText::None) } else { Ok(text.to_string()) }
    }

    fn pdf(&self, file: File) -> Result<String, NoText> {
        let args = ["-q", "-enc", "UTF-8", "-nopgbrk", "-", "-"];
        match self.runner.run("pdftotext", &args, file, PDF) {
            Ok(out) => Ok(String::from_utf8_lossy(&out.bytes).into_owned()),
            // A busy machine is slow with any file.
            Err(why @ (RunError::NotHere(_) | RunError::TooLong(_))) => Err(NoText::NotNow(why.to_string())),
            Err(RunError::Failed(_)) => Err(NoText::None),
        }
    }
}

fn format(media_type: &str, name: &str) -> Option<Format> {
    let ending = name.rsplit_once('.').map_or("", |(_, ending)| ending).to_ascii_lowercase();
    let media_type = media_type.split(';').next().unwrap_or("").trim().to_ascii_lowercase();
    match (media_type.as_str(), ending.as_str()) {
        ("application/pdf", _) | (_, "pdf") => Some(Format::Pdf),
        ("text/html" | "application/xhtml+xml", _) | (_, "html" | "htm" | "xhtml") => Some(Format::Html),
        ("text/markdown", _) | (_, "md" | "markdown") => Some(Format::Markdown),
        ("application/json" | "application/xml" | "application/javascript" | "application/yaml", _) => {
            Some(Format::Plain)
        }
        (media_type, _) if media_type.starts_with("text/") => Some(Format::Plain),
        (
            _,
            "txt" | "log" | "csv" | "tsv" | "json" | "xml" | "yaml" | "yml" | "toml" | "ini" | "rst" | "tex" | "org",
        ) => Some(Format::Plain),
        (_, "rs" | "py" | "js" | "ts" | "c" | "h" | "cpp" | "java" | "go" | "rb" | "sh" | "sql" | "css" | "diff") => {
            Some(Format::Plain)
        }
        _ => None,
    }
}

fn head(file: File, most: usize) -> Result<Vec<u8>, NoText> {
    let mut bytes = Vec::new();
    let read = file.take(most as u64).read_to_end(&mut bytes);
    read.map_err(|error| NoText::NotNow(format!("a file can't be read: {error}")))?;
    Ok(bytes)
}

/// UTF-8, UTF-16 with a mark, or the letters of Western Europe; what has a NUL in it is no text.
fn decoded(bytes: &[u8]) -> Result<String, NoText> {
    let wide = |from: fn([u8; 2]) -> u16| -> String {
        let units: Vec<u16> = bytes[2..].chunks_exact(2).map(|two| from([two[0], two[1]])).collect();
        String::from_utf16_lossy(&units)
    };
    match bytes {
        [0xff, 0xfe, ..] => return Ok(wide(u16::from_le_bytes)),
        [0xfe, 0xff, ..] => return Ok(wide(u16::from_be_bytes)),
        _ if bytes.contains(&0) => return Err(NoText::None),
        _ => {}
    }
    let text = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    match std::str::from_utf8(text) {
        Ok(text) => Ok(text.to_string()),
        // Cut within a letter, by us.
        Err(error) if error.error_len().is_none() => {
            Ok(String::from_utf8_lossy(&text[..error.valid_up_to()]).into_owned())
        }
        Err(_) => Ok(text.iter().map(|byte| char::from(*byte)).collect()),
    }
}

#[cfg(test)]
mod tests;
