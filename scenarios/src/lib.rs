//! What the stories need: a workspace without doors for histories, and a replica that must end equal.

pub mod direct;
pub mod reference;
pub mod replica;
