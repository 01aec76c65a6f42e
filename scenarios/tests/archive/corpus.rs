//! A mail archive of the shapes that real ones have, written out anew for each run: threads, a missing root, duplicates,
//! an mbox, attachments, HTML, foreign charsets, and messages that are broken.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

/// What was written.
#[derive(Debug, Default)]
pub(crate) struct Written {
    /// Messages with an id of their own.
    pub(crate) messages: usize,
    /// Files that are messages seen before.
    pub(crate) duplicates: usize,
}

/// Writes `threads` threads of six messages, and the odd cases.
pub(crate) fn write(folder: &Path, threads: usize) -> Written {
    let mut written = Written::default();
    fs::create_dir_all(folder.join("lists/cur")).expect("a folder");
    fs::create_dir_all(folder.join("old")).expect("a folder");
    let mut mbox = String::new();
    for thread in 0..threads {
        for n in 0..6 {
            let mail = reply(thread, n);
            match thread % 3 {
                0 => fs::write(folder.join(format!("lists/cur/{thread}.{n}.host:2,S")), &mail).expect("written"),
                1 => fs::write(folder.join(format!("old/{thread}-{n}.eml")), mail.replace('\n', "\r\n"))
                    .expect("written"),
                _ => {
                    let quoted = mail.replace("\nFrom ", "\n>From ");
                    let _ = write!(mbox, "From ana@example.org Mon Nov 23 09:00:00 2026\n{quoted}\n");
                }
            }
            written.messages += 1;
        }
    }
    fs::write(folder.join("archive.mbox"), mbox).expect("written");
    fs::write(folder.join("lists/again"), reply(0, 1)).expect("written");
    written.duplicates += 1;
    for (name, mail) in odd() {
        fs::write(folder.join(name), mail).expect("written");
        written.messages += 1;
    }
    fs::write(folder.join("README"), "This folder holds mail.\nNothing here is a message.\n").expect("written");
    fs::write(folder.join("lists/.uidvalidity"), "1234567890\n").expect("written");
    fs::write(folder.join("empty"), "").expect("written");
    written
}

/// The n-th message of a thread; the first is the root. Each replies to the one before.
fn reply(thread: usize, n: usize) -> String {
    let writer =
        ["Ana Reis <ana@example.org>", "Yuki <yuki@example.jp>", "\"Kofi, M.\" <kofi@example.gh>"][(thread + n) % 3];
    let mut mail = format!(
        "From: {writer}\nTo: list@example.org\nDate: {} Nov 2009 {:02}:{:02}:00 +0100\nMessage-ID: <t{thread}.{n}@example.org>\n",
        1 + thread % 28,
        8 + n,
        thread % 60
    );
    let re = if n == 0 { "" } else { "Re: " };
    let _ = writeln!(mail, "Subject: {re}[list] Question {thread}");
    if n > 0 {
        let refs: Vec<String> = (0..n).map(|m| format!("<t{thread}.{m}@example.org>")).collect();
        let _ = writeln!(mail, "In-Reply-To: {}\nReferences: {}", refs[n - 1], refs.join("\n "));
    }
    if n == 3 && thread.is_multiple_of(5) {
        mail.push_str("MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=\"b\"\n\n--b\nContent-Type: text/plain\n\nSee the file.\n");
        let _ = write!(
            mail,
            "--b\nContent-Type: text/csv\nContent-Disposition: attachment; filename=\"list {thread}.csv\"\n\na,b\n{thread},{n}\n--b--\n"
        );
    } else {
        let _ = write!(
            mail,
            "\nAnswer {n} of thread {thread}.\n\nFrom here on *stars* and # hashes stay as they are.\n> quoted\n"
        );
    }
    mail
}

fn odd() -> Vec<(&'static str, Vec<u8>)> {
    vec![
        ("ghost-child", b"From: a@x.org\nMessage-ID: <ghost.2@x>\nReferences: <ghost.1@x>\nDate: Tue, 3 Mar 2009 10:00:00 +0000\nSubject: Re: Lost root\n\nThe root is missing.\n".to_vec()),
        ("ghost-grandchild", b"From: b@x.org\nMessage-ID: <ghost.3@x>\nReferences: <ghost.1@x> <ghost.2@x>\nDate: Tue, 3 Mar 2009 11:00:00 +0000\nSubject: Re: Lost root\n\nAnd answered.\n".to_vec()),
        ("html", b"From: \"H\" <h@x.org>\nMessage-ID: <html@x>\nDate: Wed, 4 Mar 2009 10:00:00 +0000\nSubject: =?utf-8?q?Gr=C3=BC=C3=9Fe?=\nMIME-Version: 1.0\nContent-Type: text/html; charset=utf-8\n\n<p>Hello <b>you</b></p><script>alert(1)</script><img src=\"http://evil.example/pixel\">\n".to_vec()),
        ("latin", b"From: l@x.org\nMessage-ID: <latin@x>\nDate: Wed, 4 Mar 2009 10:00:00 +0000\nSubject: latin\nContent-Type: text/plain; charset=iso-8859-1\n\nGr\xfc\xdfe\n".to_vec()),
        ("no-id", b"From: n@x.org\nDate: Thu, 5 Mar 2009 10:00:00 +0000\nSubject: no id\n\nWithout a Message-ID.\n".to_vec()),
        ("no-date", b"From: n@x.org\nMessage-ID: <nodate@x>\nDate: someday\nSubject: no date\n\nWhen?\n".to_vec()),
        ("broken-mime", b"From: n@x.org\nMessage-ID: <broken@x>\nDate: Thu, 5 Mar 2009 10:00:00 +0000\nSubject: broken\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=\"never\"\n\n--never\nContent-Type: text/plain; charset=nonsense\nContent-Transfer-Encoding: base64\n\nSGVsbG8\n--never\nContent-Type: application/octet-stream; name=\"../../etc/pass\xe2\x80\xaegnp.exe\"\n\nx\n".to_vec()),
        ("loop-1", b"From: n@x.org\nMessage-ID: <loop.1@x>\nIn-Reply-To: <loop.2@x>\nDate: Thu, 5 Mar 2009 10:00:00 +0000\nSubject: loop\n\nI answer you.\n".to_vec()),
        ("loop-2", b"From: n@x.org\nMessage-ID: <loop.2@x>\nIn-Reply-To: <loop.1@x>\nDate: Thu, 5 Mar 2009 10:00:01 +0000\nSubject: loop\n\nNo, I answer you.\n".to_vec()),
    ]
}
