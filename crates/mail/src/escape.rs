//! Writes words into Markdown so that they are read as the words they are.

/// What else could be meant where the words are put.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Place {
    /// At the start of a line: headings, lists, rules, quotes.
    pub(crate) line_start: bool,
    /// Brackets could become a link.
    pub(crate) brackets: bool,
    /// Inside of a link no address may become one of its own.
    pub(crate) in_link: bool,
}

/// Appends `text`, one line, to `out`, escaped (CommonMark 2.4, GitHub Flavored Markdown).
pub(crate) fn escape(out: &mut String, text: &str, place: Place) {
    let text = if place.line_start { escape_line_start(out, text) } else { text };
    let mut before: Option<char> = None;
    let mut rest = text;
    // Angle brackets are looked for once: without this a line of only `<` would be quadratic.
    let mut closes = text.rfind('>');
    while let Some(c) = rest.chars().next() {
        let at = text.len() - rest.len();
        if closes.is_some_and(|last| last < at) {
            closes = None;
        }
        if !place.in_link
            && c == '<'
            && closes.is_some()
            && let Some(link) = auto_link_at(rest)
        {
            out.push_str(link);
            before = Some('>');
            rest = &rest[link.len()..];
            continue;
        }
        if !place.in_link
            && let Some(url) = address_at(rest)
        {
            write_address(out, url, &rest[url.len()..]);
            before = url.chars().next_back();
            rest = &rest[url.len()..];
            continue;
        }
        // A run is judged as one, so that its parts agree.
        let is_run = matches!(c, '`' | '*' | '~' | '_');
        let run = if is_run { rest.len() - rest.trim_start_matches(c).len() } else { c.len_utf8() };
        let after = rest[c.len_utf8()..].chars().next();
        let space = |c: Option<char>| c.is_none_or(char::is_whitespace);
        let misread = match c {
            '`' => true,
            '*' | '~' => !(space(before) && space(rest[run..].chars().next())),
            '_' => {
                let inside = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
                let (left, right) = (before, rest[run..].chars().next());
                !(inside(left) && inside(right) || space(left) && space(right))
            }
            '[' => place.brackets || after == Some('^'),
            ']' => place.brackets,
            '<' => after.is_some_and(|c| c.is_ascii_alphabetic() || "/!?".contains(c)),
            '&' => is_entity(rest),
            '\\' => after.is_none_or(|c| c.is_ascii_punctuation()) || address_at(&rest[1..]).is_some(),
            _ => false,
        };
        for c in rest[..run].chars() {
            if misread {
                out.push('\\');
            }
            out.push(c);
        }
        before = Some(c);
        rest = &rest[run..];
    }
}

/// Writes what a line start needs, and returns the words that are left.
fn escape_line_start<'a>(out: &mut String, text: &'a str) -> &'a str {
    let words = text.trim_start_matches([' ', '\t']);
    out.push_str(&text[..text.len() - words.len()]);
    let ends = |rest: &str| rest.is_empty() || rest.starts_with([' ', '\t']);
    let Some(first) = words.chars().next() else { return words };
    let rest = &words[first.len_utf8()..];
    let only = |marks: &[char]| words.chars().all(|c| marks.contains(&c) || c == ' ' || c == '\t');
    let misread = match first {
        '#' => ends(words.trim_start_matches('#')),
        '>' => true,
        '-' | '+' => ends(rest) || only(&['-', '|', ':', '=']),
        '=' => only(&['=']),
        '|' | ':' => only(&['-', '|', ':']),
        '*' => ends(rest) || only(&['*']),
        '_' => only(&['_']),
        '~' => words.starts_with("~~~"),
        '0'..='9' => {
            let digits = words.bytes().take_while(u8::is_ascii_digit).count();
            let after = &words[digits..];
            if digits <= 9 && after.starts_with(['.', ')']) && ends(&after[1..]) {
                out.push_str(&words[..digits]);
                out.push('\\');
                out.push_str(&after[..1]);
                return &after[1..];
            }
            false
        }
        _ => false,
    };
    if !misread {
        return words;
    }
    out.push('\\');
    out.push(first);
    rest
}

/// A web address that stands in the text, without the punctuation after it.
fn address_at(text: &str) -> Option<&str> {
    if !text.starts_with(['h', 'f', 'w']) {
        return None;
    }
    let scheme = ["http://", "https://", "ftp://", "www."].iter().find(|scheme| text.starts_with(**scheme))?;
    let end = text.find(|c: char| c.is_whitespace() || c.is_control() || "<>\"".contains(c)).unwrap_or(text.len());
    let url = text[..end].trim_end_matches(['.', ',', ';', ':', '!', '?', ')', '\'', '*', '_', '~', ']', '`', '\\']);
    (url.len() > scheme.len()).then_some(url)
}

/// Renderers find addresses before they undo escapes: where one holds or touches something to escape, it is marked.
fn write_address(out: &mut String, url: &str, rest: &str) {
    let tail = rest.split([' ', '\t', '\n']).next().unwrap_or("");
    let special = |text: &str| text.contains(['*', '~', '`', '[', ']', '\\', '<', '&']);
    let whole = if rest.starts_with(';') { format!("{url};") } else { url.to_owned() };
    let entity = whole.match_indices('&').any(|(at, _)| is_entity(&whole[at..]));
    if !(special(tail) || tail.contains('_') || special(&url.replace('&', "")) || has_loose_underscore(url) || entity) {
        out.push_str(url);
    } else if let Some(host) = url.strip_prefix("www.") {
        out.push_str("www\\.");
        escape(out, host, Place { brackets: true, ..Place::default() });
    } else {
        out.push_str(&format!("<{}>", if entity { url.replace('&', "&amp;") } else { url.to_owned() }));
    }
}

/// `<https://…>` or `<ana@example.org>`, which Markdown reads just as mail does; nothing that could run.
fn auto_link_at(text: &str) -> Option<&str> {
    let inner = text.strip_prefix('<')?;
    let end = inner.char_indices().take(2000).find(|(_, c)| c.is_whitespace() || "<>".contains(*c))?.0;
    let link = &inner[..end];
    // Entities are read inside of it, so one that was written as such must not stay.
    if link.match_indices('&').any(|(at, _)| is_entity(&link[at..])) {
        return None;
    }
    let is_url = ["http://", "https://", "ftp://", "mailto:"].iter().any(|scheme| link.starts_with(scheme));
    let is_address = link.split_once('@').is_some_and(|(local, domain)| {
        let allowed = |c: char, more: &str| c.is_ascii_alphanumeric() || more.contains(c);
        !local.is_empty()
            && local.chars().all(|c| allowed(c, ".!#$%&'*+/=?^_{|}~-"))
            && domain
                .split('.')
                .all(|label| !label.is_empty() && label.len() < 64 && !label.starts_with('-') && !label.ends_with('-'))
            && domain.chars().all(|c| allowed(c, ".-"))
    });
    (inner[end..].starts_with('>') && (is_url || is_address)).then(|| &text[..end + 2])
}

fn has_loose_underscore(url: &str) -> bool {
    let bytes = url.as_bytes();
    let word =
        |at: Option<usize>| at.and_then(|at| bytes.get(at)).is_some_and(|b| b.is_ascii_alphanumeric() || *b == b'_');
    (0..bytes.len()).any(|at| bytes[at] == b'_' && !(word(at.checked_sub(1)) && word(Some(at + 1))))
}

fn is_entity(text: &str) -> bool {
    let name = text.bytes().skip(1).take(40).position(|byte| byte == b';').map(|end| &text.as_bytes()[1..=end]);
    name.is_some_and(|name| !name.is_empty() && name.iter().all(|byte| byte.is_ascii_alphanumeric() || *byte == b'#'))
}
