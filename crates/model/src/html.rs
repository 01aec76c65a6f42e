//! Markdown as HTML for pages without a program behind them. Nothing of a text is passed on as HTML: each mark becomes an
//! element of a short list, and all else is words.

use comrak::nodes::{AstNode, ListType, NodeValue};
use comrak::{Arena, Options, parse_document};

/// Deeper nesting than people write becomes words.
const DEEPEST: usize = 40;
/// Longer texts are shown as they are written.
const MOST: usize = 300_000;

/// The elements of a Markdown text. `link` says where an address leads, if it may lead anywhere; else its words stay.
pub fn html(markdown: &str, link: &dyn Fn(&str) -> Option<String>) -> String {
    if markdown.len() > MOST {
        return format!("<pre>{}</pre>", escaped(markdown));
    }
    let arena = Arena::new();
    let mut options = Options::default();
    options.extension.strikethrough = true;
    options.extension.table = true;
    options.extension.tasklist = true;
    options.extension.autolink = true;
    let root = parse_document(&arena, markdown, &options);
    let mut writer = Writer { link, out: String::new() };
    writer.children(root, 0);
    writer.out
}

/// Words as they may stand in HTML and XML, in elements and in quoted attributes. What no XML may hold is left out.
pub fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            '\n' | '\t' => out.push(c),
            c if c.is_control() || matches!(c, '\u{fffe}' | '\u{ffff}') => {}
            c => out.push(c),
        }
    }
    out
}

struct Writer<'l> {
    link: &'l dyn Fn(&str) -> Option<String>,
    out: String,
}

impl Writer<'_> {
    fn children<'a>(&mut self, node: &'a AstNode<'a>, depth: usize) {
        for child in node.children() {
            self.node(child, depth + 1);
        }
    }

    fn within<'a>(&mut self, element: &str, node: &'a AstNode<'a>, depth: usize) {
        self.out.push_str(&format!("<{element}>"));
        self.children(node, depth);
        let name = element.split(' ').next().unwrap_or(element);
        self.out.push_str(&format!("</{name}>"));
    }

    /// The words of all that hangs below, without going down into it: a text can be nested deeper than a stack is high.
    fn flat<'a>(&mut self, node: &'a AstNode<'a>) {
        for below in node.descendants() {
            match &below.data.borrow().value {
                NodeValue::Text(text) => self.words(text),
                NodeValue::Code(code) => self.words(&code.literal),
                NodeValue::CodeBlock(code) => self.words(&code.literal),
                NodeValue::HtmlBlock(html) => self.words(&html.literal),
                NodeValue::HtmlInline(html) => self.words(html),
                NodeValue::SoftBreak | NodeValue::LineBreak | NodeValue::Paragraph => self.words("\n"),
                _ => {}
            }
        }
    }

    fn words(&mut self, text: &str) {
        self.out.push_str(&escaped(text));
    }

    fn node<'a>(&mut self, node: &'a AstNode<'a>, depth: usize) {
        if depth > DEEPEST {
            return self.flat(node);
        }
        match &node.data.borrow().value {
            NodeValue::Text(text) => self.words(text),
            NodeValue::SoftBreak | NodeValue::LineBreak => self.out.push_str("<br>\n"),
            NodeValue::Code(code) => {
                let code = escaped(&code.literal);
                self.out.push_str(&format!("<code>{code}</code>"));
            }
            NodeValue::CodeBlock(code) => {
                let code = escaped(&code.literal);
                self.out.push_str(&format!("<pre dir=\"ltr\"><code>{code}</code></pre>\n"));
            }
            NodeValue::HtmlBlock(html) => {
                let words = escaped(html.literal.trim_end());
                self.out.push_str(&format!("<p>{}</p>\n", words.replace('\n', "<br>\n")));
            }
            NodeValue::HtmlInline(html) => self.words(html),
            NodeValue::Paragraph if tight(node) => self.children(node, depth),
            NodeValue::Paragraph => self.within("p dir=\"auto\"", node, depth),
            // The page has its title, and each post a line of its own; what is headed in a text stands below that.
            NodeValue::Heading(heading) => {
                let level = (heading.level + 2).min(6);
                self.within(&format!("h{level} dir=\"auto\""), node, depth);
            }
            NodeValue::BlockQuote => self.within("blockquote", node, depth),
            NodeValue::List(list) => match list.list_type {
                ListType::Bullet => self.within("ul", node, depth),
                ListType::Ordered if list.start == 1 => self.within("ol", node, depth),
                ListType::Ordered => self.within(&format!("ol start=\"{}\"", list.start), node, depth),
            },
            NodeValue::Item(_) => self.within("li", node, depth),
            NodeValue::TaskItem(task) => {
                self.out.push_str(if task.symbol.is_some() { "<li>☑ " } else { "<li>☐ " });
                self.children(node, depth);
                self.out.push_str("</li>");
            }
            NodeValue::ThematicBreak => self.out.push_str("<hr>\n"),
            NodeValue::Table(_) => self.within("table", node, depth),
            NodeValue::TableRow(_) => self.within("tr", node, depth),
            NodeValue::TableCell => {
                let head =
                    node.parent().is_some_and(|row| matches!(row.data.borrow().value, NodeValue::TableRow(true)));
                self.within(if head { "th" } else { "td" }, node, depth);
            }
            NodeValue::Emph => self.within("em", node, depth),
            NodeValue::Strong => self.within("strong", node, depth),
            NodeValue::Strikethrough => self.within("del", node, depth),
            NodeValue::Link(to) => self.link(&to.url, node, depth, ""),
            // Pictures of other servers would tell these who reads.
            NodeValue::Image(to) => self.link(&to.url, node, depth, &to.url),
            _ => self.children(node, depth),
        }
    }

    fn link<'a>(&mut self, url: &str, node: &'a AstNode<'a>, depth: usize, else_words: &str) {
        let href = (self.link)(url);
        if let Some(href) = &href {
            self.out.push_str(&format!("<a href=\"{}\" rel=\"nofollow ugc noopener\">", escaped(href)));
        }
        if node.first_child().is_none() {
            self.words(else_words);
        }
        self.children(node, depth);
        if href.is_some() {
            self.out.push_str("</a>");
        }
    }
}

/// A paragraph in a list whose items stand close together.
fn tight<'a>(node: &'a AstNode<'a>) -> bool {
    let list = node.parent().and_then(|item| item.parent());
    list.is_some_and(|list| matches!(&list.data.borrow().value, NodeValue::List(list) if list.tight))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn plain(text: &str) -> String {
        html(text, &|url| url.starts_with("https://").then(|| url.to_string()))
    }

    #[test]
    fn marks_become_elements() {
        insta::assert_snapshot!(plain(
            "# Head\n\nSome *bold* `a<b` ~~not~~\nnext\n\n- one\n- [x] two\n\n3. c\n\n| a | b |\n|---|---|\n| c | d |\n\n> said\n\n```\n<x>\n```\n"
        ), @r##"
<h3 dir="auto">Head</h3><p dir="auto">Some <em>bold</em> <code>a&lt;b</code> <del>not</del><br>
next</p><ul><li>one</li><li>☑ two</li></ul><ol start="3"><li>c</li></ol><table><tr><th>a</th><th>b</th></tr><tr><td>c</td><td>d</td></tr></table><blockquote><p dir="auto">said</p></blockquote><pre dir="ltr"><code>&lt;x&gt;
</code></pre>
"##);
    }

    #[test]
    fn only_what_may_lead_somewhere_is_a_link() {
        insta::assert_snapshot!(plain(
            "[a](https://a.example/?x=\"&y) [b](javascript:alert(1)) [@Ana](mw:p1) ![](https://p.example/p.png) https://c.example www.d.example"
        ), @r##"<p dir="auto"><a href="https://a.example/?x=&quot;&amp;y" rel="nofollow ugc noopener">a</a> b @Ana <a href="https://p.example/p.png" rel="nofollow ugc noopener">https://p.example/p.png</a> <a href="https://c.example" rel="nofollow ugc noopener">https://c.example</a> www.d.example</p>"##);
    }

    #[test]
    fn html_in_a_text_is_the_words_it_is() {
        let page = plain("<script>alert(1)</script>\n\n<img src=x onerror=alert(1)> a <b onclick='x'>b</b> &lt;i&gt;");
        insta::assert_snapshot!(page, @r##"
<p>&lt;script&gt;alert(1)&lt;/script&gt;</p>
<p dir="auto">&lt;img src=x onerror=alert(1)&gt; a &lt;b onclick=&#39;x&#39;&gt;b&lt;/b&gt; &lt;i&gt;</p>
"##);
    }

    #[test]
    fn a_text_that_is_nested_without_end_becomes_words() {
        for mark in [">", "- ", "[", "![", "*", "*a _b ", "``a ", "<b>", "1. ", "~~a "] {
            let page = plain(&format!("{}deep", mark.repeat(200_000 / mark.len())));
            assert!(page.contains("deep"), "{mark}");
            assert!(page.matches("<blockquote>").count() + page.matches("<ul>").count() <= DEEPEST, "{mark}");
        }
    }

    proptest! {
        #[test]
        fn no_text_makes_an_element_that_is_not_in_the_list(text in "[-<>\\[\\]()!*_`#|~ \\n\"'&a-c:/=]{0,200}") {
            let page = plain(&text);
            let allowed = ["p", "h3", "h4", "h5", "h6", "em", "strong", "del", "code", "pre", "ul", "ol", "li", "blockquote", "hr", "br", "table", "tr", "th", "td", "a"];
            for tag in page.split('<').skip(1) {
                let name = tag.trim_start_matches('/').split([' ', '>']).next().unwrap_or("");
                prop_assert!(allowed.contains(&name), "{name:?} in {page}");
            }
        }
    }
}
