//! Links by which several persons come into a Space: whoever opens one says who he is, or is known already. A Space has
//! at most one. What does nothing, for whatever reason, looks alike.

use jmap::{DAY_MS, Id, SetError, UtcDate};
use model::{Caller, Record, Role, Scopes, limits, person, space};
use serde_json::{Map, json};
use store::{N, Snapshot, StoreError};

use super::links;
use super::secret::{self, Hash, Secret, Use};
use super::sessions::{NewSession, Opening, set_password};
use super::tries::Tries;
use super::{SignInError, living, may_write, password, role_of};
use crate::access;
use crate::desk::{Fault, not_found};
use crate::people::hand::{Hand, by_hand};
use crate::people::{join, join_everyone};
use crate::work::read;
use crate::{Engine, Shared, operator};

/// What a link is to let in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SpaceLinkWish {
    /// As what they come: members or guests, of the workspace and of the Space.
    pub role: Role,
    /// How many.
    pub most: u64,
    /// Until when.
    pub expires_at: UtcDate,
}

/// A link as the admins of its Space see it; without its secret, and without who came by it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SpaceLink {
    /// What it lets in.
    pub wish: SpaceLinkWish,
    /// How many have come by it.
    pub came: u64,
    /// When it was made.
    pub created_at: UtcDate,
    /// Who made it.
    pub made_by: Id,
    /// Lets somebody in now. It does nothing any more once who made it is no admin of the Space, or out.
    pub works: bool,
}

/// A link that lets somebody in now.
pub(super) struct OpenSpace {
    pub(super) space: Record,
    role: Role,
}

/// Who says that he is new here.
pub(super) struct Newcomer<'a> {
    pub(super) name: &'a str,
    pub(super) email: &'a str,
    pub(super) password: &'a str,
}

impl Engine {
    /// Makes the link of a Space; the one that was there ends. Its admins do.
    pub async fn make_space_link(&self, by: &Caller, space: Id, wish: SpaceLinkWish) -> Result<String, SignInError> {
        may_write(by)?;
        check(wish, self.shared.clock.now())?;
        let (by, secret) = (*by, secret::fresh(Use::Link));
        let text = secret.text.clone();
        let made = by_hand(&self.shared, [space], move |hand| {
            admins(hand, &by, space)?;
            let n = hand.n(space)?;
            let record = hand.there(n, &space::SPACE, space)?.ok_or_else(|| not_found(&space::SPACE, space))?;
            if space.letter() == b'd' || record.has("archivedAt") {
                let why = "nobody joins a conversation or an archived Space; make the link of another one";
                return Err(SetError::forbidden(why).into());
            }
            end(hand, space)?;
            make(hand, space, &by, wish, &secret)
        });
        made.await?;
        Ok(text)
    }

    /// The link of a Space, whether it still lets somebody in or not. Its admins ask.
    pub async fn space_link(&self, by: &Caller, space: Id) -> Result<Option<SpaceLink>, SignInError> {
        let (shared, caller, now) = (self.shared.clone(), *by, self.shared.clock.now());
        let found = read(&*self.shared.store, move |at| {
            let open = access::to_read(&shared, at, &caller, space)?.filter(|_| caller.scopes.has(Scopes::READ));
            let Some(open) = open.filter(|_| is_space(space)) else { return Ok(Err(no_space(space))) };
            if open.role != Role::Admin {
                return Ok(Err(not_admin()));
            }
            let Some(link) = living(&shared, at, open.head.n, &person::SPACE_LINK, link_id(space))? else {
                return Ok(Ok(None));
            };
            let works = link.date("expiresAt").is_some_and(|until| until > now) && has_place(&link);
            let works = works && is_vouched(&shared, at, open.head.n, &link)?;
            let there = living(&shared, at, open.head.n, &space::SPACE, space)?;
            Ok(Ok(shown(&link, works && is_open(there.as_ref()))))
        });
        Ok(found.await??)
    }

    /// Ends the link of a Space before its time. Its admins do.
    pub async fn end_space_link(&self, by: &Caller, space: Id) -> Result<(), SignInError> {
        may_write(by)?;
        let by = *by;
        let ended = by_hand(&self.shared, [space], move |hand| {
            admins(hand, &by, space)?;
            match end(hand, space)? {
                true => Ok(()),
                false => Err(SetError::not_found("there is no link that could be ended; it has ended already").into()),
            }
        });
        Ok(ended.await?)
    }

    /// Somebody who is signed in joins the Space of a link, which has a place less then. Gives the Space. Who is in it
    /// stays what he is there, takes no place, and needs none.
    pub async fn join_by_link(&self, by: &Caller, secret: &str, address: &str) -> Result<Id, SignInError> {
        may_write(by)?;
        let shared = &self.shared;
        let tries = Tries::of_client(shared, address);
        let hash = secret::of_link(secret);
        let (now, asked) = (shared.clock.now(), tries.clone());
        let found = read(&*shared.store, move |at| {
            let leads = hash.map(|hash| at.key(Use::Link.name(), &secret::key(&hash))).transpose()?.flatten();
            Ok((asked.refused_until(at, now)?, leads.map(|key| key.account).filter(|space| is_space(*space))))
        });
        let space = match found.await? {
            (Some(retry_at), _) => return Err(SignInError::TooMany { retry_at }),
            (None, space) => space,
        };
        let (Some(hash), Some(space)) = (hash, space) else {
            tries.count(shared).await?;
            return Err(SignInError::LinkGone);
        };
        let (by, key) = (*by, secret::key(&hash));
        let joined = by_hand(shared, [space], move |hand| {
            let n = hand.n(space)?;
            let member = hand.there(n, &space::MEMBER, by.person)?;
            if member.is_some_and(|member| Role::from_word(member.str("role")) != Role::None) {
                return Ok(true);
            }
            let Some(role) = takes_place(hand, space, &key)? else { return Ok(false) };
            join(hand, space, by.person, role)?;
            Ok(true)
        });
        if joined.await? { Ok(space) } else { Err(SignInError::LinkGone) }
    }

    /// Somebody comes by a link: he is made a person of the workspace and of the Space. Whoever is known by the address
    /// joins if it is his password.
    pub(super) async fn comes_by(
        &self,
        secret: &str,
        open: OpenSpace,
        who: Newcomer<'_>,
        client: &str,
        address: &str,
    ) -> Result<NewSession, SignInError> {
        let shared = &self.shared;
        // Before it is looked whether the address is known: else a short password would ask that for nothing.
        password::check(who.password, who.name, who.email)?;
        let space = open.space.id;
        if self.person_by_email(who.email).await?.is_some() {
            return self.comes_back(secret, who, client, address).await;
        }
        let hash = shared.signin.hasher.hash(who.password).await?;
        let everyone = self.everyone().await?;
        let (id, opening) = (shared.fresh_id(b'p'), Opening::new(shared, client));
        let props = json!({ "name": who.name, "email": who.email, "role": open.role.word() });
        let accounts = [shared.workspace, id, space].into_iter().chain(everyone);
        let key = secret::of_link(secret).map(|hash| secret::key(&hash)).ok_or(SignInError::LinkGone)?;
        let came = by_hand(shared, accounts, move |hand| {
            let Some(role) = takes_place(hand, space, &key)? else { return Ok(None) };
            hand.create(operator(), hand.shared.workspace, &person::PERSON, id, &props)?;
            join(hand, space, id, role)?;
            if let Some(everyone) = everyone {
                join_everyone(hand, everyone, id, role)?;
            }
            set_password(hand, id, &hash, None)?;
            opening.open(hand, id).map(Some)
        });
        came.await?.ok_or(SignInError::LinkGone)
    }

    /// Somebody with that address is here: it is him if he knows the password, and that is counted as any attempt is.
    async fn comes_back(
        &self,
        secret: &str,
        who: Newcomer<'_>,
        client: &str,
        address: &str,
    ) -> Result<NewSession, SignInError> {
        let session = match self.sign_in(who.email, who.password, client, address).await {
            Err(SignInError::NoMatch) => {
                let why = format!(
                    "somebody with the address {} is here already, with another password; say that one, or sign in and open the link again",
                    who.email
                );
                return Err(SetError::forbidden(why).into());
            }
            session => session?,
        };
        let (shared, person) = (self.shared.clone(), session.person);
        let role = read(&*self.shared.store, move |at| role_of(&shared, at, person)).await?;
        let by = Caller { person, role: role.ok_or(SignInError::NoMatch)?, scopes: Scopes::SESSION };
        match self.join_by_link(&by, secret, address).await {
            // Whoever took the last place was quicker; he is known here all the same, and has said his password.
            Ok(_) | Err(SignInError::LinkGone) => Ok(session),
            Err(error) => Err(error),
        }
    }
}

/// The Space of a link of that hash, if it lets somebody in now.
pub(super) fn open(
    shared: &Shared,
    at: &dyn Snapshot,
    hash: &Hash,
    now: UtcDate,
) -> Result<Option<OpenSpace>, StoreError> {
    let key = at.key(Use::Link.name(), &secret::key(hash))?;
    let key = key.filter(|key| key.expires.is_none_or(|at| at > now) && is_space(key.account));
    let Some(key) = key else { return Ok(None) };
    let link = living(shared, at, key.n, &person::SPACE_LINK, key.id)?.filter(has_place);
    let Some(link) = link else { return Ok(None) };
    let vouched = is_vouched(shared, at, key.n, &link)?;
    let space = living(shared, at, key.n, &space::SPACE, key.account)?.filter(|space| is_open(Some(space)));
    Ok(Some(link)
        .filter(|_| vouched)
        .zip(space)
        .map(|(link, space)| OpenSpace { space, role: Role::from_word(link.str("role")) }))
}

/// Whether who made a link may still make one: else somebody who was sent away would come back by it.
fn is_vouched(shared: &Shared, at: &dyn Snapshot, n: N, link: &Record) -> Result<bool, StoreError> {
    let Some(maker) = link.id("madeBy") else { return Ok(false) };
    let member = living(shared, at, n, &space::MEMBER, maker)?;
    let person = living(shared, at, shared.workspace_n, &person::PERSON, maker)?;
    Ok(may_vouch(person.as_ref(), member.as_ref()))
}

/// The same, in the command that lets in.
fn vouches(hand: &mut Hand, n: N, link: &Record) -> Result<bool, Fault> {
    let Some(maker) = link.id("madeBy") else { return Ok(false) };
    let member = hand.there(n, &space::MEMBER, maker)?;
    let person = hand.there(hand.shared.workspace_n, &person::PERSON, maker)?;
    Ok(may_vouch(person.as_ref(), member.as_ref()))
}

fn may_vouch(person: Option<&Record>, member: Option<&Record>) -> bool {
    let admin = member.is_some_and(|member| Role::from_word(member.str("role")) == Role::Admin);
    admin && person.is_some_and(|person| !person.has("deactivatedAt"))
}

/// Whether one can join the Space.
fn is_open(space: Option<&Record>) -> bool {
    space.is_some_and(|space| !space.has("archivedAt"))
}

/// Takes one of the places of a link, if it still lets somebody in; as what he comes.
fn takes_place(hand: &mut Hand, space: Id, key: &str) -> Result<Option<Role>, Fault> {
    if !links::is_open(hand, key)? {
        return Ok(None);
    }
    let n = hand.n(space)?;
    let link = hand.there(n, &person::SPACE_LINK, link_id(space))?.filter(has_place);
    let open = is_open(hand.there(n, &space::SPACE, space)?.as_ref());
    let Some(link) = link.filter(|link| open && link.str("key") == key) else { return Ok(None) };
    if !vouches(hand, n, &link)? {
        return Ok(None);
    }
    let came = Map::from_iter([("came".to_string(), json!(link.int("came").unwrap_or(0) + 1))]);
    hand.patch(space, &person::SPACE_LINK, link.id, came)?;
    Ok(Some(Role::from_word(link.str("role"))))
}

fn make(hand: &mut Hand, space: Id, by: &Caller, wish: SpaceLinkWish, secret: &Secret) -> Result<(), Fault> {
    let (n, id) = (hand.n(space)?, link_id(space));
    let mut props = Map::new();
    props.insert("role".into(), json!(wish.role.word()));
    props.insert("most".into(), json!(wish.most));
    props.insert("came".into(), json!(0));
    props.insert("madeBy".into(), json!(by.person));
    props.insert("createdAt".into(), json!(hand.now));
    props.insert("expiresAt".into(), json!(wish.expires_at));
    props.insert("key".into(), json!(secret.key));
    hand.put(space, &person::SPACE_LINK, id, props)?;
    hand.tx.claim(Use::Link.name(), &secret.key, n, id, Some(wish.expires_at));
    Ok(())
}

/// Ends the link of a Space; false if there is none.
fn end(hand: &mut Hand, space: Id) -> Result<bool, Fault> {
    let n = hand.n(space)?;
    let Some(link) = hand.there(n, &person::SPACE_LINK, link_id(space))? else { return Ok(false) };
    hand.bury(space, &person::SPACE_LINK, link.id)?;
    hand.tx.release(Use::Link.name(), link.str("key"));
    Ok(true)
}

/// Refuses whoever is no admin of the Space. To whom it is closed it looks as if there were none.
fn admins(hand: &mut Hand, by: &Caller, space: Id) -> Result<(), Fault> {
    let open = if is_space(space) { access::to_write(hand.shared, hand.tx, by, space)? } else { None };
    match open {
        None => Err(no_space(space).into()),
        Some(open) if open.role != Role::Admin => Err(not_admin().into()),
        Some(_) => Ok(()),
    }
}

fn check(wish: SpaceLinkWish, now: UtcDate) -> Result<(), SetError> {
    if !matches!(wish.role, Role::Member | Role::Guest) {
        return Err(SetError::invalid("role", "by a link people come as \"member\" or as \"guest\""));
    }
    if wish.most < 1 || wish.most > limits::MAX_COMERS {
        let why = format!("a link lets in from 1 to {} persons, not {}", limits::MAX_COMERS, wish.most);
        return Err(SetError::invalid("most", why));
    }
    if wish.expires_at <= now || wish.expires_at > now.plus_ms(limits::SPACE_LINK_DAYS * DAY_MS) {
        let why = format!("a link works until an instant to come, at most {} days from now", limits::SPACE_LINK_DAYS);
        return Err(SetError::invalid("expiresAt", why));
    }
    Ok(())
}

fn shown(link: &Record, works: bool) -> Option<SpaceLink> {
    let number = |name: &str| link.int(name).and_then(|n| u64::try_from(n).ok());
    let wish = SpaceLinkWish {
        role: Role::from_word(link.str("role")),
        most: number("most")?,
        expires_at: link.date("expiresAt")?,
    };
    let (created_at, made_by) = (link.date("createdAt")?, link.id("madeBy")?);
    Some(SpaceLink { wish, came: number("came")?, created_at, made_by, works })
}

fn has_place(link: &Record) -> bool {
    link.int("came").zip(link.int("most")).is_some_and(|(came, most)| came < most)
}

/// The one SpaceLink of a Space.
fn link_id(space: Id) -> Id {
    space.with_letter(b'k')
}

fn is_space(account: Id) -> bool {
    account.letter() == b's' || account.letter() == b'd'
}

fn no_space(space: Id) -> SetError {
    SetError::not_found(format!("no Space {space} is open to you"))
}

fn not_admin() -> SetError {
    SetError::forbidden("a person with the role \"admin\" in this Space makes, sees and ends its link")
}
