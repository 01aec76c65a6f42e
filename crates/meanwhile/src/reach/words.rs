//! The words of mail and pushes that nobody wrote, in the languages there are. With them dates, as each language writes
//! them, in the zone of whoever reads.

use engine::Thing;
use jiff::tz::{TimeZone, TimeZoneDatabase};
use jmap::UtcDate;
use std::sync::LazyLock;

/// The zones of the program itself, by which the engine counts too.
static ZONES: LazyLock<TimeZoneDatabase> = LazyLock::new(TimeZoneDatabase::bundled);

/// Of one language.
pub(crate) struct Words {
    pub(crate) lang: &'static str,
    days: [&'static str; 7],
    months: [&'static str; 12],
    pub(crate) hello: &'static str,
    pub(crate) one_thing: &'static str,
    pub(crate) things: &'static str,
    pub(crate) window: &'static str,
    pub(crate) more: &'static str,
    pub(crate) reminder: &'static str,
    pub(crate) in_space: &'static str,
    pub(crate) conversation: &'static str,
    pub(crate) read: &'static str,
    pub(crate) answer: &'static str,
    pub(crate) got_it: &'static str,
    pub(crate) why_mail: &'static str,
    pub(crate) settings: &'static str,
    pub(crate) off: &'static str,
    pub(crate) somebody: &'static str,
    pub(crate) hidden: &'static str,
    until: &'static str,
    asks: [&'static str; 4],
    covers: &'static str,
    names: &'static str,
    replies: &'static str,
    writes: &'static str,
    follows: &'static str,
    decided: &'static str,
    pub(crate) invited: &'static str,
    pub(crate) invited_text: &'static str,
    pub(crate) reset: &'static str,
    pub(crate) reset_text: &'static str,
    pub(crate) works_until: &'static str,
    pub(crate) not_you: &'static str,
}

const EN: Words = Words {
    lang: "en",
    days: ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"],
    months: ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"],
    hello: "Hello {name},",
    one_thing: "One thing arrived",
    things: "{n} things arrived",
    window: "Your {time} arrivals are here",
    more: "And {n} more, in your Inbox.",
    reminder: "Reminder",
    in_space: "in {space}",
    conversation: "in a conversation",
    read: "Read it",
    answer: "Answer without signing in",
    got_it: "Say \"Got it\" without signing in",
    why_mail: "You get this mail in your own hours, because something reached you in {place}.",
    settings: "Choose what you get",
    off: "No more mail",
    somebody: "Somebody",
    hidden: "What was written is shown in the app alone, as you have set it.",
    until: "by {date}",
    asks: ["asks for a reply", "asks for a decision", "asks for a \"Got it\"", "asks you"],
    covers: "It asks {name}{until}, and you stand in",
    names: "names you",
    replies: "replies to you",
    writes: "writes to you",
    follows: "wrote in a thread that you follow",
    decided: "A decision has ended",
    invited: "{by} invites you to {workspace}",
    invited_text: "{by} has made a place for you in {workspace}. With this link you come in and choose a password; it works once:",
    reset: "A new password for {workspace}",
    reset_text: "With this link you choose a new password for {workspace}; it works once:",
    works_until: "It works until {date}.",
    not_you: "If that says nothing to you, do nothing: without the link nothing happens.",
};

const DE: Words = Words {
    lang: "de",
    days: ["Mo", "Di", "Mi", "Do", "Fr", "Sa", "So"],
    months: ["Jan.", "Feb.", "März", "Apr.", "Mai", "Juni", "Juli", "Aug.", "Sept.", "Okt.", "Nov.", "Dez."],
    hello: "Hallo {name},",
    one_thing: "Es ist etwas angekommen",
    things: "{n} Dinge sind angekommen",
    window: "Was um {time} ankommt, ist da",
    more: "Und noch {n}, im Eingang.",
    reminder: "Erinnerung",
    in_space: "in {space}",
    conversation: "in einem Gespräch",
    read: "Lesen",
    answer: "Ohne Anmeldung antworten",
    got_it: "Ohne Anmeldung \"Verstanden\" sagen",
    why_mail: "Diese Mail kommt in deinen eigenen Zeiten, weil dich in {place} etwas erreicht hat.",
    settings: "Wählen, was kommt",
    off: "Keine Mail mehr",
    somebody: "Jemand",
    hidden: "Was geschrieben wurde, zeigt nur die App, wie du es eingestellt hast.",
    until: "bis {date}",
    asks: ["bittet um eine Antwort", "bittet um eine Entscheidung", "bittet um ein \"Verstanden\"", "fragt dich"],
    covers: "Es fragt {name}{until}, und du vertrittst",
    names: "nennt dich",
    replies: "antwortet dir",
    writes: "schreibt dir",
    follows: "hat in einem Thema geschrieben, dem du folgst",
    decided: "Eine Entscheidung ist zu Ende",
    invited: "{by} lädt dich ein: {workspace}",
    invited_text: "{by} hat in {workspace} einen Platz für dich gemacht. Mit diesem Link kommst du herein und wählst ein Passwort; er gilt einmal:",
    reset: "Ein neues Passwort für {workspace}",
    reset_text: "Mit diesem Link wählst du ein neues Passwort für {workspace}; er gilt einmal:",
    works_until: "Er gilt bis {date}.",
    not_you: "Wenn dir das nichts sagt, tu nichts: ohne den Link geschieht nichts.",
};

/// A sentence with its parts put in.
pub(crate) fn fill(text: &str, parts: &[(&str, &str)]) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('{') {
        let (name, behind) = after.split_once('}').unwrap_or((after, ""));
        out.push_str(before);
        out.push_str(parts.iter().find(|(known, _)| *known == name).map_or("", |(_, part)| part));
        rest = behind;
    }
    out + rest
}

impl Words {
    /// Of a language, BCP 47; English for one that is not here.
    pub(crate) fn of(language: &str) -> &'static Words {
        let first = language.split(['-', '_']).next().unwrap_or("");
        if first.eq_ignore_ascii_case("de") { &DE } else { &EN }
    }

    /// How many things arrived.
    pub(crate) fn count(&self, n: usize) -> String {
        if n == 1 { self.one_thing.to_owned() } else { fill(self.things, &[("n", &n.to_string())]) }
    }

    /// A day and a time, in somebody's zone.
    pub(crate) fn date(&self, at: UtcDate, zone: &str) -> String {
        let local = local(at, zone);
        let day = self.days[local.weekday().to_monday_zero_offset() as usize];
        let month = self.months[local.month() as usize - 1];
        let (number, hour, minute) = (local.day(), local.hour(), local.minute());
        match self.lang {
            "de" => format!("{day}, {number}. {month}, {hour:02}:{minute:02} Uhr"),
            _ => format!("{day} {number} {month}, {hour:02}:{minute:02}"),
        }
    }

    /// A time of day, in somebody's zone.
    pub(crate) fn time(&self, at: UtcDate, zone: &str) -> String {
        let local = local(at, zone);
        let uhr = if self.lang == "de" { " Uhr" } else { "" };
        format!("{}:{:02}{uhr}", local.hour(), local.minute())
    }

    /// Who did what that made it arrive: "Ana asks for a reply by Fri 27 Nov, 18:00".
    pub(crate) fn why(&self, thing: &Thing, zone: &str) -> String {
        let by = if thing.by.is_empty() { self.somebody } else { &thing.by };
        let asking = |what: &str| match what {
            "reply" => self.asks[0],
            "decision" => self.asks[1],
            "acknowledgement" => self.asks[2],
            _ => self.asks[3],
        };
        let until = thing.asks.as_ref().and_then(|asks| asks.until);
        let until = until.map(|at| format!(" {}", fill(self.until, &[("date", &self.date(at, zone))])));
        let until = until.unwrap_or_default();
        match thing.why.as_str() {
            "asked" => format!("{by} {}{until}", asking(thing.asks.as_ref().map_or("", |asks| &asks.what))),
            "covering" => {
                let whom = thing.covers.as_deref().unwrap_or(self.somebody);
                fill(self.covers, &[("name", whom), ("until", &until)])
            }
            "mention" => format!("{by} {}", self.names),
            "reply" => format!("{by} {}", self.replies),
            "followed" => format!("{by} {}", self.follows),
            "decision" => self.decided.to_owned(),
            _ => format!("{by} {}", self.writes),
        }
    }
}

fn local(at: UtcDate, zone: &str) -> jiff::Zoned {
    let zone = ZONES.get(zone).unwrap_or(TimeZone::UTC);
    jiff::Timestamp::from_millisecond(at.ms()).unwrap_or_default().to_zoned(zone)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_in_the_zone_and_the_language_of_whoever_reads() {
        let at = UtcDate::parse("2026-11-27T17:00:00Z").unwrap();
        assert_eq!(Words::of("en-GB").date(at, "Europe/Lisbon"), "Fri 27 Nov, 17:00");
        assert_eq!(Words::of("de-AT").date(at, "Asia/Tokyo"), "Sa, 28. Nov., 02:00 Uhr");
        assert_eq!(Words::of("fr").time(at, "nowhere"), "17:00");
    }

    #[test]
    fn what_somebody_is_called_is_no_part_of_the_sentence() {
        assert_eq!(fill("Hello {name}, {n}", &[("name", "{n}"), ("n", "3")]), "Hello {n}, 3");
    }
}
