//! The rules of the protocol, each with its own test, on both stores.

#[path = "rules/accounts.rs"]
mod accounts;
#[path = "rules/deleting.rs"]
mod deleting;
#[path = "rules/events.rs"]
mod events;
#[path = "rules/failing.rs"]
mod failing;
#[path = "rules/ids.rs"]
mod ids;
#[path = "rules/items.rs"]
mod items;
#[path = "rules/kinds.rs"]
mod kinds;
#[path = "rules/limits.rs"]
mod limits;
#[path = "rules/sending.rs"]
mod sending;
#[path = "rules/states.rs"]
mod states;
