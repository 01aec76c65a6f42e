//! What PostgreSQL's errors mean: to the batcher, and to a caller of the store.

use tokio_postgres::Error;
use tokio_postgres::error::SqlState;

use crate::StoreError;

/// How a statement failed.
#[derive(Debug)]
pub(super) enum Fault {
    /// The connection is gone. What was sent last may have been done or not.
    Lost(StoreError),
    /// The machine can't.
    Machine(StoreError),
    /// A table refuses a row: some command's fault.
    Rule(StoreError),
    /// Another node was first: the same again, from the beginning, sees what it wrote.
    Again(StoreError),
    /// A statement before this one failed, and says why.
    After(StoreError),
}

impl Fault {
    pub(super) fn damaged(what: &str) -> Fault {
        Fault::Machine(StoreError::Corrupt(what.into()))
    }

    pub(super) fn is_lost(&self) -> bool {
        matches!(self, Fault::Lost(_))
    }

    /// Of several statements sent together, the one that tells why.
    pub(super) fn first<T>(results: Vec<Result<T, Fault>>) -> Result<Vec<T>, Fault> {
        let (mut fine, mut after) = (Vec::with_capacity(results.len()), None);
        for result in results {
            match result {
                Ok(value) => fine.push(value),
                Err(fault @ Fault::After(_)) => after = Some(fault),
                Err(fault) => return Err(fault),
            }
        }
        after.map_or(Ok(fine), Err)
    }
}

impl From<Fault> for StoreError {
    fn from(fault: Fault) -> StoreError {
        match fault {
            Fault::Lost(error)
            | Fault::Machine(error)
            | Fault::Rule(error)
            | Fault::Again(error)
            | Fault::After(error) => error,
        }
    }
}

/// Two nodes that open an account at once meet at one of these.
const MEETING: [&str; 2] = ["accounts_pkey", "accounts_id_key"];

impl From<Error> for Fault {
    fn from(error: Error) -> Fault {
        let Some(told) = error.as_db_error() else {
            let text = chain(&error);
            if text.contains("performing TLS handshake") {
                return Fault::Machine(StoreError::Unavailable(format!("{}: {text}", tls_advice(&text))));
            }
            // A value that can't be sent is the fault of whoever wrote it; all else is the way to the server.
            return if error.is_closed() || !text.contains("serializ") {
                Fault::Lost(StoreError::Unavailable(format!("no answer from PostgreSQL: {text}")))
            } else {
                Fault::Rule(StoreError::Broken(text))
            };
        };
        let text = told.message().to_owned();
        let unavailable = |what: &str| StoreError::Unavailable(format!("{what} (PostgreSQL: {text})"));
        match told.code() {
            &SqlState::DISK_FULL => Fault::Machine(StoreError::Full(text)),
            &SqlState::DATA_CORRUPTED | &SqlState::INDEX_CORRUPTED => Fault::Machine(StoreError::Corrupt(text)),
            &SqlState::T_R_SERIALIZATION_FAILURE | &SqlState::T_R_DEADLOCK_DETECTED => {
                Fault::Again(unavailable("other servers write to the same accounts"))
            }
            &SqlState::UNIQUE_VIOLATION if told.constraint().is_some_and(|name| MEETING.contains(&name)) => {
                Fault::Again(unavailable("other servers open accounts at the same time"))
            }
            &SqlState::IN_FAILED_SQL_TRANSACTION => Fault::After(unavailable("a statement before failed")),
            &SqlState::TOO_MANY_CONNECTIONS => {
                Fault::Lost(unavailable("PostgreSQL has too many connections; raise max_connections or stop others"))
            }
            &SqlState::QUERY_CANCELED | &SqlState::LOCK_NOT_AVAILABLE => {
                Fault::Machine(unavailable("PostgreSQL is too slow: a statement took longer than it may"))
            }
            &SqlState::ADMIN_SHUTDOWN
            | &SqlState::CRASH_SHUTDOWN
            | &SqlState::CANNOT_CONNECT_NOW
            | &SqlState::IDLE_IN_TRANSACTION_SESSION_TIMEOUT => Fault::Lost(unavailable("PostgreSQL is restarting")),
            &SqlState::READ_ONLY_SQL_TRANSACTION => {
                Fault::Machine(unavailable("the database may not be written; is it a standby?"))
            }
            // Without any right on it, a schema is not there at all.
            &SqlState::INSUFFICIENT_PRIVILEGE | &SqlState::INVALID_SCHEMA_NAME => {
                Fault::Machine(unavailable("the database user may not do that; make it the owner of the database"))
            }
            code if code.code().starts_with("08") => Fault::Lost(unavailable("the connection broke")),
            code if code.code().starts_with("53") || code.code().starts_with("58") => {
                Fault::Machine(unavailable("PostgreSQL lacks something"))
            }
            code if code.code().starts_with("28") || code.code() == "3D000" => {
                Fault::Machine(unavailable("PostgreSQL refuses the connection"))
            }
            code => Fault::Rule(StoreError::Broken(format!("{text} ({})", code.code()))),
        }
    }
}

/// What to do about a TLS that did not come about.
fn tls_advice(text: &str) -> &'static str {
    if text.contains("does not support TLS") {
        "PostgreSQL has no TLS there; switch it on (ssl = on), or write sslmode=disable"
    } else if text.contains("UnknownIssuer") || text.contains("BadSignature") {
        "the authority that made PostgreSQL's certificate is not known here; name its file with sslrootcert=FILE"
    } else if text.contains("not valid for name") || text.contains("NotValidForName") {
        "PostgreSQL's certificate is for another host; connect by the name in it"
    } else {
        "there is no TLS with PostgreSQL"
    }
}

/// An error and what is behind it: the outermost alone says little.
pub(super) fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut inner = error.source();
    while let Some(error) = inner {
        let more = error.to_string();
        if !text.contains(&more) {
            text = format!("{text}: {more}");
        }
        inner = error.source();
    }
    text
}
