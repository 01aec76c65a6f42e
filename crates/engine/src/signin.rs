//! Who somebody is: passwords, sessions, tokens and one-time links. It gives a [`Caller`](model::Caller) to the doors;
//! what that caller may is decided elsewhere.

mod authenticate;
mod invited;
mod links;
mod password;
mod redeem;
mod secret;
mod sessions;
mod space_links;
#[cfg(test)]
pub(crate) mod tests;
mod tokens;
mod tries;

pub use authenticate::{Authenticated, Held};
pub use invited::{Invited, OpenLink};
pub use links::{LinkInfo, LinkKind};
pub use password::{MAX_PASSWORD_BYTES, MIN_PASSWORD_CHARS};
pub use sessions::{NewSession, SessionInfo};
pub use space_links::{SpaceLink, SpaceLinkWish};
pub use tokens::TokenInfo;

use jmap::{Id, SetError, UtcDate};
use model::{Caller, Record, Scopes, TypeDef, person};
use std::sync::Arc;
use store::{N, Snapshot, Store, StoreError};

use crate::access::operator;
use crate::desk::Fault;
use crate::people::PeopleError;
use crate::people::hand::{Hand, by_hand};
use crate::work::read;
use crate::{Engine, Shared, records};
use authenticate::Known;
use password::Hasher;
use sessions::Opening;
use tries::Tries;

/// Why somebody is not let in, or a secret is not made.
#[derive(Clone, Debug, thiserror::Error)]
pub enum SignInError {
    /// One answer for a wrong password, an unknown address and a person who was deactivated.
    #[error(
        "this address and this password do not belong together, or the person is not active here; check both, or ask an admin for a new link"
    )]
    NoMatch,
    /// Too many failures, of this address or from this client.
    #[error("too many attempts failed; try again at {retry_at}")]
    TooMany {
        /// From then on attempts are judged again.
        retry_at: UtcDate,
    },
    /// The link does nothing, whatever the reason.
    #[error("this link is used up, has ended, or never was one; ask who sent it for a new one")]
    LinkGone,
    /// The rules refuse it.
    #[error("{}", .0.description)]
    Refused(SetError),
    /// The machine fails.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<SetError> for SignInError {
    fn from(error: SetError) -> SignInError {
        SignInError::Refused(error)
    }
}

impl From<PeopleError> for SignInError {
    fn from(error: PeopleError) -> SignInError {
        match error {
            PeopleError::Refused(error) => SignInError::Refused(error),
            PeopleError::Store(error) => SignInError::Store(error),
        }
    }
}

/// The secret of a link that is mailed, with that random part.
pub(crate) fn mailed_secret(random: &[u8; 32]) -> secret::Secret {
    secret::made_of(secret::Use::Link, random)
}

/// What signing in keeps in memory.
pub(crate) struct SignIns {
    known: Arc<Known>,
    hasher: Hasher,
}

impl SignIns {
    /// Forgets whom it knows as soon as the store tells of a change.
    pub(crate) fn watching(store: &dyn Store) -> SignIns {
        let known = Arc::<Known>::default();
        let told = known.clone();
        store.on_commit(Box::new(move |_, touched| told.forget(touched)));
        SignIns { known, hasher: Hasher::new() }
    }
}

impl Engine {
    /// Opens a session for whoever knows the password. `client` is what the browser says it is, `address` where it is.
    pub async fn sign_in(
        &self,
        email: &str,
        password: &str,
        client: &str,
        address: &str,
    ) -> Result<NewSession, SignInError> {
        let shared = &self.shared;
        let tries = Tries::of_address(shared, email).and(Tries::of_client(shared, address));
        tries.count(shared).await?;
        let (me, key) = (shared.clone(), person::email_key(email));
        let found = read(&*shared.store, move |at| {
            let key = at.key("email", key.as_deref().unwrap_or(""))?;
            // Whom nobody knows is looked up too, so that it takes as long.
            let person = key.map_or(operator().person, |key| key.id);
            let active = role_of(&me, at, person)?.is_some();
            Ok((person, credential(&me, at, person)?.filter(|_| active)))
        });
        let (person, hash) = found.await?;
        // Hashing takes longer the longer the password is, whoever has it.
        let short = password.len() <= MAX_PASSWORD_BYTES;
        if !short || !shared.signin.hasher.fits(password, hash.clone()).await? {
            return Err(SignInError::NoMatch);
        }
        let opening = Opening::new(shared, client);
        let opened = by_hand(shared, [person], move |hand| {
            if !is_still(hand, person, hash.as_deref())? {
                return Ok(None);
            }
            tries.succeeded(hand.tx, hand.now)?;
            opening.open(hand, person).map(Some)
        });
        opened.await?.ok_or(SignInError::NoMatch)
    }
}

/// A living record of an account.
fn living(shared: &Shared, at: &dyn Snapshot, n: N, ty: &TypeDef, id: Id) -> Result<Option<Record>, StoreError> {
    let row = at.get(n, ty.number, &[id], true)?.pop().filter(|row| row.destroyed.is_none());
    Ok(row.map(|row| records::record(&shared.registry, &row)))
}

/// What a person may in the workspace now; `None` for who is not there or was deactivated, and for the operator's own
/// id, which no record can take over.
fn role_of(shared: &Shared, at: &dyn Snapshot, person: Id) -> Result<Option<model::Role>, StoreError> {
    let record = living(shared, at, shared.workspace_n, &person::PERSON, person)?;
    let active = record.filter(|record| !record.has("deactivatedAt") && person != operator().person);
    Ok(active.map(|record| model::Role::from_word(record.str("role"))))
}

/// The one Credential of a person.
fn credential_id(person: Id) -> Id {
    person.with_letter(b'k')
}

/// The hash of a person's password.
pub(crate) fn credential(shared: &Shared, at: &dyn Snapshot, person: Id) -> Result<Option<String>, StoreError> {
    let Some(head) = at.head(person)? else { return Ok(None) };
    let record = living(shared, at, head.n, &person::CREDENTIAL, credential_id(person))?;
    Ok(record.map(|record| record.str("hash").to_owned()))
}

/// Whether that is the hash of the person's password still: it may be another since it was compared, and then whoever
/// knows the old one is not let in.
fn is_still(hand: &mut Hand, person: Id, hash: Option<&str>) -> Result<bool, Fault> {
    let n = hand.n(person)?;
    let now = hand.there(n, &person::CREDENTIAL, credential_id(person))?;
    Ok(now.as_ref().map(|record| record.str("hash")) == hash)
}

/// Refuses a token that only reads.
fn may_write(by: &Caller) -> Result<(), SetError> {
    if by.scopes.has(Scopes::WRITE) {
        return Ok(());
    }
    Err(SetError::forbidden("this token only reads; take one with the scope \"write\", or sign in"))
}
