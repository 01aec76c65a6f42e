//! Deliveries: what is said reaches those whom it asks, names or answers, and those who follow its thread, each at his
//! next hours. A reader of the log writes them, and one job per person lets arrive what waits. Each write is harmless when
//! repeated: the id of a Delivery is that of its Item.

mod arriving;
mod asked;
mod covered;
mod reminding;

pub(crate) use arriving::arrive;
pub(crate) use covered::{COVER, cover};
pub(crate) use reminding::{REMIND, brings, remind};

use jmap::{DAY_MS, Id, Origin, UtcDate};
use model::delivery::{ARRIVE, DELIVERY, FOLLOW};
use model::items::persons_in;
use model::person::{PERSON, Rhythm};
use model::space::{MEMBER, SPACE};
use model::{Record, Role};
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;
use std::sync::Arc;
use store::{Changed, Command, Job, LogReader, Miss, N, Snapshot, StoreError, Tx, TypeNumber};

use reminding::remind_of;

use crate::closing::counted_anew;
use crate::desk::ITEM;
use crate::outward::{How, tell};
use crate::work::{Done, quiet};
use crate::{Shared, records};

/// What is older than that reaches out to nobody, however late this reader comes to it.
const STALE_DAYS: i64 = 30;
/// What arrives in one transaction; more follow at once.
const AT_ONCE: u32 = 200;
/// Reasons for which something urgent reaches out outside hours.
const URGENT: [&str; 3] = ["asked", "mention", "covering"];
/// Reasons of which somebody hears nothing where he has muted.
const MUTABLE: [&str; 3] = ["reply", "direct", "followed"];

/// Writes Deliveries for what is said, and puts right what follows from somebody's hours when these change.
pub(crate) struct Deliveries(pub(crate) Arc<Shared>);

impl LogReader for Deliveries {
    fn name(&self) -> &'static str {
        "deliveries"
    }

    fn wants(&self, ty: TypeNumber) -> bool {
        [ITEM.number, PERSON.number].contains(&ty)
    }

    fn take(&mut self, n: N, batch: &[Changed], at: &dyn Snapshot) -> Result<Vec<Box<dyn Command>>, StoreError> {
        let now = self.0.clock.now();
        let mut out = Vec::new();
        let mut space = None;
        for changed in batch.iter().filter(|changed| changed.row.destroyed.is_none()) {
            let record = records::record(&self.0.registry, &changed.row);
            if changed.row.ty == PERSON.number {
                if changed.row.seq > changed.row.created_seq {
                    out.push(self.due_anew(record.id));
                    out.push(self.covered_anew(&record));
                    out.extend(self.reminded_anew(record.id, at)?);
                    out.extend(counted_anew(&self.0, record.id, at)?);
                }
                continue;
            }
            let newest = record.date("editedAt").max(record.date("receivedAt")).max(ended_at(&record));
            let stale = newest.is_none_or(|newest| newest < now.plus_ms(-STALE_DAYS * DAY_MS));
            // What was moved takes along what has reached somebody, and reaches nobody anew.
            let counts = record.origin == Origin::Moved || (record.origin == Origin::Said && !stale);
            if !counts || record.has("deleted") {
                continue;
            }
            if space.is_none() {
                space = at.get(n, SPACE.number, &[changed.account], true)?.pop();
            }
            let Some(space) = space.as_ref().map(|row| records::record(&self.0.registry, row)) else { continue };
            // Whom it asks is written on it first, and this reader sees it again then.
            if let Some(asking) = self.everyone(n, space.id, &record, at)? {
                out.push(asking);
                continue;
            }
            let addressees = self.addressees(n, &space, &record, at)?;
            let answers = record.props.get("answers").and_then(Value::as_object);
            let gave = |person: &Id| answers.is_some_and(|answers| answers.contains_key(&person.to_string()));
            let mut away = Vec::new();
            for (person, why) in &addressees {
                let Some(head) = at.head(*person)? else { continue };
                let here = |one: &Record| {
                    one.id("spaceId") == Some(space.id) && one.id("threadId") == Some(thread_of(&record))
                };
                // A reaction, an answer or an edit of the text reaches nobody anew.
                let new = match self.there(head.n, record.id, at)?.filter(here) {
                    None => {
                        out.push(self.deliver(space.id, &record, *person, why, None));
                        true
                    }
                    Some(one) if *why == "asked" && !gave(person) && !knows(&one, asked_by(&record)) => {
                        out.push(self.tell_anew(&record, *person, why));
                        true
                    }
                    Some(one) if *why == "decision" && one.str("why") != "decision" => {
                        out.push(self.tell_anew(&record, *person, why));
                        false
                    }
                    Some(_) => false,
                };
                if new && *why == "asked" && record.origin == Origin::Said {
                    away.push(*person);
                }
            }
            let covering = self.deputies(n, &record, &away, at)?;
            // Whom it reaches anyway need not stand in.
            let covering = covering.into_iter().filter(|one| !addressees.contains_key(&one.deputy));
            out.extend(covering.map(|one| self.cover(space.id, &record, &one)));
            for person in record.props.get("unasked").and_then(Value::as_object).into_iter().flatten() {
                let Ok(person) = Id::parse(person.0) else { continue };
                let Some(head) = at.head(person)? else { continue };
                if self.there(head.n, record.id, at)?.is_some_and(|one| one.str("why") == "asked") {
                    out.push(self.withdraw(&space, &record, person, addressees.get(&person).copied()));
                }
            }
        }
        Ok(out)
    }
}

impl Deliveries {
    /// Whom an Item reaches, and why: of several reasons the first.
    fn addressees(
        &self,
        n: N,
        space: &Record,
        item: &Record,
        at: &dyn Snapshot,
    ) -> Result<BTreeMap<Id, &'static str>, StoreError> {
        let author = item.id("createdBy");
        let mut out = BTreeMap::new();
        let mut asked = persons_in(item, "expects/of");
        let passed_over = |person: &Id| item.list("passedOver").contains(&json!(person));
        asked.retain(|person| !passed_over(person));
        if let Some(outcome) = item.props.get("outcome").filter(|outcome| !outcome.is_null()) {
            // Who ended it knows.
            let by = outcome.get("by").and_then(Value::as_str).and_then(|by| Id::parse(by).ok());
            let told = asked.iter().copied().chain(author).filter(|person| Some(*person) != by);
            out.extend(told.map(|person| (person, "decision")));
            let ids: Vec<Id> = out.keys().copied().collect();
            let here = self.members(n, &ids, at)?;
            out.retain(|person, _| here.contains(person));
            return Ok(out);
        }
        let mut reach = |person: Id, why: &'static str| {
            if Some(person) != author {
                out.entry(person).or_insert(why);
            }
        };
        let owed = asked.iter().any(|person| Some(*person) != author);
        asked.into_iter().for_each(|person| reach(person, "asked"));
        persons_in(item, "mentions").into_iter().for_each(|person| reach(person, "mention"));
        if let Some(parent) = item.id("parentId") {
            let parent = at.get(n, ITEM.number, &[parent], false)?.pop();
            let parent = parent.map(|row| records::record(&self.0.registry, &row));
            // What hangs below an imported post replies to somebody who said it elsewhere.
            if let Some(to) = parent.and_then(|parent| parent.id("createdBy")) {
                reach(to, "reply");
            }
        }
        if space.str("kind") == "direct" {
            let persons = space.props.get("persons").and_then(Value::as_array).into_iter().flatten();
            persons.filter_map(|id| Id::parse(id.as_str()?).ok()).for_each(|person| reach(person, "direct"));
        }
        if let Some(thread) = item.thread {
            for (_, key) in at.keys("follow", &format!("{}/{thread}/", space.id), "", u32::MAX)? {
                reach(key.account, "followed");
            }
        }
        let ids: Vec<Id> = out.keys().copied().collect();
        let here = self.members(n, &ids, at)?;
        out.retain(|person, _| here.contains(person));
        if let Some(author) = author.filter(|_| owed) {
            out.insert(author, "owed");
        }
        Ok(out)
    }

    /// Those of some persons who are in a Space.
    fn members(&self, n: N, of: &[Id], at: &dyn Snapshot) -> Result<Vec<Id>, StoreError> {
        let rows = at.get(n, MEMBER.number, of, true)?;
        let members = rows.iter().filter(|row| row.destroyed.is_none());
        let members = members.map(|row| records::record(&self.0.registry, row));
        let there = members.filter(|member| Role::from_word(member.str("role")) != Role::None);
        Ok(there.map(|member| member.id).collect())
    }

    /// `covers`: for whom it reaches this person.
    fn deliver(&self, space: Id, item: &Record, person: Id, why: &'static str, covers: Option<Id>) -> Box<dyn Command> {
        let shared = self.0.clone();
        let (id, thread, received) = (item.id, thread_of(item), item.date("receivedAt"));
        let (said, urgent) = (item.origin == Origin::Said, item.has("urgent"));
        let by = asked_by(item).filter(|_| ["asked", "covering"].contains(&why));
        let work = move |tx: &mut dyn Tx| -> Result<Done<()>, Miss> {
            let Some(head) = tx.head(person)? else { return Ok(Done::Undo(())) };
            let there = tx.get(head.n, DELIVERY.number, id)?;
            let wishes = wishes(&shared, tx, head.n, thread, space);
            let rhythm = rhythm(&shared, tx, person)?;
            let [of_thread, of_space] = wishes?;
            if let Some(row) = there {
                let mut before = records::record(&shared.registry, &row);
                let here = before.id("spaceId") == Some(space) && before.id("threadId") == Some(thread);
                if row.destroyed.is_some() || here {
                    return Ok(Done::Undo(()));
                }
                before.props.insert("spaceId".into(), json!(space));
                before.props.insert("threadId".into(), json!(thread));
                before.seq = tx.next_seq(head.n)?;
                tx.put(records::row(&shared.registry, &DELIVERY, head.n, &before));
                return Ok(Done::Keep(()));
            }
            let Some(rhythm) = rhythm.filter(|_| said) else { return Ok(Done::Undo(())) };
            let now = shared.clock.now();
            let is_muted = [&of_thread, &of_space].into_iter().flatten().any(|wish| muted(wish, now));
            // Who follows later was not reached by what was said before.
            let since = of_thread.as_ref().and_then(|wish| wish.date("followedAt"));
            let too_late = why == "followed" && since.is_none_or(|since| received.is_some_and(|at| at < since));
            if too_late || (is_muted && MUTABLE.contains(&why)) {
                return Ok(Done::Undo(()));
            }
            let due = match why {
                "owed" => now,
                _ if urgent && URGENT.contains(&why) => rhythm.urgent_arrival(now),
                _ => rhythm.arrival(now),
            };
            let waits = due > now;
            let mut props = Map::new();
            props.insert("spaceId".into(), json!(space));
            props.insert("threadId".into(), json!(thread));
            props.insert("why".into(), json!(why));
            props.insert("covers".into(), json!(covers));
            props.insert("by".into(), json!(by));
            props.insert("createdAt".into(), json!(now));
            props.insert("arrivedAt".into(), json!((!waits).then_some(now)));
            props.insert("pending".into(), json!(waits.then_some(true)));
            let new = records::new_record(id, props, Origin::Said);
            if waits {
                arrives_at(tx, head.n, person, due)?;
            } else {
                let any_hour = why != "owed" && rhythm.arrival(now) > now;
                tell(&shared, tx, head.n, &new, (person, &rhythm, now), How { any_hour, ..How::default() })?;
                remind_of(tx, head.n, person, &rhythm, &new)?;
            }
            put(&shared, tx, head.n, None, new)?;
            Ok(Done::Keep(()))
        };
        quiet(vec![person], work)
    }

    /// Somebody's hours may be others now: what waits for them has another instant.
    fn due_anew(&self, person: Id) -> Box<dyn Command> {
        let shared = self.0.clone();
        let work = move |tx: &mut dyn Tx| -> Result<Done<()>, Miss> {
            let Some(head) = tx.head(person)? else { return Ok(Done::Undo(())) };
            let (job, rhythm) = (tx.job(head.n, ARRIVE)?, rhythm(&shared, tx, person)?);
            let (Some(job), Some(rhythm)) = (job, rhythm) else { return Ok(Done::Undo(())) };
            let due = rhythm.arrival(shared.clock.now());
            if job.due == due {
                return Ok(Done::Undo(()));
            }
            tx.put_job(Job { due, ..job });
            Ok(Done::Keep(()))
        };
        quiet(vec![person], work)
    }
}

/// Until when an Item asks.
fn asked_by(item: &Record) -> Option<UtcDate> {
    item.props.get("expects")?.get("by")?.as_str().and_then(UtcDate::parse)
}

/// Whether somebody knows already that it asks him, and until when.
fn knows(reached: &Record, by: Option<UtcDate>) -> bool {
    reached.str("why") == "asked" && reached.date("by") == by
}

/// When a decision ended.
fn ended_at(item: &Record) -> Option<UtcDate> {
    item.props.get("outcome")?.get("at").and_then(Value::as_str).and_then(UtcDate::parse)
}

fn thread_of(item: &Record) -> Id {
    item.thread.unwrap_or(item.id)
}

/// Something arrives then: one job per person, at the first of all instants.
fn arrives_at(tx: &mut dyn Tx, n: N, person: Id, due: UtcDate) -> Result<(), Miss> {
    if tx.job(n, ARRIVE)?.is_none_or(|job| job.due > due) {
        let payload = Value::Null.to_string();
        tx.put_job(Job { n, account: person, run: ARRIVE.into(), due, waits_for: None, order: 0, payload });
    }
    Ok(())
}

/// Writes a Delivery, with the difference of its index rows to what was there.
fn put(shared: &Shared, tx: &mut dyn Tx, n: N, before: Option<&Record>, mut after: Record) -> Result<(), Miss> {
    after.seq = tx.next_seq(n)?;
    match before {
        None => after.created_seq = after.seq,
        Some(before) => {
            for (index, key) in records::index_keys(&shared.registry, &DELIVERY, before) {
                tx.drop_index(n, index, &key, before.created_seq);
            }
        }
    }
    for (index, key) in records::index_keys(&shared.registry, &DELIVERY, &after) {
        tx.put_index(n, index, &key, after.created_seq);
    }
    tx.put(records::row(&shared.registry, &DELIVERY, n, &after));
    Ok(())
}

/// What somebody wants to hear of a thread and of its Space.
fn wishes(shared: &Shared, tx: &mut dyn Tx, n: N, thread: Id, space: Id) -> Result<[Option<Record>; 2], Miss> {
    let [of_thread, of_space] =
        [thread, space].map(|of| of.with_letter(FOLLOW.letter)).map(|wish| tx.get(n, FOLLOW.number, wish));
    let record = |row: Option<store::Row>| {
        row.filter(|row| row.destroyed.is_none()).map(|row| records::record(&shared.registry, &row))
    };
    Ok([record(of_thread?), record(of_space?)])
}

fn muted(wish: &Record, now: UtcDate) -> bool {
    let Some(muted) = wish.props.get("muted").filter(|muted| !muted.is_null()) else { return false };
    let until = muted.get("until").and_then(Value::as_str).and_then(UtcDate::parse);
    until.is_none_or(|until| until > now)
}

/// The hours of somebody whom things reach; `None` for who is out, and for placeholders.
pub(crate) fn rhythm(shared: &Shared, tx: &mut dyn Tx, person: Id) -> Result<Option<Rhythm>, Miss> {
    let row = tx.get(shared.workspace_n, PERSON.number, person)?.filter(|row| row.destroyed.is_none());
    Ok(row.and_then(|row| hours_of(&records::record(&shared.registry, &row))))
}

pub(crate) fn hours_of(person: &Record) -> Option<Rhythm> {
    let out = person.has("deactivatedAt") || person.props.get("placeholder") == Some(&json!(true));
    // What an older release took and this one can't read is as if nobody had said anything.
    (!out).then(|| Rhythm::read(person.props.get("rhythm")).unwrap_or_default())
}
