//! Sessions: browsers that are signed in.

use jmap::{Id, UtcDate};
use model::{Caller, Record, person};
use serde_json::{Map, Value, json};
use std::fmt;
use store::{N, StoreError};

use super::secret::{self, Secret, Use};
use super::tries::Tries;
use super::{Held, SignInError, credential, credential_id, is_still, links, may_write, password};
use crate::desk::{Fault, not_found};
use crate::people::hand::{Hand, by_hand};
use crate::work::read;
use crate::{Engine, Shared, records};

const LIVES_MS: i64 = 90 * jmap::DAY_MS;
/// A person has at most so many; the oldest goes.
const MOST: usize = 100;
/// Bytes of what a browser says it is.
const MAX_CLIENT: usize = 300;

/// A session that was just opened.
#[derive(Clone)]
pub struct NewSession {
    /// What the browser keeps. Nobody can show it again.
    pub secret: String,
    /// Until when.
    pub expires: UtcDate,
    /// Whose it is.
    pub person: Id,
    /// Its record.
    pub session: Id,
}

impl fmt::Debug for NewSession {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("NewSession")
            .field("person", &self.person)
            .field("session", &self.session)
            .finish_non_exhaustive()
    }
}

/// A session, as its owner's list shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SessionInfo {
    /// Its record.
    pub id: Id,
    /// What the browser says it is.
    pub client: String,
    /// Since when.
    pub created_at: UtcDate,
    /// Until when.
    pub expires_at: UtcDate,
}

/// A session to be opened: what must not differ when the command runs again.
pub(super) struct Opening {
    id: Id,
    secret: Secret,
    client: String,
}

impl Opening {
    pub(super) fn new(shared: &Shared, client: &str) -> Opening {
        Opening { id: shared.fresh_id(b'k'), secret: secret::fresh(Use::Session), client: line(client, MAX_CLIENT) }
    }

    /// Opens it. Sessions of the person that have expired, and the oldest of too many, end here.
    pub(super) fn open(&self, hand: &mut Hand, person: Id) -> Result<NewSession, Fault> {
        let (n, now) = (hand.n(person)?, hand.now);
        let mut open = all(hand, n)?;
        open.retain(|session| session.date("expiresAt").is_some_and(|at| at > now));
        let keep: Vec<Id> = open.iter().rev().take(MOST - 1).map(|session| session.id).collect();
        end(hand, person, |session| !keep.contains(&session.id))?;
        let expires = now.plus_ms(LIVES_MS);
        let mut props = Map::new();
        props.insert("open".into(), Value::Bool(true));
        props.insert("client".into(), json!(self.client));
        props.insert("createdAt".into(), json!(now));
        props.insert("expiresAt".into(), json!(expires));
        props.insert("key".into(), json!(self.secret.key));
        hand.put(person, &person::SESSION, self.id, props)?;
        hand.tx.claim(Use::Session.name(), &self.secret.key, n, self.id, Some(expires));
        Ok(NewSession { secret: self.secret.text.clone(), expires, person, session: self.id })
    }
}

impl Engine {
    /// One's own sessions, the newest first.
    pub async fn sessions(&self, by: &Caller) -> Result<Vec<SessionInfo>, StoreError> {
        let (shared, person, now) = (self.shared.clone(), by.person, self.shared.clock.now());
        read(&*self.shared.store, move |at| {
            let Some(head) = at.head(person)? else { return Ok(Vec::new()) };
            let rows = at.range(head.n, person::SESSION.number, store::Range::newest(1000), true)?;
            let records = rows.iter().map(|row| records::record(&shared.registry, row));
            let open = records.filter(|record| record.date("expiresAt").is_some_and(|at| at > now));
            Ok(open.map(|record| info(&record)).collect())
        })
        .await
    }

    /// Ends one of one's own sessions.
    pub async fn end_session(&self, by: &Caller, id: Id) -> Result<(), SignInError> {
        may_write(by)?;
        let person = by.person;
        let ended = by_hand(&self.shared, [person], move |hand| match end(hand, person, |it| it.id == id)? {
            0 => Err(not_found(&person::SESSION, id).into()),
            _ => Ok(()),
        });
        Ok(ended.await?)
    }

    /// Ends all of one's own sessions but that one; says how many.
    pub async fn end_all_sessions(&self, by: &Caller, but: Option<Id>) -> Result<usize, SignInError> {
        may_write(by)?;
        let person = by.person;
        let ended = by_hand(&self.shared, [person], move |hand| end(hand, person, |it| Some(it.id) != but));
        Ok(ended.await?)
    }

    /// Ends the session of this secret; what is none is none already.
    pub async fn sign_out(&self, secret: &str) -> Result<(), StoreError> {
        let Some(who) = self.authenticate(secret).await? else { return Ok(()) };
        let Held::Session(id) = who.what else { return Ok(()) };
        let person = who.caller.person;
        match by_hand(&self.shared, [person], move |hand| end(hand, person, |it| it.id == id)).await {
            Err(crate::people::PeopleError::Store(error)) => Err(error),
            _ => Ok(()),
        }
    }

    /// Takes another password. All sessions but that one end, and so do links for the person.
    pub async fn change_password(
        &self,
        by: &Caller,
        old: &str,
        new: &str,
        keep_session: Option<Id>,
    ) -> Result<(), SignInError> {
        may_write(by)?;
        let (shared, me, person) = (&self.shared, self.shared.clone(), by.person);
        let found = read(&*shared.store, move |at| {
            let record = super::living(&me, at, me.workspace_n, &person::PERSON, person)?;
            Ok((record, credential(&me, at, person)?))
        });
        let (record, hash) = found.await?;
        let record = record.ok_or_else(|| not_found(&person::PERSON, person))?;
        password::check(new, record.str("name"), record.str("email"))?;
        let tries = Tries::of_person(shared, person);
        tries.count(shared).await?;
        if old.len() > password::MAX_PASSWORD_BYTES || !shared.signin.hasher.fits(old, hash.clone()).await? {
            return Err(SignInError::NoMatch);
        }
        let next = shared.signin.hasher.hash(new).await?;
        let changed = by_hand(shared, [person], move |hand| {
            if !is_still(hand, person, hash.as_deref())? {
                return Ok(false);
            }
            tries.succeeded(hand.tx, hand.now)?;
            set_password(hand, person, &next, keep_session).map(|()| true)
        });
        if changed.await? { Ok(()) } else { Err(SignInError::NoMatch) }
    }
}

/// Sets the hash of a person's password, and ends what the old one, or a link, had opened or could still open.
pub(super) fn set_password(hand: &mut Hand, person: Id, hash: &str, keep: Option<Id>) -> Result<(), Fault> {
    let mut props = Map::new();
    props.insert("hash".into(), json!(hash));
    hand.put(person, &person::CREDENTIAL, credential_id(person), props)?;
    end(hand, person, |session| Some(session.id) != keep)?;
    links::end_all(hand, person)
}

/// Ends those sessions of a person; says how many.
fn end(hand: &mut Hand, person: Id, which: impl Fn(&Record) -> bool) -> Result<usize, Fault> {
    let n = hand.n(person)?;
    let mut ended = 0;
    for session in all(hand, n)?.iter().filter(|session| which(session)) {
        hand.bury(person, &person::SESSION, session.id)?;
        hand.tx.release(Use::Session.name(), session.str("key"));
        ended += 1;
    }
    Ok(ended)
}

fn all(hand: &mut Hand, n: N) -> Result<Vec<Record>, Fault> {
    hand.indexed(n, &person::SESSION, "session.1", &Value::Bool(true), 10_000)
}

fn info(record: &Record) -> SessionInfo {
    SessionInfo {
        id: record.id,
        client: record.str("client").to_owned(),
        created_at: record.date("createdAt").unwrap_or_default(),
        expires_at: record.date("expiresAt").unwrap_or_default(),
    }
}

/// A text of others as one line of at most so many bytes.
fn line(text: &str, max: usize) -> String {
    let mut out = String::new();
    for c in text.chars().filter(|c| !c.is_control()) {
        if out.len() + c.len_utf8() > max {
            break;
        }
        out.push(c);
    }
    out
}
