//! One connection, with a runtime of its own: whoever holds it is a thread that may wait. Statements are prepared once.

use std::cell::RefCell;
use std::collections::HashMap;
use std::future::Future;
use std::time::Duration;

use tokio::runtime::{Builder, Runtime};
use tokio_postgres::config::SslMode;
use tokio_postgres::types::ToSql;
use tokio_postgres::{Client, Config, CopyInSink, Row, RowStream, Statement};

use super::PostgresOptions;
use super::errors::Fault;
use super::tls::{Asked, Mode, Tls};
use crate::StoreError;

/// A value for a statement.
pub(super) type Param<'a> = &'a (dyn ToSql + Sync);

/// How long a connection may take to come about, and how long the network may leave sent data without an answer.
const CONNECT: Duration = Duration::from_secs(5);
const SILENT: Duration = Duration::from_secs(15);

/// What a session is for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Use {
    Write,
    Read,
    /// Long work, which no timeout ends.
    Upkeep,
}

/// The way to the server, for futures.
pub(super) struct Link {
    client: Client,
    statements: RefCell<HashMap<Box<str>, Statement>>,
}

/// A link and what drives it.
pub(super) struct Session {
    // Dropped first: the connection's task is told of it when the runtime goes.
    pub(super) link: Link,
    runtime: Runtime,
}

/// Reads the address, and what connections are made with; its errors must not show a password.
pub(super) fn config(url: &str) -> Result<(Config, Tls), StoreError> {
    let (url, asked) = Asked::of(url)?;
    let mut config: Config = url.parse().map_err(|_| {
        StoreError::Unavailable(
            "the database's address is not one of PostgreSQL; write postgres://user:password@host/name".into(),
        )
    })?;
    // Where it was asked for, nothing is sent without it.
    config.ssl_mode(if asked.mode == Mode::Disable { SslMode::Disable } else { SslMode::Require });
    config.connect_timeout(CONNECT).tcp_user_timeout(SILENT).keepalives_idle(SILENT);
    Ok((config, asked.connector()?))
}

pub(super) fn runtime() -> Result<Runtime, Fault> {
    let built = Builder::new_current_thread().enable_all().build();
    built.map_err(|error| Fault::Machine(StoreError::Unavailable(format!("no runtime for a connection: {error}"))))
}

/// What every connection of ours is set to. Plans never depend on values or statistics: each query has its index.
pub(super) fn settings(options: &PostgresOptions, for_use: Use) -> String {
    let (statement, idle) = match for_use {
        Use::Upkeep => (0, 0),
        _ => (options.statement_ms, options.idle_ms),
    };
    let synchronous = if for_use == Use::Write { options.synchronous_commit } else { "on" };
    format!(
        "SET statement_timeout = {statement}; SET idle_in_transaction_session_timeout = {idle};
         SET lock_timeout = {statement}; SET synchronous_commit = {synchronous}; SET jit = off;
         SET plan_cache_mode = force_generic_plan; SET enable_seqscan = off; SET enable_hashjoin = off;
         SET enable_mergejoin = off; SET client_min_messages = warning; SET standard_conforming_strings = on;
         SET default_transaction_isolation = 'read committed'; SET max_parallel_workers_per_gather = 0"
    )
}

impl Session {
    pub(super) fn open(options: &PostgresOptions, for_use: Use) -> Result<Session, Fault> {
        let (mut config, tls) = config(&options.url).map_err(Fault::Machine)?;
        config.application_name("meanwhile");
        let runtime = runtime()?;
        let client = runtime.block_on(async {
            let (client, connection) = config.connect(tls).await?;
            tokio::spawn(connection);
            client.batch_execute(&settings(options, for_use)).await?;
            Ok::<_, tokio_postgres::Error>(client)
        })?;
        Ok(Session { link: Link { client, statements: RefCell::default() }, runtime })
    }

    /// Waits for an answer.
    pub(super) fn wait<T>(&self, answer: impl Future<Output = T>) -> T {
        self.runtime.block_on(answer)
    }

    /// Statements without values and without an answer.
    pub(super) fn execute(&self, sql: &str) -> Result<(), Fault> {
        self.wait(self.link.execute(sql))
    }
}

impl Link {
    pub(super) async fn execute(&self, sql: &str) -> Result<(), Fault> {
        Ok(self.client.batch_execute(sql).await?)
    }

    /// Prepares a statement, or takes the one prepared before.
    pub(super) async fn prepared(&self, sql: &str) -> Result<Statement, Fault> {
        if let Some(statement) = self.statements.borrow().get(sql) {
            return Ok(statement.clone());
        }
        let statement = self.client.prepare(sql).await?;
        self.statements.borrow_mut().insert(sql.into(), statement.clone());
        Ok(statement)
    }

    /// Runs what is prepared. Sent when first polled, so those that are polled one after the other keep their order.
    pub(super) async fn send(&self, statement: &Statement, params: &[Param<'_>]) -> Result<u64, Fault> {
        Ok(self.client.execute(statement, params).await?)
    }

    pub(super) async fn ask(&self, statement: &Statement, params: &[Param<'_>]) -> Result<Vec<Row>, Fault> {
        Ok(self.client.query(statement, params).await?)
    }

    /// The rows one after the other, as they are taken.
    pub(super) async fn stream(&self, sql: &str) -> Result<RowStream, Fault> {
        let none = std::iter::empty::<Param<'_>>();
        Ok(self.client.query_raw(&self.prepared(sql).await?, none).await?)
    }

    /// Where rows go in that are written together.
    pub(super) async fn copy_in(&self, sql: &str) -> Result<CopyInSink<bytes::Bytes>, Fault> {
        Ok(self.client.copy_in(sql).await?)
    }

    /// How many rows it wrote.
    pub(super) async fn run(&self, sql: &str, params: &[Param<'_>]) -> Result<u64, Fault> {
        self.send(&self.prepared(sql).await?, params).await
    }

    pub(super) async fn all<T>(
        &self,
        sql: &str,
        params: &[Param<'_>],
        read: impl Fn(&Row) -> Result<T, Fault>,
    ) -> Result<Vec<T>, Fault> {
        let rows = self.ask(&self.prepared(sql).await?, params).await?;
        rows.iter().map(read).collect()
    }

    pub(super) async fn one<T>(
        &self,
        sql: &str,
        params: &[Param<'_>],
        read: impl Fn(&Row) -> Result<T, Fault>,
    ) -> Result<Option<T>, Fault> {
        Ok(self.all(sql, params, read).await?.pop())
    }
}

/// A session that is opened when it is needed, and again when it broke.
pub(super) struct Line {
    options: PostgresOptions,
    for_use: Use,
    session: Option<Session>,
}

impl Line {
    pub(super) fn new(options: &PostgresOptions, for_use: Use) -> Line {
        Line { options: options.clone(), for_use, session: None }
    }

    /// The session, opened if there is none.
    pub(super) fn session(&mut self) -> Result<&Session, Fault> {
        if self.session.is_none() {
            self.session = Some(Session::open(&self.options, self.for_use)?);
        }
        Ok(self.session.as_ref().expect("it was opened"))
    }

    /// Never used again.
    pub(super) fn hang_up(&mut self) {
        self.session = None;
    }

    /// Runs something that is harmless when repeated; a connection that broke meanwhile is opened once more.
    pub(super) fn with<T>(&mut self, run: impl Fn(&Session) -> Result<T, Fault>) -> Result<T, Fault> {
        let fresh = self.session.is_none();
        let done = self.session().and_then(&run);
        match done {
            Err(Fault::Lost(_)) if !fresh => {
                self.hang_up();
                let done = self.session().and_then(&run);
                if done.is_err() {
                    self.hang_up();
                }
                done
            }
            Err(fault) => {
                self.hang_up();
                Err(fault)
            }
            fine => fine,
        }
    }
}
