//! The words of the pages behind links of mails, in the languages there are.

use http::{HeaderMap, header};

/// Of one language.
pub(super) struct Words {
    pub(super) lang: &'static str,
    pub(super) asks_reply: &'static str,
    pub(super) asks_decision: &'static str,
    pub(super) asks_got_it: &'static str,
    pub(super) until: &'static str,
    pub(super) files: &'static str,
    pub(super) your_answer: &'static str,
    pub(super) send: &'static str,
    pub(super) got_it: &'static str,
    pub(super) or_words: &'static str,
    pub(super) leaving: &'static str,
    pub(super) leaves_at: &'static str,
    pub(super) undo: &'static str,
    pub(super) answered: &'static str,
    pub(super) not_needed: &'static str,
    pub(super) you_are: &'static str,
    pub(super) in_app: &'static str,
    pub(super) nothing: &'static str,
    pub(super) unknown: &'static str,
    pub(super) ended: &'static str,
    pub(super) not_there: &'static str,
    pub(super) off: &'static str,
    pub(super) off_why: &'static str,
    pub(super) off_now: &'static str,
    pub(super) is_off: &'static str,
    pub(super) is_off_why: &'static str,
    pub(super) on_again: &'static str,
}

const EN: Words = Words {
    lang: "en",
    asks_reply: "{name} asks for a reply",
    asks_decision: "{name} asks for a decision",
    asks_got_it: "{name} asks for a \"Got it\"",
    until: "by {date}",
    files: "{n} files, to be seen in the app",
    your_answer: "Your answer",
    send: "Send",
    got_it: "Got it",
    or_words: "Answer in words instead",
    leaving: "Your answer is on its way.",
    leaves_at: "It leaves at {time}; until then you can take it back.",
    undo: "Undo",
    answered: "You answered this on {date}. Thank you.",
    not_needed: "No answer of yours is needed any more.",
    you_are: "You answer as {name}, without signing in. The link is good for this one question; pass the mail on to nobody.",
    in_app: "Open it in the app",
    nothing: "This link does nothing",
    unknown: "Perhaps it was cut off in the mail, or your address is another one by now. Sign in, and answer in the app.",
    ended: "It was good for thirty days. Sign in, and answer in the app.",
    not_there: "What it leads to is not there any more, or not open to you any more.",
    off: "No more mail about arrivals?",
    off_why: "What reaches you is in your Inbox as before. Mail can be turned on again in the settings.",
    off_now: "No more mail",
    is_off: "You get no more mail about arrivals",
    is_off_why: "What reaches you is in your Inbox as before.",
    on_again: "Change it in the settings",
};

const DE: Words = Words {
    lang: "de",
    asks_reply: "{name} bittet um eine Antwort",
    asks_decision: "{name} bittet um eine Entscheidung",
    asks_got_it: "{name} bittet um ein \"Verstanden\"",
    until: "bis {date}",
    files: "{n} Dateien, zu sehen in der App",
    your_answer: "Deine Antwort",
    send: "Senden",
    got_it: "Verstanden",
    or_words: "Lieber mit Worten antworten",
    leaving: "Deine Antwort ist unterwegs.",
    leaves_at: "Sie geht um {time} hinaus; bis dahin kannst du sie zurücknehmen.",
    undo: "Rückgängig",
    answered: "Du hast das am {date} beantwortet. Danke.",
    not_needed: "Eine Antwort von dir ist nicht mehr nötig.",
    you_are: "Du antwortest als {name}, ohne Anmeldung. Der Link gilt für diese eine Frage; gib die Mail niemandem weiter.",
    in_app: "In der App öffnen",
    nothing: "Dieser Link tut nichts",
    unknown: "Vielleicht wurde er in der Mail abgeschnitten, oder deine Adresse ist inzwischen eine andere. Melde dich an und antworte in der App.",
    ended: "Er galt dreißig Tage. Melde dich an und antworte in der App.",
    not_there: "Wohin er führt, das gibt es nicht mehr, oder es steht dir nicht mehr offen.",
    off: "Keine Mail mehr über das, was ankommt?",
    off_why: "Was dich erreicht, steht wie bisher im Eingang. In den Einstellungen lässt sich die Mail wieder einschalten.",
    off_now: "Keine Mail mehr",
    is_off: "Du bekommst keine Mail mehr über das, was ankommt",
    is_off_why: "Was dich erreicht, steht wie bisher im Eingang.",
    on_again: "In den Einstellungen ändern",
};

impl Words {
    /// Of a language, BCP 47; English for one that is not here.
    pub(super) fn of(language: &str) -> &'static Words {
        let first = language.split(['-', '_']).next().unwrap_or("");
        if first.eq_ignore_ascii_case("de") { &DE } else { &EN }
    }

    /// In the language that a browser names first.
    pub(super) fn asked_by(headers: &HeaderMap) -> &'static Words {
        let line = headers.get(header::ACCEPT_LANGUAGE).and_then(|line| line.to_str().ok()).unwrap_or("");
        Words::of(line.split([',', ';']).next().unwrap_or("").trim())
    }
}
