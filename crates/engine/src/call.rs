//! A request: its calls in order, reads that follow each other on one snapshot, writes that follow each other to one
//! account in one transaction.

use jmap::{Answer, Call, Id, MethodError, Request, RequestError, Response, resolve_references};
use model::{Caller, limits};
use serde_json::{Map, Value};
use std::collections::BTreeMap;
use store::StoreError;

use crate::Engine;
use crate::session::{CORE, WORKSPACE};
use crate::set::{Answered, Run};
use crate::work::read;

impl Engine {
    /// Answers a request. A refusal of the whole request comes before anything is done.
    pub async fn call(&self, by: &Caller, request: Request) -> Result<Response, RequestError> {
        if let Some(unknown) = request.using.iter().find(|name| ![CORE, WORKSPACE].contains(&name.as_str())) {
            return Err(RequestError::unknown_capability(unknown));
        }
        let objects: usize = request.calls.iter().map(|call| objects(&call.args)).sum();
        if objects > limits::MAX_OBJECTS {
            let detail = format!("{objects} objects in one request; maxObjectsInRequest is {}", limits::MAX_OBJECTS);
            return Err(RequestError::limit("maxObjectsInRequest", detail));
        }
        let uses = |name: &str| request.using.iter().any(|used| used == name);
        let (core, ours) = (uses(CORE), uses(WORKSPACE));
        let known = |method: &str| if method.starts_with("Core/") { core } else { ours };
        let mut answers: Vec<Answered> = Vec::with_capacity(request.calls.len());
        let mut created = request.created_ids.clone().unwrap_or_default();
        let mut calls = request.calls.into_iter().peekable();
        while let Some(call) = calls.next() {
            if !known(&call.method) {
                answers.push(error(&call, MethodError::unknown_method(&call.method)));
                continue;
            }
            let account = set_account(&call, &answers);
            let mut run = vec![call];
            while let Some(next) = calls.peek() {
                let same = known(&next.method) && set_account(next, &[]) == account && is_set(next) == is_set(&run[0]);
                if !same || needs_answers(next) {
                    break;
                }
                run.extend(calls.next());
            }
            match account {
                Some(account) => self.write_run(by, account, run, &mut answers, &mut created).await,
                None => self.read_run(by, run, &mut answers, &created).await,
            }
        }
        Ok(Response { answers, created_ids: request.created_ids.map(|_| created), session_state: self.session_state() })
    }

    async fn write_run(
        &self,
        by: &Caller,
        account: Id,
        calls: Vec<Call>,
        answers: &mut Vec<Answered>,
        created: &mut BTreeMap<String, String>,
    ) {
        let ids: Vec<String> = calls.iter().map(|call| call.id.clone()).collect();
        let run = Run {
            shared: self.shared.clone(),
            by: *by,
            account,
            calls,
            before: answers.clone(),
            created: created.clone(),
            room: room(answers),
        };
        match run.commit().await {
            Ok((done, now_created)) => {
                answers.extend(done);
                *created = now_created;
            }
            Err(fault) => answers.extend(ids.into_iter().map(|id| failed(id, &fault))),
        }
    }

    async fn read_run(
        &self,
        by: &Caller,
        calls: Vec<Call>,
        answers: &mut Vec<Answered>,
        created: &BTreeMap<String, String>,
    ) {
        let (shared, by, before, created) = (self.shared.clone(), *by, answers.clone(), created.clone());
        let ids: Vec<String> = calls.iter().map(|call| call.id.clone()).collect();
        let done = read(&*self.shared.store, move |at| {
            let mut room = room(&before);
            let mut answers = before;
            let from = answers.len();
            for call in &calls {
                let answer = match resolve_references(&call.args, &answers) {
                    Ok(args) => crate::get::answer(&shared, at, &by, call, &args, &created, room)?,
                    Err(refused) => Err(refused),
                };
                let answer = answer.and_then(|answer| {
                    room = room.checked_sub(answer.size()).ok_or_else(crate::get::too_large)?;
                    Ok(answer)
                });
                answers.push(match answer {
                    Ok(answer) => (call.method.clone(), answer, call.id.clone()),
                    Err(refused) => error(call, refused),
                });
            }
            Ok(answers.split_off(from))
        });
        match done.await {
            Ok(done) => answers.extend(done),
            Err(fault) => answers.extend(ids.into_iter().map(|id| failed(id, &fault))),
        }
    }
}

fn is_set(call: &Call) -> bool {
    call.method.ends_with("/set") || call.method == "Blob/copy"
}

/// True for a call that writes to other accounts too, by what it refers to: which they are must be known before.
fn needs_answers(call: &Call) -> bool {
    let reaches = ["Submission/set", "Space/set", "Person/set", "Move/set"].contains(&call.method.as_str());
    reaches && call.args.keys().any(|name| name.starts_with('#'))
}

/// The account of a call that writes; `None` for every other call, and where it can't be told.
fn set_account(call: &Call, answers: &[Answered]) -> Option<Id> {
    if !is_set(call) {
        return None;
    }
    if let Some(account) = call.args.get("accountId").and_then(Value::as_str) {
        return Id::parse(account).ok();
    }
    let args = resolve_references(&call.args, answers).ok()?;
    Id::parse(args.get("accountId")?.as_str()?).ok()
}

/// How many objects a call names.
pub(crate) fn objects(args: &Map<String, Value>) -> usize {
    ["create", "update", "destroy", "ids", "blobIds"]
        .iter()
        .map(|name| match args.get(*name) {
            Some(Value::Object(map)) => map.len(),
            Some(Value::Array(list)) => list.len(),
            _ => 0,
        })
        .sum()
}

/// Bytes that further answers of the request may have.
fn room(answers: &[Answered]) -> usize {
    limits::MAX_RESPONSE.saturating_sub(answers.iter().map(|(_, answer, _)| answer.size()).sum())
}

fn error(call: &Call, error: MethodError) -> Answered {
    ("error".into(), Answer::Value(error.to_json()), call.id.clone())
}

/// The answer to a call at which the store failed.
fn failed(id: String, fault: &StoreError) -> Answered {
    ("error".into(), Answer::Value(store_fault(fault).to_json()), id)
}

/// The machine's fault as a caller may see it; the cause goes to the log.
pub(crate) fn store_fault(fault: &StoreError) -> MethodError {
    let number = u32::from_be_bytes(crate::random());
    tracing::error!(fault = %fault, number = format!("{number:08x}"), "the store failed");
    match fault {
        StoreError::Full(_) => MethodError::server_unavailable(format!(
            "the server's disk is full; nothing that was acknowledged is lost. Repeat this later with the same ids (fault {number:08x})"
        )),
        StoreError::Unavailable(_) | StoreError::Fenced(_) => MethodError::server_unavailable(format!(
            "the server can't write now. Repeat this later with the same ids (fault {number:08x})"
        )),
        StoreError::Corrupt(_) | StoreError::Broken(_) => MethodError::server_fail(format!(
            "something is wrong with the server; tell its operator of fault {number:08x}"
        )),
    }
}
