//! Slack's mrkdwn as Markdown: entities, mentions, links, emphasis, quotes, code, emoji names. Everything else is escaped,
//! so that it is read as the words it was.

use jmap::Id;
use model::limits;
use std::fmt::Write as _;

use super::emoji;

/// No link, mention or emphasis is longer, in bytes; so a text full of marks takes no longer than others.
const LONGEST: usize = 2048;

/// What the ids in a text stand for.
pub(super) trait Known {
    /// A person, and how the person is called.
    fn person(&self, user: &str) -> Option<(Id, &str)>;
    /// The Space of a channel that everybody may know.
    fn space(&self, channel: &str) -> Option<Id>;
    /// The path of a message that comes in with this export.
    fn message(&self, channel: &str, ts: &str) -> Option<String>;
}

/// Turns a text into Markdown. Whom it mentions is added to `mentions`, each once.
pub(super) fn markdown(text: &str, known: &dyn Known, mentions: &mut Vec<Id>) -> String {
    let text = clean(text);
    let mut writer = Writer { known, mentions, out: String::with_capacity(text.len() + 16) };
    let mut parts: Vec<&str> = text.split("```").collect();
    // A fence that is not closed is three ticks.
    let open = if parts.len().is_multiple_of(2) { parts.pop() } else { None };
    for (at, part) in parts.iter().enumerate() {
        if at % 2 == 1 {
            writer.block_of_code(part);
        } else {
            // The line ends at a fence are the fence's.
            let part = if at > 0 { part.strip_prefix('\n').unwrap_or(part) } else { part };
            let part = if at + 1 < parts.len() { part.strip_suffix('\n').unwrap_or(part) } else { part };
            writer.lines(part);
        }
    }
    if let Some(rest) = open {
        writer.lines(&format!("```{rest}"));
    }
    writer.out.trim().to_string()
}

/// The ids of the users whom a text mentions.
pub(super) fn named(text: &str) -> impl Iterator<Item = &str> {
    let user = |rest: &'_ str| rest.find(['|', '>']).filter(|end| *end < 32);
    text.split("<@").skip(1).filter_map(move |rest| Some(&rest[..user(rest)?]))
}

/// Words that are to be read as they are, on one line.
pub(super) fn escaped(words: &str) -> String {
    let mut out = String::with_capacity(words.len());
    let mut before = None;
    let mut chars = words.chars().peekable();
    while let Some(c) = chars.next() {
        put(&mut out, c, before, chars.peek().copied());
        before = Some(c);
    }
    out
}

/// Control characters go; line ends become one kind.
fn clean(text: &str) -> String {
    let text = text.replace("\r\n", "\n");
    text.chars()
        .map(|c| if c == '\r' { '\n' } else { c })
        .filter(|c| !c.is_control() || matches!(c, '\n' | '\t'))
        .collect()
}

struct Writer<'a> {
    known: &'a dyn Known,
    mentions: &'a mut Vec<Id>,
    out: String,
}

impl Writer<'_> {
    fn block_of_code(&mut self, code: &str) {
        if !self.out.is_empty() && !self.out.ends_with('\n') {
            self.out.push('\n');
        }
        let code = as_typed(code);
        let _ = writeln!(self.out, "```\n{}\n```", code.trim_matches('\n'));
    }

    fn lines(&mut self, text: &str) {
        if text.is_empty() {
            return;
        }
        let (mut quoted_before, mut to_the_end) = (false, false);
        for line in text.split('\n') {
            let (line, all) = match line.strip_prefix("&gt;&gt;&gt;") {
                Some(rest) => (rest, true),
                None => (line, false),
            };
            to_the_end |= all;
            let quote = if all { Some(line) } else { line.strip_prefix("&gt;") };
            let quoted = to_the_end || quote.is_some();
            // Without an empty line what follows would belong to the quote.
            if quoted_before && !quoted && !line.trim().is_empty() {
                self.out.push('\n');
            }
            if quoted {
                self.out.push_str("> ");
            }
            let words = quote.unwrap_or(line);
            self.line(if quoted { words.strip_prefix(' ').unwrap_or(words) } else { words }.trim_end());
            self.out.push('\n');
            quoted_before = quoted;
        }
    }

    fn line(&mut self, line: &str) {
        let words = line.trim_start();
        // Four blanks would make it code.
        self.out.extend(line[..line.len() - words.len()].chars().map(|_| '\u{a0}'));
        let rule = words.len() > 1 && words.chars().all(|c| matches!(c, '-' | '=' | '_' | '*' | ' '));
        let heading = words.trim_start_matches('#').starts_with([' ', '\t']) && words.starts_with('#');
        if (rule && !words.starts_with(['_', '*'])) || heading || words.starts_with("+ ") {
            self.out.push('\\');
        }
        self.inline(words);
    }

    fn inline(&mut self, text: &str) {
        let mut before: Option<char> = None;
        let mut at = 0;
        while let Some(c) = text[at..].chars().next() {
            let rest = &text[at..];
            let taken = match c {
                '`' => self.code(rest),
                '<' => self.token(rest),
                '&' => self.entity(rest, before),
                ':' => self.emoji(rest),
                '*' | '_' | '~' => self.emphasis(rest, c, before),
                _ => None,
            };
            let taken = taken.unwrap_or_else(|| {
                put(&mut self.out, c, before, rest[c.len_utf8()..].chars().next());
                c.len_utf8()
            });
            before = text[..at + taken].chars().next_back();
            at += taken;
        }
    }

    fn code(&mut self, rest: &str) -> Option<usize> {
        let end = rest.bytes().skip(1).take(LONGEST).position(|c| c == b'`').filter(|end| *end > 0)?;
        let _ = write!(self.out, "`{}`", as_typed(&rest[1..=end]));
        Some(end + 2)
    }

    fn entity(&mut self, rest: &str, before: Option<char>) -> Option<usize> {
        let (name, c) =
            [("&amp;", '&'), ("&lt;", '<'), ("&gt;", '>')].into_iter().find(|(n, _)| rest.starts_with(n))?;
        put(&mut self.out, c, before, rest[name.len()..].chars().next());
        Some(name.len())
    }

    fn emoji(&mut self, rest: &str) -> Option<usize> {
        let (shown, taken) = emoji::at(rest)?;
        self.out.push_str(&shown);
        Some(taken)
    }

    /// `*bold*`, `_italic_`, `~struck~`: between the edges of words, on one line.
    fn emphasis(&mut self, rest: &str, mark: char, before: Option<char>) -> Option<usize> {
        if before.is_some_and(|c| c.is_alphanumeric() || c == mark)
            || rest[1..].starts_with(|c: char| c.is_whitespace() || c == mark)
        {
            return None;
        }
        let end = closing(rest, mark)?;
        let around = match mark {
            '*' => "**",
            '_' => "*",
            _ => "~~",
        };
        self.out.push_str(around);
        self.inline(&rest[1..end]);
        self.out.push_str(around);
        Some(end + 1)
    }

    fn token(&mut self, rest: &str) -> Option<usize> {
        let end = rest.bytes().take(LONGEST).position(|c| c == b'>')?;
        let (what, label) = match rest[1..end].split_once('|') {
            Some((what, label)) => (what, Some(label).filter(|label| !label.trim().is_empty())),
            None => (&rest[1..end], None),
        };
        let plain = label.map(as_typed);
        if let Some(user) = what.strip_prefix('@') {
            match self.known.person(user) {
                Some((id, name)) => {
                    let name: String = name.chars().filter(|c| !"[]\\`*_<".contains(*c)).collect();
                    let _ = write!(self.out, "[@{name}](mw:{id})");
                    if !self.mentions.contains(&id) && self.mentions.len() < limits::MAX_OF {
                        self.mentions.push(id);
                    }
                }
                None => self.words(&format!("@{}", plain.as_deref().unwrap_or(user))),
            }
        } else if let Some(channel) = what.strip_prefix('#') {
            let name = format!("#{}", plain.as_deref().unwrap_or(channel));
            match self.known.space(channel) {
                Some(space) => {
                    let _ = write!(self.out, "[{}](/s/{space})", escaped(&name));
                }
                None => self.words(&name),
            }
        } else if let Some(order) = what.strip_prefix('!') {
            self.order(order, plain.as_deref());
        } else {
            self.link(&as_typed(what), plain.as_deref());
        }
        Some(end + 1)
    }

    fn order(&mut self, order: &str, label: Option<&str>) {
        if let Some(date) = order.strip_prefix("date^") {
            let mut parts = date.split('^');
            let at = parts.next().and_then(|at| at.parse::<i64>().ok()).unwrap_or(0);
            let at = jmap::UtcDate::from_ms(at.saturating_mul(1000).clamp(0, 4_102_444_800_000)).to_string();
            let shown = label.map_or(at, str::to_string);
            match parts.nth(1) {
                Some(url) => self.link(&as_typed(url), Some(&shown)),
                None => self.words(&shown),
            }
            return;
        }
        let name = order.split('^').next().unwrap_or("");
        let named = if name == "subteam" { "@group".to_string() } else { format!("@{name}") };
        self.words(label.unwrap_or(&named));
    }

    fn link(&mut self, url: &str, label: Option<&str>) {
        let web = ["http://", "https://", "mailto:"].iter().any(|scheme| url.starts_with(scheme));
        if !web {
            match label {
                Some(label) => self.words(&format!("{label} ({url})")),
                None => self.words(url),
            }
            return;
        }
        let here = self.permalink(url);
        let shown = label.unwrap_or_else(|| url.strip_prefix("mailto:").unwrap_or(url));
        if here.is_none() && label.is_none() && url.starts_with("http") && !url.contains(['<', '>', ' ', '\n']) {
            let _ = write!(self.out, "<{url}>");
            return;
        }
        let mut target = String::with_capacity(url.len());
        for c in here.as_deref().unwrap_or(url).chars() {
            match c {
                '(' => target.push_str("%28"),
                ')' => target.push_str("%29"),
                '<' => target.push_str("%3C"),
                '>' => target.push_str("%3E"),
                '\\' => target.push_str("%5C"),
                c if c.is_whitespace() => target.push_str("%20"),
                c => target.push(c),
            }
        }
        let _ = write!(self.out, "[{}]({target})", escaped(&shown.replace('\n', " ")));
    }

    /// `https://team.slack.com/archives/C123/p1452988821000002`: the message, where it comes in too.
    fn permalink(&self, url: &str) -> Option<String> {
        let (host, path) = url.strip_prefix("https://")?.split_once("/archives/")?;
        let (channel, message) = path.split_once("/p")?;
        let digits: String = message.chars().take_while(char::is_ascii_digit).collect();
        if !host.ends_with(".slack.com") || host.contains('/') || digits.len() != 16 {
            return None;
        }
        self.known.message(channel, &format!("{}.{}", &digits[..10], &digits[10..]))
    }

    fn words(&mut self, words: &str) {
        self.out.push_str(&escaped(words));
    }
}

/// Where an emphasis ends: behind something, before the edge of a word, and not inside of code or brackets.
fn closing(text: &str, mark: char) -> Option<usize> {
    let ends = |before: char, after: &str| {
        let edge = after.chars().next().is_none_or(|next| !next.is_alphanumeric() && next != mark);
        edge && !before.is_whitespace() && before != mark
    };
    let (mut in_code, mut in_token, mut before) = (false, false, mark);
    for (at, c) in text.char_indices().take(LONGEST / 4).skip(1) {
        match c {
            '`' if !in_token => in_code = !in_code,
            '<' if !in_code => in_token = true,
            '>' if !in_code => in_token = false,
            c if c == mark && !in_code && !in_token && ends(before, &text[at + 1..]) => return Some(at),
            _ => {}
        }
        before = c;
    }
    None
}

/// What its author typed: entities and brackets are Slack's.
fn as_typed(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('<') {
        out.push_str(&rest[..at]);
        let Some(end) = rest[at..].find('>') else { break };
        let inside = &rest[at + 1..at + end];
        let (what, label) = inside.split_once('|').map_or((inside, None), |(what, label)| (what, Some(label)));
        out.push_str(label.unwrap_or(what));
        rest = &rest[at + end + 1..];
    }
    out.push_str(rest);
    out.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
}

/// One character of plain words.
fn put(out: &mut String, c: char, before: Option<char>, after: Option<char>) {
    let inside = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
    let space = |c: Option<char>| c.is_none_or(char::is_whitespace);
    let misread = match c {
        '\\' | '`' | '[' | ']' => true,
        '*' | '~' => !(space(before) && space(after)),
        '_' => !(inside(before) && inside(after) || space(before) && space(after)),
        '<' => after.is_some_and(|c| c.is_ascii_alphabetic() || "/!?".contains(c)),
        '&' => after.is_some_and(|c| c.is_ascii_alphanumeric() || c == '#'),
        _ => false,
    };
    if misread {
        out.push('\\');
    }
    out.push(c);
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Team;

    impl Known for Team {
        fn person(&self, user: &str) -> Option<(Id, &str)> {
            (user == "U1").then(|| (Id::derived(b'p', [1; 16]), "Ana [Reis]"))
        }
        fn space(&self, channel: &str) -> Option<Id> {
            (channel == "C1").then(|| Id::derived(b's', [2; 16]))
        }
        fn message(&self, channel: &str, ts: &str) -> Option<String> {
            (channel == "C1").then(|| format!("/s/x/i/{ts}"))
        }
    }

    fn md(text: &str) -> String {
        let mut mentions = Vec::new();
        let md = markdown(text, &Team, &mut mentions);
        let (ana, space) = (Id::derived(b'p', [1; 16]).to_string(), Id::derived(b's', [2; 16]).to_string());
        md.replace(&ana, "ANA").replace(&space, "SPACE")
    }

    #[test]
    fn each_mark_of_slack_becomes_its_like() {
        let cases = [
            ("*bold* _it_ ~gone~ `a*b`", "**bold** *it* ~~gone~~ `a*b`"),
            ("_*both*_, *and on*", "***both***, **and on**"),
            ("snake_case_word 2*3*4 * x * a", "snake_case_word 2\\*3\\*4 * x * a"),
            ("&lt;b&gt; &amp;amp; a &lt; b", "\\<b> \\&amp; a < b"),
            ("<@U1> and <@U2|bo> and <@U3>", "[@Ana Reis](mw:ANA) and @bo and @U3"),
            ("<#C1|general> <#G9|secret>", "[#general](/s/SPACE) #secret"),
            ("<!here> <!channel> <!subteam^S1|@core> <!subteam^S2>", "@here @channel @core @group"),
            ("<!date^1392734382^{date}|Feb 18> <!date^0^{date}>", "Feb 18 1970-01-01T00:00:00Z"),
            ("<http://a.org/x?a=1&amp;b=2>", "<http://a.org/x?a=1&b=2>"),
            ("<https://a.org/(x)|the [page]>", "[the \\[page\\]](https://a.org/%28x%29)"),
            ("<mailto:a@b.org|a@b.org>", "[a@b.org](mailto:a@b.org)"),
            ("<javascript:alert(1)|click>", "click (javascript:alert(1))"),
            (
                "<https://t.slack.com/archives/C1/p1452988821000002>",
                "[https://t.slack.com/archives/C1/p1452988821000002](/s/x/i/1452988821.000002)",
            ),
            ("&gt; quoted\nanswer", "> quoted\n\nanswer"),
            ("&gt;&gt;&gt;all\nof it", "> all\n> of it"),
            ("see:\n```if a &lt; b {\n  <http://x.org|x.org>\n}```\nok", "see:\n```\nif a < b {\n  x.org\n}\n```\nok"),
            ("# no heading\ntext\n---", "\\# no heading\ntext\n\\---"),
            ("- one\n- two\n• three", "- one\n- two\n• three"),
            (":+1: :wave::skin-tone-3: :party_parrot: 10:30:00", "👍 👋🏼 :party_parrot: 10:30:00"),
            ("```open", "\\`\\`\\`open"),
            ("<unclosed *b*", "\\<unclosed **b**"),
            ("a\u{0}b\r\nc", "ab\nc"),
        ];
        for (slack, ours) in cases {
            assert_eq!(md(slack), ours, "{slack}");
        }
    }

    #[test]
    fn a_text_full_of_marks_takes_no_time_to_speak_of() {
        for mark in ["*", "_a ", "<", "`", ":a:", "*a ", "&gt;"] {
            let text = mark.repeat(20_000);
            assert!(!md(&text).is_empty());
        }
    }
}
