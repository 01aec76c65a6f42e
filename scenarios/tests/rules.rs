//! The rules of the protocol, each with its own test, on both stores.

#[path = "rules/accounts.rs"]
mod accounts;
#[path = "rules/again.rs"]
mod again;
#[path = "rules/answering.rs"]
mod answering;
#[path = "rules/answers.rs"]
mod answers;
#[path = "rules/arrivals.rs"]
mod arrivals;
#[path = "rules/changing.rs"]
mod changing;
#[path = "rules/checkin.rs"]
mod checkin;
#[path = "rules/covering.rs"]
mod covering;
#[path = "rules/decided.rs"]
mod decided;
#[path = "rules/decision.rs"]
mod decision;
#[path = "rules/deleting.rs"]
mod deleting;
#[path = "rules/events.rs"]
mod events;
#[path = "rules/failing.rs"]
mod failing;
#[path = "rules/following.rs"]
mod following;
#[path = "rules/groups.rs"]
mod groups;
#[path = "rules/guests.rs"]
mod guests;
#[path = "rules/ids.rs"]
mod ids;
#[path = "rules/imports.rs"]
mod imports;
#[path = "rules/items.rs"]
mod items;
#[path = "rules/kinds.rs"]
mod kinds;
#[path = "rules/later.rs"]
mod later;
#[path = "rules/limits.rs"]
mod limits;
#[path = "rules/mail.rs"]
mod mail;
#[path = "rules/moved.rs"]
mod moved;
#[path = "rules/moving.rs"]
mod moving;
#[path = "rules/pictures.rs"]
mod pictures;
#[path = "rules/public.rs"]
mod public;
#[path = "rules/pushing.rs"]
mod pushing;
#[path = "rules/reading.rs"]
mod reading;
#[path = "rules/reminding.rs"]
mod reminding;
#[path = "rules/saved.rs"]
mod saved;
#[path = "rules/sealed.rs"]
mod sealed;
#[path = "rules/sending.rs"]
mod sending;
#[path = "rules/space_links.rs"]
mod space_links;
#[path = "rules/states.rs"]
mod states;
#[path = "rules/taking.rs"]
mod taking;
#[path = "rules/templates.rs"]
mod templates;
#[path = "rules/told_once.rs"]
mod told_once;
#[path = "rules/undelivered.rs"]
mod undelivered;
#[path = "rules/underway.rs"]
mod underway;
#[path = "rules/uploading.rs"]
mod uploading;
#[path = "rules/urgent.rs"]
mod urgent;
