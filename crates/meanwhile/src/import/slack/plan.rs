//! What an import will make, found out by reading the whole export once, before anything is written.

use engine::{Engine, PersonInfo};
use jmap::Id;
use model::{Role, person, space};
use serde::{Deserialize, Serialize};

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use super::export::{Channel, Export, Sort, User, each};
use super::message::{Attached, Read, Ts, Who, read};
use crate::import::authors::Author;
use crate::import::problems::Problems;
use crate::import::source::{Names, Source};

/// Messages a second of a modest machine, for the guess at the duration.
const USUAL_PACE: u64 = 1500;

/// What an import will make, as people read it.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Preview {
    pub(crate) spaces: Vec<SpacePreview>,
    /// Authors and members whom the workspace knows by their address.
    pub(crate) known: u64,
    /// Those who are in it from an import before.
    pub(crate) imported_before: u64,
    /// Placeholders to be made.
    pub(crate) placeholders: u64,
    pub(crate) messages: u64,
    pub(crate) threads: u64,
    pub(crate) files: u64,
    /// Files of which the export has only the names.
    pub(crate) files_missing: u64,
    /// What is left out, and how often.
    pub(crate) left_out: BTreeMap<String, u64>,
    pub(crate) problems: Problems,
    /// About so long.
    pub(crate) seconds: u64,
}

/// One Space of it.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct SpacePreview {
    pub(crate) id: Id,
    /// The channel's name, or those of the persons of a conversation.
    pub(crate) name: String,
    /// `open`, `private` or `direct`.
    pub(crate) sort: String,
    pub(crate) members: u64,
    pub(crate) messages: u64,
    /// Made by an import before; what is new is added.
    pub(crate) there: bool,
}

/// What the run has to know of a channel.
#[derive(Default)]
pub(super) struct Shape {
    /// All messages that come in, in order of time.
    pub(super) present: Vec<Ts>,
    /// Messages to which others reply.
    pub(super) roots: HashSet<Ts>,
    /// How many messages outside of threads a day's file has.
    pub(super) singles: HashMap<String, u32>,
    /// Files that the export has.
    pub(super) files: u64,
    pub(super) files_missing: u64,
}

/// Everything about an export, without its texts.
pub(super) struct Plan {
    pub(super) export: Export,
    /// By the place of the channel.
    pub(super) shapes: Vec<Shape>,
    /// Everybody who is named, by how Slack names him.
    pub(super) authors: HashMap<Who, Author>,
    pub(super) left_out: BTreeMap<String, u64>,
    pub(super) problems: Problems,
}

impl Plan {
    /// Reads all of it.
    pub(super) fn of(export: Export, source: &mut Source, problems: Problems, tell: &dyn Fn(u64, u64)) -> Plan {
        let count = export.channels.len();
        let mut plan =
            Plan { export, shapes: Vec::new(), authors: HashMap::new(), left_out: BTreeMap::new(), problems };
        for at in 0..count {
            tell(at as u64, count as u64);
            let channel = plan.export.channels[at].clone();
            let shape = plan.look_through(&channel, source);
            plan.shapes.push(shape);
        }
        tell(count as u64, count as u64);
        plan
    }

    fn look_through(&mut self, channel: &Channel, source: &mut Source) -> Shape {
        let Plan { export, authors, left_out, problems, .. } = self;
        let mut cast = Cast { users: &export.users, authors };
        let mut shape = Shape::default();
        let names = source.names();
        for user in channel.members.iter().chain(&channel.creator) {
            cast.meet(&Who::User(user.clone()), None);
        }
        for day in &channel.days {
            let mut alone = 0;
            each(source, day, problems, &mut |record| {
                let message = match read(record)? {
                    Read::LeftOut(what) => {
                        *left_out.entry(what.to_string()).or_default() += 1;
                        return Ok(());
                    }
                    Read::Message(message) => message,
                };
                cast.meet(&message.who, message.called.as_deref());
                let reacting = message.reactions.iter().flat_map(|(_, users)| users).map(String::as_str);
                for user in reacting.chain(super::text::named(&message.text)) {
                    cast.meet_known(user);
                }
                match message.replies_to {
                    Some(root) => drop(shape.roots.insert(root)),
                    None if message.has_replies => drop(shape.roots.insert(message.ts)),
                    None => alone += 1,
                }
                shape.present.push(message.ts);
                for file in &message.files {
                    match where_is(file, channel, &names) {
                        Some(_) => shape.files += 1,
                        None => shape.files_missing += 1,
                    }
                }
                Ok(())
            });
            shape.singles.insert(day.clone(), alone);
        }
        shape.present.sort_unstable();
        shape.present.dedup();
        shape
    }

    /// What of it is there already, and what would be new.
    pub(super) async fn preview(&self, engine: &Engine) -> anyhow::Result<Preview> {
        let people = engine.people().await?;
        let by_email: HashMap<String, &PersonInfo> =
            people.iter().filter_map(|person| Some((person::email_key(person.email.as_deref()?)?, person))).collect();
        let by_id: HashMap<Id, &PersonInfo> = people.iter().map(|person| (person.id, person)).collect();
        let mut preview =
            Preview { left_out: self.left_out.clone(), problems: self.problems.clone(), ..Preview::default() };
        let distinct: BTreeSet<&Author> = self.authors.values().collect();
        for author in distinct {
            let found = author
                .email_key()
                .and_then(|key| by_email.get(&key))
                .or_else(|| by_id.get(&author.placeholder_id(engine)));
            match found {
                Some(person) if person.placeholder => preview.imported_before += 1,
                Some(_) => preview.known += 1,
                None => preview.placeholders += 1,
            }
        }
        let ids: HashMap<&Who, Id> = self
            .authors
            .iter()
            .map(|(who, author)| {
                let found = author.email_key().and_then(|key| by_email.get(&key).map(|person| person.id));
                (who, found.unwrap_or_else(|| author.placeholder_id(engine)))
            })
            .collect();
        for (channel, shape) in self.export.channels.iter().zip(&self.shapes) {
            if shape.present.is_empty() && channel.sort == Sort::Direct {
                continue;
            }
            let reads = |user: &String| self.export.users.get(user).is_some_and(|user| user.member);
            if channel.sort == Sort::Private && !channel.members.iter().any(reads) {
                preview.problems.add(&channel.shown(), super::NOBODY);
                continue;
            }
            let persons = self.persons(channel, |who| ids.get(who).copied());
            let id = space_id(engine, channel, &persons);
            let names = || {
                let all = channel.members.iter().filter_map(|user| self.authors.get(&Who::User(user.clone())));
                all.map(|author| author.name.clone()).collect::<Vec<_>>().join(", ")
            };
            preview.spaces.push(SpacePreview {
                id,
                name: if channel.sort == Sort::Direct { names() } else { channel.name.clone() },
                sort: match channel.sort {
                    Sort::Public => "open",
                    Sort::Direct if id.letter() == b'd' => "direct",
                    _ => "private",
                }
                .into(),
                members: persons.len() as u64,
                messages: shape.present.len() as u64,
                there: engine.has_space(id).await?,
            });
            preview.messages += shape.present.len() as u64;
            preview.threads +=
                shape.roots.len() as u64 + shape.singles.values().filter(|count| **count > 0).count() as u64;
            preview.files += shape.files;
            preview.files_missing += shape.files_missing;
        }
        preview.seconds = preview.messages.div_ceil(USUAL_PACE);
        Ok(preview)
    }

    /// The persons of a conversation, or the members of a channel who may come in: each once, in order.
    pub(super) fn persons(&self, channel: &Channel, id: impl Fn(&Who) -> Option<Id>) -> Vec<Id> {
        let mut out = Vec::new();
        for user in &channel.members {
            let living = self.export.users.get(user).is_some_and(|user| user.living);
            if let Some(id) = id(&Who::User(user.clone())).filter(|_| living || channel.sort == Sort::Direct)
                && !out.contains(&id)
            {
                out.push(id);
            }
        }
        out
    }
}

/// Who appears in an export.
struct Cast<'a> {
    users: &'a HashMap<String, User>,
    authors: &'a mut HashMap<Who, Author>,
}

impl Cast<'_> {
    /// Somebody who is in the list of users.
    fn meet_known(&mut self, user: &str) {
        if self.users.contains_key(user) {
            self.meet(&Who::User(user.to_string()), None);
        }
    }

    /// Somebody wrote, or is a member: who that is for the workspace.
    fn meet(&mut self, who: &Who, called: Option<&str>) {
        if self.authors.contains_key(who) {
            return;
        }
        let author = match who {
            Who::User(id) => match self.users.get(id) {
                Some(user) => {
                    let role = if user.member { Role::Member } else { Role::Guest };
                    Author::known(&format!("slack user {id}"), &user.name, user.email.as_deref(), role)
                }
                None => {
                    let name = match (called, id.as_str()) {
                        (Some(called), _) => called.to_string(),
                        (None, "USLACKBOT") => "Slackbot".to_string(),
                        (None, id) => format!("Slack user {id}"),
                    };
                    Author::known(&format!("slack user {id}"), &name, None, Role::Guest)
                }
            },
            Who::Bot(id, name) => Author::known(&format!("slack bot {id} {name}"), name, None, Role::Guest),
        };
        self.authors.insert(who.clone(), author);
    }
}

/// The Space of a channel; that of a conversation follows from its persons.
pub(super) fn space_id(engine: &Engine, channel: &Channel, persons: &[Id]) -> Id {
    let fits = (1..=model::limits::MAX_DIRECT).contains(&persons.len());
    if channel.sort == Sort::Direct && fits {
        return space::direct_id(engine.workspace(), persons);
    }
    crate::import::derived(b's', &format!("meanwhile slack {} channel {}", engine.workspace(), channel.id))
}

/// Where the content of a file lies, if the export has it: as programs that save exports put it beside the messages.
pub(super) fn where_is(file: &Attached, channel: &Channel, names: &Names) -> Option<String> {
    if file.id.is_empty() {
        return None;
    }
    let (id, name) = (&file.id, &file.name);
    let mut places =
        vec![format!("__uploads/{id}/{name}"), format!("uploads/{id}/{name}"), format!("files/{id}/{name}")];
    for folder in [&channel.name, &channel.id] {
        places.push(format!("{folder}/attachments/{id}-{name}"));
        places.push(format!("{folder}/{id}-{name}"));
        places.push(format!("{folder}/files/{id}-{name}"));
    }
    if let Some(found) = places.into_iter().find(|place| names.has(place)) {
        return Some(found);
    }
    // Under whatever name, alone in a folder of its own.
    let folder = format!("__uploads/{id}/");
    names.beginning(&folder).next().map(str::to_string)
}
