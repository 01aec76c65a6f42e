use std::io::{BufReader, Cursor};

use crate::{Mbox, Problem, RawMessage, looks_like_mbox, looks_like_message};

const SEPARATOR: &str = "From ana@example.org Mon Mar  2 10:00:00 2026\n";

fn read(archive: &str) -> Vec<Result<RawMessage, Problem>> {
    // A tiny buffer shows that no line needs to be in memory at once.
    Mbox::new(BufReader::with_capacity(7, Cursor::new(archive))).collect()
}

fn texts(archive: &str) -> Vec<String> {
    read(archive).into_iter().map(|message| String::from_utf8(message.unwrap().bytes).unwrap()).collect()
}

#[test]
fn messages_end_at_separators_only() {
    let archive = format!(
        "{SEPARATOR}Subject: 1\n\nFrom the start,\nFrom ana@example.org Mon Mar  2 10:00:00 2026\n\nFrom here on no more\n\n\
         {SEPARATOR}Subject: 2\n\n>From quoted\n>>From twice\n> From not\n"
    );
    insta::assert_debug_snapshot!(texts(&archive), @r#"
    [
        "Subject: 1\n\nFrom the start,\nFrom ana@example.org Mon Mar  2 10:00:00 2026\n\nFrom here on no more\n",
        "Subject: 2\n\nFrom quoted\n>From twice\n> From not\n",
    ]
    "#);
}

#[test]
fn line_ends_stay_as_they_are() {
    let archive = format!("{SEPARATOR}A: 1\n\nx\n\n{SEPARATOR}A: 2\n\ny\n").replace('\n', "\r\n");
    assert_eq!(texts(&archive), ["A: 1\r\n\r\nx\r\n", "A: 2\r\n\r\ny\r\n"]);
}

#[test]
fn reading_goes_on_from_an_offset() {
    let archive = format!("{SEPARATOR}A: 1\n\nx\n\n{SEPARATOR}A: 2\n\ny\n");
    let second = read(&archive)[1].clone().unwrap();
    let rest = &archive.as_bytes()[second.offset as usize..];
    let again: Vec<_> = Mbox::starting_at(rest, second.offset).collect();
    assert_eq!(again, [Ok(second)]);
}

#[test]
fn an_oversized_message_is_told_and_the_next_one_read() {
    let archive = format!("{SEPARATOR}A: 1\n\n{}\n\n{SEPARATOR}A: 2\n\ny\n", "x".repeat(200_000));
    let found: Vec<_> = Mbox::new(archive.as_bytes()).max_message(100).map(|m| m.map(|m| m.offset)).collect();
    insta::assert_snapshot!(found[0].clone().unwrap_err(), @"The message at byte 0 is larger than 100 bytes and was skipped. Raise the limit, or save its attachments elsewhere and import it without them.");
    assert_eq!(found[1..], [Ok(200_054)]);
}

#[test]
fn a_message_of_just_the_limit_is_read() {
    let archive = format!("{SEPARATOR}A: 1\n\nx\n\n{SEPARATOR}A: 2\n\nyy\n");
    let found: Vec<_> = Mbox::new(archive.as_bytes()).max_message(8).map(|m| m.is_ok()).collect();
    assert_eq!(found, [true, false]);
}

#[test]
fn what_stands_before_the_first_message_is_told() {
    let found = read(&format!("lost words\n\n{SEPARATOR}A: 1\n\nx\n"));
    assert!(
        found[0].as_ref().is_err_and(|problem| problem.to_string().contains("does not start with a \"From \" line"))
    );
    assert_eq!(found[1].as_ref().unwrap().offset, 12);
    assert!(read("just words\n").iter().all(Result::is_err));
    assert!(read("").is_empty());
}

#[test]
fn a_walker_tells_mail_from_other_files() {
    assert!(looks_like_mbox(format!("{SEPARATOR}Subject: x\n").as_bytes()));
    assert!(!looks_like_mbox(b"From here on\nit is text\n"));
    assert!(looks_like_message(b"Received: by x\n\tid 1\nX-Odd: y\nFrom: a@b.c\nSubject: z\n\nhi"));
    assert!(looks_like_message(b"\xef\xbb\xbfSubject: z\r\nFrom: a@b.c\r\n\r\nhi"));
    for other in [
        "",
        "\n\n",
        "This folder contains mail.\nFrom: nobody\nTo: nobody\n",
        "[database]\npath=/x\n",
        "key: value\nother: x\n",
        "Package: mail\nVersion: 1\nDate: 2026\n",
        "\0\0\u{1}",
        "Subject: x\n",
    ] {
        assert!(!looks_like_message(other.as_bytes()) && !looks_like_mbox(other.as_bytes()), "{other:?}");
    }
}
