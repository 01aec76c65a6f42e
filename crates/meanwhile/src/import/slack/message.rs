//! One record of a day's file: what was said, by whom, and what others did to it. Nothing is looked up here.

use jmap::UtcDate;
use serde_json::Value;

use super::blocks;

/// The time of a message, in millionths of a second since 1970: with the channel, its name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Ts(pub(super) u64);

impl Ts {
    /// From `1452988821.000002`.
    pub(super) fn read(text: &str) -> Option<Ts> {
        let (seconds, part) = text.split_once('.').unwrap_or((text, "0"));
        let digits = |text: &str| !text.is_empty() && text.bytes().all(|c| c.is_ascii_digit());
        if !digits(seconds) || !digits(part) || part.len() > 6 {
            return None;
        }
        let seconds: u64 = seconds.parse().ok()?;
        let part: u64 = format!("{part:0<6}").parse().ok()?;
        // From 2001 to 2100: there was no Slack before, and there are no messages of tomorrow.
        (1_000_000_000..4_102_444_800).contains(&seconds).then_some(Ts(seconds * 1_000_000 + part))
    }

    pub(super) fn date(self) -> UtcDate {
        UtcDate::from_ms((self.0 / 1000) as i64)
    }

    /// As Slack writes it.
    pub(super) fn name(self) -> String {
        format!("{}.{:06}", self.0 / 1_000_000, self.0 % 1_000_000)
    }
}

/// Who wrote.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) enum Who {
    /// A user, by the id.
    User(String),
    /// A program, by its id and the name that it gave itself.
    Bot(String, String),
}

/// A file that was attached.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Attached {
    pub(super) id: String,
    pub(super) name: String,
    pub(super) media_type: String,
    pub(super) size: Option<u64>,
}

/// A message.
#[derive(Debug)]
pub(super) struct Message {
    pub(super) ts: Ts,
    /// The message whose thread it is in, if that is another one.
    pub(super) replies_to: Option<Ts>,
    /// Others reply to it.
    pub(super) has_replies: bool,
    pub(super) who: Who,
    /// How a user is called who may stand in no list.
    pub(super) called: Option<String>,
    /// In mrkdwn.
    pub(super) text: String,
    pub(super) files: Vec<Attached>,
    /// Emoji by Slack's name, and who gave them.
    pub(super) reactions: Vec<(String, Vec<String>)>,
    pub(super) edited: Option<UtcDate>,
}

/// What a record comes to.
pub(super) enum Read {
    Message(Box<Message>),
    /// Nothing that somebody said; what it is instead.
    LeftOut(&'static str),
}

/// What Slack itself noted in a channel.
const NOTES: &[(&str, &str)] = &[
    ("channel_join", "joins and leaves"),
    ("channel_leave", "joins and leaves"),
    ("group_join", "joins and leaves"),
    ("group_leave", "joins and leaves"),
    ("channel_topic", "changes of name, topic and purpose"),
    ("channel_purpose", "changes of name, topic and purpose"),
    ("channel_name", "changes of name, topic and purpose"),
    ("group_topic", "changes of name, topic and purpose"),
    ("group_purpose", "changes of name, topic and purpose"),
    ("group_name", "changes of name, topic and purpose"),
    ("channel_archive", "archived and opened again"),
    ("channel_unarchive", "archived and opened again"),
    ("group_archive", "archived and opened again"),
    ("group_unarchive", "archived and opened again"),
    ("channel_convert_to_private", "archived and opened again"),
    ("channel_posting_permissions", "changes of settings"),
    ("bot_add", "programs that were added"),
    ("bot_remove", "programs that were added"),
    ("app_conversation_join", "programs that were added"),
    ("bot_enable", "programs that were added"),
    ("bot_disable", "programs that were added"),
    ("pinned_item", "pins"),
    ("unpinned_item", "pins"),
    ("reminder_add", "reminders"),
    ("huddle_thread", "calls"),
    ("sh_room_created", "calls"),
    ("tombstone", "deleted messages"),
    ("message_deleted", "deleted messages"),
    ("message_changed", "earlier versions"),
    ("message_replied", "notes of replies"),
    ("ekm_access_denied", "messages that Slack did not hand out"),
];

/// Reads a record.
///
/// # Errors
/// Why it can't be taken.
pub(super) fn read(record: &Value) -> Result<Read, String> {
    if !record.is_object() {
        return Err("it is no object".into());
    }
    let ts = match &record["ts"] {
        Value::Null => return Err("it has no time (ts)".into()),
        Value::String(text) => {
            Ts::read(text).ok_or_else(|| format!("its time (ts) is {:?}, which is none", cut(text)))?
        }
        other => return Err(format!("its time (ts) is {}, not a text", cut(&other.to_string()))),
    };
    let subtype = text(record, "subtype").unwrap_or("");
    if let Some((_, what)) = NOTES.iter().find(|(name, _)| *name == subtype) {
        return Ok(Read::LeftOut(what));
    }
    if record["hidden"] == true {
        return Ok(Read::LeftOut("what Slack does not show"));
    }
    let words = match &record["text"] {
        Value::Null => "",
        Value::String(text) => text,
        other => return Err(format!("its text is {}, not a text", kind_of(other))),
    };
    let words = blocks::whole_text(record, words);
    let words = if subtype == "me_message" { format!("_{}_", words.trim()) } else { words };
    let files = files(record);
    if words.trim().is_empty() && files.is_empty() {
        return Ok(Read::LeftOut("empty messages"));
    }
    let thread = text(record, "thread_ts").and_then(Ts::read);
    let called = ["real_name", "display_name", "name"].iter().find_map(|name| text(&record["user_profile"], name));
    Ok(Read::Message(Box::new(Message {
        ts,
        replies_to: thread.filter(|thread| *thread != ts),
        has_replies: record["reply_count"].as_u64().unwrap_or(0) > 0,
        who: who(record, subtype),
        called: called.map(str::to_string),
        text: words,
        files,
        reactions: reactions(record),
        edited: text(&record["edited"], "ts").and_then(Ts::read).map(Ts::date),
    })))
}

fn who(record: &Value, subtype: &str) -> Who {
    let user = text(record, "user").or_else(|| text(&record["comment"], "user"));
    let bot = text(record, "bot_id");
    let named = text(record, "username").or_else(|| text(&record["bot_profile"], "name"));
    match (user, bot) {
        (Some(user), _) if subtype != "bot_message" || named.is_none() => Who::User(user.to_string()),
        (_, Some(bot)) => Who::Bot(bot.to_string(), named.unwrap_or("Bot").to_string()),
        (_, None) => Who::Bot(String::new(), named.unwrap_or("Unknown sender").to_string()),
    }
}

fn files(record: &Value) -> Vec<Attached> {
    let many = record["files"].as_array().map_or(&[][..], Vec::as_slice);
    let one = Some(&record["file"]).filter(|file| file.is_object() && many.is_empty());
    many.iter()
        .chain(one)
        // What was deleted, or lies with somebody else, is no file of the workspace.
        .filter(|file| file.is_object() && !matches!(text(file, "mode"), Some("tombstone" | "hidden_by_limit")))
        .map(|file| {
            let id = text(file, "id").unwrap_or("");
            let name = ["name", "title"].iter().find_map(|name| text(file, name)).unwrap_or(id);
            let media_type = text(file, "mimetype").unwrap_or("application/octet-stream");
            Attached { id: id.into(), name: name.into(), media_type: media_type.into(), size: file["size"].as_u64() }
        })
        .collect()
}

fn reactions(record: &Value) -> Vec<(String, Vec<String>)> {
    let list = record["reactions"].as_array().map_or(&[][..], Vec::as_slice);
    let one = |reaction: &Value| {
        let users = reaction["users"].as_array()?.iter().filter_map(Value::as_str).map(str::to_string).collect();
        Some((text(reaction, "name")?.to_string(), users))
    };
    list.iter().filter_map(one).collect()
}

/// A property that is a text with something in it.
pub(super) fn text<'a>(of: &'a Value, name: &str) -> Option<&'a str> {
    of.get(name).and_then(Value::as_str).filter(|text| !text.trim().is_empty())
}

fn cut(text: &str) -> &str {
    &text[..text.floor_char_boundary(60)]
}

fn kind_of(value: &Value) -> &'static str {
    match value {
        Value::Null => "nothing",
        Value::Bool(_) => "true or false",
        Value::Number(_) => "a number",
        Value::String(_) => "a text",
        Value::Array(_) => "a list",
        Value::Object(_) => "an object",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn message(record: &Value) -> Message {
        match read(record) {
            Ok(Read::Message(message)) => *message,
            Ok(Read::LeftOut(what)) => panic!("left out: {what}"),
            Err(why) => panic!("{why}"),
        }
    }

    #[test]
    fn a_time_is_exact_and_within_reason() {
        assert_eq!(Ts::read("1452988821.000002").unwrap().name(), "1452988821.000002");
        assert_eq!(Ts::read("1452988821").unwrap().date().to_string(), "2016-01-17T00:00:21Z");
        for bad in ["", "0", "-1.0", "1452988821.0000021", "99999999999.0", "145298882l.0", "1e9", "1452988821."] {
            assert_eq!(Ts::read(bad), None, "{bad}");
        }
    }

    #[test]
    fn a_bad_record_says_what_is_wrong_with_it() {
        let why = |record: Value| read(&record).err().unwrap();
        assert_eq!(why(json!("text")), "it is no object");
        assert_eq!(why(json!({ "text": "x" })), "it has no time (ts)");
        assert_eq!(why(json!({ "ts": "yesterday" })), "its time (ts) is \"yesterday\", which is none");
        assert_eq!(why(json!({ "ts": 1452988821 })), "its time (ts) is 1452988821, not a text");
        assert_eq!(why(json!({ "ts": "1452988821.0", "text": ["x"] })), "its text is a list, not a text");
        // Parts of a wrong shape are left out, and the rest comes in.
        let odd = json!({ "ts": "1452988821.0", "text": "x", "files": 3, "reactions": [1, {}], "edited": "no", "thread_ts": 7 });
        let odd = message(&odd);
        assert_eq!((odd.files.len(), odd.reactions.len(), odd.edited, odd.replies_to), (0, 0, None, None));
    }

    #[test]
    fn who_wrote_is_a_user_or_a_program() {
        let base = json!({ "ts": "1452988821.0", "text": "x" });
        let with = |more: Value| {
            let mut record = base.clone();
            record.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
            message(&record).who
        };
        assert_eq!(with(json!({ "user": "U1" })), Who::User("U1".into()));
        assert_eq!(with(json!({ "user": "U1", "bot_id": "B1" })), Who::User("U1".into()));
        let github = Who::Bot("B1".into(), "github".into());
        assert_eq!(with(json!({ "subtype": "bot_message", "bot_id": "B1", "username": "github" })), github);
        assert_eq!(with(json!({})), Who::Bot(String::new(), "Unknown sender".into()));
    }

    #[test]
    fn what_slack_noted_itself_is_left_out() {
        let note = |subtype: &str| read(&json!({ "ts": "1452988821.0", "text": "x", "subtype": subtype }));
        assert!(matches!(note("channel_join"), Ok(Read::LeftOut("joins and leaves"))));
        assert!(matches!(note("thread_broadcast"), Ok(Read::Message(_))));
        assert_eq!(message(&json!({ "ts": "1452988821.0", "text": "waves", "subtype": "me_message" })).text, "_waves_");
    }
}
