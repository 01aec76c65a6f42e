//! Files of every sort, and PDFs made to do harm.

use super::*;
use std::fmt::Write as _;
use std::io::{Seek, Write};
use std::time::{Duration, Instant};

fn maker() -> TextMaker {
    let maker = TextMaker::new(Runner::default());
    assert_eq!(maker.cannot(), None, "the tests need bubblewrap and poppler-utils");
    maker
}

fn text_of(bytes: &[u8], media_type: &str, name: &str) -> Result<String, NoText> {
    let mut file = tempfile::tempfile().unwrap();
    file.write_all(bytes).unwrap();
    file.rewind().unwrap();
    maker().text(file, media_type, name)
}

/// A PDF of these objects, whose first is the catalog, with a list of where they are.
fn pdf(objects: &[String]) -> Vec<u8> {
    let mut out = "%PDF-1.4\n".to_string();
    let mut places = Vec::new();
    for (i, object) in objects.iter().enumerate() {
        places.push(out.len());
        let _ = write!(out, "{} 0 obj\n{object}\nendobj\n", i + 1);
    }
    let start = out.len();
    let _ = write!(out, "xref\n0 {}\n0000000000 65535 f \n", objects.len() + 1);
    for place in places {
        let _ = writeln!(out, "{place:010} 00000 n ");
    }
    let _ = write!(out, "trailer\n<< /Size {} /Root 1 0 R >>\nstartxref\n{start}\n%%EOF\n", objects.len() + 1);
    out.into_bytes()
}

/// One that says this on as many pages, which are all the same one.
fn pages_saying(text: &str, pages: usize) -> Vec<u8> {
    let content = format!("BT /F1 12 Tf 20 700 Td ({text}) Tj ET");
    pdf(&[
        "<< /Type /Catalog /Pages 2 0 R >>".into(),
        format!("<< /Type /Pages /Count {pages} /Kids [{}] >>", "3 0 R ".repeat(pages)),
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 600 800] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>"
            .into(),
        format!("<< /Length {} >>\nstream\n{content}\nendstream", content.len()),
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>".into(),
    ])
}

/// A zlib stream (RFC 1950, 1951) of that many times 258 spaces, in a block with fixed codes.
fn spaces(times: u32) -> Vec<u8> {
    let (mut out, mut held, mut bits) = (vec![0x78, 0x9c], 0_u64, 0);
    let mut put = |code: u64, length: u32| {
        held |= code << bits;
        bits += length;
        while bits >= 8 {
            out.push(held as u8);
            (held, bits) = (held >> 8, bits - 8);
        }
    };
    // The last block, with fixed codes; a space (0x30 + 0x20, most significant bit first).
    put(0b011, 3);
    put(0b0000_1010, 8);
    for _ in 0..times {
        // 258 bytes more (symbol 285), of those one byte before (symbol 0).
        put(0b1010_0011, 8);
        put(0, 5);
    }
    put(0, 16);
    out
}

#[test]
fn every_sort_of_file_gives_its_words() {
    assert_eq!(text_of(b"plain words", "text/plain", "a.txt").as_deref(), Ok("plain words"));
    assert_eq!(text_of(b"# Head\n\n*bold*", "", "a.md").as_deref(), Ok("Head bold"));
    assert_eq!(text_of(b"<p>Gr&uuml;n</p>", "text/html", "a").as_deref(), Ok("Grün"));
    assert_eq!(text_of(b"Gr\xfcn", "text/plain; charset=latin1", "a").as_deref(), Ok("Grün"));
    assert_eq!(text_of(b"\xff\xfeh\0i\0", "text/plain", "a").as_deref(), Ok("hi"));
    assert_eq!(
        text_of(&pages_saying("Quarterly figures", 1), "application/pdf", "a").as_deref(),
        Ok("Quarterly figures")
    );
}

#[test]
fn what_is_no_text_gives_none() {
    assert!(!maker().reads("image/png", "a.png"));
    assert_eq!(text_of(b"x", "image/png", "a.png"), Err(NoText::None));
    assert_eq!(text_of(b"a\0b", "text/plain", "a.txt"), Err(NoText::None));
    assert_eq!(text_of(b" \n ", "text/plain", "a.txt"), Err(NoText::None));
    assert_eq!(text_of(b"no PDF at all", "application/pdf", "a.pdf"), Err(NoText::None));
}

#[test]
fn a_long_text_is_read_by_its_beginning() {
    let long = "ä".repeat(2 << 20);
    assert_eq!(text_of(long.as_bytes(), "text/plain", "a").unwrap().len(), MOST);
}

#[test]
fn pdfs_made_to_do_harm_are_ended_within_their_bounds() {
    let kids = "3 0 R ".repeat(50);
    let loops = pdf(&[
        "<< /Type /Catalog /Pages 2 0 R >>".into(),
        "<< /Type /Pages /Count 1000000000 /Kids [2 0 R 2 0 R 3 0 R] >>".into(),
        format!("<< /Type /Pages /Parent 2 0 R /Count 99999 /Kids [{kids} 2 0 R] >>"),
    ]);
    let mut nested = b"%PDF-1.4\n1 0 obj\n".to_vec();
    nested.extend(b"[<<".repeat(300_000));
    let mut junk = b"%PDF-1.7\n".to_vec();
    junk.extend((0..4_000_000_u32).map(|n| (n.wrapping_mul(2_654_435_761) >> 24) as u8));
    let mut torn = pages_saying("torn", 3);
    torn.truncate(torn.len() / 2);
    let endless = pages_saying(&"bomb ".repeat(2000), 50_000);
    let lies = pdf(&["<< /Type /Catalog /Pages 2 0 R >>".into(), "<< /Length 99999999999 >>\nstream\nx".into()]);
    // Three megabytes that become half a gigabyte.
    let squeezed = spaces(2 << 20);
    let mut packed = pages_saying("packed", 1);
    let (from, to) = (
        b"<< /Length 37 >>\nstream\n".as_slice(),
        format!("<< /Length {} /Filter /FlateDecode >>\nstream\n", squeezed.len()),
    );
    let at = packed.windows(from.len()).position(|some| some == from).unwrap();
    packed.splice(
        at..at + from.len(),
        [to.as_bytes(), &squeezed, b"\nendstream\nendobj\n9 0 obj\n<<>>\nstream\n"].concat(),
    );
    for (name, bytes) in [
        ("loops", loops),
        ("nested", nested),
        ("junk", junk),
        ("torn", torn),
        ("endless", endless),
        ("lies", lies),
        ("packed", packed),
    ] {
        let began = Instant::now();
        let made = text_of(&bytes, "application/pdf", "a.pdf");
        assert!(began.elapsed() < Duration::from_secs(u64::from(PDF.seconds) + 8), "{name}: {:?}", began.elapsed());
        match made {
            Ok(text) => assert!(text.len() <= MOST, "{name}: {}", text.len()),
            Err(why) => assert_eq!(why, NoText::None, "{name}"),
        }
    }
}
