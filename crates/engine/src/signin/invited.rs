//! What admins see of one-time links: which are open, and who has not come in yet. Never a secret, and nothing of what
//! anybody does: that a password was set is all that is told.

use jmap::{Id, SetError, UtcDate};
use model::{Caller, Role, Scopes, person};
use std::ops::ControlFlow;
use store::StoreError;

use super::links::{self, LinkKind};
use super::secret::Use;
use super::{SignInError, credential, living, may_write};
use crate::Engine;
use crate::access::workspace_role;
use crate::desk::not_found;
use crate::people::each_person;
use crate::people::hand::by_hand;
use crate::work::read;

/// Keys and records that are read at a time.
const PAGE: u32 = 1000;

/// A link that works now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OpenLink {
    /// Whom it is for.
    pub person: Id,
    /// What it does.
    pub kind: LinkKind,
    /// When it was made.
    pub created_at: UtcDate,
    /// Until when it works.
    pub expires_at: UtcDate,
}

/// The open links of persons, and who has no password.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Invited {
    /// In the order in which they were made.
    pub links: Vec<OpenLink>,
    /// Persons who are active, and never set a password; imported authors among them.
    pub without_password: Vec<Id>,
}

impl Engine {
    /// Whom a link is open for, and who has not come in yet. The workspace's admins ask.
    pub async fn invited(&self, by: &Caller) -> Result<Invited, SignInError> {
        if !by.scopes.has(Scopes::READ) || workspace_role(by) != Role::Admin {
            return Err(SetError::forbidden("an admin of the workspace sees who was invited").into());
        }
        let (shared, now) = (self.shared.clone(), self.shared.clock.now());
        let invited = read(&*self.shared.store, move |at| {
            let mut links = Vec::new();
            let mut after = String::new();
            loop {
                let page = at.keys(Use::Link.name(), "", &after, PAGE)?;
                for (_, key) in page.iter().filter(|(_, key)| key.expires.is_some_and(|at| at > now)) {
                    let Some(link) = living(&shared, at, key.n, &person::LINK, key.id)? else { continue };
                    let Some(kind) = LinkKind::from_word(link.str("kind")) else { continue };
                    let (Some(created_at), Some(expires_at)) = (link.date("createdAt"), key.expires) else { continue };
                    let active = super::role_of(&shared, at, key.account)?.is_some();
                    links.extend(active.then_some(OpenLink { person: key.account, kind, created_at, expires_at }));
                }
                match page.last() {
                    Some((last, _)) if page.len() == PAGE as usize => after.clone_from(last),
                    _ => break,
                }
            }
            links.sort_by_key(|link| (link.created_at, link.person, link.kind.id()));
            let mut without_password = Vec::new();
            each_person(&shared, at, |record| {
                if !record.has("deactivatedAt") && credential(&shared, at, record.id)?.is_none() {
                    without_password.push(record.id);
                }
                Ok(ControlFlow::Continue(()))
            })?;
            Ok::<_, StoreError>(Invited { links, without_password })
        });
        Ok(invited.await?)
    }

    /// Ends a link before its time. The workspace's admins do.
    pub async fn end_link(&self, by: &Caller, kind: LinkKind, person: Id) -> Result<(), SignInError> {
        may_write(by)?;
        if workspace_role(by) != Role::Admin {
            return Err(SetError::forbidden("an admin of the workspace ends the links of others").into());
        }
        if person.letter() != b'p' {
            return Err(SetError::not_found(format!("there is no person {person}")).into());
        }
        let ended = by_hand(&self.shared, [person], move |hand| match links::end(hand, person, kind)? {
            true => Ok(()),
            false => Err(not_found(&person::LINK, kind.id()).into()),
        });
        Ok(ended.await?)
    }
}
