//! The few words of the public pages that nobody wrote, in the languages there are.

use http::{HeaderMap, header};

/// Of one language.
pub(super) struct Words {
    pub(super) lang: &'static str,
    pub(super) all: &'static str,
    pub(super) older: &'static str,
    pub(super) newest: &'static str,
    pub(super) page: &'static str,
    pub(super) of: &'static str,
    pub(super) edited: &'static str,
    pub(super) reply: &'static str,
    pub(super) replies: &'static str,
    pub(super) somebody: &'static str,
    pub(super) untitled: &'static str,
    pub(super) empty: &'static str,
    pub(super) feed: &'static str,
    pub(super) about: &'static str,
    pub(super) come_in: &'static str,
    pub(super) nothing: &'static str,
    pub(super) nothing_why: &'static str,
}

const EN: Words = Words {
    lang: "en",
    all: "All threads",
    older: "Older threads",
    newest: "Newest threads",
    page: "Page",
    of: "of",
    edited: "edited",
    reply: "reply",
    replies: "replies",
    somebody: "Somebody",
    untitled: "Untitled",
    empty: "Nothing has been written here yet.",
    feed: "Follow by feed (Atom)",
    about: "Everybody can read this, without signing in. Who reads it is not counted.",
    come_in: "Open it in the workspace",
    nothing: "There is nothing here",
    nothing_why: "No page that everybody may read has this address. If you are a member, sign in and look there.",
};

const DE: Words = Words {
    lang: "de",
    all: "Alle Themen",
    older: "Ältere Themen",
    newest: "Neueste Themen",
    page: "Seite",
    of: "von",
    edited: "bearbeitet",
    reply: "Antwort",
    replies: "Antworten",
    somebody: "Jemand",
    untitled: "Ohne Titel",
    empty: "Hier hat noch niemand etwas geschrieben.",
    feed: "Als Feed verfolgen (Atom)",
    about: "Das hier können alle lesen, ohne sich anzumelden. Wer liest, wird nicht gezählt.",
    come_in: "Im Arbeitsbereich öffnen",
    nothing: "Hier ist nichts",
    nothing_why: "Keine Seite, die alle lesen dürfen, hat diese Adresse. Wer Mitglied ist, meldet sich an und sieht dort nach.",
};

impl Words {
    /// In the language that a browser names first, if it is one of these.
    pub(super) fn of(headers: &HeaderMap) -> &'static Words {
        let line = headers.get(header::ACCEPT_LANGUAGE).and_then(|line| line.to_str().ok()).unwrap_or("");
        let first = line.split([',', ';', '-']).next().unwrap_or("").trim();
        if first.eq_ignore_ascii_case("de") { &DE } else { &EN }
    }
}
