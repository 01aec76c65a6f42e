//! What a workspace is made of, and its rules: types and kinds as tables with two hooks. Pure: no I/O, no clock,
//! no async, no storage.

pub mod caller;
pub mod change;
pub mod delivery;
pub mod html;
pub mod importing;
pub mod items;
pub mod judge;
pub mod kind;
pub mod limits;
pub mod moving;
pub mod person;
pub mod plain;
pub mod record;
pub mod registry;
pub mod schedule;
pub mod shape;
pub mod space;
pub mod submission;

pub use caller::{Caller, Role, Scopes};
pub use change::{Change, Effect, Related};
pub use kind::{AccountKind, Kind, Property, TypeDef};
pub use record::Record;
pub use registry::Registry;
