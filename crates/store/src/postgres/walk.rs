//! A database as one end of a copy.

use std::pin::pin;

use futures_util::StreamExt;
use tokio_postgres::binary_copy::BinaryCopyInWriter;
use tokio_postgres::types::{ToSql, Type};
use tokio_postgres::{Row, RowStream};

use super::errors::Fault;
use super::purge::in_transaction;
use super::session::{Session, Use};
use super::{PostgresOptions, leases, rows, schema};
use crate::StoreError;
use crate::copy::{Each, End, MARK, Mark, Newer, Shape, TABLES, Table, Target, Value};

/// Rows that are taken over at once.
const AT_ONCE: usize = 200;

/// A session that nobody else uses.
pub(crate) struct Postgres {
    session: Session,
    /// Has the mark to itself, so that two copies into one database do not meet.
    alone: Option<Session>,
}

impl Postgres {
    /// To read the state of this moment, while servers go on writing.
    pub(crate) fn moment(options: &PostgresOptions) -> Result<Postgres, StoreError> {
        let session = Session::open(options, Use::Upkeep)?;
        session.execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")?;
        Ok(Postgres { session, alone: None })
    }

    /// To read all of it while nobody writes: refuses where a server works, and lets none write until the end.
    pub(crate) fn still(options: &PostgresOptions) -> Result<Postgres, StoreError> {
        let session = Session::open(options, Use::Upkeep)?;
        schema::migrate(&session)?;
        refuse_unfinished(&session)?;
        session
            .execute("BEGIN ISOLATION LEVEL REPEATABLE READ; LOCK TABLE accounts, leases IN SHARE MODE NOWAIT")
            .map_err(|fault| busy(fault, "a server writes to the database; stop all of them first"))?;
        if let Some(name) = session.wait(leases::any_held(&session.link))? {
            return Err(StoreError::Unavailable(format!(
                "a server works on the database (it holds {name}); stop all of them first; one that was killed counts \
                 for a quarter of a minute longer"
            )));
        }
        Ok(Postgres { session, alone: None })
    }

    /// To write it.
    pub(crate) fn target(options: &PostgresOptions) -> Result<Postgres, StoreError> {
        let session = Session::open(options, Use::Upkeep)?;
        schema::migrate(&session)?;
        // Until it is finished, what a crash takes is copied again.
        session.execute("SET synchronous_commit = off")?;
        Ok(Postgres { session, alone: Some(Session::open(options, Use::Upkeep)?) })
    }

    fn take_alone(&self) -> Result<(), StoreError> {
        let Some(alone) = &self.alone else { return Ok(()) };
        // A copy that was killed holds the lock until the database has noticed, which takes a moment.
        let wait = "SET LOCAL lock_timeout = '5s'";
        let taken = alone.execute(&format!("BEGIN; {wait}; LOCK TABLE {MARK} IN EXCLUSIVE MODE"));
        taken.map_err(|fault| busy(fault, "another copy into this database is running; wait for its end"))
    }

    fn is_marked(&self) -> Result<bool, StoreError> {
        Ok(marked(&self.session)?)
    }
}

/// What a lock that somebody has means.
fn busy(fault: Fault, why: &str) -> StoreError {
    match fault {
        Fault::Machine(StoreError::Unavailable(_)) => StoreError::Unavailable(why.into()),
        other => other.into(),
    }
}

/// An unfinished copy is no store.
pub(super) fn refuse_unfinished(c: &Session) -> Result<(), Fault> {
    if marked(c)? {
        return Err(Fault::Machine(StoreError::Unavailable(crate::copy::UNFINISHED.into())));
    }
    Ok(())
}

fn marked(c: &Session) -> Result<bool, Fault> {
    let sql = "SELECT to_regclass($1) IS NOT NULL";
    Ok(c.wait(c.link.one(sql, &[&MARK], |row| rows::get::<bool>(row, 0)))?.unwrap_or_default())
}

impl End for Postgres {
    fn newer(&self) -> Newer {
        Newer::AtLeast
    }

    fn walk(&mut self, table: &Table, each: &mut Each) -> Result<(), StoreError> {
        let c = &self.session;
        let rows: RowStream = c.wait(async { c.link.stream(&table.select()).await })?;
        let mut rows = pin!(rows);
        loop {
            let some: Vec<_> = c.wait(rows.by_ref().take(AT_ONCE).collect());
            let end = some.len() < AT_ONCE;
            for row in some {
                each(values(&row.map_err(Fault::from)?, table.columns)?)?;
            }
            if end {
                return Ok(());
            }
        }
    }

    fn count(&mut self, table: &Table) -> Result<u64, StoreError> {
        let sql = format!("SELECT count(*) FROM {}", table.name);
        let c = &self.session;
        Ok(c.wait(c.link.one(&sql, &[], |row| rows::unsigned(row, 0)))?.unwrap_or_default())
    }

    fn outward(&mut self) -> Result<i64, StoreError> {
        let c = &self.session;
        let found = c.wait(c.link.one("SELECT outward FROM meta", &[], |row| rows::get(row, 0)))?;
        found.ok_or_else(|| StoreError::Corrupt("the table meta is empty".into()))
    }
}

impl Target for Postgres {
    fn mark(&mut self, mark: Option<&Mark>) -> Result<Option<Mark>, StoreError> {
        let c = &self.session;
        let Some(mark) = mark else {
            if !self.is_marked()? {
                return Ok(None);
            }
            let sql = format!("SELECT whose, seed FROM {MARK}");
            self.take_alone()?;
            let read = |row: &Row| Ok(Mark { whose: rows::hash(row, 0)?, seed: rows::hash(row, 1)? });
            let found = c.wait(c.link.one(&sql, &[], read))?;
            return found.map(Some).ok_or_else(|| StoreError::Corrupt(format!("the table {MARK} is empty")));
        };
        let made = in_transaction(c, || {
            // Who comes second waits here, and then finds it made.
            c.execute("LOCK TABLE migrations IN ACCESS EXCLUSIVE MODE")?;
            if marked(c)? {
                return Ok(false);
            }
            for table in TABLES {
                let sql = format!("SELECT 1 FROM {} LIMIT 1", table.name);
                if c.wait(c.link.one(&sql, &[], |_| Ok(())))?.is_some() {
                    return Ok(false);
                }
            }
            c.execute(&format!("CREATE TABLE {MARK} (whose BYTEA NOT NULL, seed BYTEA NOT NULL)"))?;
            let insert = format!("INSERT INTO {MARK} VALUES ($1, $2)");
            c.wait(c.link.run(&insert, &[&mark.whose.as_slice(), &mark.seed.as_slice()]))?;
            Ok(true)
        })?;
        if !made {
            return Ok(None);
        }
        self.take_alone()?;
        Ok(Some(mark.clone()))
    }

    fn last(&mut self, table: &Table) -> Result<Option<Vec<Value>>, StoreError> {
        let c = &self.session;
        let key = &table.columns[..table.key];
        Ok(c.wait(c.link.one(&table.greatest(), &[], |row| values(row, key)))?)
    }

    fn append(&mut self, table: &Table, rows: &[Vec<Value>]) -> Result<(), StoreError> {
        let c = &self.session;
        let sql = format!("COPY {} ({}) FROM STDIN BINARY", table.name, table.listed(false));
        let types: Vec<Type> = table.columns.iter().map(|(_, shape)| type_of(*shape)).collect();
        let written: Result<(), Fault> = c.wait(async {
            let mut writer = pin!(BinaryCopyInWriter::new(c.link.copy_in(&sql).await?, &types));
            for row in rows {
                let params = row.iter().zip(table.columns).map(|(value, (_, shape))| param(value, *shape));
                let params: Vec<Box<dyn ToSql + Sync + Send>> = params.collect::<Result<_, Fault>>()?;
                writer.as_mut().write_raw(params.iter().map(|param| &**param as &(dyn ToSql + Sync))).await?;
            }
            writer.finish().await?;
            Ok(())
        });
        written.map_err(|fault| match StoreError::from(fault) {
            StoreError::Broken(why) => StoreError::Broken(format!("{} can't be copied: {why}", table.name)),
            other => other,
        })
    }

    fn clear(&mut self, table: &Table) -> Result<(), StoreError> {
        Ok(self.session.execute(&format!("TRUNCATE {}", table.name))?)
    }

    fn finish(&mut self, outward: i64, _above: i64) -> Result<(), StoreError> {
        self.alone = None;
        let c = &self.session;
        c.execute("SET synchronous_commit = on")?;
        Ok(in_transaction(c, || {
            c.wait(c.link.run("UPDATE meta SET outward = $1", &[&outward]))?;
            c.execute(&format!("DROP TABLE {MARK}"))
        })?)
    }
}

fn type_of(shape: Shape) -> Type {
    match shape {
        Shape::Small => Type::INT4,
        Shape::Big => Type::INT8,
        Shape::Bytes => Type::BYTEA,
        Shape::Text => Type::TEXT,
    }
}

fn values(row: &Row, columns: &[(&str, Shape)]) -> Result<Vec<Value>, Fault> {
    let value = |(at, (_, shape)): (usize, &(&str, Shape))| {
        Ok(match shape {
            Shape::Small => rows::get::<Option<i32>>(row, at)?.map(|number| Value::Int(number.into())),
            Shape::Big => rows::get::<Option<i64>>(row, at)?.map(Value::Int),
            Shape::Bytes => rows::get::<Option<Vec<u8>>>(row, at)?.map(Value::Bytes),
            Shape::Text => rows::get::<Option<String>>(row, at)?.map(Value::Text),
        }
        .unwrap_or(Value::Null))
    };
    columns.iter().enumerate().map(value).collect()
}

/// A value for a column; each has the type that the column takes, or is refused.
fn param(value: &Value, shape: Shape) -> Result<Box<dyn ToSql + Sync + Send>, Fault> {
    Ok(match (value, shape) {
        (Value::Int(number), Shape::Small) => {
            let number = i32::try_from(*number);
            Box::new(number.map_err(|_| Fault::damaged("a small number has more than 32 bits"))?)
        }
        (Value::Int(number), Shape::Big) => Box::new(*number),
        (Value::Bytes(bytes), Shape::Bytes) => Box::new(bytes.clone()),
        (Value::Text(text), Shape::Text) => Box::new(text.clone()),
        (Value::Null, Shape::Small) => Box::new(None::<i32>),
        (Value::Null, Shape::Big) => Box::new(None::<i64>),
        (Value::Null, Shape::Bytes) => Box::new(None::<Vec<u8>>),
        (Value::Null, Shape::Text) => Box::new(None::<String>),
        _ => return Err(Fault::damaged("a column holds what it should not")),
    })
}
