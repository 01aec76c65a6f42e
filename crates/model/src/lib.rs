//! What a workspace is made of, and its rules: types and kinds as tables with two hooks. Pure: no I/O, no clock,
//! no async, no storage.

pub mod caller;
pub mod delivery;
pub mod items;
pub mod judge;
pub mod kind;
pub mod limits;
pub mod person;
pub mod record;
pub mod registry;
pub mod shape;
pub mod space;
pub mod submission;

pub use caller::{Caller, Role, Scopes};
pub use kind::{AccountKind, Change, Effect, Kind, Property, Related, TypeDef};
pub use record::Record;
pub use registry::Registry;
