//! An export of a Meanwhile comes in, here or elsewhere: the same ids, authors and dates, so that old links lead where
//! they led. Persons are known by their addresses; everybody else becomes a placeholder. What is there is left alone.

mod people;
mod space;

use anyhow::{Context, bail};
use engine::Engine;
use jmap::Id;
use parking_lot::Mutex;
use serde_json::{Value, json};
use std::collections::{HashMap, HashSet};
use std::io::Read;
use std::path::Path;
use std::sync::Arc;

use super::Done;
use super::authors::Authors;
use super::problems::Problems;
use super::source::{Source, Where};
use crate::export::{FORMAT, VERSION};
use crate::orders::{News, Tell};

/// Bytes of a file that is one JSON value.
const MAX_RECORD: u64 = 16 * 1024 * 1024;

/// What the parts of an import share.
pub(super) struct Arrival {
    pub(super) engine: Engine,
    /// For the lists of records.
    pub(super) lists: Arc<Mutex<Source>>,
    /// For the contents of files.
    pub(super) contents: Arc<Mutex<Source>>,
    pub(super) authors: Authors,
    /// Ids that are others here: of persons with an address that is known, and of conversations.
    pub(super) renamed: Arc<HashMap<String, String>>,
    /// All persons of the export, by their ids here.
    pub(super) persons: Arc<HashSet<Id>>,
    pub(super) done: Done,
}

/// Brings in an export.
///
/// # Errors
/// A sentence for the operator: it is no export, or of a later version; or where it stopped.
pub(crate) async fn run(engine: &Engine, path: &Path, tell: &Tell) -> anyhow::Result<Done> {
    let failed = || format!("{} can't be imported", path.display());
    let from = Where::Path(path.into());
    let mut source = from.open()?;
    let head = read_json(&mut source, "export.json").map_err(|why| anyhow::anyhow!("export.json: {why}"));
    let head = head.context("it is no export of a Meanwhile").with_context(failed)?;
    let version = head["version"].as_u64().unwrap_or(u64::MAX);
    if head["format"] != FORMAT || version > VERSION {
        bail!("{}: it is an export of a later version; this program reads version {VERSION}", path.display());
    }
    if head["of"] == "person" {
        bail!("{}: it holds one person's words, for that person to keep; exports of Spaces come in", path.display());
    }
    let mut problems = Problems::default();
    for refused in std::mem::take(&mut source.refused) {
        problems.add(&refused.place, &refused.why);
    }
    let mut arrival = Arrival {
        engine: engine.clone(),
        lists: Arc::new(Mutex::new(source)),
        contents: Arc::new(Mutex::new(from.open()?)),
        authors: Authors::default(),
        renamed: Arc::default(),
        persons: Arc::default(),
        done: Done { problems, ..Done::default() },
    };
    let people = arrival.bring_people().await.context("the people can't be brought in")?;
    let from = head["workspace"].as_str().and_then(|id| Id::parse(id).ok()).unwrap_or(engine.workspace());
    let folders = arrival.make_spaces(from).await?;
    let total = head["items"].as_u64().unwrap_or(0);
    let mut seen = 0;
    for folder in &folders {
        arrival
            .bring_items(folder, &mut seen, &|done| {
                let news = News::Progress { what: "Importing".into(), done, of: total };
                tell.send(news).is_ok()
            })
            .await?;
    }
    arrival.end(&folders, people).await?;
    Ok(arrival.done)
}

impl Arrival {
    /// What may only be so when all of it is there: archived Spaces and groups, and persons who are out; also where an
    /// earlier run did not come so far. What somebody has changed here since stays as it is.
    async fn end(&mut self, folders: &[space::Folder], people: people::Ended) -> anyhow::Result<()> {
        let workspace = self.engine.workspace();
        for folder in folders {
            let Some(at) = &folder.archived_at else { continue };
            if self.engine.is_as_made(folder.id, &model::space::SPACE, folder.id).await? {
                self.update("Space/set", folder.id, folder.id, json!({ "archivedAt": at })).await?;
            }
        }
        for (id, at) in people.archived {
            if self.engine.is_as_made(workspace, &model::person::GROUP, id).await? {
                self.update("Group/set", workspace, id, json!({ "archivedAt": at })).await?;
            }
        }
        if people.deactivated.is_empty() {
            return Ok(());
        }
        let here = self.engine.people().await?;
        let still: HashSet<Id> = here
            .iter()
            .filter(|person| person.placeholder && person.deactivated_at.is_none())
            .map(|person| person.id)
            .collect();
        for (id, at) in people.deactivated.into_iter().filter(|(id, _)| still.contains(id)) {
            self.update("Person/set", workspace, id, json!({ "deactivatedAt": at })).await?;
        }
        Ok(())
    }

    async fn update(&mut self, method: &str, account: Id, id: Id, patch: Value) -> anyhow::Result<()> {
        let args = json!({ "accountId": account, "update": { id.to_string(): patch } });
        self.call(method, args, &id.to_string()).await.map(drop)
    }

    /// One call, as the operator; records that are refused are told.
    pub(super) async fn call(&mut self, method: &str, args: Value, place: &str) -> anyhow::Result<Value> {
        let answer = super::authors::set(&self.engine, &engine::operator(), method, args).await?;
        for (id, error) in answer["notUpdated"].as_object().into_iter().flatten() {
            self.done.problems.add(place, &format!("{id}: {}", error["description"].as_str().unwrap_or("")));
        }
        Ok(answer)
    }
}

/// A file that is one JSON value.
pub(super) fn read_json(source: &mut Source, name: &str) -> Result<Value, String> {
    let mut text = String::new();
    let read = source.read(name, MAX_RECORD).and_then(|mut from| from.read_to_string(&mut text));
    read.map_err(|error| format!("it can't be read: {error}"))?;
    serde_json::from_str(&text).map_err(|error| format!("it is no JSON: {error}"))
}

/// A text with other ids in place of those that are others here.
pub(super) fn rename(text: &str, renamed: &HashMap<String, String>) -> String {
    if renamed.is_empty() {
        return text.to_string();
    }
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find(|c: char| c.is_ascii_lowercase()) {
        let word = &rest[at..];
        let end = word.find(|c: char| !(c.is_ascii_lowercase() || c.is_ascii_digit())).unwrap_or(word.len());
        out.push_str(&rest[..at]);
        out.push_str(renamed.get(&word[..end]).map_or(&word[..end], String::as_str));
        rest = &word[end..];
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_whole_ids_get_another_name() {
        let renamed = HashMap::from([("paaa2".to_string(), "pbbb3".to_string())]);
        let text = "{\"createdBy\":\"paaa2\",\"text\":\"[@A](mw:paaa2) paaa22 Xpaaa2 ä-paaa2\"}";
        let ours = "{\"createdBy\":\"pbbb3\",\"text\":\"[@A](mw:pbbb3) paaa22 Xpbbb3 ä-pbbb3\"}";
        assert_eq!(rename(text, &renamed), ours);
        assert_eq!(rename(text, &HashMap::new()), text);
    }
}
