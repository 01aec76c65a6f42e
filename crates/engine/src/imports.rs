//! The job of an Import: has the export looked through or brought in by whoever knows its format, and writes down how far
//! that is. What came in stays; a process that dies begins anew, and finds what is there already.

use futures_util::future::BoxFuture;
use jmap::Id;
use model::Record;
use model::importing::IMPORT;
use serde_json::{Map, Value, json};
use std::sync::Arc;
use std::time::Duration;
use store::{Job, Lease, Miss, StoreError, Tx};
use tokio::sync::{mpsc, watch};

use crate::jobs::Ran;
use crate::publish::{kept, owner_desk};
use crate::work::{Done, read, write};
use crate::{Engine, Shared};

/// How often it is written down how far an import is, and looked whether it is still wanted.
const PACE: Duration = Duration::from_secs(1);

/// How far an import is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// What is being done, for people.
    pub what: String,
    /// So much of it.
    pub done: u64,
    /// Of so much.
    pub of: u64,
}

/// What is to be done with an export.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wanted {
    /// Look through it: nothing is written.
    Preview,
    /// Bring it in.
    Import,
}

/// Knows the formats of what comes in. Implemented by the program. It stops, soon, when nobody takes its steps any more.
pub trait Importer: Send + Sync {
    /// Does it with the export of that content, and gives what came of it, an object. The error is a sentence.
    fn run(
        &self,
        engine: Engine,
        wanted: Wanted,
        export: [u8; 32],
        steps: mpsc::UnboundedSender<Step>,
    ) -> BoxFuture<'static, Result<Value, String>>;
}

/// How a run ended.
enum Outcome {
    Did(Value),
    Failed(String),
    /// Something else is wanted by now, or nothing.
    Unwanted,
    /// The server stops; the job stays.
    Later,
}

/// What is wanted, with the words for it under way and done, and where the answer goes.
struct Doing {
    what: Wanted,
    wanted: &'static str,
    under_way: &'static str,
    done: &'static str,
    answer: &'static str,
}

const DOINGS: [Doing; 2] = [
    Doing { what: Wanted::Preview, wanted: "preview", under_way: "previewing", done: "previewed", answer: "preview" },
    Doing { what: Wanted::Import, wanted: "import", under_way: "importing", done: "imported", answer: "result" },
];

/// Runs one job `import/<id>`.
pub(crate) async fn go_on(
    shared: &Arc<Shared>,
    lease: &Lease,
    job: &Job,
    stopped: watch::Receiver<bool>,
) -> Result<Ran, StoreError> {
    let id = job.run.strip_prefix("import/").and_then(|id| Id::parse(id).ok());
    let id = id.ok_or_else(|| StoreError::Broken(format!("the job {} says not what to import", job.run)))?;
    let place = Place { shared, lease, account: job.account, id, run: job.run.clone(), stopped };
    // What is wanted may be another thing when one is done.
    loop {
        let Some((doing, export)) = place.begin().await? else { return Ok(Ran::Done) };
        let outcome = place.work(doing, export).await?;
        if matches!(outcome, Outcome::Later) {
            return Ok(Ran::Done);
        }
        place.end(doing, outcome).await?;
    }
}

/// Waits until what runs beside the requests is ended.
async fn ends(stopped: &mut watch::Receiver<bool>) {
    // It ends too when nobody is left who could say so.
    let _ = stopped.wait_for(|stopped| *stopped).await;
}

struct Place<'a> {
    shared: &'a Arc<Shared>,
    lease: &'a Lease,
    account: Id,
    id: Id,
    run: String,
    stopped: watch::Receiver<bool>,
}

impl Place<'_> {
    /// Says that it is under way. `None`: nothing is to be done, and the job is over.
    async fn begin(&self) -> Result<Option<(&'static Doing, [u8; 32])>, StoreError> {
        let known = self.write(|record, props| {
            let doing = DOINGS.iter().find(|doing| doing.wanted == record.str("wanted"));
            match doing {
                Some(doing) => {
                    props.insert("state".into(), json!(doing.under_way));
                    props.insert("reason".into(), Value::Null);
                }
                None if matches!(record.str("state"), "waiting" | "previewing" | "importing") => {
                    props.insert("state".into(), json!("stopped"));
                    props.insert("progress".into(), Value::Null);
                }
                None => {}
            }
            (doing, doing.is_none())
        });
        let (Some(Some(doing)), blob) = (known.await?, self.blob().await?) else { return Ok(None) };
        let gone = || StoreError::Broken(format!("the file of the import {} is gone", self.id));
        Ok(Some((doing, blob.ok_or_else(gone)?)))
    }

    async fn blob(&self) -> Result<Option<[u8; 32]>, StoreError> {
        let (account, id, shared) = (self.account, self.id, self.shared.clone());
        read(&*self.shared.store, move |at| {
            let Some(head) = at.head(account)? else { return Ok(None) };
            let Some(row) = at.get(head.n, IMPORT.number, &[id], false)?.pop() else { return Ok(None) };
            let Some(blob) = crate::records::record(&shared.registry, &row).id("blobId") else { return Ok(None) };
            Ok(at.blob(blob)?.map(|blob| blob.hash))
        })
        .await
    }

    async fn work(&self, doing: &'static Doing, export: [u8; 32]) -> Result<Outcome, StoreError> {
        let Some(importer) = self.shared.importer.get().cloned() else {
            return Ok(Outcome::Failed("this server can't import; use the program's command line".into()));
        };
        let (tell, mut steps) = mpsc::unbounded_channel();
        let engine = Engine { shared: self.shared.clone() };
        let mut task = tokio::spawn(importer.run(engine, doing.what, export, tell));
        let mut stopped = self.stopped.clone();
        let (mut pace, mut newest) = (tokio::time::interval(PACE), None);
        let early = loop {
            tokio::select! {
                done = &mut task => {
                    let done = done.unwrap_or_else(|_| Err("the importer broke; the server's log has more".into()));
                    return Ok(done.map_or_else(Outcome::Failed, Outcome::Did));
                }
                Some(step) = steps.recv() => newest = Some(step),
                _ = pace.tick() => if !self.still(doing, newest.take()).await? { break Outcome::Unwanted },
                () = ends(&mut stopped) => break Outcome::Later,
            }
        };
        // It notices at its next step.
        drop(steps);
        match task.await {
            // It was done before it noticed.
            Ok(Ok(done)) if matches!(early, Outcome::Unwanted) => Ok(Outcome::Did(done)),
            _ => Ok(early),
        }
    }

    /// Writes down how far it is; false if it is not wanted any more.
    async fn still(&self, doing: &'static Doing, step: Option<Step>) -> Result<bool, StoreError> {
        let wanted = self.write(move |record, props| {
            if let Some(Step { what, done, of }) = &step {
                props.insert("progress".into(), json!({ "what": what, "done": done, "of": of }));
            }
            (record.str("wanted") == doing.wanted, false)
        });
        Ok(wanted.await?.unwrap_or(false))
    }

    async fn end(&self, doing: &'static Doing, outcome: Outcome) -> Result<(), StoreError> {
        let ended = self.write(move |record, props| {
            props.insert("progress".into(), Value::Null);
            let (state, name, value) = match &outcome {
                Outcome::Did(answer) => (doing.done, doing.answer, answer.clone()),
                Outcome::Failed(why) => ("failed", "reason", json!(why)),
                Outcome::Unwanted | Outcome::Later => return ((), false),
            };
            props.insert("state".into(), json!(state));
            props.insert(name.into(), value);
            if record.str("wanted") == doing.wanted {
                props.insert("wanted".into(), json!("nothing"));
            }
            ((), false)
        });
        ended.await.map(drop)
    }

    /// Looks at the record and changes it; if the closure says that it is over, or it is gone, the job goes too.
    async fn write<T: Send + 'static>(
        &self,
        mut change: impl FnMut(&Record, &mut Map<String, Value>) -> (T, bool) + Send + 'static,
    ) -> Result<Option<T>, StoreError> {
        let (shared, account, id, run) = (self.shared.clone(), self.account, self.id, self.run.clone());
        let work = move |tx: &mut dyn Tx| -> Result<Done<Option<T>>, Miss> {
            let now = shared.clock.now();
            let Some(mut desk) = owner_desk(&shared, tx, account, now)? else { return Ok(Done::Undo(None)) };
            let n = desk.access.head.n;
            let Some(before) = kept(desk.there(n, &IMPORT, id))? else {
                desk.tx.drop_job(n, &run);
                return Ok(Done::Keep(None));
            };
            let mut after = before.clone();
            let (answer, over) = change(&before, &mut after.props);
            if after != before {
                after.seq = desk.tx.next_seq(n)?;
                kept(desk.rewrite(&IMPORT, &before, &after))?;
            }
            if over {
                desk.tx.drop_job(n, &run);
            }
            Ok(Done::Keep(Some(answer)))
        };
        write(&*self.shared.store, vec![account], Some(self.lease.clone()), work).await
    }
}
