//! Tells this node's listeners of commits, its own and those of other nodes, and tells other nodes of its own. A
//! notification is sent after the commit, in a transaction of its own and for many commits together: inside, it would
//! end group commit. One that is lost costs a second, since every node also looks by itself.

use std::cell::Cell;
use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::thread::JoinHandle;
use std::time::Duration;

use parking_lot::Mutex;
use tokio::sync::Notify;
use tokio_postgres::{AsyncMessage, Client, Connection, Socket};

use super::PostgresOptions;
use super::errors::Fault;
use super::reads::{LOOK, looked};
use super::session::{Use, config, runtime, settings};
use super::tls::Secured;
use crate::Touched;
use crate::row::{N, Seq, StoreError, Tick};
use crate::told::Told;

/// How often a node looks by itself.
const EVERY: Duration = Duration::from_secs(1);
/// Commits so close to each other are told to other nodes together.
const TOGETHER: Duration = Duration::from_millis(5);
/// By its name a node finds the ears of others.
const NAME: &str = "meanwhile ear";

/// What was heard so far, shared by the batcher and the thread that listens.
#[derive(Default)]
pub(super) struct Heard {
    state: Mutex<State>,
    told: Arc<Told>,
    /// Something was committed here.
    news: Notify,
    closing: AtomicBool,
}

#[derive(Default)]
struct State {
    /// All that was written by an older transaction was told.
    seen: Tick,
    /// The newest change of each account that was told.
    known: HashMap<N, Seq>,
    /// The batcher waits for a commit, and will tell of it, with all that came before.
    committing: bool,
}

impl Heard {
    pub(super) fn new(told: Arc<Told>, seen: Tick) -> Heard {
        Heard { state: Mutex::new(State { seen, ..State::default() }), told, ..Heard::default() }
    }

    /// The token to look with next time.
    pub(super) fn seen(&self) -> Tick {
        self.state.lock().seen
    }

    /// A commit is under way: until it is told, nobody else tells, or a token could step over it.
    pub(super) fn committing(&self) {
        self.state.lock().committing = true;
    }

    /// Tells of a look from behind a commit of this node. Listeners are called even if it touched no account, since a
    /// job or a key is none. Gives the token that stands for all that was told.
    pub(super) fn committed(&self, token: Tick, touched: Vec<Touched>) -> Tick {
        let mut state = self.state.lock();
        state.committing = false;
        self.tell(&mut state, token, touched, true);
        let seen = state.seen;
        drop(state);
        self.news.notify_one();
        seen
    }

    /// A commit failed, or its end is unknown.
    pub(super) fn not_committed(&self) {
        self.state.lock().committing = false;
    }

    /// Tells of a look at what others wrote.
    fn looked(&self, token: Tick, touched: Vec<Touched>) {
        let mut state = self.state.lock();
        if !state.committing {
            self.tell(&mut state, token, touched, false);
        }
    }

    /// Under the lock, so that the tokens that listeners hear never fall.
    fn tell(&self, state: &mut State, token: Tick, touched: Vec<Touched>, always: bool) {
        let newer = |(n, _, seq): &Touched| state.known.get(n).is_none_or(|known| known < seq);
        let news: Vec<Touched> = touched.into_iter().filter(newer).collect();
        state.known.extend(news.iter().map(|(n, _, seq)| (*n, *seq)));
        state.seen = state.seen.max(token);
        if always || !news.is_empty() {
            self.told.tell(state.seen, &news);
        }
    }
}

/// The thread that listens.
pub(super) struct Ear {
    heard: Arc<Heard>,
    thread: Option<JoinHandle<()>>,
}

impl Ear {
    pub(super) fn open(options: &PostgresOptions, heard: Arc<Heard>) -> Result<Ear, StoreError> {
        let (options, its) = (options.clone(), heard.clone());
        let thread = std::thread::Builder::new().name("store-ear".into()).spawn(move || listen(&options, &its));
        let thread = thread.map_err(|error| StoreError::Unavailable(format!("no thread to listen: {error}")))?;
        Ok(Ear { heard, thread: Some(thread) })
    }

    pub(super) fn close(&mut self) {
        self.heard.closing.store(true, Relaxed);
        self.heard.news.notify_one();
        if let Some(thread) = self.thread.take().filter(|it| it.thread().id() != std::thread::current().id()) {
            let _ = thread.join();
        }
    }
}

/// Until the end; after a broken connection with another one.
fn listen(options: &PostgresOptions, heard: &Heard) {
    let Ok(runtime) = runtime() else { return };
    runtime.block_on(async {
        let mut quiet = false;
        while !heard.closing.load(Relaxed) {
            match follow(options, heard, &mut quiet).await {
                Ok(()) => return,
                Err(fault) if !quiet => {
                    let error = StoreError::from(fault);
                    tracing::warn!(%error, "what other servers write is not heard; trying again every second");
                    quiet = true;
                }
                Err(_) => {}
            }
            // Own commits are told by the batcher.
            tokio::select! {
                () = tokio::time::sleep(EVERY) => {}
                () = heard.news.notified(), if heard.closing.load(Relaxed) => {}
            }
        }
    });
}

async fn follow(options: &PostgresOptions, heard: &Heard, quiet: &mut bool) -> Result<(), Fault> {
    let (mut config, tls) = config(&options.url).map_err(Fault::Machine)?;
    let (client, connection) = config.application_name(NAME).connect(tls).await?;
    let come = Notify::new();
    let own = Cell::new(None);
    let driven = drive(connection, &come, &own);
    tokio::pin!(driven);
    let work = async {
        let own_pid = client.query_one("SELECT pg_backend_pid()", &[]).await?;
        own.set(own_pid.try_get(0).ok());
        converse(&client, options, heard, &come, quiet).await
    };
    tokio::select! {
        done = work => done,
        ended = &mut driven => Err(ended),
    }
}

/// Moves the connection; rings for each notification of another node.
async fn drive(mut connection: Connection<Socket, Secured<Socket>>, come: &Notify, own: &Cell<Option<i32>>) -> Fault {
    loop {
        match std::future::poll_fn(|context| connection.poll_message(context)).await {
            Some(Ok(AsyncMessage::Notification(from))) if Some(from.process_id()) != own.get() => come.notify_one(),
            Some(Ok(_)) => {}
            Some(Err(error)) => return error.into(),
            None => return Fault::Lost(StoreError::Unavailable("PostgreSQL closed the connection".into())),
        }
    }
}

async fn converse(
    client: &Client,
    options: &PostgresOptions,
    heard: &Heard,
    come: &Notify,
    quiet: &mut bool,
) -> Result<(), Fault> {
    client.batch_execute(&settings(options, Use::Read)).await?;
    client.batch_execute("LISTEN meanwhile").await?;
    let others = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()
                  AND application_name = $1 AND pid <> pg_backend_pid()";
    let (look, others) = (client.prepare(LOOK).await?, client.prepare(others).await?);
    *quiet = false;
    let alone = Cell::new(false);
    let telling = tell_others(client, heard, &alone);
    tokio::pin!(telling);
    loop {
        // Whoever is alone has nobody to tell.
        let others = client.query_one(&others, &[&NAME]).await?.try_get::<_, i64>(0);
        alone.set(others.is_ok_and(|others| others == 0));
        let until = tokio::time::Instant::now() + EVERY;
        loop {
            let since = heard.seen();
            let (token, touched) = looked(&client.query(&look, &[&since.0, &i64::MAX]).await?)?;
            heard.looked(token, touched);
            tokio::select! {
                () = come.notified() => {}
                () = tokio::time::sleep_until(until) => break,
                done = &mut telling => return done,
            }
        }
    }
}

/// Notifies other nodes of commits of this one. Ends well when the store closes.
async fn tell_others(client: &Client, heard: &Heard, alone: &Cell<bool>) -> Result<(), Fault> {
    loop {
        heard.news.notified().await;
        if heard.closing.load(Relaxed) {
            return Ok(());
        }
        if !alone.get() {
            tokio::time::sleep(TOGETHER).await;
            client.batch_execute("NOTIFY meanwhile").await?;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jmap::Id;

    #[test]
    fn what_was_told_is_not_told_again_and_tokens_never_fall() {
        let told = Arc::<Told>::default();
        let (tell, heard) = std::sync::mpsc::channel();
        told.listen(Box::new(move |tick, touched| {
            let _ = tell.send((tick.0, touched.iter().map(|(n, _, seq)| (*n, *seq)).collect::<Vec<_>>()));
        }));
        let ear = Heard::new(told, Tick(5));
        let id = Id::derived(b's', [7; 16]);
        ear.committing();
        ear.looked(Tick(9), vec![(1, id, 4)]);
        assert_eq!(ear.seen(), Tick(5), "whoever commits tells");
        assert_eq!(ear.committed(Tick(9), vec![(1, id, 4)]), Tick(9));
        ear.looked(Tick(7), vec![(1, id, 3), (2, id, 0)]);
        ear.looked(Tick(12), vec![(1, id, 4), (2, id, 0)]);
        assert_eq!(ear.committed(Tick(13), vec![]), Tick(13));
        assert_eq!(heard.try_iter().collect::<Vec<_>>(), [(9, vec![(1, 4)]), (9, vec![(2, 0)]), (13, vec![])]);
    }
}
