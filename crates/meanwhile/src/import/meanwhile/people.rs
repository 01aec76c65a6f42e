//! The persons and groups of an export: who is known here by the address, and placeholders for the rest.

use jmap::Id;
use serde_json::{Map, Value, json};
use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use super::{Arrival, rename};
use crate::import::elements;
use crate::import::problems::Problems;

/// Records of one request.
const AT_ONCE: usize = 250;
/// Bytes of a list of people or groups.
const MAX_LIST: u64 = 1024 * 1024 * 1024;

/// Who and what is out in the end.
#[derive(Default)]
pub(super) struct Ended {
    pub(super) deactivated: Vec<(Id, Value)>,
    pub(super) archived: Vec<(Id, Value)>,
}

impl Arrival {
    pub(super) async fn bring_people(&mut self) -> anyhow::Result<Ended> {
        let mut ended = Ended::default();
        let (mut renamed, mut persons, mut new) = (HashMap::new(), HashSet::new(), Vec::new());
        for (place, line) in self.list("people.jsonl").await? {
            let Some((id, mut person)) = identified(&line, b'p') else {
                self.done.problems.add(&place, "a person without an id");
                continue;
            };
            let out = person.remove("deactivatedAt");
            let email = person.get("email").and_then(Value::as_str).unwrap_or("");
            let here = self.engine.person_by_email(email).await?;
            // Who is known here by the address is who that is here, in or out.
            ended.deactivated.extend(out.filter(|_| here.is_none_or(|here| here == id)).map(|at| (id, at)));
            if let Some(here) = here {
                if here != id {
                    renamed.insert(id.to_string(), here.to_string());
                }
                persons.insert(here);
                continue;
            }
            persons.insert(id);
            // Whatever a file says: nobody becomes an admin by it.
            if person.get("role").is_none_or(|role| role != "member" && role != "guest") {
                person.insert("role".into(), json!("member"));
            }
            person.insert("placeholder".into(), json!(true));
            new.push((place, id, person));
        }
        for some in new.chunks(AT_ONCE) {
            self.make_persons(some).await?;
        }
        self.renamed = Arc::new(renamed);
        self.persons = Arc::new(persons);
        self.bring_groups(&mut ended).await?;
        Ok(ended)
    }

    async fn make_persons(&mut self, some: &[(String, Id, Map<String, Value>)]) -> anyhow::Result<()> {
        let there = self.engine.known_people(some.iter().map(|(_, id, _)| *id).collect()).await?;
        let mut create: Map<String, Value> = Map::new();
        for (_, id, person) in some.iter().filter(|(_, id, _)| !there.contains(id)) {
            create.insert(id.to_string(), Value::Object(person.clone()));
        }
        let args = json!({ "accountId": self.engine.workspace(), "create": create });
        let answer = self.call("Person/set", args, "people.jsonl").await?;
        self.done.people += answer["created"].as_object().map_or(0, |made| made.len() as u64);
        for (place, id, person) in some {
            let Some(error) = answer["notCreated"].get(id.to_string()) else { continue };
            self.done.problems.add(place, error["description"].as_str().unwrap_or("the person was refused"));
            // Whoever wrote has to be somebody, if only by name.
            let bare = json!({ "name": person.get("name").and_then(Value::as_str).unwrap_or("Unknown"), "role": "guest", "placeholder": true });
            let args = json!({ "accountId": self.engine.workspace(), "create": { id.to_string(): bare } });
            let answer = self.call("Person/set", args, place).await?;
            self.done.people += answer["created"].as_object().map_or(0, |made| made.len() as u64);
        }
        Ok(())
    }

    async fn bring_groups(&mut self, ended: &mut Ended) -> anyhow::Result<()> {
        let renamed = self.renamed.clone();
        for (place, line) in self.list("groups.jsonl").await? {
            let line = serde_json::from_str(&rename(&line.to_string(), &renamed)).unwrap_or(line);
            let Some((id, mut group)) = identified(&line, b'g') else {
                self.done.problems.add(&place, "a group without an id");
                continue;
            };
            if let Some(at) = group.remove("archivedAt") {
                ended.archived.push((id, at));
            }
            let args = json!({ "accountId": self.engine.workspace(), "create": { id.to_string(): group } });
            let answer = self.call("Group/set", args, &place).await?;
            if let Some(error) = answer["notCreated"].get(id.to_string()) {
                self.done.problems.add(&place, error["description"].as_str().unwrap_or("the group was refused"));
            }
        }
        Ok(())
    }

    /// The records of a list, with their places; what can't be read is told.
    async fn list(&mut self, name: &'static str) -> anyhow::Result<Vec<(String, Value)>> {
        let lists = self.lists.clone();
        let work = move || -> (Vec<(String, Value)>, Problems) {
            let (mut found, mut problems) = (Vec::new(), Problems::default());
            let read = lists.lock().read(name, MAX_LIST).map_err(|error| error.to_string()).and_then(|from| {
                elements::of_lines(from, &mut |number, line| {
                    let place = format!("{name}, line {}", number + 1);
                    match line
                        .and_then(|line| serde_json::from_str(&line).map_err(|error| format!("it is no JSON: {error}")))
                    {
                        Ok(value) => found.push((place, value)),
                        Err(why) => problems.add(&place, &why),
                    }
                    true
                })
            });
            if let Err(why) = read {
                problems.add(name, &why);
            }
            (found, problems)
        };
        let (found, problems) = tokio::task::spawn_blocking(work).await?;
        self.done.problems.extend(problems);
        Ok(found)
    }
}

/// A record and its id, which is no property of a create.
fn identified(record: &Value, letter: u8) -> Option<(Id, Map<String, Value>)> {
    let mut record = record.as_object()?.clone();
    let id = record.remove("id").as_ref().and_then(Value::as_str).and_then(|id| Id::parse(id).ok())?;
    (id.letter() == letter).then_some((id, record))
}
