//! What is urgent: it reaches whom it asks or names outside hours too, where these let it.

use jmap::{Origin, SetError};

use crate::caller::Role;
use crate::change::Change;
use crate::items::{named, persons_in};
use crate::record::Record;

pub(super) fn check(change: &Change, after: &Record) -> Result<(), SetError> {
    if !change.is_new() || !after.has("urgent") || after.origin != Origin::Said {
        return Ok(());
    }
    if after.str("urgent").trim().is_empty() {
        return Err(SetError::invalid("urgent", "say in a line why it can't wait; everybody in the Space reads it"));
    }
    let who = change.related.space().map_or("", |space| space.str("whoMayInterrupt"));
    let may = match who {
        "nobody" => false,
        "admins" => change.role.at_least(Role::Admin),
        _ => change.role.at_least(Role::Member),
    };
    if !may {
        let why = match who {
            "nobody" => "nothing is urgent in this Space, so its admins have said; leave \"urgent\" out",
            "admins" => "only admins of this Space call something urgent; leave \"urgent\" out, or ask one of them",
            _ => "guests call nothing urgent; leave \"urgent\" out",
        };
        return Err(SetError::forbidden(why));
    }
    let whole = named::settled(change, after);
    if ["mentions", "expects/of"].iter().all(|place| persons_in(&whole, place).is_empty()) {
        let why = "what is urgent asks or names somebody, whom it reaches at once; ask or name whoever has to know";
        return Err(SetError::invalid("urgent", why));
    }
    Ok(())
}
