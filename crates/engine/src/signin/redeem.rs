//! Using a one-time link: the person is let in, and has a password from then on.

use jmap::{Id, SetError};
use model::{Caller, Record, Role, Scopes, person, space};
use serde_json::{Map, Value, json};

use super::links::{self, LinkKind, Open};
use super::secret;
use super::sessions::{NewSession, Opening, set_password};
use super::space_links::{self, Newcomer};
use super::tries::Tries;
use super::{SignInError, password};
use crate::Engine;
use crate::access::operator;
use crate::desk::Fault;
use crate::people::hand::{Hand, by_hand};
use crate::people::{EVERYONE, join, join_everyone};
use crate::work::read;

/// The first Space of a server.
const FIRST_SPACE: &str = "Everyone";

/// Who comes in, and what changes of the Person by it.
struct Guest {
    /// `None` for the first admin.
    person: Option<Id>,
    name: String,
    email: String,
    changes: Map<String, Value>,
}

impl Engine {
    /// Uses a link, once: sets the password, ends all other sessions and links of the person, and opens a session. The
    /// first admin says name and address, as whoever comes by the link of a Space; who was invited may say another name,
    /// and an address if none is known.
    pub async fn redeem(
        &self,
        secret: &str,
        name: Option<&str>,
        email: Option<&str>,
        password: &str,
        client: &str,
        from: &str,
    ) -> Result<NewSession, SignInError> {
        let shared = &self.shared;
        let tries = Tries::of_client(shared, from);
        let hash = secret::of_link(secret);
        let (me, now, asked) = (shared.clone(), shared.clock.now(), tries.clone());
        let found = read(&*shared.store, move |at| {
            let many = hash.map(|hash| space_links::open(&me, at, &hash, now)).transpose()?.flatten();
            let open = hash.map(|hash| links::open(&me, at, &hash, now)).transpose()?.flatten();
            Ok((asked.refused_until(at, now)?, many, open))
        });
        let open = match found.await? {
            (Some(retry_at), ..) => return Err(SignInError::TooMany { retry_at }),
            (None, Some(many), _) => {
                let (name, email) = (named(said(name))?, address(said(email))?);
                let who = Newcomer { name: &name, email: &email, password };
                return self.comes_by(secret, many, who, client, from).await;
            }
            (None, None, open) => open,
        };
        let (Some(hash), Some(open)) = (hash, open) else {
            tries.count(shared).await?;
            return Err(SignInError::LinkGone);
        };
        let guest = Guest::of(open, name, email)?;
        password::check(password, &guest.name, &guest.email)?;
        let password = shared.signin.hasher.hash(password).await?;
        let everyone = self.everyone().await?;
        let (opening, forgiven) = (Opening::new(shared, client), Tries::of_address(shared, &guest.email));
        let (id, space) = (guest.person.unwrap_or_else(|| shared.fresh_id(b'p')), shared.fresh_id(b's'));
        let key = secret::key(&hash);
        let accounts = [shared.workspace, id, everyone.unwrap_or(space)];
        let redeemed = by_hand(shared, accounts, move |hand| {
            if !links::is_open(hand, &key)? || guest.was_deactivated(hand)? {
                return Ok(None);
            }
            let role = match guest.person {
                None => guest.founds(hand, id, everyone, space)?,
                Some(_) => guest.comes_in(hand, id, everyone)?,
            };
            if role == Role::Admin {
                links::end_all(hand, hand.shared.workspace)?;
            }
            set_password(hand, id, &password, None)?;
            forgiven.succeeded(hand.tx, hand.now)?;
            opening.open(hand, id).map(Some)
        });
        redeemed.await?.ok_or(SignInError::LinkGone)
    }
}

impl Guest {
    fn of(open: Open, name: Option<&str>, email: Option<&str>) -> Result<Guest, SetError> {
        let (name, email) = (said(name), said(email));
        let Some(person) = open.person else {
            return Ok(Guest { person: None, name: named(name)?, email: address(email)?, changes: Map::new() });
        };
        let mut changes = Map::new();
        let known = |property: &str| Some(person.str(property).to_owned()).filter(|text| !text.is_empty());
        let name = match name.filter(|name| open.kind == LinkKind::Invitation && *name != person.str("name")) {
            Some(name) => {
                changes.insert("name".into(), json!(name));
                name
            }
            None => person.str("name").to_owned(),
        };
        let email = match (known("email"), email) {
            (None, said) => {
                let said = address(said)?;
                changes.insert("email".into(), json!(said));
                said
            }
            (Some(known), Some(said)) if person::email_key(&known) != person::email_key(&said) => {
                let why = format!("this link is for {known}; sign in with that, and ask an admin to change it");
                return Err(SetError::invalid("email", why));
            }
            (Some(known), _) => known,
        };
        Ok(Guest { person: Some(person.id), name, email, changes })
    }

    fn was_deactivated(&self, hand: &mut Hand) -> Result<bool, Fault> {
        let Some(person) = self.person else { return Ok(false) };
        let there = self.record(hand, person)?;
        Ok(there.is_none_or(|person| person.has("deactivatedAt")))
    }

    /// The first admin comes with the first Space. A server that had one before keeps it.
    fn founds(&self, hand: &mut Hand, id: Id, everyone: Option<Id>, space: Id) -> Result<Role, Fault> {
        let workspace = hand.shared.workspace;
        let props = json!({ "name": self.name, "email": self.email, "role": Role::Admin.word() });
        hand.create(operator(), workspace, &person::PERSON, id, &props)?;
        match everyone {
            Some(there) => join(hand, there, id, Role::Admin)?,
            None => {
                let by = Caller { person: id, role: Role::Admin, scopes: Scopes::SESSION };
                let props = json!({ "name": FIRST_SPACE, "whoMayJoin": "members" });
                hand.create(by, id, &space::SPACE, space, &props)?;
                let n = hand.n(space)?;
                hand.tx.claim(EVERYONE.0, EVERYONE.1, n, space, None);
            }
        }
        Ok(Role::Admin)
    }

    /// Somebody who was added comes in for the first time, or again.
    fn comes_in(&self, hand: &mut Hand, id: Id, everyone: Option<Id>) -> Result<Role, Fault> {
        let workspace = hand.shared.workspace;
        let known = self.record(hand, id)?;
        let was = |test: &dyn Fn(&Record) -> bool| known.as_ref().is_some_and(test);
        let role = known.as_ref().map_or(Role::None, |person| Role::from_word(person.str("role")));
        if !self.changes.is_empty() {
            let changes = Value::Object(self.changes.clone());
            hand.update(operator(), workspace, &person::PERSON, id, &changes)?;
        }
        if was(&|person| person.props.get("placeholder").is_some_and(|it| it == true)) {
            let mut claimed = Map::new();
            claimed.insert("placeholder".into(), Value::Bool(false));
            hand.patch(workspace, &person::PERSON, id, claimed)?;
        }
        if let Some(space) = everyone {
            join_everyone(hand, space, id, role)?;
        }
        Ok(role)
    }

    fn record(&self, hand: &mut Hand, id: Id) -> Result<Option<Record>, Fault> {
        hand.there(hand.shared.workspace_n, &person::PERSON, id)
    }
}

fn said(text: Option<&str>) -> Option<String> {
    text.map(str::trim).filter(|text| !text.is_empty()).map(str::to_owned)
}

fn named(said: Option<String>) -> Result<String, SetError> {
    said.ok_or_else(|| SetError::invalid("name", "say how you are called"))
}

fn address(said: Option<String>) -> Result<String, SetError> {
    let wrong = || SetError::invalid("email", "say the address with which you will sign in, such as ana@example.org");
    said.filter(|email| person::email_key(email).is_some()).ok_or_else(wrong)
}
