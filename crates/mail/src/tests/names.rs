use super::read;
use crate::clean_file_name;

#[test]
fn file_names_are_safe_everywhere() {
    let clean = |name: &str| clean_file_name(name, "image/png");
    insta::assert_debug_snapshot!([
        "plan.pdf", "../../etc/passwd", "C:\\Users\\ana\\plan.doc", "and/or.pdf", "in\u{202e}gpj.exe", ".bashrc", "CON.txt", "com1",
        "a\0b\nc?.txt", " . ", "///", "",
    ].map(clean), @r#"
    [
        "plan.pdf",
        "passwd",
        "plan.doc",
        "and_or.pdf",
        "ingpj.exe",
        "bashrc",
        "_CON.txt",
        "_com1",
        "abc_.txt",
        "image.png",
        "image.png",
        "image.png",
    ]
    "#);
    let long = clean(&format!("{}.pdf", "é".repeat(300)));
    assert!(long.len() <= 255 && long.ends_with("é.pdf"));
}

#[test]
fn names_are_decoded_in_either_way() {
    let named = |parameters: &str| {
        let part = format!(
            "Content-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: application/pdf{parameters}\n\nx\n--b--\n"
        );
        read(&part).attachments[0].name.clone()
    };
    assert_eq!(named("; name=\"=?utf-8?B?w6kucGRm?=\""), "é.pdf");
    assert_eq!(named("\nContent-Disposition: attachment; filename*=utf-8''%C3%A9%2Fa.pdf"), "é_a.pdf");
    assert_eq!(named("\nContent-Disposition: attachment; filename*0=\"a b\"; filename*1=c.pdf"), "a bc.pdf");
    assert_eq!(named(""), "attachment.pdf");
}
