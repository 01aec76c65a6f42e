//! Direct Spaces: the id follows from the workspace and the persons, so that starting one twice is one.

use jmap::{Id, SetError};

use crate::change::Change;
use crate::kind::Naming;
use crate::limits;

/// The id of the direct Space of these persons; the order does not matter. Unkeyed, so that clients get it offline:
/// `d` and the UUIDv8 of the first 16 bytes of BLAKE3 over "meanwhile direct", the workspace's UUID and the sorted
/// UUIDs of the persons.
pub fn direct_id(workspace: Id, persons: &[Id]) -> Id {
    let mut uuids: Vec<[u8; 16]> = persons.iter().map(Id::uuid).collect();
    uuids.sort_unstable();
    uuids.dedup();
    let mut hash = blake3::Hasher::new();
    hash.update(b"meanwhile direct").update(&workspace.uuid());
    for uuid in &uuids {
        hash.update(uuid);
    }
    let mut short = [0; 16];
    short.copy_from_slice(&hash.finalize().as_bytes()[..16]);
    Id::derived(b'd', short)
}

/// The id of a direct Space that is to be made; `None` for a team's, which is fresh.
pub(super) fn id_of(new: &Naming) -> Option<Id> {
    let direct = new.args.get("kind").is_some_and(|kind| kind == "direct");
    let persons = new.args.get("persons").and_then(|list| list.as_array()).filter(|_| direct)?;
    let persons: Vec<Id> = persons.iter().filter_map(|p| Id::parse(p.as_str()?).ok()).collect();
    Some(direct_id(new.workspace, &persons))
}

pub(super) fn check(change: &Change) -> Result<(), SetError> {
    let space = change.record();
    let persons: Vec<Id> = space.list("persons").iter().filter_map(|p| Id::parse(p.as_str()?).ok()).collect();
    let mut once = persons.clone();
    once.sort_unstable();
    once.dedup();
    if once.len() != persons.len() || !persons.contains(&change.by.person) {
        return Err(SetError::invalid("persons", "the persons of a direct Space are named once each, you among them"));
    }
    if persons.len() > limits::MAX_DIRECT {
        return Err(SetError::too_large("persons", "maxDirectPersons", limits::MAX_DIRECT, persons.len()));
    }
    if space.id != direct_id(change.workspace, &persons) {
        return Err(SetError::invalid(
            "id",
            "the id of a direct Space follows from its persons; leave it out, or compute it",
        ));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn starting_it_twice_is_one_whoever_starts() {
        let [w, a, b] = [1, 2, 3].map(|n| Id::derived(b'p', [n; 16]));
        assert_eq!(direct_id(w, &[a, b]), direct_id(w, &[b, a]));
        assert_ne!(direct_id(w, &[a, b]), direct_id(w, &[a]));
        assert_ne!(direct_id(a, &[a, b]), direct_id(w, &[a, b]));
    }
}
