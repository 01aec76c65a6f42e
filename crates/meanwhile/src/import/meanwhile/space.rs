//! A Space of an export: made with its members, if it is not there, and then what was said in it, in order.

use anyhow::{Context, bail};
use jmap::Id;
use model::{Role, space};
use serde_json::{Map, Value, json};
use std::collections::{BTreeSet, HashMap, HashSet};
use std::sync::Arc;
use tokio::sync::mpsc;

use super::{Arrival, read_json, rename};
use crate::import::{elements, files};

/// So many Items are one transaction.
const BATCH: usize = 250;
/// Bytes of a list of Items.
const MAX_LIST: u64 = 1024 * 1024 * 1024 * 1024;

/// A Space of the export.
pub(super) struct Folder {
    name: String,
    pub(super) id: Id,
    pub(super) archived_at: Option<Value>,
}

/// What is read ahead: its place, and the line or why there is none.
type Lines = Vec<(String, Result<String, String>)>;

impl Arrival {
    /// Makes the Spaces that are not there. `from`: the workspace of the export.
    pub(super) async fn make_spaces(&mut self, from: Id) -> anyhow::Result<Vec<Folder>> {
        let lists = self.lists.clone();
        let names = lists.lock().names();
        let found: BTreeSet<String> = names
            .beginning("spaces/")
            .filter_map(|name| name.strip_suffix("/space.json").map(str::to_string))
            .collect();
        let mut records = Vec::new();
        for folder in found {
            match read_json(&mut lists.lock(), &format!("{folder}/space.json")) {
                Ok(record) => records.push((folder, record)),
                Err(why) => self.done.problems.add(&format!("{folder}/space.json"), &why),
            }
        }
        // Conversations follow from workspace and persons, so their ids are others here, in links too.
        let mut renamed = HashMap::clone(&self.renamed);
        for (_, record) in records.iter().filter(|(_, record)| record["kind"] == "direct") {
            let there = space::direct_id(from, &ids(&record["persons"], &HashMap::new()));
            let here = space::direct_id(self.engine.workspace(), &ids(&record["persons"], &self.renamed));
            if there != here {
                renamed.insert(there.to_string(), here.to_string());
            }
        }
        self.renamed = Arc::new(renamed);
        let mut folders = Vec::new();
        for (folder, record) in records {
            match self.make_space(&folder, &record).await? {
                Ok(made) => folders.push(made),
                Err(why) => self.done.problems.add(&folder, &why),
            }
        }
        Ok(folders)
    }

    /// The inner error is why there can be no such Space.
    async fn make_space(&mut self, folder: &str, record: &Value) -> anyhow::Result<Result<Folder, String>> {
        let record: Value = serde_json::from_str(&rename(&record.to_string(), &self.renamed))?;
        let roles: Vec<(Id, Role)> = record["members"]
            .as_array()
            .into_iter()
            .flatten()
            .filter_map(|member| {
                Some((Id::parse(member["id"].as_str()?).ok()?, Role::from_word(member["role"].as_str()?)))
            })
            .filter(|(id, _)| self.persons.contains(id))
            .collect();
        let direct = record["kind"] == "direct";
        let (id, props, members) = if direct {
            let persons = ids(&record["persons"], &HashMap::new());
            let id = space::direct_id(self.engine.workspace(), &persons);
            let members: Vec<_> = persons.iter().map(|id| (*id, Role::Member)).collect();
            (id, json!({ "kind": "direct", "persons": persons }), members)
        } else {
            let id = record["id"].as_str().and_then(|id| Id::parse(id).ok()).filter(|id| id.letter() == b's');
            let Some(id) = id else { return Ok(Err("it has no id".into())) };
            let mut props = Map::new();
            for name in ["name", "purpose", "whoMayJoin", "templates"] {
                props.extend(record.get(name).map(|value| (name.to_string(), value.clone())));
            }
            (id, Value::Object(props), self.in_order(roles).await?)
        };
        let Some((founder, role)) = members.first().copied() else {
            return Ok(Err("nobody who is in it could be its admin here".into()));
        };
        let new = match self.engine.found_space(id, props, &members).await {
            Ok(new) => new,
            Err(engine::PeopleError::Refused(error)) => return Ok(Err(error.description)),
            Err(error) => return Err(error.into()),
        };
        if new && !direct && role != Role::Admin {
            self.engine.join(id, founder, role).await?;
        }
        self.done.spaces += u64::from(new);
        let archived_at = record.get("archivedAt").cloned();
        Ok(Ok(Folder { name: folder.to_string(), id, archived_at }))
    }

    /// The persons of a Space, one who can make it first; who is out here by now is only named.
    async fn in_order(&self, roles: Vec<(Id, Role)>) -> anyhow::Result<Vec<(Id, Role)>> {
        let people = self.engine.people().await?;
        let people: HashMap<Id, &engine::PersonInfo> = people.iter().map(|person| (person.id, person)).collect();
        let active = |id: &Id| people.get(id).is_some_and(|person| person.deactivated_at.is_none());
        let mut members: Vec<_> = roles.into_iter().filter(|(id, _)| active(id)).collect();
        let makes = |(id, role): &(Id, Role)| {
            let member = people.get(id).is_some_and(|person| person.role.at_least(Role::Member));
            (member && role.at_least(Role::Member)).then_some(*role == Role::Admin)
        };
        let first =
            members.iter().position(|m| makes(m) == Some(true)).or(members.iter().position(|m| makes(m).is_some()));
        match first {
            Some(first) => members.swap(0, first),
            None => members.clear(),
        }
        Ok(members)
    }

    /// Brings in the Items of a Space. `tell` says whether somebody still listens.
    pub(super) async fn bring_items(
        &mut self,
        folder: &Folder,
        seen: &mut u64,
        tell: &(dyn Fn(u64) -> bool + Sync),
    ) -> anyhow::Result<()> {
        let lists = self.lists.clone();
        let (to, mut chunks) = mpsc::channel::<Lines>(2);
        let name = format!("{}/items.jsonl", folder.name);
        let renamed = self.renamed.clone();
        let list = name.clone();
        let reading = tokio::task::spawn_blocking(move || {
            let mut chunk = Lines::new();
            let read = lists.lock().read(&list, MAX_LIST).map_err(|error| error.to_string()).and_then(|from| {
                elements::of_lines(from, &mut |number, line| {
                    chunk.push((format!("{list}, line {}", number + 1), line.map(|line| rename(&line, &renamed))));
                    chunk.len() < BATCH || to.blocking_send(std::mem::take(&mut chunk)).is_ok()
                })
            });
            if let Err(why) = read {
                chunk.push((list, Err(why)));
            }
            // Whoever takes them may have stopped.
            let _ = to.blocking_send(chunk);
        });
        while let Some(chunk) = chunks.recv().await {
            *seen += chunk.len() as u64;
            let place = chunk.first().map(|(place, _)| place.clone()).unwrap_or_default();
            self.bring_some(folder, chunk)
                .await
                .with_context(|| format!("the import stopped near {place}; run it again to go on"))?;
            if !tell(*seen) {
                bail!("the import was stopped; run it again to go on");
            }
        }
        reading.await?;
        Ok(())
    }

    async fn bring_some(&mut self, folder: &Folder, chunk: Lines) -> anyhow::Result<()> {
        let by = engine::operator();
        let mut good = Vec::new();
        for (place, line) in chunk {
            match line.and_then(|line| item(&line)) {
                Ok((id, props)) => good.push((place, id, props)),
                Err(why) => self.done.problems.add(&place, &why),
            }
        }
        let answered = |props: &Map<String, Value>| {
            props.get("inAnswerTo").and_then(Value::as_str).and_then(|id| Id::parse(id).ok())
        };
        let mut asked: Vec<Id> = good.iter().map(|(_, id, _)| *id).collect();
        asked.extend(good.iter().filter_map(|(_, _, props)| answered(props)));
        let known = self.engine.known_items(&by, folder.id, asked).await?;
        let (mut places, mut items, mut persons, mut coming) = (Vec::new(), Vec::new(), HashSet::new(), HashSet::new());
        for (place, id, mut props) in good {
            if known.contains_key(&id) {
                self.done.already += 1;
                continue;
            }
            if answered(&props).is_some_and(|id| known.get(&id) != Some(&true) && !coming.contains(&id)) {
                props.remove("inAnswerTo");
            }
            self.upload(folder, &place, &mut props).await?;
            named(&props, &self.persons, &mut persons);
            coming.insert(id);
            places.push((place, props.contains_key("parentId")));
            items.push((id, props));
        }
        if items.is_empty() {
            return Ok(());
        }
        self.authors.name_in(&self.engine, &by, folder.id, persons.into_iter()).await?;
        let brought = self.engine.bring_items(&by, folder.id, items).await;
        let brought = brought.map_err(|error| anyhow::anyhow!("the Items were refused: {}", error.description))?;
        for ((place, replies), how) in places.into_iter().zip(brought) {
            self.done.count(&place, replies, how);
        }
        Ok(())
    }

    /// Stores the files of an Item; one that is missing is told and left out.
    async fn upload(&mut self, folder: &Folder, place: &str, props: &mut Map<String, Value>) -> anyhow::Result<()> {
        let Some(Value::Array(blobs)) = props.get_mut("blobs") else { return Ok(()) };
        let mut kept = Vec::new();
        for mut blob in std::mem::take(blobs) {
            let path = format!("{}/{}", folder.name, blob["file"].as_str().unwrap_or(""));
            let media_type = blob["type"].as_str().unwrap_or("application/octet-stream").to_string();
            let contents = self.contents.clone();
            let by = engine::operator();
            match files::upload(&self.engine, &by, folder.id, contents, &path, &media_type).await? {
                Ok(id) => {
                    if let Some(blob) = blob.as_object_mut() {
                        blob.remove("file");
                        blob.insert("blobId".into(), json!(id));
                    }
                    self.done.files += 1;
                    kept.push(blob);
                }
                Err(why) => self.done.problems.add(place, &format!("{path}: {why}")),
            }
        }
        *blobs = kept;
        Ok(())
    }
}

/// An Item as its create has it.
fn item(line: &str) -> Result<(Id, Map<String, Value>), String> {
    let value: Value = serde_json::from_str(line).map_err(|error| format!("it is no JSON: {error}"))?;
    let Value::Object(mut props) = value else { return Err("it is no object".into()) };
    let id = props.remove("id").as_ref().and_then(Value::as_str).and_then(|id| Id::parse(id).ok());
    let id = id.filter(|id| id.letter() == b'i').ok_or("an Item without an id")?;
    props.remove("threadId");
    let origin = if props.get("origin").is_some_and(|origin| origin == "imported") { "imported" } else { "restored" };
    props.insert("origin".into(), json!(origin));
    Ok((id, props))
}

/// The persons whose ids stand in properties that refer to them.
fn named(props: &Map<String, Value>, persons: &HashSet<Id>, into: &mut HashSet<Id>) {
    let mut find =
        |value: &Value| into.extend(value.as_str().and_then(|id| Id::parse(id).ok()).filter(|id| persons.contains(id)));
    find(props.get("createdBy").unwrap_or(&Value::Null));
    let lists = [props.get("mentions"), props.get("expects").and_then(|expects| expects.get("of"))];
    lists.into_iter().flatten().filter_map(Value::as_array).flatten().for_each(&mut find);
    for by in
        props.get("reactions").and_then(Value::as_object).into_iter().flatten().filter_map(|(_, by)| by.as_object())
    {
        by.keys().for_each(|id| find(&json!(id)));
    }
}

fn ids(list: &Value, renamed: &HashMap<String, String>) -> Vec<Id> {
    let mut out: Vec<Id> = Vec::new();
    for id in list.as_array().into_iter().flatten().filter_map(Value::as_str) {
        let id = Id::parse(renamed.get(id).map_or(id, String::as_str));
        out.extend(id.ok().filter(|id| !out.contains(id)));
    }
    out
}
