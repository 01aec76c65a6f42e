//! Whose mail it is: the person with that address, or a placeholder until somebody claims it.

use anyhow::{Context, bail};
use engine::Engine;
use jmap::Id;
use mail::Mailbox;
use model::{Caller, Role, limits, person};
use serde_json::{Map, Value, json};
use std::collections::{HashMap, HashSet};

use super::letter::cut;
use super::{call, derived};

/// Records of one request.
const AT_ONCE: usize = 500;

/// The longest address that a Person has.
const MAX_ADDRESS: usize = 254;

/// An author as the export or the mail says.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Author {
    /// The address as it is compared, or another name of his where there is no address.
    key: String,
    pub(super) name: String,
    email: Option<String>,
    /// What a placeholder may do once the person has claimed it.
    role: &'static str,
}

impl Author {
    /// Somebody with an address, if it is one; else known by that key.
    pub(super) fn known(key: &str, name: &str, email: Option<&str>, role: Role) -> Author {
        let address = email.map(str::trim).filter(|email| email.len() <= MAX_ADDRESS);
        let email = address.and_then(person::email_key);
        let line: String = name.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
        let name = Some(cut(&line, limits::MAX_TITLE)).filter(|name| !name.is_empty());
        Author {
            name: name.unwrap_or_else(|| "Unknown sender".into()),
            email: address.filter(|_| email.is_some()).map(str::to_string),
            key: email.unwrap_or_else(|| key.to_string()),
            role: role.word(),
        }
    }

    /// The address as it is compared.
    pub(super) fn email_key(&self) -> Option<String> {
        self.email.as_deref().and_then(person::email_key)
    }

    /// The id of the placeholder that is made where nobody is known; the same each time.
    pub(super) fn placeholder_id(&self, engine: &Engine) -> Id {
        derived(b'p', &format!("meanwhile import {} author {}", engine.workspace(), self.key))
    }

    pub(super) fn of(from: Option<&Mailbox>) -> Author {
        let address = from.map_or("", |from| from.address.trim());
        let email = person::email_key(address).filter(|key| key.len() <= MAX_ADDRESS);
        let name = from.and_then(|from| from.name.as_deref()).unwrap_or("").trim();
        let name = match (name, address.split('@').next()) {
            ("", None | Some("")) => "Unknown sender",
            ("", Some(local)) => local,
            (name, _) => name,
        };
        let name = cut(name, limits::MAX_TITLE);
        let key = email.clone().unwrap_or_else(|| format!("name {}", name.to_lowercase()));
        Author { key, name, email: email.map(|_| address.to_string()), role: Role::Guest.word() }
    }
}

/// The authors who are known, and are in the Space, if only as somebody named there.
#[derive(Default)]
pub(super) struct Authors {
    ids: HashMap<String, Id>,
    named: HashSet<(Id, Id)>,
}

impl Authors {
    pub(super) fn id(&self, author: &Author) -> Option<Id> {
        self.ids.get(&author.key).copied()
    }

    /// Makes sure that these authors are in the workspace; says how many placeholders it made.
    pub(super) async fn make(&mut self, engine: &Engine, by: &Caller, authors: &[Author]) -> anyhow::Result<u64> {
        let mut new: Vec<(&Author, Id)> = Vec::new();
        for author in authors {
            if self.ids.contains_key(&author.key) || new.iter().any(|(other, _)| other.key == author.key) {
                continue;
            }
            match engine.person_by_email(author.email.as_deref().unwrap_or("")).await? {
                Some(id) => {
                    self.ids.insert(author.key.clone(), id);
                }
                None => new.push((author, author.placeholder_id(engine))),
            }
        }
        self.make_placeholders(engine, by, &new).await
    }

    /// Makes sure that these persons are named in a Space, to write in which they need no more.
    pub(super) async fn name_in(
        &mut self,
        engine: &Engine,
        by: &Caller,
        space: Id,
        persons: impl Iterator<Item = Id>,
    ) -> anyhow::Result<()> {
        let strange: HashSet<Id> = persons.filter(|id| !self.named.contains(&(space, *id))).collect();
        name_in_space(engine, by, space, &strange).await?;
        self.named.extend(strange.into_iter().map(|id| (space, id)));
        Ok(())
    }

    async fn make_placeholders(&mut self, engine: &Engine, by: &Caller, new: &[(&Author, Id)]) -> anyhow::Result<u64> {
        let mut made = 0;
        for some in new.chunks(AT_ONCE) {
            let there = engine.known_people(some.iter().map(|(_, id)| *id).collect()).await?;
            let (known, strange): (Vec<_>, Vec<_>) = some.iter().partition(|(_, id)| there.contains(id));
            self.ids.extend(known.into_iter().map(|(author, id)| (author.key.clone(), id)));
            made += self.make_some(engine, by, &strange).await?;
        }
        Ok(made)
    }

    async fn make_some(&mut self, engine: &Engine, by: &Caller, new: &[(&Author, Id)]) -> anyhow::Result<u64> {
        if new.is_empty() {
            return Ok(0);
        }
        let mut create = Map::new();
        for (author, id) in new {
            let mut props = json!({ "name": author.name, "role": author.role, "placeholder": true });
            if let Some(email) = &author.email {
                props["email"] = json!(email);
            }
            create.insert(id.to_string(), props);
        }
        let args = json!({ "accountId": engine.workspace(), "create": create });
        let answer = set(engine, by, "Person/set", args).await?;
        let mut made = 0;
        for (author, id) in new {
            let key = id.to_string();
            let error = &answer["notCreated"][&key];
            let id = if answer["created"].get(&key).is_some() {
                made += 1;
                *id
            } else if error["type"] == "alreadyExists" {
                let existing = error["existingId"].as_str().and_then(|id| Id::parse(id).ok());
                existing.filter(|id| id.letter() == b'p').unwrap_or(*id)
            } else {
                bail!("{} can't be made an author: {}", author.name, error["description"]);
            };
            self.ids.insert(author.key.clone(), id);
        }
        Ok(made)
    }
}

/// Whoever wrote something in a Space is named there; that alone gives no rights.
async fn name_in_space(engine: &Engine, by: &Caller, space: Id, people: &HashSet<Id>) -> anyhow::Result<()> {
    let people: Vec<&Id> = people.iter().collect();
    for some in people.chunks(AT_ONCE) {
        let create: Map<String, Value> =
            some.iter().map(|id| (id.to_string(), json!({ "personId": id, "role": "none" }))).collect();
        let answer = set(engine, by, "Member/set", json!({ "accountId": space, "create": create })).await?;
        for (id, error) in answer["notCreated"].as_object().into_iter().flatten() {
            if error["type"] != "alreadyExists" {
                bail!("{id} can't be named in the Space: {}", error["description"]);
            }
        }
    }
    Ok(())
}

/// One call; an error if it is refused as a whole.
pub(super) async fn set(engine: &Engine, by: &Caller, method: &str, args: Value) -> anyhow::Result<Value> {
    let response = call(engine, by, vec![(method, args)]).await?;
    let (name, answer, _) = response.answers.into_iter().next().context("the request was not answered")?;
    let answer = answer.to_value();
    if name == "error" {
        bail!("{method} was refused: {}", answer["description"]);
    }
    Ok(answer)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(name: Option<&str>, address: &str) -> Author {
        Author::of(Some(&Mailbox { name: name.map(str::to_string), address: address.into() }))
    }

    #[test]
    fn an_author_is_known_by_address_and_else_by_name() {
        let ana = of(Some("Ana Reis"), "Ana@Example.org");
        assert_eq!((ana.key.as_str(), ana.name.as_str()), ("ana@example.org", "Ana Reis"));
        assert_eq!(of(None, "bo@example.org").name, "bo");
        let nameless = of(Some("Bo Lind"), "");
        assert_eq!((nameless.key.as_str(), nameless.email), ("name bo lind", None));
        assert_eq!(Author::of(None).name, "Unknown sender");
        assert_eq!(of(Some("x"), &format!("{}@e.org", "a".repeat(300))).email, None);
    }
}
