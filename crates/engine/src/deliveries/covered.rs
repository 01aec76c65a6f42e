//! Who stands in for somebody who is asked and away: so that nothing waits for a person who does not know of it.

use jmap::Id;
use model::Record;
use model::person::PERSON;
use store::{N, Snapshot, StoreError};

use super::{Deliveries, hours_of};
use crate::records;

/// Who is away for whom, and for whom again: so many are asked.
const MOST: usize = 8;

impl Deliveries {
    /// Those who stand in for some of `asked`, each with one of them: who is in the Space, and did not ask it himself.
    pub(super) fn deputies(
        &self,
        n: N,
        item: &Record,
        asked: &[Id],
        at: &dyn Snapshot,
    ) -> Result<Vec<(Id, Id)>, StoreError> {
        let mut out: Vec<(Id, Id)> = Vec::new();
        for person in asked {
            let Some(deputy) = self.deputy(*person, at)? else { continue };
            let is_here = !self.members(n, &[deputy], at)?.is_empty();
            if is_here && item.id("createdBy") != Some(deputy) && out.iter().all(|(other, _)| *other != deputy) {
                out.push((deputy, *person));
            }
        }
        Ok(out)
    }

    /// Who stands in for somebody now; for a deputy who is away too, his own. Nobody where they all are away for each other.
    fn deputy(&self, person: Id, at: &dyn Snapshot) -> Result<Option<Id>, StoreError> {
        let now = self.0.clock.now();
        let mut chain = vec![person];
        while let Some(last) = chain.last().copied().filter(|_| chain.len() <= MOST) {
            let row = at.get(self.0.workspace_n, PERSON.number, &[last], true)?.pop();
            let row = row.filter(|row| row.destroyed.is_none());
            let Some(hours) = row.and_then(|row| hours_of(&records::record(&self.0.registry, &row))) else {
                return Ok(None);
            };
            match hours.cover(now) {
                None => return Ok(Some(last).filter(|last| *last != person)),
                Some(next) if chain.contains(&next) => return Ok(None),
                Some(next) => chain.push(next),
            }
        }
        Ok(None)
    }
}
