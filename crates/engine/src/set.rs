//! `/set` of every type (RFC 8620 5.3): consecutive calls to one account are one transaction.

use jmap::{Answer, Call, Id, MethodError, SetError, UtcDate, resolve_references};
use model::{AccountKind, Caller, Scopes, TypeDef, limits};
use serde_json::{Map, Value, json};
use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;
use store::{Miss, StoreError, Tx};

use crate::access::{self, Access};
use crate::call::objects;
use crate::desk::{CallFault, Desk, Fault};
use crate::drawn::Drawn;
use crate::work::{Done, read, write};
use crate::{Shared, records};

/// What one answer of a request is: method, arguments, call id.
pub(crate) type Answered = (String, Answer, String);

/// The answers of a run, and the creation ids of the request after it.
pub(crate) type Written = (Vec<Answered>, BTreeMap<String, String>);

/// A run of `/set` calls to one account.
pub(crate) struct Run {
    pub(crate) shared: Arc<Shared>,
    pub(crate) by: Caller,
    pub(crate) account: Id,
    pub(crate) calls: Vec<Call>,
    /// The answers before this run, for references.
    pub(crate) before: Vec<Answered>,
    pub(crate) created: BTreeMap<String, String>,
    /// Bytes that its answers may have.
    pub(crate) room: usize,
}

impl Run {
    /// Runs the calls and waits until what they wrote is durable.
    pub(crate) async fn commit(self) -> Result<Written, StoreError> {
        let founding = self.founding();
        let mut accounts = vec![self.account];
        accounts.extend(founding.values().copied());
        accounts.extend(self.sent_to(&founding).await?);
        accounts.sort_unstable();
        accounts.dedup();
        let store = self.shared.store.clone();
        for account in &accounts {
            self.shared.know_last_received(*account).await?;
        }
        let drawn = Drawn::default();
        let work = move |tx: &mut dyn Tx| -> Result<Done<Written>, Miss> {
            drawn.rewind();
            let mut answers = self.before.clone();
            let mut created = self.created.clone();
            let now = self.shared.receive_time(self.account);
            for call in &self.calls {
                let answer = match self.answer(tx, call, now, &answers, &mut created, (&founding, &drawn)) {
                    Ok(value) => (call.method.clone(), Answer::Value(value), call.id.clone()),
                    Err(CallFault::No(error)) => ("error".into(), Answer::Value(error.to_json()), call.id.clone()),
                    Err(CallFault::Miss) => return Err(Miss),
                };
                answers.push(answer);
            }
            Ok(Done::Keep((answers.split_off(self.before.len()), created)))
        };
        write(&*store, accounts, None, work).await
    }

    fn answer(
        &self,
        tx: &mut dyn Tx,
        call: &Call,
        now: UtcDate,
        answers: &[Answered],
        created: &mut BTreeMap<String, String>,
        (founding, drawn): (&HashMap<String, Id>, &Drawn),
    ) -> Result<Value, CallFault> {
        let args = resolve_references(&call.args, answers)?;
        // Those that a call writes out were counted for the whole request.
        if objects(&args) > limits::MAX_OBJECTS {
            return Err(MethodError::request_too_large("maxObjectsInSet", limits::MAX_OBJECTS).into());
        }
        if !self.by.scopes.has(Scopes::WRITE) {
            return Err(MethodError::account_read_only().into());
        }
        match call.method.as_str() {
            "Blob/copy" => return self.copy_blobs(tx, now, &args),
            "ItemVersion/set" => return self.purge_versions(tx, &args),
            _ => {}
        }
        let ty = self.type_of(call).ok_or_else(|| MethodError::unknown_method(&call.method))?;
        let set = SetArgs::read(&args)?;
        let access = self.access(tx, ty)?.ok_or_else(MethodError::account_not_found)?;
        let founds_here = match ty.founds {
            Some(AccountKind::Space) => access.kind == AccountKind::Personal && set.only_creates(),
            _ => false,
        };
        if !founds_here {
            access.holds(ty)?;
        }
        let old = access.state();
        if set.if_in_state.is_some_and(|state| state != old.to_string()) {
            return Err(MethodError::state_mismatch().into());
        }
        let mut desk = Desk {
            shared: &self.shared,
            tx,
            by: self.by,
            now,
            access,
            created: Some(created),
            said_at: None,
            again: None,
            room: self.room.saturating_sub(answers[self.before.len()..].iter().map(|(_, a, _)| a.size()).sum()),
            founding: Some(founding),
            drawn: Some(drawn),
        };
        let mut value = desk.set(ty, &set)?;
        // Read again: whoever joined by this call has another state now, and who left has none.
        let new = access::to_write(&self.shared, tx, &self.by, self.account)?;
        value["accountId"] = json!(self.account);
        value["oldState"] = json!(old.to_string());
        value["newState"] = json!(new.map(|access| access.state()).unwrap_or(old).to_string());
        Ok(value)
    }

    fn access(&self, tx: &mut dyn Tx, ty: &TypeDef) -> Result<Option<Access>, Miss> {
        let access = access::to_write(&self.shared, tx, &self.by, self.account)?;
        if access.is_none() && ty.number == model::space::MEMBER.number {
            return access::to_join(&self.shared, tx, &self.by, self.account);
        }
        Ok(access)
    }

    fn type_of(&self, call: &Call) -> Option<&'static TypeDef> {
        let name = call.method.strip_suffix("/set")?;
        self.shared.registry.type_named(name).filter(|ty| !ty.internal)
    }

    /// The ids of the accounts that creates of this run open, so that they can be locked up front.
    fn founding(&self) -> HashMap<String, Id> {
        let mut out = HashMap::new();
        for call in &self.calls {
            let Some(ty) = self.type_of(call).filter(|ty| ty.founds.is_some()) else { continue };
            // What can't be resolved is refused when its turn comes.
            let Ok(args) = resolve_references(&call.args, &self.before) else { continue };
            let creates = args.get("create").and_then(Value::as_object);
            for (key, args) in creates.into_iter().flatten() {
                let args = args.as_object().cloned().unwrap_or_default();
                let naming =
                    model::kind::Naming { account: self.account, workspace: self.shared.workspace, args: &args };
                let given = Id::parse(key).ok().or_else(|| (ty.id_of)(&naming));
                out.insert(key.clone(), given.unwrap_or_else(|| self.shared.fresh_id(ty.letter)));
            }
        }
        out
    }

    /// The Spaces to which the Submissions of this run go, whose jobs are kept there, and those of its Moves.
    async fn sent_to(&self, founding: &HashMap<String, Id>) -> Result<Vec<Id>, StoreError> {
        let ty = &model::submission::SUBMISSION;
        // A creation id stands for what was created before, or for a Space of this run.
        let id = |text: &str| match text.strip_prefix('#') {
            Some(key) => {
                let before = self.created.get(key).and_then(|id| Id::parse(id).ok());
                before.or_else(|| founding.get(key).copied())
            }
            None => Id::parse(text).ok(),
        };
        let mut spaces = Vec::new();
        let mut known = Vec::new();
        for call in self.calls.iter().filter(|call| call.method == "Submission/set") {
            let Ok(args) = resolve_references(&call.args, &self.before) else { continue };
            let objects = |name: &str| args.get(name).and_then(Value::as_object).into_iter().flatten();
            for (_, create) in objects("create") {
                let space = create.get("spaceId").and_then(Value::as_str).and_then(id);
                spaces.extend(space.filter(|id| access::account_kind(*id) == Some(AccountKind::Space)));
            }
            known.extend(objects("update").filter_map(|(text, _)| id(text)));
            let destroys = args.get("destroy").and_then(Value::as_array).into_iter().flatten();
            known.extend(destroys.filter_map(|text| id(text.as_str()?)));
        }
        for call in self.calls.iter().filter(|call| call.method == "Move/set") {
            let Ok(args) = resolve_references(&call.args, &self.before) else { continue };
            for (_, create) in args.get("create").and_then(Value::as_object).into_iter().flatten() {
                let named = ["spaceId", "toSpaceId"].map(|name| create.get(name).and_then(Value::as_str).and_then(id));
                spaces.extend(
                    named.into_iter().flatten().filter(|id| access::account_kind(*id) == Some(AccountKind::Space)),
                );
            }
        }
        if !known.is_empty() && self.account == self.by.person {
            let (shared, account) = (self.shared.clone(), self.account);
            let found = read(&*self.shared.store, move |at| {
                let Some(head) = at.head(account)? else { return Ok(Vec::new()) };
                let rows = at.get(head.n, ty.number, &known, false)?;
                Ok(rows.iter().filter_map(|row| records::record(&shared.registry, row).id("spaceId")).collect())
            });
            spaces.extend(found.await?);
        }
        Ok(spaces)
    }
}

/// The arguments of a `/set`.
struct SetArgs<'a> {
    if_in_state: Option<&'a str>,
    create: Option<&'a Map<String, Value>>,
    update: Option<&'a Map<String, Value>>,
    destroy: Vec<&'a str>,
    if_version: Option<&'a Map<String, Value>>,
}

impl<'a> SetArgs<'a> {
    fn read(args: &'a Map<String, Value>) -> Result<SetArgs<'a>, MethodError> {
        const KNOWN: [&str; 6] = ["accountId", "ifInState", "create", "update", "destroy", "ifVersion"];
        if let Some(name) = args.keys().find(|name| !KNOWN.contains(&name.as_str())) {
            return Err(MethodError::invalid_arguments(format!("/set takes {KNOWN:?}, not {name:?}")));
        }
        let objects = |name: &str| match args.get(name) {
            None | Some(Value::Null) => Ok(None),
            Some(Value::Object(map)) => Ok(Some(map)),
            Some(_) => Err(MethodError::invalid_arguments(format!("{name:?} takes an object"))),
        };
        let ids = || MethodError::invalid_arguments("\"destroy\" takes a list of ids");
        let destroy = match args.get("destroy") {
            None | Some(Value::Null) => Vec::new(),
            Some(Value::Array(list)) => list.iter().map(Value::as_str).collect::<Option<Vec<_>>>().ok_or_else(ids)?,
            Some(_) => return Err(ids()),
        };
        let if_in_state = match args.get("ifInState") {
            None | Some(Value::Null) => None,
            Some(Value::String(text)) => Some(text.as_str()),
            Some(_) => return Err(MethodError::invalid_arguments("\"ifInState\" takes a state")),
        };
        Ok(SetArgs {
            if_in_state,
            create: objects("create")?,
            update: objects("update")?,
            destroy,
            if_version: objects("ifVersion")?,
        })
    }

    fn only_creates(&self) -> bool {
        self.update.is_none_or(Map::is_empty) && self.destroy.is_empty()
    }
}

impl Desk<'_> {
    /// Does one `/set`: creates, updates, destroys, each record by itself.
    fn set(&mut self, ty: &'static TypeDef, set: &SetArgs) -> Result<Value, Miss> {
        let mut created = Map::new();
        let mut updated = Map::new();
        let mut destroyed = Vec::new();
        let (mut not_created, mut not_updated, mut not_destroyed) = (Map::new(), Map::new(), Map::new());
        // What one record misses is loaded together with what the others miss.
        let mut missed = false;
        for (key, args) in set.create.map(in_order).unwrap_or_default() {
            let done = self.one(&mut missed, |desk| {
                let wrong = || SetError::invalid_patch("a create is an object of properties");
                let (id, server_set) = desk.create(ty, key, args.as_object().ok_or_else(wrong)?)?;
                // A repeat may be short, and what it is answered long.
                let size = server_set.iter().map(|(name, value)| name.len() + jmap::size(value) + 4).sum();
                let none = || SetError::too_large(key, "maxSizeResponse in bytes", limits::MAX_RESPONSE, size);
                desk.room = desk.room.checked_sub(size).ok_or_else(none)?;
                Ok((id, server_set))
            });
            match done {
                Ok((id, server_set)) => {
                    if let Some(ids) = &mut self.created {
                        ids.insert(key.clone(), id.to_string());
                    }
                    created.insert(key.clone(), Value::Object(server_set));
                }
                Err(error) => {
                    not_created.insert(key.clone(), error.to_json());
                }
            }
        }
        for (name, patch) in set.update.into_iter().flatten() {
            let version = set.if_version.and_then(|versions| versions.get(name)).and_then(Value::as_u64);
            let done = self.one(&mut missed, |desk| {
                if set.destroy.contains(&name.as_str()) {
                    return Err(SetError::will_destroy().into());
                }
                let wrong = || SetError::invalid_patch("an update is an object of paths and values");
                let id = desk.id_of(ty, name)?;
                desk.update(ty, id, patch.as_object().ok_or_else(wrong)?, version)
            });
            match done {
                Ok(changed) => {
                    updated.insert(name.clone(), if changed.is_empty() { Value::Null } else { Value::Object(changed) });
                }
                Err(error) => {
                    not_updated.insert(name.clone(), error.to_json());
                }
            }
        }
        for name in &set.destroy {
            let done = self.one(&mut missed, |desk| {
                let id = desk.id_of(ty, name)?;
                desk.destroy(ty, id)
            });
            match done {
                Ok(()) => destroyed.push(Value::from(*name)),
                Err(error) => {
                    not_destroyed.insert((*name).to_string(), error.to_json());
                }
            }
        }
        if missed {
            return Err(Miss);
        }
        let or_null = |map: Map<String, Value>| if map.is_empty() { Value::Null } else { Value::Object(map) };
        Ok(json!({
            "created": or_null(created),
            "updated": or_null(updated),
            "destroyed": if destroyed.is_empty() { Value::Null } else { Value::Array(destroyed) },
            "notCreated": or_null(not_created),
            "notUpdated": or_null(not_updated),
            "notDestroyed": or_null(not_destroyed),
        }))
    }

    fn id_of(&self, ty: &TypeDef, name: &str) -> Result<Id, Fault> {
        let text = match name.strip_prefix('#') {
            Some(key) => self.created.as_ref().and_then(|ids| ids.get(key)).map_or(name, String::as_str),
            None => name,
        };
        // What is no id of ours is not there either.
        let not_there = || SetError::not_found(format!("there is no {} {name:?} in this account", ty.name));
        Id::parse(text).map_err(|_| not_there().into())
    }
}

/// The creates of a call, each behind the one that it replies to: their keys are in no order.
fn in_order(creates: &Map<String, Value>) -> Vec<(&String, &Value)> {
    let parent = |args: &Value| {
        let text = args.get("parentId").or_else(|| args.get("item")?.get("parentId"))?.as_str()?;
        creates.get_key_value(text.strip_prefix('#').unwrap_or(text))
    };
    let (mut out, mut taken) = (Vec::with_capacity(creates.len()), HashSet::new());
    for mut one in creates {
        let mut way = Vec::new();
        while taken.insert(one.0) {
            way.push(one);
            match parent(one.1) {
                Some(above) => one = above,
                None => break,
            }
        }
        out.extend(way.into_iter().rev());
    }
    out
}

impl Shared {
    /// Finds out what the Space has received last, where this process has not written to it yet.
    pub(crate) async fn know_last_received(&self, account: Id) -> Result<(), StoreError> {
        let is_space = access::account_kind(account) == Some(AccountKind::Space);
        if !is_space || self.received.lock().contains_key(&account) {
            return Ok(());
        }
        let registry = self.registry.clone();
        let newest = read(&*self.store, move |at| {
            let Some(head) = at.head(account)? else { return Ok(None) };
            let row = at.range(head.n, model::items::ITEM.number, store::Range::newest(1), false)?.pop();
            Ok(row.and_then(|row| records::record(&registry, &row).date("receivedAt")))
        });
        let newest = newest.await?.unwrap_or_default();
        let mut received = self.received.lock();
        let entry = received.entry(account).or_insert(newest);
        *entry = (*entry).max(newest);
        Ok(())
    }

    /// Now, but never before what that Space has received already: `receivedAt` does not go backwards, whatever the
    /// machine's clock does. Asked inside the command, so that it rises in the order of the log.
    pub(crate) fn receive_time(&self, account: Id) -> UtcDate {
        let now = self.clock.now();
        match self.received.lock().get_mut(&account) {
            Some(last) => {
                *last = (*last).max(now);
                *last
            }
            None => now,
        }
    }
}
