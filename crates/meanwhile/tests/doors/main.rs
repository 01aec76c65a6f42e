//! The doors, knocked at from outside: a real server on a free port.

#![expect(clippy::unwrap_used, reason = "a test that can't go on panics")]

mod app;
mod command;
mod events;
mod files;
mod house;
mod jmap_door;
mod signin;
mod strangers;
mod wire;
