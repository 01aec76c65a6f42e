//! What an export says of itself: its users, its channels and conversations, and which files hold their days.

use model::person;
use serde_json::Value;
use std::collections::{BTreeMap, HashMap, HashSet};
use std::ops::ControlFlow;

use super::message::text;
use crate::import::elements;
use crate::import::problems::Problems;
use crate::import::source::{Names, Source, Where};

/// Bytes of one JSON file of an export.
pub(super) const MAX_JSON: u64 = 2 * 1024 * 1024 * 1024;

/// A user of the Slack workspace.
#[derive(Clone, Debug)]
pub(super) struct User {
    pub(super) name: String,
    pub(super) email: Option<String>,
    /// A full member: not deleted, no guest, no program.
    pub(super) member: bool,
    /// May come into channels again: not deleted, no program.
    pub(super) living: bool,
}

/// Who may know of a channel.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Sort {
    Public,
    Private,
    /// Between named persons.
    Direct,
}

/// A channel, a private one, or a conversation.
#[derive(Clone, Debug)]
pub(super) struct Channel {
    pub(super) id: String,
    pub(super) name: String,
    pub(super) sort: Sort,
    pub(super) members: Vec<String>,
    pub(super) creator: Option<String>,
    pub(super) purpose: String,
    pub(super) archived: bool,
    /// Its files, in order of the days.
    pub(super) days: Vec<String>,
}

impl Channel {
    /// As people call it.
    pub(super) fn shown(&self) -> String {
        match self.sort {
            Sort::Direct => format!("the conversation {}", self.id),
            _ => format!("#{}", self.name),
        }
    }
}

/// An export, without its messages.
pub(super) struct Export {
    pub(super) users: HashMap<String, User>,
    pub(super) channels: Vec<Channel>,
}

/// The lists of an export, and what is in them.
const LISTS: &[(&str, Sort)] = &[
    ("channels.json", Sort::Public),
    ("groups.json", Sort::Private),
    ("dms.json", Sort::Direct),
    ("mpims.json", Sort::Direct),
];

impl Export {
    /// Opens a zip file or folder.
    pub(super) fn open(from: &Where, problems: &mut Problems) -> anyhow::Result<(Export, Source)> {
        let mut source = from.open()?;
        for refused in std::mem::take(&mut source.refused) {
            problems.add(&refused.place, &refused.why);
        }
        let lists: Vec<_> = LISTS.iter().filter(|(name, _)| source.names().has(name)).collect();
        if lists.is_empty() {
            anyhow::bail!(
                "it is no Slack export: it has neither channels.json nor groups.json, dms.json or mpims.json"
            );
        }
        let mut export = Export { users: HashMap::new(), channels: Vec::new() };
        each(&mut source, "users.json", problems, &mut |record| {
            let (id, user) = user(record)?;
            export.users.insert(id, user);
            Ok(())
        });
        export.tell_shared_addresses(problems);
        let mut seen = HashSet::new();
        let names = source.names();
        for (name, sort) in lists {
            let mut found = Vec::new();
            each(&mut source, name, problems, &mut |record| {
                let channel = channel(record, *sort)?;
                if !seen.insert(channel.id.clone()) {
                    return Err(format!("the id {} is there twice; the first one counts", channel.id));
                }
                found.push(channel);
                Ok(())
            });
            for mut channel in found {
                channel.days = days(&names, &channel);
                export.channels.push(channel);
            }
        }
        export.tell_strange_folders(&names, problems);
        Ok((export, source))
    }

    /// Two accounts of one person, or a mistake: an address is one person's here.
    fn tell_shared_addresses(&self, problems: &mut Problems) {
        let mut by_email: BTreeMap<String, Vec<&str>> = BTreeMap::new();
        for (id, user) in &self.users {
            if let Some(key) = user.email.as_deref().and_then(person::email_key) {
                by_email.entry(key).or_default().push(id);
            }
        }
        for (email, mut users) in by_email.into_iter().filter(|(_, users)| users.len() > 1) {
            users.sort_unstable();
            problems.add(
                "users.json",
                &format!("{} have the one address {email}, and become one person", users.join(" and ")),
            );
        }
    }

    /// Days of a channel that no list has: nobody could say who may read them.
    fn tell_strange_folders(&self, names: &Names, problems: &mut Problems) {
        let known: HashSet<&str> = self.channels.iter().flat_map(|c| [c.name.as_str(), c.id.as_str()]).collect();
        let mut told = HashSet::new();
        for name in names.beginning("") {
            if let Some((folder, file)) = name.split_once('/')
                && is_day(file)
                && !known.contains(folder)
                && told.insert(folder.to_string())
            {
                problems.add(folder, "no list of the export has this channel, so nobody knows who may read it");
            }
        }
    }
}

/// Does something with each record of a file that is a list; what can't be read is told.
pub(super) fn each(
    source: &mut Source,
    name: &str,
    problems: &mut Problems,
    take: &mut dyn FnMut(&Value) -> Result<(), String>,
) {
    if !source.names().has(name) {
        problems.add(name, "the export does not have this file");
        return;
    }
    let read = source.read(name, MAX_JSON).map_err(|error| error.to_string()).and_then(|from| {
        elements::of_array(from, &mut |index, record| {
            if let Err(why) = record.and_then(|record| take(&record)) {
                problems.add(&format!("{name}, record {index}"), &why);
            }
            ControlFlow::Continue(())
        })
    });
    if let Err(why) = read {
        problems.add(name, &why);
    }
}

fn user(record: &Value) -> Result<(String, User), String> {
    let id = text(record, "id").ok_or("a user without an id")?;
    let profile = &record["profile"];
    let names = [(record, "real_name"), (profile, "real_name"), (profile, "display_name"), (record, "name")];
    let name = names.iter().find_map(|(of, name)| text(of, name)).unwrap_or(id);
    let is = |what: &str| record[what] == true;
    let living = !is("deleted") && !is("is_bot") && id != "USLACKBOT";
    let guest = is("is_restricted") || is("is_ultra_restricted") || is("is_stranger");
    let email = text(profile, "email").map(str::to_string);
    Ok((id.to_string(), User { name: name.trim().to_string(), email, member: living && !guest, living }))
}

fn channel(record: &Value, sort: Sort) -> Result<Channel, String> {
    let id = text(record, "id").ok_or("a channel without an id")?;
    let name = text(record, "name").unwrap_or(id);
    let said = |what: &str| text(&record[what], "value").map(str::to_string);
    let members = record["members"].as_array().map_or(&[][..], Vec::as_slice);
    Ok(Channel {
        id: id.to_string(),
        name: name.to_string(),
        sort,
        members: members.iter().filter_map(Value::as_str).map(str::to_string).collect(),
        creator: text(record, "creator").map(str::to_string),
        purpose: said("purpose").or_else(|| said("topic")).unwrap_or_default(),
        archived: record["is_archived"] == true,
        days: Vec::new(),
    })
}

/// The files of a channel: in a folder by its name, or by its id.
fn days(names: &Names, channel: &Channel) -> Vec<String> {
    for folder in [&channel.name, &channel.id] {
        let prefix = format!("{folder}/");
        let days: Vec<String> =
            names.beginning(&prefix).filter(|name| is_day(&name[prefix.len()..])).map(str::to_string).collect();
        if !days.is_empty() {
            return days;
        }
    }
    Vec::new()
}

/// `2016-01-15.json`.
fn is_day(file: &str) -> bool {
    let shape = file.strip_suffix(".json").filter(|day| day.len() == 10 && day.is_ascii());
    shape.is_some_and(|day| jmap::UtcDate::parse(&format!("{day}T00:00:00Z")).is_some())
}
