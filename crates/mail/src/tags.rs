//! Reduces the HTML of mail to a small, properly nested set of tags, in one pass.
//! html2text is quadratic, or panics, on tag soup that this keeps away from it; scripts, styles and comments end here.

/// Stands for the gap between two cells of a table row.
pub(crate) const CELL: char = '\u{f0006}';
/// Stands for a rule.
pub(crate) const RULE: char = '\u{f0007}';

/// Tags deeper than this are left out; their text stays.
const MAX_DEPTH: usize = 60;

/// What is left of `html`: balanced tags out of `p div ul ol li blockquote pre h1…h6 b i s code a br`.
pub(crate) fn tidy(html: &str) -> String {
    let mut tidy = Tidy { html, out: String::with_capacity(html.len()), open: Vec::new(), unclosed: Vec::new() };
    tidy.run();
    tidy.out
}

struct Tidy<'a> {
    html: &'a str,
    out: String,
    open: Vec<Element>,
    /// Searches that ran to the end once, so that they are not repeated from each place.
    unclosed: Vec<String>,
}

#[derive(Clone, Copy)]
struct Element {
    name: &'static str,
    /// The tag to write for it; empty for none.
    tag: &'static str,
}

#[derive(Default)]
struct Tag<'a> {
    name: String,
    attributes: Vec<(String, &'a str)>,
    length: usize,
}

const BLOCKS: &[&str] = &["p", "div", "ul", "ol", "blockquote", "pre", "h1", "h2", "h3", "h4", "h5", "h6", "table"];
const HIDDEN: &[&str] = &[
    "script", "style", "title", "template", "textarea", "iframe", "noembed", "noframes", "xmp", "svg", "math", "select",
];

fn element(name: &str) -> Option<Element> {
    const KNOWN: &[(&str, &str)] = &[
        ("p", "p"),
        ("div", "div"),
        ("ul", "ul"),
        ("ol", "ol"),
        ("li", "li"),
        ("blockquote", "blockquote"),
        ("pre", "pre"),
        ("h1", "h1"),
        ("h2", "h2"),
        ("h3", "h3"),
        ("h4", "h4"),
        ("h5", "h5"),
        ("h6", "h6"),
        ("table", "div"),
        ("tr", "div"),
        ("td", ""),
        ("th", ""),
        ("dl", "div"),
        ("dt", "div"),
        ("dd", "div"),
        ("section", "div"),
        ("article", "div"),
        ("header", "div"),
        ("footer", "div"),
        ("main", "div"),
        ("aside", "div"),
        ("nav", "div"),
        ("address", "div"),
        ("figure", "div"),
        ("figcaption", "div"),
        ("fieldset", "div"),
        ("form", "div"),
        ("center", "div"),
        ("caption", "div"),
        ("details", "div"),
        ("summary", "div"),
        ("b", "b"),
        ("strong", "b"),
        ("i", "i"),
        ("em", "i"),
        ("s", "s"),
        ("strike", "s"),
        ("del", "s"),
        ("code", "code"),
        ("tt", "code"),
        ("kbd", "code"),
        ("samp", "code"),
        ("a", "a"),
    ];
    KNOWN.iter().find(|(known, _)| *known == name).map(|&(name, tag)| Element { name, tag })
}

impl<'a> Tidy<'a> {
    fn run(&mut self) {
        let mut at = 0;
        while let Some(found) = self.html[at..].find('<') {
            self.out.push_str(&self.html[at..at + found]);
            at += found;
            let rest = &self.html[at..];
            at += match rest.as_bytes().get(1) {
                Some(b'!') if rest.starts_with("<!--") => self.end_of(rest, "-->").unwrap_or("<!--".len()),
                Some(b'!' | b'?') => self.end_of(rest, ">").unwrap_or(1),
                Some(b'/') if rest[2..].starts_with(|c: char| c.is_ascii_alphabetic()) => self.close_tag(rest),
                Some(c) if c.is_ascii_alphabetic() => self.open_tag(rest),
                _ => {
                    self.out.push_str("&lt;");
                    1
                }
            };
        }
        self.out.push_str(&self.html[at..]);
        self.close_to(0);
    }

    /// How long `text` is up to and including the next `end`.
    fn end_of(&mut self, text: &str, end: &str) -> Option<usize> {
        if self.unclosed.iter().any(|known| known == end) {
            return None;
        }
        let found = text.find(end).map(|at| at + end.len());
        if found.is_none() {
            self.unclosed.push(end.to_owned());
        }
        found
    }

    fn open_tag(&mut self, rest: &'a str) -> usize {
        let Some(tag) = self.read_tag(rest, 1) else {
            self.out.push_str("&lt;");
            return 1;
        };
        let attribute = |name: &str| tag.attributes.iter().find(|(known, _)| known == name).map(|(_, value)| *value);
        if HIDDEN.contains(&tag.name.as_str()) {
            return tag.length + self.hidden_length(&rest[tag.length..], &tag.name);
        }
        match tag.name.as_str() {
            "br" => self.out.push_str("<br>"),
            "hr" => self.out.push_str(&format!("<p>{RULE}</p>")),
            // Only the words for an image: a remote one would tell its sender who reads.
            "img" => self.out.push_str(&attribute("alt").unwrap_or("").replace('<', "&lt;")),
            name => {
                if let Some(element) = element(name) {
                    self.close_implied(element.name);
                    if matches!(name, "td" | "th") {
                        self.out.push(CELL);
                    }
                    let extra = match name {
                        "a" => attribute("href").map(|href| format!(" href=\"{}\"", href.replace('"', "&quot;"))),
                        "ol" => attribute("start")
                            .and_then(|n| n.trim().parse::<u32>().ok())
                            .map(|n| format!(" start={}", n.min(9_999))),
                        _ => None,
                    };
                    self.open(element, &extra.unwrap_or_default());
                }
            }
        }
        tag.length
    }

    fn open(&mut self, element: Element, extra: &str) {
        // A link without an address is no link.
        let pointless = element.name == "a" && extra.is_empty();
        if self.open.len() < MAX_DEPTH && !pointless {
            self.open.push(element);
            if !element.tag.is_empty() {
                self.out.push_str(&format!("<{}{extra}>", element.tag));
            }
        }
    }

    /// End tags that HTML lets a writer leave out.
    fn close_implied(&mut self, name: &str) {
        let (closes, within): (&[&str], &[&str]) = match name {
            "li" => (&["li"], &["ul", "ol", "table", "td", "th"]),
            "td" | "th" => (&["td", "th"], &["table"]),
            "tr" => (&["tr"], &["table"]),
            "dt" | "dd" => (&["dt", "dd"], &["dl", "table"]),
            "a" => (&["a"], &["table", "td", "th"]),
            name if BLOCKS.contains(&name) => (&["p"], &["li", "td", "th", "table", "blockquote", "div"]),
            _ => return,
        };
        let inner = self.open.iter().rposition(|open| within.contains(&open.name)).map_or(0, |at| at + 1);
        if let Some(at) = self.open[inner..].iter().position(|open| closes.contains(&open.name)) {
            self.close_to(inner + at);
        }
    }

    fn close_tag(&mut self, rest: &'a str) -> usize {
        let Some(tag) = self.read_tag(rest, 2) else {
            self.out.push_str("&lt;");
            return 1;
        };
        let is_table = matches!(tag.name.as_str(), "table" | "tr" | "td" | "th");
        let inner = match self.open.iter().rposition(|open| matches!(open.name, "td" | "th" | "table")) {
            Some(at) if !is_table => at + 1,
            _ => 0,
        };
        if let Some(at) = self.open[inner..].iter().rposition(|open| open.name == tag.name) {
            self.close_to(inner + at);
        }
        tag.length
    }

    fn close_to(&mut self, depth: usize) {
        for element in self.open.drain(depth..).rev() {
            if !element.tag.is_empty() {
                self.out.push_str(&format!("</{}>", element.tag));
            }
        }
    }

    /// How long the content of an element is that is not shown; 0 where it never ends, so that no text is lost.
    fn hidden_length(&mut self, text: &str, name: &str) -> usize {
        let end = format!("</{name}");
        if self.unclosed.contains(&end) {
            return 0;
        }
        let found = text.match_indices("</").find(|(at, _)| {
            text.as_bytes().get(*at..at + end.len()).is_some_and(|tag| tag.eq_ignore_ascii_case(end.as_bytes()))
        });
        if found.is_none() {
            self.unclosed.push(end);
        }
        found.map_or(0, |(at, _)| at)
    }

    /// Reads a tag whose name starts at `name_at`; `None` if it never ends.
    fn read_tag(&mut self, text: &'a str, name_at: usize) -> Option<Tag<'a>> {
        const UNENDED: &str = "a tag";
        if self.unclosed.iter().any(|known| known == UNENDED) {
            return None;
        }
        let tag = parse_tag(text, name_at);
        if tag.is_none() {
            self.unclosed.push(UNENDED.to_owned());
        }
        tag
    }
}

fn parse_tag(text: &str, name_at: usize) -> Option<Tag<'_>> {
    let bytes = text.as_bytes();
    let until = |from: usize, ends: &dyn Fn(u8) -> bool| (from..bytes.len()).find(|&at| ends(bytes[at]));
    let blank = |byte: u8| byte.is_ascii_whitespace();
    let name_end = until(name_at, &|byte| blank(byte) || matches!(byte, b'>' | b'/'))?;
    let mut tag = Tag { name: text[name_at..name_end].to_ascii_lowercase(), ..Tag::default() };
    let mut at = name_end;
    loop {
        at = until(at, &|byte| !blank(byte) && byte != b'/')?;
        if bytes[at] == b'>' {
            tag.length = at + 1;
            return Some(tag);
        }
        let end = until(at + 1, &|byte| blank(byte) || matches!(byte, b'=' | b'>' | b'/'))?;
        let name = &text[at..end];
        at = until(end, &|byte| !blank(byte))?;
        if bytes[at] != b'=' {
            continue;
        }
        let start = until(at + 1, &|byte| !blank(byte))?;
        let quote = bytes[start];
        let (value, next) = if matches!(quote, b'"' | b'\'') {
            let end = until(start + 1, &|byte| byte == quote)?;
            (&text[start + 1..end], end + 1)
        } else {
            let end = until(start, &|byte| blank(byte) || byte == b'>')?;
            (&text[start..end], end)
        };
        if ["href", "alt", "start"].iter().any(|known| name.eq_ignore_ascii_case(known)) {
            tag.attributes.push((name.to_ascii_lowercase(), value));
        }
        at = next;
    }
}
