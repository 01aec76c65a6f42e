//! What programs build instead of words, blocks and attachments, brought down to words, in mrkdwn.

use serde_json::Value;

use super::message::text;

/// Deeper than Slack allows.
const MAX_DEPTH: usize = 12;

/// The text of a message: its words, or where it has none those of its blocks; then its attachments, as quotes.
pub(super) fn whole_text(record: &Value, words: &str) -> String {
    let mut out = words.to_string();
    if out.trim().is_empty() {
        out = lines(&record["blocks"], 0);
    }
    for attachment in record["attachments"].as_array().into_iter().flatten() {
        let quote = of_attachment(attachment, !words.trim().is_empty());
        if quote.is_empty() || quote.trim() == words.trim() {
            continue;
        }
        if !out.is_empty() {
            out.push('\n');
        }
        for line in quote.lines() {
            out.push_str("&gt; ");
            // A fence would reach over the marks of the quote.
            out.push_str(&line.replace("```", ""));
            out.push('\n');
        }
    }
    out.trim_end().to_string()
}

fn of_attachment(attachment: &Value, has_words: bool) -> String {
    let shared = attachment["is_share"] == true || attachment["is_msg_unfurl"] == true;
    // A preview of a page whose link stands in the words says nothing new.
    if has_words && !shared && ["from_url", "original_url"].iter().any(|name| text(attachment, name).is_some()) {
        return String::new();
    }
    let mut out: Vec<String> = Vec::new();
    let mut say = |line: Option<String>| out.extend(line.filter(|line| !line.trim().is_empty()));
    say(text(attachment, "pretext").map(str::to_string));
    say(["author_name", "author_subname"]
        .iter()
        .find_map(|name| text(attachment, name))
        .map(|name| format!("*{name}*")));
    let title = text(attachment, "title");
    say(match (title, text(attachment, "title_link")) {
        (Some(title), Some(link)) => Some(format!("<{link}|{}>", title.replace(['<', '>', '|'], " "))),
        (title, _) => title.map(|title| format!("*{title}*")),
    });
    say(text(attachment, "text").map(str::to_string));
    let fields = attachment["fields"].as_array().map_or(&[][..], Vec::as_slice);
    for field in fields {
        let value = text(field, "value").unwrap_or("");
        say(Some(text(field, "title").map_or_else(|| value.to_string(), |title| format!("*{title}*: {value}"))));
    }
    let built = lines(&attachment["blocks"], 0);
    say(Some(built));
    if out.is_empty() {
        out.extend(text(attachment, "fallback").map(str::to_string));
    }
    out.join("\n")
}

/// The words of blocks, a line for each that has some.
fn lines(blocks: &Value, depth: usize) -> String {
    let list = blocks.as_array().map_or(&[][..], Vec::as_slice);
    let lines = list.iter().map(|block| of_block(block, depth)).filter(|line| !line.trim().is_empty());
    lines.collect::<Vec<_>>().join("\n")
}

fn of_block(block: &Value, depth: usize) -> String {
    if depth > MAX_DEPTH {
        return String::new();
    }
    let children = |joint: &str, begin: &str| {
        let list = block["elements"].as_array().map_or(&[][..], Vec::as_slice);
        let all = list.iter().map(|one| of_block(one, depth + 1)).filter(|one| !one.is_empty());
        all.map(|one| format!("{begin}{one}")).collect::<Vec<_>>().join(joint)
    };
    match text(block, "type").unwrap_or("") {
        "rich_text" => children("\n", ""),
        "rich_text_section" => children("", ""),
        "rich_text_list" => children("\n", if block["style"] == "ordered" { "1. " } else { "- " }),
        "rich_text_quote" => children("", "").lines().map(|line| format!("&gt; {line}")).collect::<Vec<_>>().join("\n"),
        "rich_text_preformatted" => format!("```{}```", children("", "")),
        "context" | "actions" => children(" ", ""),
        "link" => {
            let url = text(block, "url").unwrap_or("");
            text(block, "text").map_or_else(|| format!("<{url}>"), |label| format!("<{url}|{}>", entities(label)))
        }
        "user" => text(block, "user_id").map(|id| format!("<@{id}>")).unwrap_or_default(),
        "channel" => text(block, "channel_id").map(|id| format!("<#{id}>")).unwrap_or_default(),
        "broadcast" => text(block, "range").map(|range| format!("<!{range}>")).unwrap_or_default(),
        "emoji" => text(block, "name").map(|name| format!(":{name}:")).unwrap_or_default(),
        "image" => {
            let name = block["title"].as_object().map(|_| &block["title"]).and_then(|title| text(title, "text"));
            name.or_else(|| text(block, "alt_text")).unwrap_or("").to_string()
        }
        "text" => styled(block),
        _ => {
            let said = match &block["text"] {
                Value::String(said) => said.clone(),
                inner => text(inner, "text").unwrap_or("").to_string(),
            };
            let fields = block["fields"].as_array().map_or(&[][..], Vec::as_slice);
            let fields = fields.iter().filter_map(|field| text(field, "text")).map(str::to_string);
            std::iter::once(said).chain(fields).filter(|line| !line.is_empty()).collect::<Vec<_>>().join("\n")
        }
    }
}

/// A piece of rich text: here the words are as they were typed.
fn styled(piece: &Value) -> String {
    let mut out = entities(piece["text"].as_str().unwrap_or(""));
    let style = &piece["style"];
    for (name, mark) in [("code", '`'), ("strike", '~'), ("italic", '_'), ("bold", '*')] {
        if style[name] == true && !out.trim().is_empty() && !out.contains('\n') {
            out = format!("{mark}{}{mark}", out.trim());
        }
    }
    out
}

fn entities(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn what_a_program_builds_is_read_as_words() {
        let record = json!({ "blocks": [
            { "type": "header", "text": { "type": "plain_text", "text": "Deploy" } },
            { "type": "section", "text": { "type": "mrkdwn", "text": "*ok* <http://x.org|x>" }, "fields": [{ "text": "a" }] },
            { "type": "divider" },
            { "type": "context", "elements": [{ "type": "mrkdwn", "text": "by" }, { "type": "image", "alt_text": "Bo" }] },
        ]});
        assert_eq!(whole_text(&record, ""), "Deploy\n*ok* <http://x.org|x>\na\nby Bo");
        let rich = json!({ "blocks": [{ "type": "rich_text", "elements": [
            { "type": "rich_text_section", "elements": [
                { "type": "text", "text": "a<b ", "style": { "bold": true } }, { "type": "user", "user_id": "U1" }] },
            { "type": "rich_text_list", "style": "bullet", "elements": [
                { "type": "rich_text_section", "elements": [{ "type": "text", "text": "one" }] }] },
        ]}]});
        assert_eq!(whole_text(&rich, ""), "*a&lt;b*<@U1>\n- one");
    }

    #[test]
    fn attachments_are_quoted_and_previews_of_links_are_not() {
        let attachment = json!({ "title": "Build 7", "title_link": "http://ci", "text": "failed", "fields": [{ "title": "Branch", "value": "main" }] });
        let record = json!({ "attachments": [attachment] });
        assert_eq!(whole_text(&record, ""), "&gt; <http://ci|Build 7>\n&gt; failed\n&gt; *Branch*: main");
        let preview = json!({ "attachments": [{ "from_url": "http://x.org", "title": "X" }] });
        assert_eq!(whole_text(&preview, "<http://x.org>"), "<http://x.org>");
        let only = json!({ "attachments": [{ "fallback": "Something happened" }] });
        assert_eq!(whole_text(&only, ""), "&gt; Something happened");
    }

    #[test]
    fn blocks_in_blocks_without_end_are_cut_off() {
        let mut block = json!({ "type": "text", "text": "deep" });
        for _ in 0..100 {
            block = json!({ "type": "rich_text_section", "elements": [block] });
        }
        assert_eq!(whole_text(&json!({ "blocks": [block] }), ""), "");
    }
}
