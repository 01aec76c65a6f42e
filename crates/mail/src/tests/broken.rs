use super::{HEAD, read, told};
use crate::{ProblemKind, read_message};

#[test]
fn what_is_no_message_is_refused_with_advice() {
    assert_eq!(read_message(b" \n\n").unwrap_err().kind, ProblemKind::Empty);
    let problem = read_message(b"This folder contains mail.\n").unwrap_err();
    insta::assert_snapshot!(problem.within(700), @r#"What starts at byte 700 is not a mail message: its first lines are not a header such as "From:" or "Date:". Leave the file out, or export it again as .eml or mbox."#);
}

#[test]
fn a_missing_last_boundary_loses_nothing() {
    let message = read(
        "Content-Type: multipart/mixed; boundary=b\n\n--b\n\ntext\n--b\nContent-Type: image/gif\nContent-Transfer-Encoding: base64\n\nR0lGOD",
    );
    insta::assert_snapshot!(told(&message), @r#"
    text
    [image.gif (image/gif, 4 bytes)]
    ! It ends in the middle of a part: the last boundary is missing.
    ! The encoding of the attachment "image.gif" is broken; it may be damaged.
    "#);
}

#[test]
fn a_multipart_without_parts_is_shown_as_text() {
    insta::assert_snapshot!(told(&read("Content-Type: multipart/mixed; boundary=b\n\nonly words\n")), @r"
    only words
    ! It ends in the middle of a part: the last boundary is missing.
    ! Its parts were not found; what is there is shown as text.
    ");
}

#[test]
fn a_part_without_header_or_empty_line_is_text() {
    let message = read(
        "Content-Type: multipart/mixed; boundary=b\n\n--b\nno header here\n--b\nContent-Type: text/plain\n--b--\n",
    );
    assert_eq!(told(&message), "no header here");
}

#[test]
fn a_header_line_without_colon_is_passed_over() {
    let message =
        read_message(b"From: a@b.c\nthis is no field\nSubject: found\nDate: Mon, 2 Mar 2026 10:00:00 +0100\n\ntext")
            .unwrap();
    assert_eq!(message.subject, "found");
    insta::assert_snapshot!(told(&message), @r"
    text
    ! Lines of its header that are no fields were left out.
    ");
}

#[test]
fn a_body_that_follows_without_empty_line_is_kept() {
    assert_eq!(read("the words begin at once\nand go on\n").text, "the words begin at once\nand go on");
}

#[test]
fn nonsense_dates_are_none_with_a_warning() {
    for date in [
        "",
        "Thu Jan 01 00:00:10 +0000",
        "Mon, 1 Jan 0000 00:00:00 +0000",
        "Fri, 31 Dec 9999 23:59:59 +0000",
        "Mon, 1 Dec 1969 00:00:00 +0000",
        "Thu, 1 Jan 1970 00:30:00 +0100",
        "tomorrow",
    ] {
        let message = read_message(format!("From: a@b.c\nDate: {date}\n\nx").as_bytes()).unwrap();
        assert_eq!((message.date_ms, message.warnings.len()), (None, 1), "{date}");
    }
}

#[test]
fn a_wrong_transfer_encoding_still_shows_the_words() {
    insta::assert_snapshot!(told(&read("Content-Transfer-Encoding: base64\n\nThese are, plainly, words. (Not base64!)\n")), @r"
    These are, plainly, words. (Not base64!)
    ! The encoding of its text is broken; some characters may be wrong.
    ");
    assert_eq!(
        read("Content-Transfer-Encoding: quoted-printable\n\n1 =3D 1 = 1 =ZZ\nsoft=\n line\n").text,
        "1 = 1 = 1 =ZZ\nsoft line"
    );
}

#[test]
fn a_thousand_multiparts_deep_is_read_to_forty() {
    let nest: String = (0..1000).map(|n| format!("Content-Type: multipart/mixed; boundary=b{n}\n\n--b{n}\n")).collect();
    let message = read_message(format!("{HEAD}{nest}\nthe words").as_bytes()).unwrap();
    assert!(message.text.ends_with("the words"));
    assert!(message.warnings.iter().any(|warning| warning.contains("nested too deeply")));
}
