//! Brings a database to the newest schema, and notices when it is a copy of what it was.

use super::errors::Fault;
use super::purge::in_transaction;
use super::rows;
use super::session::Session;
use crate::StoreError;

/// One step of the schema each, with its name. Never change an old one: its checksum is in the databases.
const STEPS: &[(&str, &str)] = &[("first", include_str!("schema.sql"))];

/// The oldest PostgreSQL that will do.
const OLDEST: i32 = 150_000;

fn refused(why: impl Into<String>) -> Fault {
    Fault::Machine(StoreError::Unavailable(why.into()))
}

/// Takes the steps that the database has not had; refuses one of another program or of a newer version.
pub(super) fn migrate(c: &Session) -> Result<(), Fault> {
    let version = "SELECT current_setting('server_version_num')::integer, current_setting('server_version'),
                          current_setting('server_encoding')";
    let read = |row: &tokio_postgres::Row| {
        Ok((rows::get::<i32>(row, 0)?, rows::get::<String>(row, 1)?, rows::get::<String>(row, 2)?))
    };
    let (number, version, encoding) =
        c.wait(c.link.one(version, &[], read))?.ok_or_else(|| Fault::damaged("the server has no version"))?;
    if number < OLDEST {
        return Err(refused(format!("this is PostgreSQL {version}; Meanwhile needs 15 or newer")));
    }
    if encoding != "UTF8" {
        return Err(refused(format!("the database's encoding is {encoding}; make it anew with ENCODING 'UTF8'")));
    }
    // Where two nodes make the table at the same time, one of them is refused once.
    let made = (0..3).find_map(|_| c.execute(MIGRATIONS).ok());
    made.map_or_else(|| c.execute(MIGRATIONS), Ok)?;
    in_transaction(c, || {
        // One node at a time.
        c.execute("LOCK TABLE migrations IN ACCESS EXCLUSIVE MODE")?;
        take_steps(c)
    })?;
    in_transaction(c, || know_the_place(c))
}

const MIGRATIONS: &str = "CREATE TABLE IF NOT EXISTS migrations (
    step INTEGER PRIMARY KEY, name TEXT NOT NULL, checksum BYTEA NOT NULL, version TEXT NOT NULL)";

fn take_steps(c: &Session) -> Result<(), Fault> {
    let read = |row: &tokio_postgres::Row| Ok((rows::get::<String>(row, 0)?, rows::get::<Vec<u8>>(row, 1)?));
    let had = c.wait(c.link.all("SELECT name, checksum FROM migrations ORDER BY step", &[], read))?;
    if had.is_empty() {
        let others = "SELECT count(*) FROM pg_class WHERE relnamespace = current_schema()::regnamespace
                      AND relkind IN ('r', 'p', 'v', 'm') AND relname <> 'migrations'";
        let others = c.wait(c.link.one(others, &[], |row| rows::get::<i64>(row, 0)))?;
        if others.is_some_and(|others| others > 0) {
            return Err(refused(
                "the database is another program's: it has tables, and none of Meanwhile; make a new one",
            ));
        }
    }
    if had.len() > STEPS.len() {
        return Err(refused(format!(
            "it was written by a newer version of Meanwhile (schema {}, this version knows {}); start that version",
            had.len(),
            STEPS.len()
        )));
    }
    for (i, (name, sql)) in STEPS.iter().enumerate() {
        let checksum = blake3::hash(sql.as_bytes()).as_bytes().to_vec();
        match had.get(i) {
            Some((had, sum)) if had == name && *sum == checksum => {}
            Some((had, _)) => {
                return Err(refused(format!(
                    "step {} of its schema ({had}) is not the one of this version; start the version that made it",
                    i + 1
                )));
            }
            None => {
                c.execute(sql)?;
                let insert = "INSERT INTO migrations (step, name, checksum, version) VALUES ($1, $2, $3, $4)";
                let step = i32::try_from(i + 1).expect("there are few steps");
                c.wait(c.link.run(insert, &[&step, name, &checksum, &env!("CARGO_PKG_VERSION")]))?;
            }
        }
    }
    Ok(())
}

/// The cluster, its timeline, and the database in it. A dump, a copy or a promoted standby is at another place than
/// what it was made from.
const PLACE: &str =
    "SELECT s.system_identifier || '/' || substr(pg_walfile_name(pg_current_wal_lsn()), 1, 8) || '/' || d.oid
     FROM pg_control_system() s, pg_database d WHERE d.datname = current_database()";

/// At a new place transactions are numbered anew, and replicas may know more than there is: all of it starts again, and
/// what goes outside is held until an admin says so.
fn know_the_place(c: &Session) -> Result<(), Fault> {
    let place = c.wait(c.link.one(PLACE, &[], |row| rows::get::<String>(row, 0)))?;
    let place = place.ok_or_else(|| Fault::damaged("the database does not know its name"))?;
    let known = c.wait(c.link.one("SELECT place FROM meta FOR UPDATE", &[], |row| rows::get::<String>(row, 0)))?;
    let known = known.ok_or_else(|| Fault::damaged("the table meta is empty"))?;
    if known == place {
        return Ok(());
    }
    c.wait(c.link.run("UPDATE meta SET place = $1", &[&place]))?;
    if known.is_empty() {
        return Ok(());
    }
    tracing::warn!(
        "the database was restored, copied or promoted: replicas start again, and what goes outside is held"
    );
    c.execute(
        // As in `copy::Rewrite`: what counts of a tick is which cursors it is newer than.
        "CREATE TEMP TABLE seen ON COMMIT DROP AS SELECT DISTINCT tick FROM cursors;
         UPDATE accounts SET tick = 1 + (SELECT count(*) FROM seen s WHERE s.tick <= accounts.tick),
           lineage = ('x' || translate(substr(gen_random_uuid()::text || n, 1, 18), '-', ''))::bit(64)::bigint;
         UPDATE records SET tick = 1 + (SELECT count(*) FROM seen s WHERE s.tick <= records.tick);
         UPDATE cursors SET tick = 2 + (SELECT count(*) FROM seen s WHERE s.tick < cursors.tick);
         UPDATE leases SET holder = NULL;",
    )?;
    super::leases::hold(c, true).map(|_| ())
}
