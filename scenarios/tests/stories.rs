//! The stories, on SQLite.

use scenarios::direct::sqlite as new_stores;

#[path = "stories/founding.rs"]
mod founding;
#[path = "stories/invitations.rs"]
mod invitations;
#[path = "stories/told.rs"]
mod told;
