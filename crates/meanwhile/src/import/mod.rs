//! What others hold becomes Spaces, threads and posts. Each record is created through the engine as any client would, by a
//! caller who may set authors and dates. What is there already is left alone, so an import that was interrupted is
//! simply run again.

mod authors;
pub(crate) mod command;
mod done;
mod elements;
mod files;
mod importer;
mod letter;
mod letters;
pub(crate) mod meanwhile;
mod post;
mod problems;
mod scan;
pub(crate) mod slack;
mod source;

use engine::Engine;
use jmap::{Id, Request, Response};
use model::Caller;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use std::hash::{DefaultHasher, Hash, Hasher};

pub(crate) use done::Done;
pub(crate) use importer::Formats;
pub(crate) use letter::cut;
pub(crate) use letters::run;
pub(crate) use post::{Letter, Post, post};
pub(crate) use source::Where;

/// Something that was not brought in.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Skipped {
    pub(crate) place: String,
    pub(crate) why: String,
}

/// A request of the importer.
async fn call(engine: &Engine, by: &Caller, calls: Vec<(&str, Value)>) -> anyhow::Result<Response> {
    let calls = calls.into_iter().enumerate().map(|(n, (method, args))| jmap::Call {
        method: method.to_string(),
        args: if let Value::Object(args) = args { args } else { Map::new() },
        id: n.to_string(),
    });
    let using = vec!["urn:ietf:params:jmap:core".to_string(), "urn:meanwhile:jmap:workspace".to_string()];
    let request = Request { using, calls: calls.collect(), created_ids: None };
    engine.call(by, request).await.map_err(|error| anyhow::anyhow!("the request was refused: {}", error.detail))
}

fn derived(letter: u8, text: &str) -> Id {
    let mut half = [0; 16];
    half.copy_from_slice(&blake3::hash(text.as_bytes()).as_bytes()[..16]);
    Id::derived(letter, half)
}

fn short(text: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    text.hash(&mut hasher);
    hasher.finish()
}
