use proptest::prelude::*;

use super::HEAD;
use crate::{Mbox, Message, clean_file_name, looks_like_mbox, looks_like_message, read_message};

const MODELS: &[&str] = &[
    "Content-Type: text/plain; charset=utf-8; format=flowed\n\n> quoted \n> on\n*words* <x> http://example.org/a_b\n\n-- \nAna\n",
    "Content-Type: multipart/alternative; boundary=\"=-=\"\n\n--=-=\nContent-Type: text/plain\nContent-Transfer-Encoding: \
     quoted-printable\n\ncaf=C3=A9=\n\n--=-=\nContent-Type: text/html; charset=iso-8859-1\n\n<table><tr><td><ul><li><b><a \
     href=\"http://x.y\">x</a></b><blockquote><pre>y</pre></table><ol start=9><li>z\n--=-=--\n",
    "Content-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: message/rfc822\n\nSubject: =?utf-8?B?w6k=?=\n\nin\n--b\n\
     Content-Type: image/png; name*0*=utf-8''%e2%80%ae; name*1=x.png\nContent-ID: <i@x>\nContent-Transfer-Encoding: \
     base64\n\niVBORw0KGgo=\n--b--\nfooter\n",
    "To: \"A, B\" <a@b.c>, group: x@y.z (note), <q@r>;\nCc: =?iso-8859-1?Q?=E9?= <e@f>\nReferences: <1@x> <2@x>\n\nhi\n",
];

fn is_clean(message: &Message) {
    let line = |text: &str| assert!(!text.contains(|c: char| c.is_control()), "{text:?}");
    let text = |text: &str| assert!(!text.contains(|c: char| c.is_control() && c != '\n' && c != '\t'), "{text:?}");
    text(&message.whole_text());
    text(&message.text);
    [&message.subject, &message.thread_subject, &message.id_or_hash].into_iter().for_each(|value| line(value));
    message.in_reply_to.iter().chain(&message.references).chain(&message.warnings).for_each(|value| line(value));
    for mailbox in message.from.iter().chain(&message.to).chain(&message.cc) {
        line(&mailbox.address);
        mailbox.name.as_deref().map(line).unwrap_or_default();
    }
    for file in &message.attachments {
        line(&file.name);
        line(&file.media_type);
        assert!(!file.name.is_empty() && file.name.len() <= 255 && !file.name.contains(['/', '\\']));
        file.content_id.as_deref().map(line).unwrap_or_default();
    }
}

fn any_text(raw: &[u8]) {
    looks_like_message(raw);
    looks_like_mbox(raw);
    if let Ok(message) = read_message(raw) {
        is_clean(&message);
    }
}

proptest! {
    #[test]
    fn any_bytes_are_read_or_refused(raw in prop::collection::vec(any::<u8>(), 0..2000)) {
        any_text(&raw);
        any_text(&[HEAD.as_bytes(), b"\n", &raw].concat());
        any_text(&[HEAD.as_bytes(), b"Content-Type: text/html\n\n", &raw].concat());
        for message in Mbox::new(raw.as_slice()).max_message(500) {
            prop_assert!(message.is_err() || message.is_ok_and(|message| message.bytes.len() <= 500));
        }
    }

    #[test]
    fn damaged_mail_is_read_or_refused(
        model in 0..MODELS.len(),
        damage in prop::collection::vec((any::<prop::sample::Index>(), 0..4u8, any::<u8>()), 0..12),
    ) {
        let mut raw = format!("{HEAD}{}", MODELS[model]).into_bytes();
        for (place, how, byte) in damage {
            if raw.is_empty() {
                break;
            }
            let at = place.index(raw.len());
            match how {
                0 => raw[at] = byte,
                1 => raw.insert(at, b"\n<>\"=-:;"[byte as usize % 8]),
                2 => { raw.remove(at); }
                _ => raw.truncate(at),
            }
        }
        any_text(&raw);
    }

    #[test]
    fn any_markup_is_read(pieces in prop::collection::vec(prop::sample::select(vec![
        "<b>", "</b>", "<ul>", "<li>", "</ul>", "<ol start=99999999999>", "<table>", "<tr>", "<td>", "</table>", "<p>", "<br>", "<pre>",
        "</pre>", "<a href='http://x'>", "</a>", "<hr>", "<!--", "-->", "<style>", "<", ">", "\"", "&#1;", "&#xf0006;", "words", " ", "*",
        "<blockquote>", "</blockquote>", "<h1>", "<code>", "`", "<s>", "\u{a0}", "é", "\n", "<img alt='*'>", "<i>",
    ]), 0..60)) {
        any_text(format!("{HEAD}Content-Type: text/html; charset=utf-8\n\n{}", pieces.concat()).as_bytes());
    }

    #[test]
    fn any_name_becomes_a_file_name(name in any::<String>()) {
        let clean = clean_file_name(&name, "x/y");
        prop_assert!(!clean.is_empty() && clean.len() <= 255 && !clean.starts_with('.'));
        prop_assert_eq!(clean_file_name(&clean, "x/y"), clean);
    }
}

/// One step more of input may cost one step more of work: a hundred kilobytes of each take no time, and a quadratic
/// reader minutes.
#[test]
fn no_input_is_quadratic() {
    let many = |piece: &str| piece.repeat(100_000 / piece.len());
    for header in
        ["Subject: =?utf-8?q?a", "To: (", "To: a@b.c, ", "References: <a@b> ", "Content-Type: text/plain; a*0*=u''x; "]
    {
        let (name, value) = header.split_once(' ').unwrap();
        any_text(format!("From: a@b.c\n{name} {}\n\nx", many(value)).as_bytes());
    }
    any_text(format!("{HEAD}{}", many("Content-Type: message/rfc822\n\n")).as_bytes());
    let parts = many("--o\nContent-Type: multipart/mixed; boundary=x\n\nq\n");
    any_text(format!("{HEAD}Content-Type: multipart/mixed; boundary=o\n\n{parts}").as_bytes());
    for text in ["<", "<a@", "http://", "*", "&a", "[", ">", "> > \n\n", "--- a\n+++ b\n\n", " ", "`*_~"] {
        any_text(format!("{HEAD}\n{}", many(text)).as_bytes());
    }
    for html in ["<div>", "<b><i>x</b>", "<table><tr><td>x", "<a b=\"", "<!--", "<style>", "</", "<p><b>x", "<hr>"] {
        any_text(format!("{HEAD}Content-Type: text/html\n\n{}", many(html)).as_bytes());
    }
}
