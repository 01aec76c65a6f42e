//! The pages behind links of mails. All words of people are escaped, or go through the Markdown of the model.

use data_encoding::BASE64;
use engine::{Answered, Question};
use http::HeaderValue;
use model::html::{escaped, html};
use std::fmt::Write;
use std::sync::LazyLock;

use super::words::Words;
use crate::reach::{Words as Mail, fill};

const STYLE: &str = concat!(include_str!("../../pages/public.css"), include_str!("../../pages/answer.css"));

/// No program runs, nothing is loaded, and a form goes nowhere but here.
pub(super) static POLICY: LazyLock<HeaderValue> = LazyLock::new(|| {
    let hash = BASE64.encode(aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, STYLE.as_bytes()).as_ref());
    let policy = format!(
        "default-src 'none'; style-src 'sha256-{hash}'; img-src 'self'; base-uri 'none'; form-action 'self'; \
         frame-ancestors 'none'"
    );
    HeaderValue::try_from(policy).expect("a hash is ASCII")
});

/// What is asked, and what can be done about it.
pub(super) fn question(
    words: &Words,
    mail: &Mail,
    url: &str,
    of: &Question,
    said: &str,
    wrong: Option<&str>,
) -> String {
    let (space, thread, item) = of.place;
    let own = if item == thread { String::new() } else { format!("/{item}") };
    let app = format!("/s/{space}/t/{thread}{own}");
    let until = of.asks.until.map(|at| mail.date(at, &of.zone));
    let asks = match of.asks.what.as_str() {
        "acknowledgement" => words.asks_got_it,
        "decision" => words.asks_decision,
        _ => words.asks_reply,
    };
    let by = if of.by.trim().is_empty() { mail.somebody } else { &of.by };
    let mut asks = fill(asks, &[("name", by)]);
    if let Some(until) = &until {
        let _ = write!(asks, " · {}", fill(words.until, &[("date", until)]));
    }
    let mut main = format!("<p class=\"soft\">{}</p>\n<h1 dir=\"auto\">{}</h1>\n", escaped(&asks), escaped(&of.title));
    let text = html(&of.text, &|to| leads_to(url, to));
    let _ = write!(main, "<article><div class=\"text\" dir=\"auto\">{text}</div>");
    if of.files > 0 {
        let _ = write!(main, "<p class=\"soft\">{}</p>", escaped(&fill(words.files, &[("n", &of.files.to_string())])));
    }
    main.push_str("</article>\n");
    match &of.answered {
        Answered::No => form(&mut main, words, of, said, wrong),
        Answered::Leaving(_, at, text) => {
            let time = mail.time(*at, &of.zone);
            let _ = writeln!(
                main,
                "<section class=\"done\" role=\"status\"><p><b>{}</b> {}</p><div class=\"text\" dir=\"auto\">{}</div>\
                 <form method=\"post\"><button name=\"act\" value=\"undo\">{}</button></form></section>",
                escaped(words.leaving),
                escaped(&fill(words.leaves_at, &[("time", &time)])),
                html(text, &|to| leads_to(url, to)),
                escaped(words.undo)
            );
        }
        Answered::Yes(at) => {
            let done = fill(words.answered, &[("date", &mail.date(*at, &of.zone))]);
            let _ = writeln!(main, "<section class=\"done\" role=\"status\"><p>{}</p></section>", escaped(&done));
        }
        Answered::NotNeeded => {
            let _ = writeln!(
                main,
                "<section class=\"done\" role=\"status\"><p>{}</p></section>",
                escaped(words.not_needed)
            );
        }
    }
    let who = fill(words.you_are, &[("name", &of.person)]);
    let _ = writeln!(
        main,
        "<footer><p>{}</p><p><a href=\"{app}\">{}</a></p></footer>",
        escaped(&who),
        escaped(words.in_app)
    );
    page(words, &of.title, &main)
}

fn form(main: &mut String, words: &Words, of: &Question, said: &str, wrong: Option<&str>) {
    let wrong = wrong.map(|why| format!("<p class=\"wrong\" role=\"alert\">{}</p>", escaped(why))).unwrap_or_default();
    if of.asks.what == "acknowledgement" {
        let _ = write!(
            main,
            "<form method=\"post\">{wrong}<button class=\"first\" name=\"act\" value=\"gotIt\">{}</button></form>\n\
             <details{}><summary>{}</summary>",
            escaped(words.got_it),
            if said.is_empty() { "" } else { " open" },
            escaped(words.or_words)
        );
    }
    let _ = writeln!(
        main,
        "<form method=\"post\">{wrong}<label for=\"text\">{}</label>\
         <textarea id=\"text\" name=\"text\" rows=\"6\" required dir=\"auto\">{}</textarea>\
         <input type=\"hidden\" name=\"id\" value=\"{}\">\
         <button class=\"first\" name=\"act\" value=\"answer\">{}</button></form>",
        escaped(words.your_answer),
        escaped(said),
        of.fresh,
        escaped(words.send)
    );
    if of.asks.what == "acknowledgement" {
        main.push_str("</details>\n");
    }
}

/// Asks before mail is turned off.
pub(super) fn off(words: &Words, link: &str) -> String {
    let main = format!(
        "<h1>{}</h1><p>{}</p><form method=\"post\" action=\"/mail-off/{}\"><button class=\"first\">{}</button></form>\n",
        escaped(words.off),
        escaped(words.off_why),
        escaped(link),
        escaped(words.off_now)
    );
    page(words, words.off, &main)
}

/// It is off.
pub(super) fn is_off(words: &Words) -> String {
    let link = format!("<p><a href=\"/settings/notifications\">{}</a></p>", escaped(words.on_again));
    page(
        words,
        words.is_off,
        &format!("<h1>{}</h1><p>{}</p>{link}\n", escaped(words.is_off), escaped(words.is_off_why)),
    )
}

/// The link does nothing, and why.
pub(super) fn nothing(words: &Words, why: &str) -> String {
    let link = format!("<p><a href=\"/inbox\">{}</a></p>", escaped(words.in_app));
    page(words, words.nothing, &format!("<h1>{}</h1><p>{}</p>{link}\n", escaped(words.nothing), escaped(why)))
}

/// Addresses of the web, of mail, and of this server's own.
fn leads_to(url: &str, to: &str) -> Option<String> {
    let here = to.starts_with('/') && !to.starts_with("//");
    let schemes = ["https://", "http://", "mailto:"];
    let leads = schemes.iter().any(|scheme| to.get(..scheme.len()).is_some_and(|s| s.eq_ignore_ascii_case(scheme)));
    (here || leads || to.starts_with(url)).then(|| to.to_owned())
}

fn page(words: &Words, title: &str, main: &str) -> String {
    format!(
        "<!doctype html>\n<html lang=\"{}\">\n<meta charset=\"utf-8\">\n<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<meta name=\"robots\" content=\"noindex\">\n<title>{}</title>\n<link rel=\"icon\" href=\"/favicon.svg\" type=\"image/svg+xml\">\n<style>{STYLE}</style>\n<main>\n{main}</main>\n</html>\n",
        words.lang,
        escaped(title)
    )
}
