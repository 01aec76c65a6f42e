//! What the operator does at the machine: people and Spaces, by the same rules as anybody else, as a caller of his own.

pub(crate) mod hand;
#[cfg(test)]
mod tests;

use jmap::{Id, SetError, UtcDate};
use model::{Caller, Record, Role, Scopes, person, space};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::ops::ControlFlow;
use store::{Snapshot, StoreError};

use crate::access::operator;
use crate::desk::Fault;
use crate::work::read;
use crate::{Engine, Shared, records};
use hand::{Hand, by_hand};

/// The key that leads to the Space which every member of the workspace joins.
pub(crate) const EVERYONE: (&str, &str) = ("server", "everyone");

/// Records and keys that are read at a time.
const PAGE: u32 = 1000;

/// Why something is not done.
#[derive(Clone, Debug, thiserror::Error)]
pub enum PeopleError {
    /// The rules refuse it.
    #[error("{}", .0.description)]
    Refused(SetError),
    /// The machine fails.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<SetError> for PeopleError {
    fn from(error: SetError) -> PeopleError {
        PeopleError::Refused(error)
    }
}

/// A person, as the operator's list shows one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PersonInfo {
    /// The id of the Person and of the personal account.
    pub id: Id,
    /// How the person is called.
    pub name: String,
    /// The address.
    pub email: Option<String>,
    /// What the person may in the workspace.
    pub role: Role,
    /// Stands for an imported author.
    pub placeholder: bool,
    /// Since when the person is out.
    pub deactivated_at: Option<UtcDate>,
    /// A password was set, so that the person can sign in.
    pub has_password: bool,
}

impl Engine {
    /// Adds a person. A member joins the Space of everyone, if there is one.
    pub async fn add_person(&self, name: &str, email: Option<&str>, role: Role) -> Result<Id, PeopleError> {
        let shared = &self.shared;
        let id = shared.fresh_id(b'p');
        let everyone = self.everyone().await?;
        let mut props = json!({ "name": name.trim(), "role": role.word() });
        if let Some(email) = email {
            props["email"] = json!(email.trim());
        }
        let accounts = [shared.workspace, id].into_iter().chain(everyone);
        let add = by_hand(shared, accounts, move |hand| {
            hand.create(operator(), hand.shared.workspace, &person::PERSON, id, &props)?;
            match everyone {
                Some(space) => join_everyone(hand, space, id, role),
                None => Ok(()),
            }
        });
        add.await.map(|()| id)
    }

    /// The person with that address, deactivated ones too.
    pub async fn person_by_email(&self, email: &str) -> Result<Option<Id>, StoreError> {
        let Some(key) = person::email_key(email) else { return Ok(None) };
        read(&*self.shared.store, move |at| Ok(at.key("email", &key)?.map(|key| key.id))).await
    }

    /// Everybody the workspace knows, in order of their coming.
    pub async fn people(&self) -> Result<Vec<PersonInfo>, StoreError> {
        let shared = self.shared.clone();
        read(&*self.shared.store, move |at| people(&shared, at)).await
    }

    /// Makes a Space of these persons; the first becomes its admin. `open`: every member of the workspace may join.
    pub async fn add_space(&self, name: &str, members: &[Id], open: bool) -> Result<Id, PeopleError> {
        let id = self.shared.fresh_id(b's');
        let props = json!({ "name": name.trim(), "whoMayJoin": if open { "members" } else { "invited" } });
        let members: Vec<_> = members.iter().map(|member| (*member, Role::Member)).collect();
        self.found_space(id, props, &members).await.map(|_| id)
    }

    /// Makes the Space of that id with these properties, as the first of these persons, who becomes the admin of a
    /// team's; the others get their roles, and who has the role none is named there. False if there is one already: then
    /// nothing is changed.
    ///
    /// # Errors
    /// `Refused` where the rules do: without a person, by a guest, by somebody who was deactivated.
    pub async fn found_space(&self, id: Id, props: Value, members: &[(Id, Role)]) -> Result<bool, PeopleError> {
        let Some((first, _)) = members.first().copied() else {
            return Err(SetError::invalid("persons", "a Space has an admin: name at least one member").into());
        };
        let direct = id.letter() == b'd';
        let mut others: Vec<(Id, Role)> = members.iter().copied().filter(|(id, _)| *id != first && !direct).collect();
        others.sort_unstable_by_key(|(id, _)| *id);
        others.dedup_by_key(|(id, _)| *id);
        let found = by_hand(&self.shared, [first, id], move |hand| {
            let there = match hand.tx.head(id)? {
                Some(head) => hand.there(head.n, &space::SPACE, id)?,
                None => None,
            };
            if there.is_some() {
                return Ok(false);
            }
            // A conversation stays, also of those who are out by now.
            let role = if direct { Role::Member } else { Role::from_word(hand.active_person(first)?.str("role")) };
            if !role.at_least(Role::Member) {
                return Err(SetError::forbidden("a guest makes no Space; name a member first").into());
            }
            let by = Caller { person: first, role, scopes: Scopes::SESSION };
            hand.create(by, first, &space::SPACE, id, &props)?;
            others.iter().try_for_each(|(member, role)| join(hand, id, *member, *role))?;
            Ok(true)
        });
        found.await
    }

    /// The team Spaces with exactly that name. Looks through all memberships: for the command line.
    pub async fn space_named(&self, name: &str) -> Result<Vec<Id>, StoreError> {
        let (shared, name) = (self.shared.clone(), name.to_owned());
        read(&*self.shared.store, move |at| {
            let (mut seen, mut found) = (BTreeSet::new(), Vec::new());
            let mut after = String::new();
            loop {
                let page = at.keys("member", "", &after, PAGE)?;
                for (_, key) in page.iter().filter(|(_, key)| key.account.letter() == b's') {
                    if seen.insert(key.account) {
                        let row = at.get(key.n, space::SPACE.number, &[key.account], false)?.pop();
                        let named = row.is_some_and(|row| records::record(&shared.registry, &row).str("name") == name);
                        found.extend(named.then_some(key.account));
                    }
                }
                match page.last() {
                    Some((last, _)) if page.len() == PAGE as usize => after.clone_from(last),
                    _ => return Ok(found),
                }
            }
        })
        .await
    }

    /// Makes a person a member of a Space, or gives a member another role. A guest of the workspace joins as a guest.
    pub async fn join(&self, space: Id, person: Id, role: Role) -> Result<(), PeopleError> {
        by_hand(&self.shared, [space], move |hand| join(hand, space, person, role)).await
    }

    /// The Space which every member joins.
    pub(crate) async fn everyone(&self) -> Result<Option<Id>, StoreError> {
        read(&*self.shared.store, |at| Ok(at.key(EVERYONE.0, EVERYONE.1)?.map(|key| key.account))).await
    }
}

/// Gives a person a role in a Space, there or not.
pub(crate) fn join(hand: &mut Hand, space: Id, person: Id, role: Role) -> Result<(), Fault> {
    let known = hand.active_person(person)?;
    let role = if known.str("role") == Role::Guest.word() && role != Role::None { Role::Guest } else { role };
    let n = hand.n(space)?;
    if hand.there(n, &space::MEMBER, person)?.is_some() {
        return hand.update(operator(), space, &space::MEMBER, person, &json!({ "role": role.word() }));
    }
    let props = json!({ "personId": person, "role": role.word() });
    hand.create(operator(), space, &space::MEMBER, person, &props)
}

/// A member of the workspace joins the Space of everyone; who has left it stays out, and guests are not asked in.
pub(crate) fn join_everyone(hand: &mut Hand, everyone: Id, person: Id, role: Role) -> Result<(), Fault> {
    let n = hand.n(everyone)?;
    let was_there = hand.there(n, &space::MEMBER, person)?.is_some_and(|member| member.has("joinedAt"));
    if was_there || !role.at_least(Role::Member) {
        return Ok(());
    }
    join(hand, everyone, person, Role::Member)
}

fn people(shared: &Shared, at: &dyn Snapshot) -> Result<Vec<PersonInfo>, StoreError> {
    let mut found = Vec::new();
    each_person(shared, at, |record| {
        found.push(PersonInfo {
            id: record.id,
            name: record.str("name").to_owned(),
            email: record.has("email").then(|| record.str("email").to_owned()),
            role: Role::from_word(record.str("role")),
            placeholder: record.props.get("placeholder").is_some_and(|it| it == true),
            deactivated_at: record.date("deactivatedAt"),
            has_password: crate::signin::credential(shared, at, record.id)?.is_some(),
        });
        Ok(ControlFlow::Continue(()))
    })?;
    Ok(found)
}

/// Shows every Person of the workspace, in the order in which they came, until enough was seen.
pub(crate) fn each_person(
    shared: &Shared,
    at: &dyn Snapshot,
    mut see: impl FnMut(Record) -> Result<ControlFlow<()>, StoreError>,
) -> Result<(), StoreError> {
    let mut after = None;
    loop {
        let range = store::Range { after, down: false, limit: PAGE };
        let page = at.range(shared.workspace_n, person::PERSON.number, range, true)?;
        for row in &page {
            if see(records::record(&shared.registry, row))?.is_break() {
                return Ok(());
            }
        }
        match page.last() {
            Some(last) if page.len() == PAGE as usize => after = Some(last.created_seq),
            _ => return Ok(()),
        }
    }
}
