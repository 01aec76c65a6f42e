//! RFC 8620 as values: ids, dates, states, requests, references, patches and errors.
//! No I/O, no clock, no randomness; it knows neither the types of Meanwhile nor where they are stored.

mod date;
mod error;
mod id;
mod origin;
mod patch;
mod request;
mod state;

pub use date::{DAY_MS, UtcDate};
pub use error::{MethodError, RequestError, SetError};
pub use id::{BadId, Id};
pub use origin::Origin;
pub use patch::{Patch, PatchError};
pub use request::{Answer, Call, Request, Response, resolve_references, size};
pub use state::{BadState, State};
