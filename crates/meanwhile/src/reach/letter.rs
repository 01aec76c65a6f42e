//! What mails look like: plain text, and the same in a little HTML. Nothing in them is loaded from anywhere, and nothing
//! tells that they were read.

use anyhow::{Context, anyhow};
use engine::{Arrivals, Invitation, Thing};
use jmap::UtcDate;
use lettre::Message;
use lettre::message::header::{HeaderName, HeaderValue};
use lettre::message::{Mailbox, MultiPart};
use model::html::escaped;
use std::fmt::Write;
use std::time::{Duration, SystemTime};

use super::told::{short, summary};
use super::words::{Words, fill};

/// Bytes of a name or a title in a mail.
const LINE: usize = 200;

const FRAME: &str = "margin:0 auto;max-width:36rem;padding:1rem;font:16px/1.5 system-ui,sans-serif;color:#1f2a2a";
const CARD: &str = "margin:0 0 1rem;padding:.75rem 1rem;border:1px solid #ddd8cc;border-radius:8px";
const QUOTE: &str = "margin:.5rem 0;padding-left:.75rem;border-left:3px solid #ddd8cc;color:#596463";
const LINK: &str = "color:#1f4a45";
const BUTTON: &str = "display:inline-block;margin-right:1rem;padding:.4rem .8rem;border-radius:6px;background:#1f4a45;\
                      color:#fffefa;text-decoration:none";
const SMALL: &str = "font-size:13px;color:#596463";

/// Writes mails.
pub(super) struct Writer {
    url: String,
    from: Option<Mailbox>,
    /// The part of Message-IDs behind the @.
    domain: String,
}

/// A mail as it is put together.
struct Draft<'a> {
    name: &'a str,
    to: Mailbox,
    at: UtcDate,
    subject: String,
    text: String,
    html: String,
    headers: Vec<(&'static str, String)>,
}

impl Writer {
    pub(super) fn new(url: &str, from: Option<&str>) -> anyhow::Result<Writer> {
        let from = from.map(|from| from.parse::<Mailbox>().context("the sender of mail is no address")).transpose()?;
        // Relays sign for the domain of the sender; a server may be reached by an address alone.
        let sender = from.as_ref().map(|from| from.email.domain().to_owned());
        let domain = sender.or_else(|| crate::config::host_of(url)).context("the url has no host")?;
        Ok(Writer { url: url.to_owned(), from, domain })
    }

    pub(super) fn url(&self) -> &str {
        &self.url
    }

    /// What arrived.
    pub(super) fn arrivals(&self, name: &str, to: &str, arrivals: &Arrivals, off: &str) -> anyhow::Result<Message> {
        let words = Words::of(&arrivals.language);
        let first = arrivals.things.first().context("nothing arrived")?;
        let hello = fill(words.hello, &[("name", &short(&arrivals.name, LINE))]);
        let (mut text, mut html) = (format!("{hello}\n\n"), format!("<p>{}</p>\n", escaped(&hello)));
        for thing in &arrivals.things {
            self.thing(words, arrivals, thing, &mut text, &mut html);
        }
        if arrivals.more > 0 {
            let more = fill(words.more, &[("n", &arrivals.more.to_string())]);
            let inbox = format!("{}/inbox", self.url);
            let _ = write!(text, "{more}\n{inbox}\n\n");
            let _ = writeln!(html, "<p><a style=\"{LINK}\" href=\"{inbox}\">{}</a></p>", escaped(&more));
        }
        let off = format!("{}/mail-off/{off}", self.url);
        let settings = format!("{}/settings/notifications", self.url);
        let place = short(first_place(arrivals), LINE);
        let why = fill(words.why_mail, &[("place", if place.is_empty() { "Meanwhile" } else { &place })]);
        let _ = write!(text, "-- \n{why}\n{}: {settings}\n{}: {off}\n", words.settings, words.off);
        let _ = writeln!(
            html,
            "<p style=\"{SMALL}\">{} <a style=\"{SMALL}\" href=\"{settings}\">{}</a> · <a style=\"{SMALL}\" href=\"{off}\">{}</a></p>",
            escaped(&why),
            escaped(words.settings),
            escaped(words.off)
        );
        let one_thread = arrivals.more == 0 && arrivals.things.iter().all(|thing| thing.thread == first.thread);
        let mut headers = vec![
            ("Auto-Submitted", "auto-generated".to_owned()),
            ("List-Unsubscribe", format!("<{off}>")),
            ("List-Unsubscribe-Post", "List-Unsubscribe=One-Click".to_owned()),
        ];
        // Programs put mails of one thread together by this, and by a subject that stays.
        if one_thread {
            headers.push(("References", format!("<thread.{}@{}>", first.thread, self.domain)));
        }
        let titled = one_thread && !arrivals.hides_content && !first.title.trim().is_empty();
        let subject = match titled {
            true if first.is_direct || place.is_empty() => short(&first.title, LINE),
            true => format!("[{place}] {}", short(&first.title, LINE)),
            false => summary(words, arrivals),
        };
        let to = mailbox(&arrivals.name, to)?;
        self.written(Draft { name, to, at: arrivals.at, subject, text, html, headers }, words)
    }

    fn thing(&self, words: &Words, arrivals: &Arrivals, thing: &Thing, text: &mut String, html: &mut String) {
        let mut why = short(&words.why(thing, &arrivals.zone), 2 * LINE);
        if thing.is_reminder {
            why = format!("{}: {why}", words.reminder);
        }
        let place = match (thing.is_direct, thing.space_name.is_empty()) {
            (true, _) => words.conversation.to_owned(),
            (false, true) => String::new(),
            (false, false) => fill(words.in_space, &[("space", &short(&thing.space_name, LINE))]),
        };
        let title = if arrivals.hides_content { String::new() } else { short(&thing.title, LINE) };
        let place = if arrivals.hides_content && !thing.is_direct { String::new() } else { place };
        let _ = writeln!(text, "{why}.");
        let _ = writeln!(html, "<div style=\"{CARD}\"><p style=\"margin:0\">{}.</p>", escaped(&why));
        let line = [title.as_str(), place.as_str()].into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>();
        if !line.is_empty() {
            let _ = writeln!(text, "{}", line.join(", "));
            let title =
                if title.is_empty() { String::new() } else { format!("<b dir=\"auto\">{}</b> ", escaped(&title)) };
            let _ = writeln!(html, "<p style=\"margin:0\">{title}{}</p>", escaped(&place));
        }
        let excerpt = thing.excerpt.trim();
        if arrivals.hides_content {
            let _ = writeln!(text, "{}", words.hidden);
            let _ = writeln!(html, "<p style=\"{SMALL}\">{}</p>", escaped(words.hidden));
        } else if !excerpt.is_empty() {
            for line in excerpt.lines() {
                let _ = writeln!(text, "> {line}");
            }
            let lines = escaped(excerpt).replace('\n', "<br>");
            let _ = writeln!(html, "<div dir=\"auto\" style=\"{QUOTE}\">{lines}</div>");
        }
        let read = self.place(arrivals, thing);
        let _ = writeln!(text, "{}: {read}", words.read);
        let _ = write!(html, "<p style=\"margin:.5rem 0 0\">");
        if let Some(answer) = &thing.answer {
            let got_it = thing.asks.as_ref().is_some_and(|asks| asks.what == "acknowledgement");
            let (word, answer) =
                (if got_it { words.got_it } else { words.answer }, format!("{}/answer/{answer}", self.url));
            let _ = writeln!(text, "{word}: {answer}");
            let _ = write!(html, "<a style=\"{BUTTON}\" href=\"{answer}\">{}</a>", escaped(word));
        }
        let _ = writeln!(html, "<a style=\"{LINK}\" href=\"{read}\">{}</a></p></div>", escaped(words.read));
        text.push('\n');
    }

    /// Where something is in the app; what one only stands in for, in the Inbox.
    fn place(&self, arrivals: &Arrivals, thing: &Thing) -> String {
        let url = &self.url;
        match (thing.space == arrivals.person, thing.item == thing.thread) {
            (true, _) => format!("{url}/inbox"),
            (false, true) => format!("{url}/s/{}/t/{}", thing.space, thing.thread),
            (false, false) => format!("{url}/s/{}/t/{}/{}", thing.space, thing.thread, thing.item),
        }
    }

    /// How somebody comes in.
    pub(super) fn invitation(&self, name: &str, to: &str, invitation: &Invitation) -> anyhow::Result<Message> {
        let words = Words::of(&invitation.language);
        let by = if invitation.by.is_empty() { words.somebody.to_owned() } else { short(&invitation.by, LINE) };
        let workspace = short(&invitation.workspace, LINE);
        let parts = [("by", by.as_str()), ("workspace", workspace.as_str())];
        let (subject, said) = match invitation.is_reset {
            true => (fill(words.reset, &parts), fill(words.reset_text, &parts)),
            false => (fill(words.invited, &parts), fill(words.invited_text, &parts)),
        };
        let hello = fill(words.hello, &[("name", &short(&invitation.person, LINE))]);
        let link = crate::link(&self.url, &invitation.secret);
        let until = fill(words.works_until, &[("date", &format!("{} UTC", words.date(invitation.expires_at, "UTC")))]);
        let text = format!("{hello}\n\n{said}\n\n{link}\n\n{until} {}\n", words.not_you);
        let html = format!(
            "<p>{}</p>\n<p>{}</p>\n<p><a style=\"{LINK}\" href=\"{link}\">{link}</a></p>\n<p style=\"{SMALL}\">{} {}</p>\n",
            escaped(&hello),
            escaped(&said),
            escaped(&until),
            escaped(words.not_you)
        );
        let at = invitation.made_at;
        let headers = vec![("Auto-Submitted", "auto-generated".to_owned())];
        let to = mailbox(&invitation.person, to)?;
        self.written(Draft { name, to, at, subject, text, html, headers }, words)
    }

    fn written(&self, draft: Draft, words: &Words) -> anyhow::Result<Message> {
        let from = self.from.clone().ok_or_else(|| anyhow!("no sender of mail is set"))?;
        let date = SystemTime::UNIX_EPOCH + Duration::from_millis(u64::try_from(draft.at.ms()).unwrap_or(0));
        let html = format!(
            "<!doctype html>\n<html lang=\"{}\"><meta charset=\"utf-8\"><body style=\"margin:0\"><div style=\"{FRAME}\">\n{}</div></body></html>\n",
            words.lang, draft.html
        );
        let mut message = Message::builder()
            .message_id(Some(format!("<{}@{}>", draft.name, self.domain)))
            .date(date)
            .from(from)
            .to(draft.to)
            .subject(draft.subject);
        for (name, value) in draft.headers {
            message = message.raw_header(HeaderValue::new(HeaderName::new_from_ascii_str(name), value));
        }
        Ok(message.multipart(MultiPart::alternative_plain_html(draft.text, html))?)
    }
}

/// Where what asks first is, or what arrived first; empty for a conversation.
fn first_place(arrivals: &Arrivals) -> &str {
    let first = arrivals.things.first().filter(|thing| !thing.is_direct && !arrivals.hides_content);
    first.map_or("", |thing| &thing.space_name)
}

fn mailbox(name: &str, address: &str) -> anyhow::Result<Mailbox> {
    let address = address.trim().parse().map_err(|_| anyhow!("the address is none that mail can be sent to"))?;
    Ok(Mailbox::new(Some(short(name, LINE)).filter(|name| !name.is_empty()), address))
}

#[cfg(test)]
mod tests;
