//! The Groups that an Item names: who of them is in the Space.

use jmap::Id;
use model::change::Named;
use model::{Record, Role, items, limits, person, space};
use serde_json::Value;
use std::collections::BTreeSet;

use crate::desk::{Desk, Fault};

/// Persons that are looked at together.
const AT_ONCE: usize = 500;

impl Desk<'_> {
    /// The Groups that an Item names and did not name before, with those of their persons who are in this Space. Once these
    /// are more than an Item may name, no more are looked for.
    pub(crate) fn newly_named(&mut self, item: &Record) -> Result<Vec<Named>, Fault> {
        let before = item.props.get("groups").and_then(Value::as_object);
        let known = |id: &Id| before.is_some_and(|groups| groups.contains_key(&id.to_string()));
        let new: Vec<Id> = items::groups_in(item).into_iter().filter(|id| !known(id)).collect();
        let n = self.shared.workspace_n;
        let groups = self.each(&new, |desk, id| desk.there(n, &person::GROUP, *id))?;
        let groups: Vec<Record> = groups.into_iter().flatten().collect();
        let of = |group: &Record| -> BTreeSet<Id> {
            let persons = group.props.get("persons").and_then(Value::as_object);
            persons.into_iter().flatten().filter_map(|(id, _)| Id::parse(id).ok()).collect()
        };
        let all: BTreeSet<Id> = groups.iter().flat_map(of).collect();
        let here = self.in_here(&all.into_iter().collect::<Vec<_>>())?;
        let named = |group: Record| Named { here: of(&group).intersection(&here).copied().collect(), group };
        Ok(groups.into_iter().map(named).collect())
    }

    fn in_here(&mut self, persons: &[Id]) -> Result<BTreeSet<Id>, Fault> {
        let mut here = BTreeSet::new();
        for some in persons.chunks(AT_ONCE) {
            let inside = self.each(some, |desk, id| {
                let (here, workspace) = (desk.access.head.n, desk.shared.workspace_n);
                let person = desk.there(workspace, &person::PERSON, *id);
                let member = desk.there(here, &space::MEMBER, *id)?;
                let is_in = member.is_some_and(|member| Role::from_word(member.str("role")) != Role::None);
                Ok(person?.is_some_and(|person| !person.has("deactivatedAt")) && is_in)
            })?;
            here.extend(some.iter().zip(inside).filter_map(|(id, inside)| inside.then_some(*id)));
            // An Item names people in two places, so in one of them there are too many now.
            if here.len() > 2 * limits::MAX_OF {
                break;
            }
        }
        Ok(here)
    }
}
