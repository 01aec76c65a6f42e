//! A message made ready for its Space, still without its files: in Markdown, with its place in a thread.

use jmap::Id;
use model::{limits, plain};
use serde_json::{Map, Value, json};
use std::collections::HashMap;
use std::sync::Arc;

use super::emoji;
use super::export::Channel;
use super::message::{Attached, Message, Ts, Who};
use super::text::{self, Known};
use crate::import::{cut, derived};

/// Bytes of a title that is made of first words.
const TITLE: usize = 80;
/// Kept free in a text for what is said of files.
const NOTES: usize = 8 * 1024;

/// A message made ready.
pub(super) struct Entry {
    /// Where it lay.
    pub(super) place: String,
    pub(super) space: Id,
    pub(super) id: Id,
    /// What it may hang below, the best first; where none of these is there it opens a thread.
    pub(super) below: Vec<Id>,
    /// The title, if it opens a thread.
    pub(super) title: String,
    pub(super) text: String,
    /// What was too long for the text.
    pub(super) rest: Option<String>,
    pub(super) files: Vec<(Attached, Option<String>)>,
    /// Everybody who is named by it.
    pub(super) persons: Vec<Id>,
    props: Map<String, Value>,
}

impl Entry {
    /// The properties it is created with.
    pub(super) fn props(&self, parent: Option<Id>, blobs: Vec<Value>) -> Map<String, Value> {
        let mut props = self.props.clone();
        props.insert("text".into(), json!(self.text));
        props.insert("blobs".into(), json!(blobs));
        match parent {
            Some(parent) => {
                props.insert("kind".into(), json!("post"));
                props.insert("parentId".into(), json!(parent));
            }
            None => {
                props.insert("kind".into(), json!("topic"));
                props.insert("title".into(), json!(self.title));
            }
        }
        props
    }
}

/// Who is who and what is where, for the whole import.
pub(super) struct Directory {
    pub(super) workspace: Id,
    /// Persons by what Slack calls them.
    pub(super) persons: HashMap<Who, (Id, String)>,
    /// Spaces by channel, and whether everybody may know of them.
    pub(super) spaces: HashMap<String, (Id, bool)>,
}

impl Directory {
    /// In which nobody is known yet.
    pub(super) fn empty(workspace: Id) -> Directory {
        Directory { workspace, persons: HashMap::new(), spaces: HashMap::new() }
    }
}

/// One channel in it.
pub(super) struct Desk {
    pub(super) directory: Arc<Directory>,
    pub(super) channel: Channel,
    pub(super) space: Id,
}

impl Known for Desk {
    fn person(&self, user: &str) -> Option<(Id, &str)> {
        let known = self.directory.persons.get(&Who::User(user.to_string()))?;
        Some((known.0, &known.1))
    }

    fn space(&self, channel: &str) -> Option<Id> {
        self.directory.spaces.get(channel).filter(|(_, open)| *open).map(|(space, _)| *space)
    }

    fn message(&self, channel: &str, ts: &str) -> Option<String> {
        let space = if channel == self.channel.id { Some(self.space) } else { self.space(channel) };
        Some(format!("/s/{}/i/{}", space?, item_id(self.directory.workspace, channel, Ts::read(ts)?)))
    }
}

/// The same message gets the same id, so that a second import changes nothing and what was deleted stays away.
pub(super) fn item_id(workspace: Id, channel: &str, ts: Ts) -> Id {
    derived(b'i', &format!("meanwhile slack {workspace} message {channel} {}", ts.name()))
}

impl Desk {
    pub(super) fn id(&self, ts: Ts) -> Id {
        item_id(self.directory.workspace, &self.channel.id, ts)
    }

    /// Makes a message ready. `day`: the title of a thread that holds a day; else first words are the title.
    pub(super) fn entry(
        &self,
        message: Message,
        place: String,
        below: Vec<Ts>,
        day: Option<&str>,
        find: impl Fn(&Attached) -> Option<String>,
    ) -> Option<Entry> {
        let author = self.directory.persons.get(&message.who)?.0;
        let room = limits::MAX_TEXT - NOTES;
        // What is far too long is cut before it is looked at.
        let (words, rest) = mail::fit(&message.text, room);
        let mut mentions = Vec::new();
        let (mut text, over) = mail::fit(&text::markdown(&words, self, &mut mentions), room);
        let rest = match (over, rest) {
            (Some(over), rest) => Some(over + &rest.unwrap_or_default()),
            (None, rest) => rest,
        };
        let reactions = self.reactions(&message);
        let mut files: Vec<_> = message.files.into_iter().map(|file| (find(&file), file)).collect();
        let most = limits::MAX_BLOBS - usize::from(rest.is_some());
        let lost = files.len().saturating_sub(most);
        files.truncate(most);
        for (_, file) in files.iter().filter(|(at, _)| at.is_none()) {
            note(&mut text, &not_there(file));
        }
        if lost > 0 {
            note(&mut text, &format!("*({lost} more files of this message were left out.)*"));
        }
        let title = day.map_or_else(|| title(&text, &files), str::to_string);
        let mut persons: Vec<Id> = vec![author];
        persons.extend(&mentions);
        let reacting = reactions.values().filter_map(Value::as_object).flat_map(Map::keys);
        persons.extend(reacting.filter_map(|id| Id::parse(id).ok()));
        let mut props = Map::new();
        props.insert("origin".into(), json!("imported"));
        props.insert("createdBy".into(), json!(author));
        props.insert("createdAt".into(), json!(message.ts.date()));
        props.insert("mentions".into(), json!(mentions));
        props.insert("reactions".into(), Value::Object(reactions));
        if let Some(edited) = message.edited {
            props.insert("editedAt".into(), json!(edited));
        }
        Some(Entry {
            place,
            space: self.space,
            id: self.id(message.ts),
            below: below.into_iter().map(|ts| self.id(ts)).collect(),
            title,
            text,
            rest,
            files: files.into_iter().map(|(at, file)| (file, at)).collect(),
            persons,
            props,
        })
    }

    fn reactions(&self, message: &Message) -> Map<String, Value> {
        let mut out = Map::new();
        let mut count = 0;
        for (name, users) in &message.reactions {
            let emoji = cut(&emoji::reaction(name), 64);
            if out.len() >= 64 && !out.contains_key(&emoji) || emoji.chars().any(char::is_control) {
                continue;
            }
            let mut given = match out.remove(&emoji) {
                Some(Value::Object(given)) => given,
                _ => Map::new(),
            };
            for user in users {
                if let Some((id, _)) = self.directory.persons.get(&Who::User(user.clone()))
                    && count < limits::MAX_REACTIONS
                    && given.insert(id.to_string(), Value::Bool(true)).is_none()
                {
                    count += 1;
                }
            }
            if !given.is_empty() {
                out.insert(emoji, Value::Object(given));
            }
        }
        out
    }
}

/// `15 January 2016`, of the file `general/2016-01-15.json`.
pub(super) fn day_title(file: &str) -> String {
    const MONTHS: [&str; 12] = [
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ];
    let day = file.rsplit('/').next().unwrap_or(file).trim_end_matches(".json");
    let mut parts = day.split('-').map(|part| part.parse::<usize>().unwrap_or(0));
    let (year, month, day) = (parts.next().unwrap_or(0), parts.next().unwrap_or(0), parts.next().unwrap_or(0));
    format!("{day} {} {year}", MONTHS.get(month.wrapping_sub(1)).unwrap_or(&""))
}

fn title(text: &str, files: &[(Option<String>, Attached)]) -> String {
    let line = text.lines().map(|line| plain::plain(line, TITLE)).find(|line| !line.trim().is_empty());
    let named = || files.first().map(|(_, file)| cut(&file.name, TITLE)).filter(|name| !name.is_empty());
    line.or_else(named).unwrap_or_else(|| "(no words)".into())
}

fn note(text: &mut String, line: &str) {
    // There is room for some hundred of them.
    if text.len() + line.len() + 2 <= limits::MAX_TEXT {
        if !text.is_empty() {
            text.push_str("\n\n");
        }
        text.push_str(line);
    }
}

fn not_there(file: &Attached) -> String {
    let name: String = cut(&file.name, 60).chars().filter(|c| !c.is_control()).collect();
    let size = match file.size {
        Some(size) if size >= 1_000_000 => format!(", {}.{} MB", size / 1_000_000, size % 1_000_000 / 100_000),
        Some(size) if size >= 1000 => format!(", {} kB", size / 1000),
        Some(size) => format!(", {size} bytes"),
        None => String::new(),
    };
    format!("*(The file {}{size} was not in the export.)*", text::escaped(&name))
}
