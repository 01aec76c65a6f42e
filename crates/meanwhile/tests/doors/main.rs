//! The doors, knocked at from outside: a real server on a free port.

#![expect(clippy::unwrap_used, reason = "a test that can't go on panics")]

mod acme;
mod app;
mod command;
mod events;
mod files;
mod house;
mod jmap_door;
mod previews;
mod proxy;
mod public;
mod signin;
mod strangers;
mod tls;
mod tus;
mod tus_refusals;
mod wire;
