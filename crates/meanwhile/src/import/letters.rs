//! Mail becomes threads and posts. The messages come oldest first, some hundred at once: they are read while those before
//! them are written, and each some hundred is one transaction.

use anyhow::{Context, bail};
use engine::{Brought, Engine};
use jmap::Id;
use mail::Message;
use model::Caller;
use serde_json::{Map, Value};
use std::collections::{HashMap, HashSet};
use std::panic::{AssertUnwindSafe, catch_unwind};
use tokio::sync::mpsc;

use super::authors::Authors;
use super::letter::{self, Frame, Prepared, cut};
use super::{Done, Letter, derived, short};
use crate::orders::{News, Tell};

/// So many messages are one transaction.
const BATCH: usize = 250;
/// So many missing parents are remembered.
const MAX_AWAITED: usize = 1_000_000;

/// Brings in the messages of one import.
pub(crate) async fn run(
    engine: &Engine,
    by: Caller,
    space: Id,
    letters: mpsc::Receiver<Letter>,
    total: u64,
    tell: &Tell,
) -> anyhow::Result<Done> {
    if space.letter() != b's' {
        bail!("mail is imported into a team Space, not into a conversation between persons");
    }
    let mut import = Import {
        engine: engine.clone(),
        by,
        space,
        authors: Authors::default(),
        in_batch: HashSet::new(),
        awaited: HashMap::new(),
        last_date: 0,
        done: Done::default(),
    };
    let mut done = 0;
    let mut chunks = read_ahead(letters);
    while let Some(chunk) = chunks.recv().await {
        let place = chunk.first().map(|read| read.place.clone()).unwrap_or_default();
        done += chunk.len() as u64;
        import.take(chunk).await.with_context(|| format!("the import stopped near {place}; run it again to go on"))?;
        // Nobody listening is no reason to stop.
        let _ = tell.send(News::Progress { what: "Importing messages".into(), done, of: total });
    }
    Ok(import.done)
}

/// A message that was read, or why it can't be.
struct ReadLetter {
    place: String,
    message: Result<Message, String>,
}

/// Reads messages while those before them are written.
fn read_ahead(mut letters: mpsc::Receiver<Letter>) -> mpsc::Receiver<Vec<ReadLetter>> {
    let (to, chunks) = mpsc::channel(1);
    tokio::spawn(async move {
        loop {
            let mut some = Vec::with_capacity(BATCH);
            if letters.recv_many(&mut some, BATCH).await == 0 {
                return;
            }
            let read = tokio::task::spawn_blocking(move || some.into_iter().map(read_letter).collect()).await;
            // Reading never panics past its own guard; if it did, what follows would still be read.
            if to.send(read.unwrap_or_default()).await.is_err() {
                return;
            }
        }
    });
    chunks
}

fn read_letter(letter: Letter) -> ReadLetter {
    // A message that breaks its reader is a bad record like any other.
    let read = catch_unwind(AssertUnwindSafe(|| mail::read_message(&letter.raw)));
    let message = match read {
        Ok(read) => read.map_err(|problem| problem.to_string()),
        Err(_) => Err("it can't be read; please report it".into()),
    };
    ReadLetter { place: letter.place, message }
}

struct Import {
    engine: Engine,
    by: Caller,
    space: Id,
    authors: Authors,
    in_batch: HashSet<Id>,
    /// Messages that were answered but are not there, and what their answers became.
    awaited: HashMap<u64, Id>,
    last_date: i64,
    done: Done,
}

/// A message, by its Message-ID, and those it may answer, the nearest first.
type Names = (String, Vec<String>);

/// What the store knows of a message and of those it may answer.
struct Found {
    itself: Option<Id>,
    parent: Option<Id>,
}

impl Import {
    /// Writes some messages in one transaction, their files and authors before.
    async fn take(&mut self, chunk: Vec<ReadLetter>) -> anyhow::Result<()> {
        let mut good = Vec::with_capacity(chunk.len());
        for ReadLetter { place, message } in chunk {
            match message {
                Ok(message) => {
                    let parents = mail::parent_candidates(&message).take(100).map(str::to_string).collect();
                    good.push((place, (cut(&message.id_or_hash, 998), parents), message));
                }
                Err(why) => self.skip(&place, &why),
            }
        }
        let found = self.find(good.iter().map(|(_, names, _)| names.clone()).collect()).await?;
        self.in_batch.clear();
        let mut batch = Vec::with_capacity(good.len());
        for ((place, (message_id, parents), message), found) in good.into_iter().zip(found) {
            let id = self.id_of(&message_id);
            if self.in_batch.contains(&id) || found.itself.is_some() {
                self.done.already += 1;
                let there = found.itself.unwrap_or(id);
                if self.parent_of(&message_id, &parents, &found).is_none() {
                    self.await_parents(&parents, there);
                }
                continue;
            }
            self.last_date = message.date_ms.unwrap_or(self.last_date);
            let frame = Frame { place, id, message_id, parents, date: self.last_date };
            let mut prepared = letter::prepare(&self.engine, &self.by, self.space, message, frame).await?;
            self.done.files += prepared.blobs.len() as u64;
            self.place(&mut prepared, &found);
            batch.push(prepared);
        }
        while !batch.is_empty() {
            batch = self.write(batch).await?;
        }
        Ok(())
    }

    fn place(&mut self, letter: &mut Prepared, found: &Found) {
        letter.parent = self.parent_of(&letter.message_id, &letter.parents, found);
        if letter.parent.is_none() {
            let (parents, id) = (letter.parents.clone(), letter.id);
            self.await_parents(&parents, id);
        }
        self.in_batch.insert(letter.id);
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

    /// Looks all of them up at once.
    async fn find(&self, names: Vec<Names>) -> anyhow::Result<Vec<Found>> {
        let space = self.space;
        let (tell, told) = tokio::sync::oneshot::channel();
        self.engine.store().read(Box::new(move |at| {
            let found = at.and_then(|at| {
                let look_up =
                    |message: &str| at.key("message", &format!("{space}/{message}")).map(|key| key.map(|key| key.id));
                let mut all = Vec::with_capacity(names.len());
                for (message_id, parents) in &names {
                    let itself = look_up(message_id)?;
                    let mut parent = None;
                    for name in parents {
                        parent = look_up(name)?;
                        if parent.is_some() {
                            break;
                        }
                    }
                    all.push(Found { itself, parent });
                }
                Ok(all)
            });
            // Whoever asked may have gone.
            let _ = tell.send(found);
        }));
        Ok(told.await.context("the database closed")??)
    }

    fn skip(&mut self, place: &str, why: &str) {
        self.done.problems.add(place, why);
    }

    /// Writes a batch; those come back that have to be placed anew.
    async fn write(&mut self, batch: Vec<Prepared>) -> anyhow::Result<Vec<Prepared>> {
        let authors: Vec<_> = batch.iter().map(|letter| letter.author.clone()).collect();
        self.done.people += self.authors.make(&self.engine, &self.by, &authors).await?;
        let ids: Vec<Id> = authors.iter().filter_map(|author| self.authors.id(author)).collect();
        self.authors.name_in(&self.engine, &self.by, self.space, ids.into_iter()).await?;
        let mut items: Vec<(Id, Map<String, Value>)> = Vec::with_capacity(batch.len());
        for letter in &batch {
            let author = self.authors.id(&letter.author).context("an author was not made")?;
            items.push((letter.id, letter.props(author)));
        }
        let brought = self.engine.bring_items(&self.by, self.space, items).await;
        let brought = brought.map_err(|error| anyhow::anyhow!("the messages were refused: {}", error.description))?;
        self.in_batch.clear();
        let mut again = Vec::new();
        for (letter, how) in batch.into_iter().zip(brought) {
            let Brought::Refused(error) = how else {
                self.done.count(&letter.place, letter.parent.is_some(), how);
                continue;
            };
            if error.kind == "alreadyExists" {
                self.done.already += 1;
            } else if error.properties.iter().any(|name| name == "parentId") && !letter.again {
                again.push(letter);
            } else {
                self.skip(&letter.place, &error.description);
            }
        }
        // What these answer was refused, or has gone since.
        for letter in &mut again {
            letter.again = true;
            self.awaited.retain(|_, item| Some(*item) != letter.parent);
            let names = (letter.message_id.clone(), letter.parents.clone());
            if let Some(found) = self.find(vec![names]).await?.first() {
                self.place(letter, found);
            }
        }
        Ok(again)
    }
}
