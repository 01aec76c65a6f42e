//! The words of an HTML file, for search: tags go, entities become letters. One pass, without a tree, so that no nesting
//! costs anything. Pure.

/// Elements with no words for people.
const SILENT: [&str; 4] = ["script", "style", "template", "svg"];

/// Entities that stand in texts; numbers are read as such.
const ENTITIES: [(&str, &str); 24] = [
    ("amp", "&"),
    ("lt", "<"),
    ("gt", ">"),
    ("quot", "\""),
    ("apos", "'"),
    ("nbsp", " "),
    ("auml", "ä"),
    ("ouml", "ö"),
    ("uuml", "ü"),
    ("Auml", "Ä"),
    ("Ouml", "Ö"),
    ("Uuml", "Ü"),
    ("szlig", "ß"),
    ("eacute", "é"),
    ("egrave", "è"),
    ("ecirc", "ê"),
    ("agrave", "à"),
    ("ccedil", "ç"),
    ("ntilde", "ñ"),
    ("oacute", "ó"),
    ("aacute", "á"),
    ("iacute", "í"),
    ("oslash", "ø"),
    ("aring", "å"),
];

/// Elements that do not end a word.
const INLINE: [&str; 14] =
    ["a", "abbr", "b", "code", "em", "font", "i", "mark", "s", "small", "span", "strong", "sub", "u"];

pub(crate) fn words(html: &str) -> String {
    let mut out = String::with_capacity(html.len() / 2);
    let mut rest = html;
    while let Some(at) = rest.find(['<', '&']) {
        out.push_str(&rest[..at]);
        let inner = &rest[at + 1..];
        rest = if rest.as_bytes()[at] == b'&' { entity(inner, &mut out) } else { tag(inner, &mut out) };
    }
    out.push_str(rest);
    out
}

/// What stands behind a `&`.
fn entity<'a>(inner: &'a str, out: &mut String) -> &'a str {
    let end = inner.char_indices().take(10).find(|(_, c)| *c == ';').map(|(at, _)| at);
    let Some(end) = end else {
        out.push('&');
        return inner;
    };
    let name = &inner[..end];
    let number = name.strip_prefix('#').and_then(|n| match n.strip_prefix(['x', 'X']) {
        Some(hex) => u32::from_str_radix(hex, 16).ok(),
        None => n.parse().ok(),
    });
    match (number.and_then(char::from_u32), ENTITIES.iter().find(|(known, _)| *known == name)) {
        (Some(c), _) => out.push(c),
        (_, Some((_, text))) => out.push_str(text),
        _ => {
            out.push('&');
            return inner;
        }
    }
    &inner[end + 1..]
}

/// What stands behind a `<`: gives what comes after the tag, and after the whole element if it has no words.
fn tag<'a>(inner: &'a str, out: &mut String) -> &'a str {
    if let Some(comment) = inner.strip_prefix("!--") {
        return comment.find("-->").map_or("", |end| &comment[end + 3..]);
    }
    let closing = inner.starts_with('/');
    let name = inner.trim_start_matches('/');
    let end = name.find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(name.len());
    let name = name[..end].to_ascii_lowercase();
    if name.is_empty() && !inner.starts_with(['!', '?', '/']) {
        out.push('<');
        return inner;
    }
    let Some(end) = inner.find('>') else { return "" };
    let rest = &inner[end + 1..];
    if !INLINE.contains(&name.as_str()) {
        out.push(' ');
    }
    if closing || !SILENT.contains(&name.as_str()) {
        return rest;
    }
    let ends = format!("</{name}");
    let close = rest.as_bytes().windows(ends.len()).position(|w| w.eq_ignore_ascii_case(ends.as_bytes()));
    close.map_or("", |at| &rest[at..])
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn line(html: &str) -> String {
        words(html).split_whitespace().collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn tags_go_and_words_stay() {
        let html = "<!doctype html><title>A &amp; B</title><style>p{}</style><p>Gr&uuml;n<br>1 < 2 &#8364; &x; \
                    <b>bo</b>ld<SCRIPT>alert('<p>')</Script> end<!-- not <p> this -->";
        assert_eq!(line(html), "A & B Grün 1 < 2 € &x; bold end");
        assert_eq!(line("<p"), "");
        assert_eq!(line("<script>never closed"), "");
        assert_eq!(line(&"<div>".repeat(100_000)), "");
    }

    proptest! {
        #[test]
        fn any_text_gives_text(html in "[<>&;#/!a-z -]{0,60}") {
            words(&html);
        }
    }
}
