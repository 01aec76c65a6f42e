//! Mails as they go out: what they say, what they hide, and that nobody's words become a line of the head or a piece of HTML.

use super::*;
use engine::Asking;
use jmap::Id;

fn id(letter: u8, n: u8) -> Id {
    Id::fresh(letter, UtcDate::from_ms(0), [n; 10])
}

fn at(text: &str) -> UtcDate {
    UtcDate::parse(text).unwrap()
}

fn thing(n: u8, why: &str, title: &str) -> Thing {
    Thing {
        item: id(b'i', n),
        space: id(b's', 1),
        thread: id(b'i', n),
        why: why.into(),
        is_reminder: false,
        by: "Ana".into(),
        space_name: "Release".into(),
        is_direct: false,
        title: title.into(),
        excerpt: format!("The first words of {title}"),
        asks: (why == "asked").then(|| Asking { what: "reply".into(), until: Some(at("2026-11-27T17:00:00Z")) }),
        covers: None,
        answer: (why == "asked").then(|| "p.i.1.x".into()),
    }
}

fn arrivals(things: Vec<Thing>) -> Arrivals {
    Arrivals {
        person: id(b'p', 1),
        name: "Bo".into(),
        language: "en".into(),
        zone: "Europe/Berlin".into(),
        at: at("2026-11-23T09:00:00Z"),
        now: at("2026-11-23T09:00:00Z"),
        ends: at("2026-11-23T17:00:00Z"),
        is_window: false,
        things,
        more: 0,
        hides_content: false,
        waiting: 1,
    }
}

fn written(arrivals: &Arrivals) -> (String, mail::Message) {
    let writer = Writer::new("https://work.example", Some("Meanwhile <mw@mail.example>")).unwrap();
    let letter = writer.arrivals("name", "bo@example.org", arrivals, "p.off.1.x").unwrap().formatted();
    let read = mail::read_message(&letter).unwrap();
    let raw = String::from_utf8(letter).unwrap();
    if let Some(folder) = std::env::var_os("MEANWHILE_PICTURES") {
        std::fs::write(std::path::Path::new(&folder).join("mail.eml"), &raw).unwrap();
    }
    (raw, read)
}

#[test]
fn a_mail_says_who_why_and_where_and_how_to_answer() {
    let mut reminder = thing(2, "asked", "And this?");
    reminder.is_reminder = true;
    let mut direct = thing(3, "direct", "A word");
    (direct.is_direct, direct.space_name) = (true, String::new());
    let (_, read) = written(&arrivals(vec![thing(1, "asked", "Checkout fails"), reminder, direct]));
    assert_eq!(read.subject, "3 things arrived: Checkout fails, And this?, A word");
    assert_eq!(read.message_id.as_deref(), Some("name@mail.example"));
    assert!(read.references.is_empty(), "it is of several threads");
    for said in [
        "Hello Bo,",
        "Ana asks for a reply by Fri 27 Nov, 18:00.",
        "Reminder: Ana asks for a reply",
        "Ana writes to you.",
        "Checkout fails, in Release",
        "in a conversation",
        "https://work.example/answer/p.i.1.x",
    ] {
        assert!(read.text.contains(said), "{said}: {}", read.text);
    }
    assert!(read.signature.is_some_and(|below| below.contains("https://work.example/mail-off/p.off.1.x")));
    let (_, one) = written(&arrivals(vec![thing(1, "asked", "Checkout fails")]));
    assert_eq!((one.subject.as_str(), one.references.len()), ("[Release] Checkout fails", 1));
}

#[test]
fn what_is_to_be_hidden_is_in_no_part_of_it() {
    let mut all = arrivals(vec![thing(1, "asked", "Layoffs in March")]);
    all.hides_content = true;
    let (raw, read) = written(&all);
    assert_eq!(read.subject, "One thing arrived");
    let whole = raw.replace("=\r\n", "");
    assert!(!whole.contains("Layoffs") && !whole.contains("first words") && !whole.contains("Release"), "{whole}");
    assert!(read.text.contains("Ana asks for a reply") && read.text.contains("as you have set it"));
}

#[test]
fn nobodys_words_become_a_line_of_the_head_or_a_piece_of_html() {
    let mut evil = thing(1, "asked", "Hi\r\nBcc: all@example.org\r\n\r\n<script>alert(1)</script>");
    evil.by = "<img src=x>\nSubject: other".into();
    evil.space_name = "R\u{0}&D\"".into();
    evil.excerpt = "</div><script>alert(2)</script>".into();
    let mut all = arrivals(vec![evil]);
    all.name = "Bo\r\nCc: x@example.org".into();
    let (raw, read) = written(&all);
    let head = raw.split("\r\n\r\n").next().unwrap_or("");
    for line in head.lines() {
        assert!(!line.starts_with("Bcc:") && !line.starts_with("Cc:"), "{head}");
    }
    assert_eq!(head.lines().filter(|line| line.starts_with("Subject:")).count(), 1);
    assert!(read.subject.starts_with("[R &D\"] Hi Bcc: all@example.org"), "{}", read.subject);
    let html = raw.split("text/html").nth(1).unwrap_or("").replace("=\r\n", "").replace("=3D", "=");
    assert!(html.contains("&lt;script&gt;") && !html.contains("<script") && !html.contains("<img"), "{html}");
}
