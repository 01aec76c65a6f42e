//! What the stories need: a workspace without doors for histories, the program as a process, and a replica that
//! must end equal.

pub mod dice;
pub mod direct;
pub mod office;
pub mod process;
pub mod push_service;
pub mod reference;
pub mod replica;
pub mod sink;
