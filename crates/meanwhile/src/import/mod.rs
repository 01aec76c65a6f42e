//! Mail becomes threads and posts. The messages come oldest first; each is created through the engine as any client
//! would, by a caller who may set authors and dates. What is there already is left alone, so an import that was
//! interrupted is simply run again.

mod authors;
pub(crate) mod command;
mod letter;
mod scan;

use anyhow::{Context, bail};
use engine::Engine;
use jmap::{Id, Request, Response};
use model::Caller;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use std::collections::{HashMap, HashSet};
use std::hash::{DefaultHasher, Hash, Hasher};
use tokio::sync::mpsc;

use crate::orders::{News, Tell};
use authors::Authors;
use letter::Prepared;

/// A message as it lay somewhere.
#[derive(Debug)]
pub(crate) struct Letter {
    /// Where, for people.
    pub(crate) place: String,
    pub(crate) raw: Vec<u8>,
}

/// Something that was not brought in.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Skipped {
    pub(crate) place: String,
    pub(crate) why: String,
}

/// How an import went.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Summary {
    /// Placeholders made for authors whom the workspace did not know.
    pub(crate) people: u64,
    pub(crate) threads: u64,
    pub(crate) posts: u64,
    pub(crate) files: u64,
    /// Messages that were there before.
    pub(crate) already: u64,
    pub(crate) skipped: Vec<Skipped>,
    #[serde(default)]
    pub(crate) interrupted: bool,
}

/// So many messages are one request.
const BATCH: usize = 50;
/// Or so many bytes of text.
const BATCH_BYTES: usize = 4 * 1024 * 1024;
/// So many missing parents are remembered.
const MAX_AWAITED: usize = 1_000_000;

/// Brings in the messages of one import.
pub(crate) async fn run(
    engine: &Engine,
    by: Caller,
    space: Id,
    mut letters: mpsc::Receiver<Letter>,
    total: u64,
    tell: &Tell,
) -> anyhow::Result<Summary> {
    if space.letter() != b's' {
        bail!("mail is imported into a team Space, not into a conversation between persons");
    }
    let mut import = Import {
        engine: engine.clone(),
        by,
        space,
        authors: Authors::default(),
        batch: Vec::new(),
        batch_bytes: 0,
        in_batch: HashSet::new(),
        awaited: HashMap::new(),
        last_date: 0,
        summary: Summary::default(),
    };
    let mut done = 0;
    while let Some(letter) = letters.recv().await {
        let place = letter.place.clone();
        import.take(letter).await.with_context(|| format!("the import stopped at {place}; run it again to go on"))?;
        done += 1;
        // Nobody listening is no reason to stop.
        let _ = tell.send(News::Progress { what: "Importing messages".into(), done, of: total });
    }
    import.flush().await.context("the import stopped at its last messages; run it again to go on")?;
    Ok(import.summary)
}

struct Import {
    engine: Engine,
    by: Caller,
    space: Id,
    authors: Authors,
    batch: Vec<Prepared>,
    batch_bytes: usize,
    in_batch: HashSet<Id>,
    /// Messages that were answered but are not there, and what their answers became.
    awaited: HashMap<u64, Id>,
    last_date: i64,
    summary: Summary,
}

/// What the store knows of a message and of those it may answer.
struct Found {
    itself: Option<Id>,
    parent: Option<Id>,
}

impl Import {
    async fn take(&mut self, letter: Letter) -> anyhow::Result<()> {
        let place = letter.place;
        let read = tokio::task::spawn_blocking(move || mail::read_message(&letter.raw)).await;
        let message = match read {
            Ok(Ok(message)) => message,
            Ok(Err(problem)) => {
                self.skip(&place, &problem.to_string());
                return Ok(());
            }
            // A message that breaks its reader is a bad record like any other.
            Err(_) => {
                self.skip(&place, "it can't be read; please report it");
                return Ok(());
            }
        };
        let message_id = letter::cut(&message.id_or_hash, 998);
        let parents: Vec<String> = mail::parent_candidates(&message).take(100).map(str::to_string).collect();
        let id = self.id_of(&message_id);
        let found = self.find(&message_id, &parents).await?;
        if self.in_batch.contains(&id) || found.itself.is_some() {
            self.summary.already += 1;
            let there = found.itself.unwrap_or(id);
            if self.parent_of(&message_id, &parents, &found).is_none() {
                self.await_parents(&parents, there);
            }
            return Ok(());
        }
        self.last_date = message.date_ms.unwrap_or(self.last_date);
        let date = self.last_date;
        let prepared = letter::prepare(
            &self.engine,
            &self.by,
            self.space,
            message,
            letter::Frame { place, id, message_id, parents, date },
        );
        let prepared = prepared.await?;
        self.summary.files += prepared.blobs.len() as u64;
        self.add(prepared, &found).await
    }

    async fn add(&mut self, mut letter: Prepared, found: &Found) -> anyhow::Result<()> {
        letter.parent = self.parent_of(&letter.message_id, &letter.parents, found);
        if letter.parent.is_none() {
            self.await_parents(&letter.parents, letter.id);
        }
        self.in_batch.insert(letter.id);
        self.batch_bytes += letter.text.len();
        self.batch.push(letter);
        if self.batch.len() >= BATCH || self.batch_bytes >= BATCH_BYTES {
            self.flush().await?;
        }
        Ok(())
    }

    /// What a message hangs below: the nearest that is known of those it answers; or, where none of them is, what else
    /// was said in answer to them.
    fn parent_of(&self, message_id: &str, parents: &[String], found: &Found) -> Option<Id> {
        let own = self.id_of(message_id);
        let in_batch = parents.iter().map(|parent| self.id_of(parent)).find(|id| self.in_batch.contains(id));
        let awaited = || parents.iter().find_map(|parent| self.awaited.get(&short(parent)).copied());
        // It was answered before it came.
        let late = || self.awaited.get(&short(message_id)).copied();
        in_batch.or(found.parent).or_else(awaited).or_else(late).filter(|parent| *parent != own)
    }

    fn await_parents(&mut self, parents: &[String], item: Id) {
        for parent in parents {
            if self.awaited.len() < MAX_AWAITED {
                self.awaited.entry(short(parent)).or_insert(item);
            }
        }
    }

    /// The same message gets the same id, so that what was deleted does not come back with the next import.
    fn id_of(&self, message_id: &str) -> Id {
        derived(b'i', &format!("meanwhile import {} message {message_id}", self.space))
    }

    async fn find(&self, message_id: &str, parents: &[String]) -> anyhow::Result<Found> {
        let key = |message: &str| format!("{}/{message}", self.space);
        let itself = key(message_id);
        let parents: Vec<String> = parents.iter().map(|parent| key(parent)).collect();
        let (tell, told) = tokio::sync::oneshot::channel();
        self.engine.store().read(Box::new(move |at| {
            let found = at.and_then(|at| {
                let itself = at.key("message", &itself)?.map(|key| key.id);
                let mut parent = None;
                for key in &parents {
                    parent = at.key("message", key)?.map(|key| key.id);
                    if parent.is_some() {
                        break;
                    }
                }
                Ok(Found { itself, parent })
            });
            // Whoever asked may have gone.
            let _ = tell.send(found);
        }));
        Ok(told.await.context("the database closed")??)
    }

    fn skip(&mut self, place: &str, why: &str) {
        self.summary.skipped.push(Skipped { place: place.to_string(), why: why.to_string() });
    }

    /// Writes what was gathered: authors first, then the messages in one transaction.
    async fn flush(&mut self) -> anyhow::Result<()> {
        while !self.batch.is_empty() {
            let batch = std::mem::take(&mut self.batch);
            self.batch_bytes = 0;
            self.in_batch.clear();
            let authors: Vec<_> = batch.iter().map(|letter| letter.author.clone()).collect();
            self.summary.people += self.authors.make(&self.engine, &self.by, self.space, &authors).await?;
            let mut calls = Vec::with_capacity(batch.len());
            for letter in &batch {
                let author = self.authors.id(&letter.author).context("an author was not made")?;
                calls.push((
                    "Item/set",
                    json!({ "accountId": self.space, "create": { letter.id.to_string(): letter.props(author) } }),
                ));
            }
            let response = call(&self.engine, &self.by, calls).await?;
            for (letter, (_, answer, _)) in batch.into_iter().zip(response.answers) {
                self.judge(letter, &answer.to_value()).await?;
            }
        }
        Ok(())
    }

    async fn judge(&mut self, mut letter: Prepared, answer: &Value) -> anyhow::Result<()> {
        let key = letter.id.to_string();
        if answer["created"].get(&key).is_some() {
            *(if letter.parent.is_some() { &mut self.summary.posts } else { &mut self.summary.threads }) += 1;
            return Ok(());
        }
        let Some(error) = answer["notCreated"].get(&key) else {
            bail!("the messages were refused: {}", answer["description"].as_str().unwrap_or("no reason was given"));
        };
        let names = |property: &str| error["properties"].as_array().is_some_and(|list| list.contains(&json!(property)));
        if error["type"] == "alreadyExists" {
            self.summary.already += 1;
        } else if names("parentId") && !letter.again {
            // What it answers was refused, or has gone since: it is placed anew.
            letter.again = true;
            self.awaited.retain(|_, item| Some(*item) != letter.parent);
            let found = self.find(&letter.message_id, &letter.parents).await?;
            letter.parent = self.parent_of(&letter.message_id, &letter.parents, &found);
            self.in_batch.insert(letter.id);
            self.batch.push(letter);
        } else {
            let why = error["description"].as_str().unwrap_or("it was refused").to_string();
            self.skip(&letter.place, &why);
        }
        Ok(())
    }
}

/// A request of the importer.
async fn call(engine: &Engine, by: &Caller, calls: Vec<(&str, Value)>) -> anyhow::Result<Response> {
    let calls = calls.into_iter().enumerate().map(|(n, (method, args))| jmap::Call {
        method: method.to_string(),
        args: if let Value::Object(args) = args { args } else { Map::new() },
        id: n.to_string(),
    });
    let using = vec!["urn:ietf:params:jmap:core".to_string(), "urn:meanwhile:jmap:workspace".to_string()];
    let request = Request { using, calls: calls.collect(), created_ids: None };
    engine.call(by, request).await.map_err(|error| anyhow::anyhow!("the request was refused: {}", error.detail))
}

fn derived(letter: u8, text: &str) -> Id {
    let mut half = [0; 16];
    half.copy_from_slice(&blake3::hash(text.as_bytes()).as_bytes()[..16]);
    Id::derived(letter, half)
}

fn short(text: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    text.hash(&mut hasher);
    hasher.finish()
}
