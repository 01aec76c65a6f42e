//! Turns a subject into the title of a thread.

/// "Reply" and "forwarded" as mail programs of many languages write them.
const PREFIXES: &[&str] = &[
    "re",
    "fwd",
    "fw",
    "aw",
    "wg",
    "sv",
    "vs",
    "vb",
    "res",
    "enc",
    "antw",
    "doorst",
    "tr",
    "rv",
    "rif",
    "i",
    "odp",
    "pd",
    "ynt",
    "ilt",
    "ref",
    "回复",
    "转发",
    "答复",
    "回覆",
    "轉寄",
    "تر",
    "رد",
    "на",
    "ответ",
    "отв",
    "пересл",
];

/// Bracketed words that say something about the mail and not which list it came by.
const MEANINGFUL: &[&str] =
    &["patch", "rfc", "ann", "announce", "bug", "solved", "urgent", "security", "wip", "poll", "vote"];

/// The subject without `Re:`, `Fwd:`, `AW:` and `[list]` in front; the subject itself where nothing else is in it.
pub(crate) fn thread_subject(subject: &str) -> String {
    let mut rest = subject.trim();
    while let Some(shorter) = without_prefix(rest).or_else(|| without_list(rest)) {
        if shorter.is_empty() {
            break;
        }
        rest = shorter;
    }
    rest.to_owned()
}

fn without_prefix(subject: &str) -> Option<&str> {
    let colon = subject.find([':', '：'])?;
    let (word, rest) = subject.split_at(colon);
    // A count may follow: "Re[2]:", "Re^3:", "Re(4):".
    let word = word.trim_end_matches(|c: char| c.is_ascii_digit() || "[]()^ ".contains(c)).to_lowercase();
    PREFIXES.contains(&word.as_str()).then(|| rest.trim_start_matches([':', '：']).trim_start())
}

fn without_list(subject: &str) -> Option<&str> {
    let (tag, rest) = subject.strip_prefix('[')?.split_once(']')?;
    let first = tag.split(|c: char| !c.is_alphanumeric()).next().unwrap_or("").to_lowercase();
    let is_list = !tag.is_empty() && !tag.contains(char::is_whitespace) && !MEANINGFUL.contains(&first.as_str());
    is_list.then(|| rest.trim_start())
}
