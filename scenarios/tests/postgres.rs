//! The stories again, on PostgreSQL by two nodes; and the program on a database, alone and together with another.

use scenarios::direct::postgres as new_stores;

#[path = "postgres/away.rs"]
mod away;
#[path = "stories/founding.rs"]
mod founding;
#[path = "stories/invitations.rs"]
mod invitations;
#[path = "postgres/moving.rs"]
mod moving;
#[path = "postgres/program.rs"]
mod program;
#[path = "postgres/rolling.rs"]
mod rolling;
#[path = "stories/told.rs"]
mod told;
#[path = "postgres/two.rs"]
mod two;
