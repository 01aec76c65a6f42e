//! A Slack export becomes Spaces, threads and posts: each channel a Space, each thread a thread, and what was said outside
//! of threads a thread for each day (docs/decisions/0025). First all of it is read and a preview made; only then is
//! anything written. A second run changes nothing.

mod blocks;
pub(crate) mod command;
mod emoji;
mod entry;
mod export;
mod intake;
mod message;
mod plan;
mod stream;
mod text;

use anyhow::Context;
use engine::{Engine, PersonInfo};
use jmap::Id;
use model::{Role, limits};
use serde_json::json;
use std::collections::HashMap;
use std::sync::Arc;

use super::Done;
use super::authors::{Author, Authors};
use super::cut;
use super::problems::Problems;
use super::source::{Source, Where};
use crate::orders::{News, Tell};
use entry::Directory;
use export::{Channel, Export, Sort};
use intake::Intake;
use message::Who;
use plan::Plan;
pub(crate) use plan::Preview;

/// Why a private channel is left out.
const NOBODY: &str = "nobody who was in it could read it here, so it is left out";

/// Reads an export and says what would be made of it; writes nothing.
///
/// # Errors
/// A sentence for the operator: it can't be read, or is no Slack export.
pub(crate) async fn preview(engine: &Engine, from: &Where, tell: &Tell) -> anyhow::Result<Preview> {
    let (plan, _) = look_through(from, tell).await?;
    plan.preview(engine).await
}

async fn look_through(from: &Where, tell: &Tell) -> anyhow::Result<(Plan, Source)> {
    let (from, tell) = (from.clone(), tell.clone());
    let work = move || -> anyhow::Result<_> {
        let mut problems = Problems::default();
        let (export, mut source) = Export::open(&from, &mut problems)?;
        let plan = Plan::of(export, &mut source, problems, &|done, of| {
            // Nobody listening is no reason to stop.
            let _ = tell.send(News::Progress { what: "Reading channels".into(), done, of });
        });
        Ok((plan, source))
    };
    tokio::task::spawn_blocking(work).await?
}

/// Brings in a whole export.
///
/// # Errors
/// As [`preview`]; or where it stopped: the store fails, or nobody listens to the news any more. What was brought in until
/// then stays, and a second run goes on from there.
pub(crate) async fn run(engine: &Engine, from: &Where, tell: &Tell) -> anyhow::Result<Done> {
    let (mut plan, source) = look_through(from, tell).await?;
    let mut done = Done { left_out: std::mem::take(&mut plan.left_out), ..Done::default() };
    done.problems.extend(std::mem::take(&mut plan.problems));
    let by = engine::operator();
    let mut authors = Authors::default();
    let all: Vec<Author> = plan.authors.values().cloned().collect();
    done.people = authors.make(engine, &by, &all).await.context("the people can't be made")?;
    let people = engine.people().await?;
    let admin = people.iter().find(|person| person.role == Role::Admin && person.deactivated_at.is_none());
    let admin = admin.map(|person| person.id);
    let people: HashMap<Id, PersonInfo> = people.into_iter().map(|person| (person.id, person)).collect();
    let mut persons = HashMap::new();
    for (who, author) in &plan.authors {
        if let Some(id) = authors.id(author) {
            let name = people.get(&id).map_or(author.name.clone(), |person| person.name.clone());
            persons.insert(who.clone(), (id, name));
        }
    }
    let mut directory = Directory { workspace: engine.workspace(), persons, spaces: HashMap::new() };
    let mut made = Vec::new();
    for (at, channel) in plan.export.channels.iter().enumerate() {
        if plan.shapes[at].present.is_empty() && channel.sort == Sort::Direct {
            continue;
        }
        match make_space(engine, &plan, channel, &directory, (&people, admin)).await? {
            Ok((space, new)) => {
                done.spaces += u64::from(new);
                made.push((at, space));
                directory.spaces.insert(channel.id.clone(), (space, channel.sort == Sort::Public));
            }
            Err(why) => done.problems.add(&channel.shown(), &why),
        }
    }
    let total = made.iter().map(|(at, _)| plan.shapes[*at].present.len() as u64).sum();
    let archived: Vec<Id> =
        made.iter().filter(|(at, _)| plan.export.channels[*at].archived).map(|(_, space)| *space).collect();
    let (stream, reading) = stream::start(plan, source, Arc::new(directory), made);
    let files = from.open()?;
    let mut intake = Intake::new(engine, by, authors, files, done);
    intake.take_all(stream, total, tell).await?;
    reading.await.context("the reader of the export broke; please report it")?;
    for space in archived {
        // Also where an earlier run did not come so far; what somebody has changed here since stays as it is.
        if engine.is_as_made(space, &model::space::SPACE, space).await? {
            archive(engine, space).await?;
        }
    }
    Ok(intake.done())
}

/// Makes the Space of a channel, if it is not there; the inner error is why this channel can't have one.
async fn make_space(
    engine: &Engine,
    plan: &Plan,
    channel: &Channel,
    directory: &Directory,
    (people, admin): (&HashMap<Id, PersonInfo>, Option<Id>),
) -> anyhow::Result<Result<(Id, bool), String>> {
    let persons = plan.persons(channel, |who| directory.persons.get(who).map(|(id, _)| *id));
    let id = plan::space_id(engine, channel, &persons);
    let mut members: Vec<(Id, Role)> = persons.iter().map(|id| (*id, Role::Member)).collect();
    let props = if id.letter() == b'd' {
        json!({ "kind": "direct", "persons": persons })
    } else {
        // Who is out by now is named by what he wrote, and joins nothing.
        let active = |id: &Id| people.get(id).is_some_and(|person| person.deactivated_at.is_none());
        members.retain(|(id, _)| active(id));
        let Some(founder) = founder(channel, directory, people, admin, &members) else {
            return Ok(Err(NOBODY.into()));
        };
        members.retain(|(id, _)| *id != founder);
        members.insert(0, (founder, Role::Admin));
        let open = channel.sort == Sort::Public;
        let name = match channel.sort {
            Sort::Direct => names(&persons, people),
            _ => channel.name.clone(),
        };
        let desk = entry::Desk {
            directory: Arc::new(Directory::empty(directory.workspace)),
            channel: channel.clone(),
            space: id,
        };
        let purpose = text::markdown(&channel.purpose, &desk, &mut Vec::new());
        json!({
            "name": line(&name),
            "purpose": cut(&purpose, 4096),
            "whoMayJoin": if open { "members" } else { "invited" },
        })
    };
    let founded = engine.found_space(id, props, &members).await;
    founded.map(|new| Ok((id, new))).with_context(|| format!("{} can't become a Space", channel.shown()))
}

/// Who becomes the admin of a Space: somebody who can sign in, if there is one; for an open one an admin of the workspace
/// before a placeholder.
fn founder(
    channel: &Channel,
    directory: &Directory,
    people: &HashMap<Id, PersonInfo>,
    admin: Option<Id>,
    members: &[(Id, Role)],
) -> Option<Id> {
    let creator = channel.creator.as_ref().and_then(|user| directory.persons.get(&Who::User(user.clone())));
    let creator = creator.map(|(id, _)| *id).filter(|id| members.iter().any(|(member, _)| member == id));
    let able: Vec<&PersonInfo> = creator
        .into_iter()
        .chain(members.iter().map(|(id, _)| *id))
        .filter_map(|id| people.get(&id))
        .filter(|person| person.role.at_least(Role::Member))
        .collect();
    let admin = admin.filter(|_| channel.sort == Sort::Public);
    let real = able.iter().find(|person| !person.placeholder).map(|person| person.id);
    real.or(admin).or(able.first().map(|person| person.id))
}

fn names(persons: &[Id], people: &HashMap<Id, PersonInfo>) -> String {
    persons.iter().filter_map(|id| people.get(id)).map(|person| person.name.as_str()).collect::<Vec<_>>().join(", ")
}

fn line(text: &str) -> String {
    cut(&text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect::<String>(), limits::MAX_TITLE)
}

async fn archive(engine: &Engine, space: Id) -> anyhow::Result<()> {
    let patch = json!({ "accountId": space, "update": { space.to_string(): { "archivedAt": engine.clock().now() } } });
    super::call(engine, &engine::operator(), vec![("Space/set", patch)]).await.map(drop)
}
