//! One-time links: how somebody comes in without a password, to set one.

use jmap::{Id, SetError, UtcDate};
use model::{Caller, Record, Role, limits, person};
use serde_json::{Map, json};
use std::ops::ControlFlow;
use store::{Snapshot, StoreError};

use super::secret::{self, Hash, Secret, Use};
use super::{SignInError, credential, living, may_write, space_links};
use crate::access::operator;
use crate::access::workspace_role;
use crate::desk::Fault;
use crate::outward::{invitation_bytes, invite};
use crate::people::each_person;
use crate::people::hand::{Hand, by_hand};
use crate::work::read;
use crate::{Engine, Shared, random};

/// What a link does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LinkKind {
    /// Makes the first admin of a server that has none.
    FirstAdmin,
    /// Lets a person in who was added, to set the first password.
    Invitation,
    /// Lets a person in who lost the password, to set another.
    Reset,
    /// Lets several persons into a Space.
    Space,
}

impl LinkKind {
    fn word(self) -> &'static str {
        match self {
            LinkKind::FirstAdmin => "firstAdmin",
            LinkKind::Invitation => "invitation",
            LinkKind::Reset => "reset",
            LinkKind::Space => "space",
        }
    }

    pub(super) fn from_word(word: &str) -> Option<LinkKind> {
        [LinkKind::FirstAdmin, LinkKind::Invitation, LinkKind::Reset].into_iter().find(|kind| kind.word() == word)
    }

    /// How long it works; that of the first admin until the next start of the server makes another.
    fn lives_ms(self) -> Option<i64> {
        match self {
            LinkKind::FirstAdmin | LinkKind::Space => None,
            LinkKind::Invitation => Some(limits::INVITATION_DAYS * jmap::DAY_MS),
            LinkKind::Reset => Some(limits::RESET_DAYS * jmap::DAY_MS),
        }
    }

    /// The id of its record: an account has at most one of a kind.
    pub(super) fn id(self) -> Id {
        let mut short = [0; 16];
        short.copy_from_slice(&blake3::hash(format!("meanwhile link {}", self.word()).as_bytes()).as_bytes()[..16]);
        Id::derived(b'k', short)
    }
}

/// What the page behind a link shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LinkInfo {
    /// What it does.
    pub kind: LinkKind,
    /// Whom it is for; `None` for the first admin.
    pub name: Option<String>,
    /// The address, if it is known.
    pub email: Option<String>,
    /// What the workspace is called.
    pub workspace: String,
    /// What the Space is called that it leads to, if it is one for several persons.
    pub space: Option<String>,
}

/// A link that works.
pub(super) struct Open {
    pub(super) kind: LinkKind,
    /// `None` for the first admin, who is not there yet.
    pub(super) person: Option<Record>,
}

impl Engine {
    /// Makes a link for a person; the one of that kind that was there ends. The workspace's admins do.
    pub async fn make_link(&self, by: &Caller, kind: LinkKind, person: Id) -> Result<String, SignInError> {
        self.new_link(by, kind, person, false).await
    }

    /// The same, and it goes to the person's address.
    pub async fn mail_link(&self, by: &Caller, kind: LinkKind, person: Id) -> Result<String, SignInError> {
        self.new_link(by, kind, person, true).await
    }

    async fn new_link(&self, by: &Caller, kind: LinkKind, person: Id, mailed: bool) -> Result<String, SignInError> {
        may_write(by)?;
        if workspace_role(by) != Role::Admin {
            return Err(SetError::forbidden("an admin of the workspace makes links for others").into());
        }
        if matches!(kind, LinkKind::FirstAdmin | LinkKind::Space) || person == operator().person {
            return Err(SetError::forbidden("the server makes the link of the first admin when it starts").into());
        }
        if mailed && !self.mails() {
            return Err(SetError::forbidden("this server sends no mail; pass the link on yourself").into());
        }
        let name = data_encoding::BASE32_DNSSEC.encode(&random::<15>());
        let secret = secret::made_of(Use::Link, &invitation_bytes(&self.shared, person, &name));
        let (by, text) = (*by, secret.text.clone());
        let made = by_hand(&self.shared, [person], move |hand| {
            let known = hand.active_person(person)?;
            if mailed && !known.has("email") {
                let why = "a link is mailed to an address, and none is known; say one, or pass the link on yourself";
                return Err(SetError::invalid("email", why).into());
            }
            if known.str("role") == Role::Guest.word() && !known.has("email") {
                // A guest who says an address would hear whether somebody else has it.
                return Err(SetError::invalid("email", "a guest needs an address before the link").into());
            }
            make(hand, person, kind, &by, &secret)?;
            if mailed {
                let (n, reset) = (hand.n(person)?, kind == LinkKind::Reset);
                invite(hand.tx, n, &name, json!({ "at": hand.now, "by": by.person, "reset": reset }));
            }
            Ok(())
        });
        made.await?;
        Ok(text)
    }

    /// The link of the first admin, made anew, as long as no admin can sign in.
    pub async fn first_link(&self) -> Result<Option<String>, StoreError> {
        let shared = self.shared.clone();
        if read(&*self.shared.store, move |at| has_admin(&shared, at)).await? {
            return Ok(None);
        }
        let (workspace, secret) = (self.shared.workspace, secret::fresh(Use::Link));
        let text = secret.text.clone();
        let made = by_hand(&self.shared, [workspace], move |hand| {
            make(hand, workspace, LinkKind::FirstAdmin, &operator(), &secret)
        });
        match made.await {
            Ok(()) => Ok(Some(text)),
            Err(crate::people::PeopleError::Store(error)) => Err(error),
            Err(crate::people::PeopleError::Refused(error)) => Err(StoreError::Broken(error.description)),
        }
    }

    /// What a link would do; `None` for one that does nothing.
    pub async fn look_at_link(&self, secret: &str) -> Result<Option<LinkInfo>, StoreError> {
        let Some((Use::Link, hash)) = secret::read(secret) else { return Ok(None) };
        let (shared, now) = (self.shared.clone(), self.shared.clock.now());
        read(&*self.shared.store, move |at| {
            let workspace = living(&shared, at, shared.workspace_n, &person::WORKSPACE, shared.workspace)?;
            let workspace = workspace.map(|it| it.str("name").to_owned()).unwrap_or_default();
            if let Some(open) = space_links::open(&shared, at, &hash, now)? {
                let space = Some(open.space.str("name").to_owned());
                return Ok(Some(LinkInfo { kind: LinkKind::Space, name: None, email: None, workspace, space }));
            }
            let Some(open) = open(&shared, at, &hash, now)? else { return Ok(None) };
            let text = |name: &str| Some(open.person.as_ref()?.str(name).to_owned()).filter(|text| !text.is_empty());
            Ok(Some(LinkInfo { kind: open.kind, name: text("name"), email: text("email"), workspace, space: None }))
        })
        .await
    }
}

/// The link of that hash, if it works now.
pub(super) fn open(shared: &Shared, at: &dyn Snapshot, hash: &Hash, now: UtcDate) -> Result<Option<Open>, StoreError> {
    let key = at.key(Use::Link.name(), &secret::key(hash))?;
    let Some(key) = key.filter(|key| key.expires.is_none_or(|at| at > now)) else { return Ok(None) };
    let Some(link) = living(shared, at, key.n, &person::LINK, key.id)? else { return Ok(None) };
    match LinkKind::from_word(link.str("kind")) {
        None => Ok(None),
        Some(LinkKind::FirstAdmin) if has_admin(shared, at)? => Ok(None),
        Some(kind @ LinkKind::FirstAdmin) => Ok(Some(Open { kind, person: None })),
        Some(kind) => {
            let person = living(shared, at, shared.workspace_n, &person::PERSON, key.account)?;
            let person = person.filter(|person| !person.has("deactivatedAt"));
            Ok(person.map(|person| Open { kind, person: Some(person) }))
        }
    }
}

/// Whether the link of that key still works, in the command that uses it.
pub(super) fn is_open(hand: &mut Hand, key: &str) -> Result<bool, Fault> {
    let now = hand.now;
    Ok(hand.tx.key(Use::Link.name(), key)?.is_some_and(|key| key.expires.is_none_or(|at| at > now)))
}

/// Ends all links of an account.
pub(super) fn end_all(hand: &mut Hand, account: Id) -> Result<(), Fault> {
    for kind in [LinkKind::FirstAdmin, LinkKind::Invitation, LinkKind::Reset] {
        end(hand, account, kind)?;
    }
    Ok(())
}

/// Ends the link of that kind; false if there is none that works.
pub(super) fn end(hand: &mut Hand, account: Id, kind: LinkKind) -> Result<bool, Fault> {
    let n = hand.n(account)?;
    let Some(link) = hand.there(n, &person::LINK, kind.id())? else { return Ok(false) };
    let worked = is_open(hand, link.str("key"))?;
    hand.bury(account, &person::LINK, link.id)?;
    hand.tx.release(Use::Link.name(), link.str("key"));
    Ok(worked)
}

fn make(hand: &mut Hand, account: Id, kind: LinkKind, by: &Caller, secret: &Secret) -> Result<(), Fault> {
    let (n, now) = (hand.n(account)?, hand.now);
    if let Some(before) = hand.there(n, &person::LINK, kind.id())? {
        hand.tx.release(Use::Link.name(), before.str("key"));
    }
    let expires = kind.lives_ms().map(|ms| now.plus_ms(ms));
    let mut props = Map::new();
    props.insert("kind".into(), json!(kind.word()));
    props.insert("madeBy".into(), json!(by.person));
    props.insert("createdAt".into(), json!(now));
    props.insert("expiresAt".into(), json!(expires));
    props.insert("key".into(), json!(secret.key));
    hand.put(account, &person::LINK, kind.id(), props)?;
    hand.tx.claim(Use::Link.name(), &secret.key, n, kind.id(), expires);
    Ok(())
}

/// True if an admin is there who can sign in.
fn has_admin(shared: &Shared, at: &dyn Snapshot) -> Result<bool, StoreError> {
    let mut found = false;
    each_person(shared, at, |record| {
        let admin = Role::from_word(record.str("role")) == Role::Admin && !record.has("deactivatedAt");
        found = admin && credential(shared, at, record.id)?.is_some();
        Ok(if found { ControlFlow::Break(()) } else { ControlFlow::Continue(()) })
    })?;
    Ok(found)
}
