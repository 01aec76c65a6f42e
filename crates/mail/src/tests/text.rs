use super::read;
use crate::fit;

fn shown(text: &str) -> String {
    read(&format!("Content-Type: text/plain; charset=utf-8\n\n{text}")).text
}

fn from_html(html: &str) -> String {
    read(&format!("Content-Type: text/html; charset=utf-8\n\n{html}")).text
}

#[test]
fn what_markdown_would_misread_is_escaped() {
    insta::assert_snapshot!(shown(
        "# not a heading\n* not a list\n1. nor this\n-----\n===\n~~~\n*bold?* and _under_ but snake_case, 2 * 3\n<b>tag</b> a < b\n\
         [link](x) &amp; `code` c:\\*\n| a | b |\n|---|---|\nend\\",
    ), @r"
    \# not a heading
    \* not a list
    1\. nor this
    \-----
    \===
    \~~~
    \*bold?\* and \_under\_ but snake_case, 2 * 3
    \<b>tag\</b> a < b
    \[link\](x) \&amp; \`code\` c:\\\*
    | a | b |
    \|---|---|
    end\\
    ");
}

#[test]
fn addresses_in_text_stay_addresses() {
    insta::assert_snapshot!(shown(
        "see http://example.org/a_b, <https://example.org/x> or <ana@example.org>\nhttp://example.org/*/__init__.py.\n<javascript:x>",
    ), @r"
    see http://example.org/a_b, <https://example.org/x> or <ana@example.org>
    <http://example.org/*/__init__.py>.
    \<javascript:x>
    ");
}

#[test]
fn quotes_stay_quotes_and_end_where_the_answer_starts() {
    insta::assert_snapshot!(shown("> > first\n> # second\nanswer\n\n>third\n"), @r"
    >> first
    >
    > \# second

    answer

    > third
    ");
}

#[test]
fn set_off_blocks_and_patches_keep_every_space() {
    insta::assert_snapshot!(shown(
        "try this:\n\n    $ ls *\n\tnext\n\nand\n--- a/x\n+++ b/x\n@@ -1 +1 @@\n-\told *\n+\tnew *\n\nthat is all\n",
    ), @r"
    try this:

        $ ls *
        next

    and
    ```diff
    --- a/x
    +++ b/x
    @@ -1 +1 @@
    -	old *
    +	new *
    ```

    that is all
    ");
}

#[test]
fn flowed_paragraphs_are_joined_again() {
    let message = read(
        "Content-Type: text/plain; format=flowed; delsp=no\n\nOne long \nline.\n> a quote \n> goes on\n >not a quote\n-- \nAna \nB\n",
    );
    assert_eq!(message.text, "One long line.\n> a quote goes on\n\n\\>not a quote");
    assert_eq!(message.signature.as_deref(), Some("Ana B"));
    let message = read("Content-Type: text/plain; format=flowed; delsp=yes\n\nDonau \ndampf \nschiff\n");
    assert_eq!(message.text, "Donaudampfschiff");
}

#[test]
fn html_becomes_markdown_without_scripts_and_remote_images() {
    insta::assert_snapshot!(from_html(
        "<title>t</title><style>p{}</style><script>x</script><h2>Plan</h2><p>a *b* <a href=\"https://example.org/x\">the <i>link</i></a>\
         <br>next <a href=\"javascript:x\">bad</a><img src=\"https://example.org/t.gif\"><blockquote>said</blockquote>\
         <ol start=3><li>three<li>four<ul><li>deep</ul></ol>tail<pre>  let x;\n\n  y</pre><hr>\
         <table><tr><td>k<td>v<tr><td>1<td><b>2</b></table>",
    ), @r"
    ## Plan

    a \*b\* [the *link*](https://example.org/x)
    next bad

    > said

    3. three
    4. four
       - deep

    tail

    ```
      let x;

      y
    ```

    ---

    k | v
    1 | **2**
    ");
}

#[test]
fn text_in_any_charset_is_read() {
    let body = |kind: &str, bytes: &[u8]| {
        let head = format!("From: a@b.c\nContent-Type: text/plain{kind}\n\n");
        crate::read_message(&[head.as_bytes(), bytes].concat()).unwrap().text
    };
    assert_eq!(body("; charset=iso-8859-1", b"caf\xe9"), "café");
    assert_eq!(body("; charset=shift_jis", b"\x83n\x83\x8d"), "ハロ");
    assert_eq!(body("; charset=utf-8", b"caf\xe9!"), "caf\u{fffd}!");
    assert_eq!(body("", b"caf\xe9"), "café");
    assert_eq!(body("; charset=x-unheard-of", "café".as_bytes()), "café");
    assert_eq!(body("; charset=utf-8", b"a\0b\x1b[1mc\r\nd\x0be"), "ab[1mc\nd\ne");
}

#[test]
fn a_long_text_is_cut_without_losing_a_byte() {
    let text = "one two é\n".repeat(50);
    for max in 0..text.len() {
        let (head, rest) = fit(&text, max);
        assert!(head.len() <= max);
        assert_eq!(head + &rest.unwrap(), text);
    }
    assert_eq!(fit(&text, text.len()), (text, None));
}
