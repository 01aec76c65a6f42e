//! `Moved/get`: where an Item is that is no longer where a link says. Answered from keys, under the rights of who asks: what
//! he may not see looks like what never was.

use jmap::{Answer, Id, MethodError, SetError};
use model::{Caller, TypeDef, items, limits};
use serde_json::{Map, Value, json};
use store::{Snapshot, StoreError};

use crate::access::{Access, to_read, to_write};
use crate::desk::{Desk, Fault};
use crate::get::{Answering, ids, only_known};
use crate::moves::MOVED;
use crate::{Shared, records};
use model::moving::moved_key;

/// Something that is moved on and on is found as long as it was not moved more often.
const STEPS: usize = 100;

/// By ids, which are `<spaceId>-<itemId>`, in one's own account.
pub(crate) fn get(
    shared: &Shared,
    at: &dyn Snapshot,
    by: &Caller,
    access: &Access,
    args: &Map<String, Value>,
) -> Answering<Answer> {
    let wanted = match only_known(args, &["accountId", "ids"]).and_then(|()| ids(args)) {
        Ok(Some(wanted)) if wanted.len() <= limits::MAX_OBJECTS => wanted,
        Ok(Some(_)) => return Ok(Err(MethodError::request_too_large("maxObjectsInGet", limits::MAX_OBJECTS))),
        Ok(None) => return Ok(Err(MethodError::invalid_arguments("\"ids\" takes a list of <spaceId>-<itemId>"))),
        Err(refused) => return Ok(Err(refused)),
    };
    let (mut list, mut not_found) = (Vec::new(), Vec::new());
    for text in wanted {
        let asked =
            text.split_once('-').and_then(|(space, item)| Some((Id::parse(space).ok()?, Id::parse(item).ok()?)));
        let found = match asked {
            Some((space, item)) => look(shared, at, by, space, item)?,
            None => None,
        };
        match found {
            Some((space, thread, item)) => {
                list.push(json!({ "id": text, "spaceId": space, "threadId": thread, "itemId": item }));
            }
            None => not_found.push(text),
        }
    }
    Ok(Ok(Answer::Value(json!({
        "accountId": access.head.id,
        "state": access.state().to_string(),
        "list": list,
        "notFound": not_found,
    }))))
}

fn look(
    shared: &Shared,
    at: &dyn Snapshot,
    by: &Caller,
    space: Id,
    item: Id,
) -> Result<Option<(Id, Id, Id)>, StoreError> {
    let space = space_now(at, space, item)?;
    let Some(access) = to_read(shared, at, by, space)?.filter(|access| access.holds(&items::ITEM).is_ok()) else {
        return Ok(None);
    };
    let row = at.get(access.head.n, items::ITEM.number, &[item], false)?.pop();
    let record = row.filter(|row| row.destroyed.is_none()).map(|row| records::record(&shared.registry, &row));
    Ok(record.map(|record| (space, record.thread.unwrap_or(item), item)))
}

/// The Space in which an Item is that was in this one; this one, if it was not moved.
pub(crate) fn space_now(at: &dyn Snapshot, space: Id, item: Id) -> Result<Id, StoreError> {
    let mut space = space;
    for _ in 0..STEPS {
        match at.key(MOVED, &moved_key(space, item))? {
            Some(key) => space = key.account,
            None => break,
        }
    }
    Ok(space)
}

impl Desk<'_> {
    /// What keeps one from making an Item that is not here: a repeat of the create of what was moved away, which was made
    /// once, also when its tombstone here is gone, and what is on its way here. Where it is now may be closed to the
    /// caller: then nothing is told of it but its id.
    pub(crate) fn elsewhere(
        &mut self,
        ty: &'static TypeDef,
        id: Id,
        args: &Map<String, Value>,
    ) -> Result<Option<Map<String, Value>>, Fault> {
        let (here, access) = (self.access.head.id, self.access.clone());
        let coming = self.is_coming(&access, id);
        let mut place = None;
        for _ in 0..STEPS {
            let space = place.as_ref().map_or(here, |key: &store::Key| key.account);
            match self.tx.key(MOVED, &moved_key(space, id))? {
                Some(key) => place = Some(key),
                None => break,
            }
        }
        if coming? {
            let why = "something that is being moved here has this id; take another one";
            return Err(SetError::already_exists(None, why).into());
        }
        let Some(place) = place else { return Ok(None) };
        let Some(row) = self.tx.get(place.n, ty.number, id)? else {
            self.tx.release(MOVED, &moved_key(here, id));
            return Ok(None);
        };
        let mut told = self.created_before(ty, &row, args)?;
        let by = self.by;
        if to_write(self.shared, self.tx, &by, place.account)?.is_none() {
            told.retain(|name, _| name == "id");
        }
        Ok(Some(told))
    }
}
