//! Who holds a secret. Asked for every request, so answers are kept for a moment; what this node writes ends them at
//! once, what other nodes write within [`KEPT_MS`].

use jmap::{Id, UtcDate};
use model::{Caller, Role, Scopes, TypeDef, person};
use parking_lot::Mutex;
use std::collections::HashMap;
use store::{Snapshot, StoreError, Touched};

use super::secret::{self, Hash, Use};
use super::{living, role_of};
use crate::work::read;
use crate::{Engine, Shared};

const KEPT_MS: i64 = 30_000;
/// More are not kept: then all are looked up anew.
const MOST: usize = 20_000;

/// Who was let in, by what, and until when.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Authenticated {
    /// Whom the rules judge.
    pub caller: Caller,
    /// The record of the secret.
    pub what: Held,
    /// `None` for a token without an end.
    pub expires: Option<UtcDate>,
}

/// What somebody was let in by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Held {
    /// A browser's session.
    Session(Id),
    /// A program's token.
    Token(Id),
}

impl Held {
    fn record(self) -> (&'static TypeDef, Id) {
        match self {
            Held::Session(id) => (&person::SESSION, id),
            Held::Token(id) => (&person::TOKEN, id),
        }
    }
}

impl Engine {
    /// Who holds a session or a token; `None` for every other text, and for secrets that have ended.
    pub async fn authenticate(&self, secret: &str) -> Result<Option<Authenticated>, StoreError> {
        let Some((of, hash)) = secret::read(secret) else { return Ok(None) };
        let (shared, now) = (self.shared.clone(), self.shared.clock.now());
        let known = &self.shared.signin.known;
        if let Some(who) = known.get(&hash, now) {
            return Ok(Some(who));
        }
        let before = known.commits();
        let found = read(&*self.shared.store, move |at| {
            let Some(key) = at.key(of.name(), &secret::key(&hash))? else { return Ok(None) };
            let what = match of {
                Use::Session => Held::Session(key.id),
                Use::Token => Held::Token(key.id),
                Use::Link => return Ok(None),
            };
            look(&shared, at, key.account, what, now)
        });
        let who = found.await?;
        if let Some(who) = who {
            known.keep(hash, who, now, before);
        }
        Ok(who)
    }

    /// Whether somebody let in earlier would be let in again, with the same rights: for streams, which ask now and then.
    pub async fn is_active(&self, who: &Authenticated) -> Result<bool, StoreError> {
        let (shared, now, who) = (self.shared.clone(), self.shared.clock.now(), *who);
        let found = read(&*self.shared.store, move |at| look(&shared, at, who.caller.person, who.what, now));
        Ok(found.await? == Some(who))
    }
}

/// What the store says of a secret now.
fn look(
    shared: &Shared,
    at: &dyn Snapshot,
    person: Id,
    what: Held,
    now: UtcDate,
) -> Result<Option<Authenticated>, StoreError> {
    let Some(role) = role_of(shared, at, person)? else { return Ok(None) };
    let Some(head) = at.head(person)? else { return Ok(None) };
    let (ty, id) = what.record();
    let Some(record) = living(shared, at, head.n, ty, id)? else { return Ok(None) };
    let expires = record.date("expiresAt");
    let endless = matches!(what, Held::Token(_)) && !record.has("expiresAt");
    if !endless && expires.is_none_or(|expires| expires <= now) {
        return Ok(None);
    }
    let scopes = match what {
        Held::Session(_) => Scopes::SESSION,
        Held::Token(_) => scopes_now(record.list("scopes").iter().filter_map(|word| word.as_str()), role),
    };
    Ok(Some(Authenticated { caller: Caller { person, role, scopes }, what, expires }))
}

/// The scopes of a token that count: those for admins only while the person is one.
fn scopes_now<'a>(words: impl Iterator<Item = &'a str>, role: Role) -> Scopes {
    let given = Scopes::from_words(words).unwrap_or_default();
    let all = [(Scopes::READ, true), (Scopes::WRITE, true), (Scopes::ADMIN, false), (Scopes::IMPORT, false)];
    let counts = |(scope, everybodys): &(Scopes, bool)| given.has(*scope) && (*everybodys || role == Role::Admin);
    all.iter().filter(|it| counts(it)).fold(Scopes::default(), |sum, (scope, _)| sum.and(*scope))
}

/// Who was let in a moment ago.
#[derive(Default)]
pub(crate) struct Known(Mutex<Memory>);

#[derive(Default)]
struct Memory {
    secrets: HashMap<Hash, (Authenticated, UtcDate)>,
    people: HashMap<Id, Vec<Hash>>,
    /// Commits that may have changed what somebody may.
    commits: u64,
}

impl Known {
    fn get(&self, hash: &Hash, now: UtcDate) -> Option<Authenticated> {
        let memory = self.0.lock();
        let (who, since) = memory.secrets.get(hash)?;
        let fresh = *since <= now && now < since.plus_ms(KEPT_MS);
        (fresh && who.expires.is_none_or(|expires| now < expires)).then_some(*who)
    }

    pub(super) fn commits(&self) -> u64 {
        self.0.lock().commits
    }

    /// Keeps what was read after `before` commits, unless there was another since: it may be what changed.
    pub(super) fn keep(&self, hash: Hash, who: Authenticated, now: UtcDate, before: u64) {
        let mut memory = self.0.lock();
        if memory.commits != before {
            return;
        }
        if memory.secrets.len() >= MOST {
            memory.secrets.clear();
            memory.people.clear();
        }
        if memory.secrets.insert(hash, (who, now)).is_none() {
            memory.people.entry(who.caller.person).or_default().push(hash);
        }
    }

    #[cfg(test)]
    pub(super) fn len(&self) -> usize {
        self.0.lock().secrets.len()
    }

    /// Forgets the persons whose accounts a commit touched, and everybody if it touched the workspace account.
    pub(super) fn forget(&self, touched: &[Touched]) {
        let mut memory = self.0.lock();
        for (_, account, _) in touched {
            match account.letter() {
                b'p' => {
                    memory.commits += 1;
                    for hash in memory.people.remove(account).into_iter().flatten() {
                        memory.secrets.remove(&hash);
                    }
                }
                b'w' => {
                    memory.commits += 1;
                    memory.secrets.clear();
                    memory.people.clear();
                }
                _ => {}
            }
        }
    }
}
