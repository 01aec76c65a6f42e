//! What an operator orders at the machine, and how it is done. The server does it when it runs, the command line
//! itself when it does not: by this one piece of code.

use anyhow::{Context, anyhow, bail};
use engine::{Engine, LinkKind, operator};
use jmap::Id;
use model::{Caller, Role, Scopes, space};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::path::PathBuf;
use tokio::sync::mpsc;

use crate::{backup, doctor, export, import};

/// An order.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(tag = "order", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub(crate) enum Order {
    PersonAdd { name: String, email: String, admin: bool, guest: bool },
    PersonReset { person: String },
    PersonList,
    SpaceAdd { name: String, members: Vec<String>, open: bool },
    SpaceList,
    TokenNew { person: String, name: String, scopes: Vec<String>, days: Option<u32> },
    Import { space: String, by: Option<String>, total: u64 },
    SlackPreview { path: PathBuf },
    Slack { path: PathBuf },
    Bring { path: PathBuf },
    Export { to: PathBuf, space: Option<String>, person: Option<String> },
    Backup { to: PathBuf },
    Release,
    Check { all: bool },
}

/// What is told while an order is carried out.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) enum News {
    /// So much of so much.
    Progress { what: String, done: u64, of: u64 },
    /// A sentence.
    Said(String),
}

/// Where news go.
pub(crate) type Tell = mpsc::UnboundedSender<News>;

/// What orders work on.
#[derive(Clone)]
pub(crate) struct Workplace {
    pub(crate) engine: Engine,
    /// For links.
    pub(crate) url: String,
    pub(crate) data: PathBuf,
}

/// Carries an order out. `letters` are the messages of an import.
pub(crate) async fn run(
    at: &Workplace,
    order: Order,
    letters: Option<mpsc::Receiver<import::Letter>>,
    tell: &Tell,
) -> anyhow::Result<Value> {
    let engine = &at.engine;
    match order {
        Order::PersonAdd { name, email, admin, guest } => {
            let role = match (admin, guest) {
                (true, true) => bail!("a person is an admin or a guest, not both"),
                (true, false) => Role::Admin,
                (false, true) => Role::Guest,
                (false, false) => Role::Member,
            };
            let id = engine.add_person(&name, Some(&email), role).await?;
            let secret = engine.make_link(&operator(), LinkKind::Invitation, id).await?;
            Ok(json!({ "personId": id, "link": crate::link(&at.url, &secret) }))
        }
        Order::PersonReset { person } => {
            let id = find_person(engine, &person).await?;
            let secret = engine.make_link(&operator(), LinkKind::Reset, id).await?;
            Ok(json!({ "personId": id, "link": crate::link(&at.url, &secret) }))
        }
        Order::PersonList => {
            let people = engine.people().await?;
            let list = people.iter().map(|person| {
                json!({
                    "id": person.id,
                    "name": person.name,
                    "email": person.email,
                    "role": person.role.word(),
                    "placeholder": person.placeholder,
                    "deactivatedAt": person.deactivated_at,
                    "hasPassword": person.has_password,
                })
            });
            Ok(json!({ "list": list.collect::<Vec<_>>() }))
        }
        Order::SpaceAdd { name, members, open } => {
            let mut ids = Vec::new();
            for member in &members {
                ids.push(find_person(engine, member).await?);
            }
            if ids.is_empty() {
                let people = engine.people().await?;
                let admin = people.iter().find(|p| p.role == Role::Admin && p.deactivated_at.is_none());
                let admin = admin.context("there is no admin yet to own the Space; name its people with --member")?;
                ids.push(admin.id);
            }
            let id = engine.add_space(&name, &ids, open).await?;
            Ok(json!({ "spaceId": id }))
        }
        Order::SpaceList => Ok(json!({ "list": spaces(engine).await? })),
        Order::TokenNew { person, name, scopes, days } => {
            let id = find_person(engine, &person).await?;
            let scopes = Scopes::from_words(scopes.iter().map(String::as_str))
                .map_err(|word| anyhow!("{word:?} is no scope; there are read, write, admin, import"))?;
            let expires = days.map(|days| engine.clock().now().plus_ms(i64::from(days) * jmap::DAY_MS));
            let token = engine.new_token(&operator(), id, &name, scopes, expires).await?;
            Ok(json!({ "token": token }))
        }
        Order::Import { space, by, total } => {
            let space = find_space(engine, &space).await?;
            let by = match by {
                None => operator(),
                Some(person) => importer(engine, &person).await?,
            };
            let letters = letters.context("an import comes with its messages")?;
            let done = import::run(engine, by, space, letters, total, tell).await?;
            Ok(serde_json::to_value(done)?)
        }
        Order::SlackPreview { path } => {
            Ok(serde_json::to_value(import::slack::preview(engine, &import::Where::Path(path), tell).await?)?)
        }
        Order::Slack { path } => {
            Ok(serde_json::to_value(import::slack::run(engine, &import::Where::Path(path), tell).await?)?)
        }
        Order::Bring { path } => Ok(serde_json::to_value(import::meanwhile::run(engine, &path, tell).await?)?),
        Order::Export { to, space, person } => {
            let what = match (space, person) {
                (Some(_), Some(_)) => bail!("an export is of a Space or of a person, not of both"),
                (Some(space), None) => export::What::Space(find_space(engine, &space).await?),
                (None, Some(person)) => export::What::Person(find_person(engine, &person).await?),
                (None, None) => export::What::All,
            };
            export::run(engine, what, &to, tell).await
        }
        Order::Backup { to } => backup::make(at, &to, tell).await,
        Order::Release => {
            engine.release().await?;
            Ok(json!({ "released": true }))
        }
        Order::Check { all } => doctor::check(engine, all, tell).await,
    }
}

/// A person by address or id.
async fn find_person(engine: &Engine, person: &str) -> anyhow::Result<Id> {
    if let Ok(id) = Id::parse(person) {
        return Ok(id);
    }
    let found = engine.person_by_email(person).await?;
    found.with_context(|| format!("there is no person with the address {person}; see \"meanwhile person list\""))
}

/// As whom an import is done: an admin, with the right to set authors and dates.
async fn importer(engine: &Engine, person: &str) -> anyhow::Result<Caller> {
    let id = find_person(engine, person).await?;
    let people = engine.people().await?;
    let admin = people.iter().any(|p| p.id == id && p.role == Role::Admin && p.deactivated_at.is_none());
    if !admin {
        bail!("{person} is not an admin; only admins import, or the operator, if you leave --as out");
    }
    Ok(Caller { person: id, role: Role::Admin, scopes: Scopes::ALL })
}

/// A Space by name or id.
async fn find_space(engine: &Engine, space: &str) -> anyhow::Result<Id> {
    if let Ok(id) = Id::parse(space) {
        return Ok(id);
    }
    match engine.space_named(space).await?[..] {
        [id] => Ok(id),
        [] => bail!("there is no Space called {space:?}; make it with \"meanwhile space add --name {space:?}\""),
        ref several => {
            let ids: Vec<String> = several.iter().map(Id::to_string).collect();
            bail!("{} Spaces are called {space:?}; give the id of the one you mean: {}", ids.len(), ids.join(", "))
        }
    }
}

/// All team Spaces that have members, with how many.
async fn spaces(engine: &Engine) -> anyhow::Result<Vec<Value>> {
    const PAGE: u32 = 1000;
    let (tell, told) = tokio::sync::oneshot::channel();
    engine.store().read(Box::new(move |at| {
        let list = at.and_then(|at| {
            let (mut counts, mut after) = (BTreeMap::new(), String::new());
            loop {
                let page = at.keys("member", "", &after, PAGE)?;
                for (_, key) in &page {
                    *counts.entry((key.account, key.n)).or_insert(0u64) += 1;
                }
                match page.last() {
                    Some((last, _)) if page.len() == PAGE as usize => after.clone_from(last),
                    _ => break,
                }
            }
            let mut list = Vec::new();
            for ((id, n), members) in counts.into_iter().filter(|((id, _), _)| id.letter() == b's') {
                let Some(row) = at.get(n, space::SPACE.number, &[id], false)?.pop() else { continue };
                let head: Value = serde_json::from_str(&row.head).unwrap_or_default();
                list.push(json!({
                    "id": id,
                    "name": head["name"],
                    "whoMayJoin": head["whoMayJoin"],
                    "archivedAt": head["archivedAt"],
                    "members": members,
                }));
            }
            list.sort_by_key(|space| space["name"].as_str().unwrap_or("").to_lowercase());
            Ok(list)
        });
        // Whoever asked may have gone.
        let _ = tell.send(list);
    }));
    Ok(told.await.context("the database closed")??)
}
