use super::{read, told};
use crate::{Mailbox, parent_candidates, read_message};

#[test]
fn a_plain_message_is_read_whole() {
    let raw = "Return-Path: <ana@example.org>\r\nFrom: =?utf-8?Q?Ana_L=C3=B3pez?= <ana@example.org>\r\n\
        To: \"Bo, the second\" <bo@example.net>, list@example.org\r\nCc: Cy <cy@example.org>\r\ncc: di@example.org\r\n\
        Subject: Re: [team] =?iso-8859-1?Q?caf=E9?= tomorrow\r\nMessage-ID:\r\n <abc@example.org>\r\n\
        In-Reply-To: Your message of Monday <p1@example.net>\r\nReferences: <root@example.net>\r\n <p1@example.net>\r\n\
        Date: Mon, 2 Mar 2026 10:00:00 +0100 (CET)\r\n\r\nYes.\r\n";
    insta::assert_debug_snapshot!(read_message(raw.as_bytes()).unwrap(), @r#"
    Message {
        message_id: Some(
            "abc@example.org",
        ),
        id_or_hash: "abc@example.org",
        in_reply_to: [
            "p1@example.net",
        ],
        references: [
            "root@example.net",
            "p1@example.net",
        ],
        subject: "Re: [team] café tomorrow",
        thread_subject: "café tomorrow",
        from: Some(
            Mailbox {
                name: Some(
                    "Ana López",
                ),
                address: "ana@example.org",
            },
        ),
        to: [
            Mailbox {
                name: Some(
                    "Bo, the second",
                ),
                address: "bo@example.net",
            },
            Mailbox {
                name: None,
                address: "list@example.org",
            },
        ],
        cc: [
            Mailbox {
                name: Some(
                    "Cy",
                ),
                address: "cy@example.org",
            },
            Mailbox {
                name: None,
                address: "di@example.org",
            },
        ],
        date_ms: Some(
            1772442000000,
        ),
        text: "Yes.",
        signature: None,
        attachments: [],
        warnings: [],
    }
    "#);
}

#[test]
fn the_plain_alternative_is_shown_and_the_invitation_attached() {
    let message = read(
        "Content-Type: multipart/alternative; boundary=b\n\n--b\nContent-Type: text/plain\n\nthe words\n\
         --b\nContent-Type: text/html\n\n<p>the words\n--b\nContent-Type: text/calendar\n\nBEGIN:VCALENDAR\n--b--\n",
    );
    insta::assert_snapshot!(told(&message), @r"
    the words
    [invitation.ics (text/calendar, 15 bytes)]
    ");
}

#[test]
fn html_is_shown_where_the_plain_alternative_is_empty() {
    let message = read(
        "Content-Type: multipart/alternative; boundary=b\n\n--b\n\n \n--b\nContent-Type: multipart/related; boundary=c\n\n\
         --c\nContent-Type: text/html; charset=utf-8\n\n<b>see</b> <img src=\"cid:i\" alt=\"the plan\">\n\
         --c\nContent-Type: image/png\nContent-ID: <i>\nContent-Transfer-Encoding: base64\n\niVBORw==\n--c--\n--b--\n",
    );
    insta::assert_snapshot!(told(&message), @r"
    **see** the plan
    [image.png (image/png, 4 bytes, inline)]
    ");
    assert_eq!(message.attachments[0].content_id.as_deref(), Some("i"));
}

#[test]
fn a_signed_list_mail_keeps_signature_footer_and_key() {
    let message = read(
        "Content-Type: multipart/mixed; boundary=\"=o=\"\n\n--=o=\nContent-Type: multipart/signed; boundary=\"=o=i\"\n\n\
         --=o=i\nContent-Type: text/plain\n\nHi,\n\nsee the patch.\n\n-- \nAna\n\
         --=o=i\nContent-Type: text/plain; name=fix.patch\nContent-Disposition: inline; filename=fix.patch\n\n+x\n\
         --=o=i\nContent-Type: application/pgp-signature\n\nsig\n--=o=i--\n\
         --=o=\nContent-Type: text/plain\n\n_______________________________________________\nteam mailing list\n--=o=--\n",
    );
    insta::assert_snapshot!(told(&message), @r"
    Hi,

    see the patch.
    -- Ana

    \_______________________________________________
    team mailing list
    [fix.patch (text/plain, 2 bytes, inline)]
    [signature.asc (application/pgp-signature, 3 bytes)]
    ");
    assert!(message.whole_text().starts_with("Hi,\n\nsee the patch.\n\n\\-- \nAna"));
}

#[test]
fn an_attached_message_stays_closed_and_is_named_by_its_subject() {
    let message = read(
        "Content-Type: multipart/report; boundary=b\n\n--b\n\nNot delivered.\n--b\nContent-Type: message/delivery-status\n\n\
         Action: failed\n--b\nContent-Type: message/rfc822\n\nSubject: A/B test\nContent-Type: multipart/mixed; boundary=c\n\n\
         --c\n\ninner\n--c--\n--b--\n",
    );
    insta::assert_snapshot!(told(&message), @r"
    Not delivered.
    [delivery-status.txt (message/delivery-status, 14 bytes)]
    [A_B test.eml (message/rfc822, 77 bytes)]
    ");
}

#[test]
fn what_a_list_server_puts_behind_the_last_boundary_is_shown() {
    let message =
        read("Content-Type: multipart/mixed; boundary=b\n\nfor old programs\n--b\n\ntext\n--b--\nlist footer\n");
    assert_eq!(message.text, "text\n\nlist footer");
}

#[test]
fn a_message_without_an_id_is_known_by_its_hash() {
    let raw = b"From: ana@example.org\nDate: Mon, 2 Mar 2026 10:00:00 +0100\n\nhi\n";
    let [one, two] = [read_message(raw).unwrap(), read_message(raw).unwrap()];
    assert_eq!(one.message_id, None);
    assert!(one.id_or_hash.starts_with("blake3-") && one.id_or_hash == two.id_or_hash);
}

#[test]
fn the_nearest_parent_comes_first_and_no_loop_is_made() {
    let message = read("References: <root@x> <m1@example.org> <near@x>\nIn-Reply-To: <other@x> <near@x>\n\nhi\n");
    assert_eq!(parent_candidates(&message).collect::<Vec<_>>(), ["near@x", "root@x", "other@x"]);
}

#[test]
fn titles_lose_what_replies_and_lists_put_in_front() {
    let title = |subject: &str| crate::subject::thread_subject(subject);
    assert_eq!(title("Re: [team] AW: Fwd: Re[2]: Plan: the second"), "Plan: the second");
    assert_eq!(title("[team] [PATCH 1/2] Read faster"), "[PATCH 1/2] Read faster");
    assert_eq!(title("RE：回复: 计划"), "计划");
    assert_eq!(title("Re:"), "Re:");
    assert_eq!(title("Reality: a talk"), "Reality: a talk");
}

#[test]
fn addresses_that_a_web_archive_hid_are_found() {
    let message = read_message(b"From: ana at example.org (Ana L)\nSubject: x\n\nhi").unwrap();
    assert_eq!(message.from, Some(Mailbox { name: Some("Ana L".into()), address: "ana@example.org".into() }));
}

#[test]
fn a_character_cut_between_two_encoded_words_is_whole_again() {
    let message =
        read_message(b"From: a@b.c\nSubject: =?utf-8?Q?caf=C3?= =?utf-8?Q?=A9?= =?utf-8?B?w6k=?=\n\nhi").unwrap();
    assert_eq!(message.subject, "caféé");
}
