//! Moving a thread, or a part of one. Within a Space it is one commit. To another Space it is a job: the first commit
//! closes both threads for writing, further ones copy, then others take away from the source what was copied and say by
//! keys where it has gone. How far it is stands in the job, in the same transaction, so that a process that dies goes on
//! where it was.

mod carry;
mod copy;
pub(crate) mod job;
mod list;

use jmap::{Id, Origin, SetError, UtcDate};
use model::{AccountKind, Effect, Record, Role, items, judge, limits, moving, space};
use serde_json::{Map, Value, json};
use store::{Job, N, Seq};

use crate::access::{Access, to_write};
use crate::desk::{Desk, Fault, ITEM};
use crate::records;

/// Marks both threads of a move to another Space.
const MOVING: &str = "moving";

/// What is moved where, as the job keeps it.
#[derive(Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
pub(crate) struct Plan {
    /// The record that asks for it, and the account it is in.
    pub(crate) id: Id,
    pub(crate) person: Id,
    pub(crate) from: Id,
    pub(crate) to: Id,
    /// The thread that it leaves, wholly or in part.
    pub(crate) old_root: Id,
    /// The Item that is moved with all below it.
    pub(crate) top: Id,
    /// The thread in which it will be, and what its top will hang below there.
    pub(crate) new_root: Id,
    pub(crate) parent: Option<Id>,
    /// The place in the source up to which it is copied.
    pub(crate) copied: Seq,
    /// All of it is copied, and goes from the source.
    pub(crate) leaves: bool,
    /// The person up to whom what is personal was carried along; `None` before the source is gone.
    pub(crate) carried: Option<Seq>,
    /// Of what was copied: how many say something, and when the newest was said.
    pub(crate) posts: i64,
    pub(crate) newest: Option<UtcDate>,
}

impl Plan {
    /// A whole thread goes.
    pub(crate) fn is_whole(&self) -> bool {
        self.top == self.old_root
    }

    fn joins(&self) -> bool {
        self.new_root != self.top
    }

    fn run(&self) -> String {
        format!("move/{}", self.id)
    }

    fn count(&mut self, item: &Record) {
        self.posts += i64::from(!item.has("deleted"));
        self.newest = self.newest.max(said(item));
    }
}

/// When an Item was said, or came.
fn said(item: &Record) -> Option<UtcDate> {
    item.date(if item.origin == Origin::Said { "receivedAt" } else { "createdAt" })
}

/// The keys that mark its threads.
fn marks(plan: &Plan) -> [String; 2] {
    [format!("{}/{}", plan.from, plan.old_root), format!("{}/{}", plan.to, plan.new_root)]
}

impl Desk<'_> {
    /// Does something in another account, with the access that one has there.
    pub(crate) fn over_there<T>(
        &mut self,
        access: &Access,
        work: impl FnOnce(&mut Self) -> Result<T, Fault>,
    ) -> Result<T, Fault> {
        let here = std::mem::replace(&mut self.access, access.clone());
        let done = work(self);
        self.access = here;
        done
    }

    fn space_of(&mut self, property: &str, id: Id) -> Result<Access, Fault> {
        let by = self.by;
        let access = to_write(self.shared, self.tx, &by, id)?;
        let none = || SetError::invalid(property, format!("no Space {id} is open to you"));
        let access = access.filter(|access| access.kind == AccountKind::Space).ok_or_else(none)?;
        let space = self.there(access.head.n, &space::SPACE, id)?;
        if space.is_some_and(|space| space.has("archivedAt")) {
            return Err(SetError::invalid(property, "this Space is archived: it is only read").into());
        }
        Ok(access)
    }

    /// Judges what is asked, and begins with it. `asked` is the record, not yet written.
    pub(crate) fn begin_move(&mut self, asked: &mut Record) -> Result<(), Fault> {
        let id = |name: &str| asked.id(name).ok_or_else(|| SetError::invalid(name, format!("{name:?} is missing")));
        let (from, to) = (self.space_of("spaceId", id("spaceId")?)?, self.space_of("toSpaceId", id("toSpaceId")?)?);
        let top = self.living_in(&from, id("itemId")?, "itemId")?;
        let old_root = top.thread.unwrap_or(top.id);
        let root = self.living_in(&from, old_root, "itemId")?;
        if root.id("createdBy") != Some(self.by.person) && from.role != Role::Admin {
            let why = "who began the thread, and admins of its Space, move it or a part of it";
            return Err(SetError::forbidden(why).into());
        }
        let joins = asked.id("toThreadId");
        if let Some(into) = joins {
            let target = self.living_in(&to, into, "toThreadId")?;
            let wrong = if target.thread != Some(into) {
                Some("this is a part of a thread; give the id of the thread itself")
            } else if from.head.id == to.head.id && into == old_root {
                Some("it is in this thread already")
            } else {
                None
            };
            if let Some(why) = wrong {
                return Err(SetError::invalid("toThreadId", why).into());
            }
        } else if top.id == old_root && from.head.id == to.head.id {
            let why = "it is a thread of this Space already; to merge it into another one, give \"toThreadId\"";
            return Err(SetError::invalid("itemId", why).into());
        }
        let titled = joins.is_none() && top.id != old_root;
        if titled == asked.str("title").trim().is_empty() {
            let why = "a title is given where a post becomes a thread of its own, and only there";
            return Err(SetError::invalid("title", why).into());
        }
        let made = titled.then(|| asked.id.with_letter(b'i'));
        let parent = joins.or(made);
        let plan = Plan {
            id: asked.id,
            person: self.by.person,
            from: from.head.id,
            to: to.head.id,
            old_root,
            top: top.id,
            new_root: parent.unwrap_or(top.id),
            parent,
            copied: 0,
            leaves: false,
            carried: None,
            posts: 0,
            newest: None,
        };
        self.refuse_moving(&plan)?;
        let moved = self.items_of(&from, &plan)?;
        if let Some(made) = made {
            self.make_topic(&to, made, asked.str("title").trim())?;
        }
        asked.props.insert("newThreadId".into(), json!(plan.new_root));
        if plan.from == plan.to {
            asked.props.insert("doneAt".into(), json!(self.now));
            return self.move_inside(&from, plan, &moved);
        }
        self.refuse_taken(&to, &moved)?;
        for item in &moved {
            // Once the threads are closed nothing may be refused any more. An instant with milliseconds is the longest.
            self.row(ITEM, &copy::placed(item, &plan, UtcDate::from_ms(1)))?;
        }
        for key in marks(&plan) {
            // Both lead to the thread that is left.
            self.tx.claim(MOVING, &key, from.head.n, old_root, None);
        }
        self.close_thread(&from, old_root, &root)?;
        if let Some(into) = parent {
            // What has come so far, and goes further back in time, makes the thread no newer.
            let known = if made.is_some() { Some(top) } else { self.there(to.head.n, ITEM, into)? };
            self.close_thread(&to, into, &known.unwrap_or(root))?;
        }
        self.keep_plan(from.head.n, &plan);
        Ok(())
    }

    fn living_in(&mut self, access: &Access, id: Id, property: &str) -> Result<Record, Fault> {
        let there = self.there(access.head.n, ITEM, id)?;
        let none = || SetError::invalid(property, format!("there is no Item {id} there"));
        Ok(there.filter(|item| !item.has("deleted")).ok_or_else(none)?)
    }

    /// What is moved, in the order of its coming: the top and what hangs below it, emptied Items too.
    fn items_of(&mut self, from: &Access, plan: &Plan) -> Result<Vec<Record>, Fault> {
        let n = from.head.n;
        let most = if plan.is_whole() { limits::MAX_MOVED } else { limits::MAX_MOVED_FROM };
        let limit = if plan.is_whole() { "maxItemsMoved" } else { "maxItemsMovedFrom" };
        let too_many = |found: usize| SetError::too_large("itemId", limit, most, found);
        // Of a thread that is too long no more is loaded than what says so.
        let posts = self.there(n, &items::THREAD, plan.old_root)?.and_then(|thread| thread.int("posts")).unwrap_or(0);
        let posts = usize::try_from(posts).unwrap_or(0) + 1;
        if posts > most {
            return Err(too_many(posts).into());
        }
        let thread = list::living(most, |below, limit| self.tx.thread_down(n, plan.old_root, below, limit))?;
        if thread.len() > most {
            return Err(too_many(thread.len()).into());
        }
        let moved = list::moved(&self.shared.registry, thread, plan);
        if moved.len() > limits::MAX_MOVED {
            return Err(SetError::too_large("itemId", "maxItemsMoved", limits::MAX_MOVED, moved.len()).into());
        }
        Ok(moved.iter().map(|row| records::record(&self.shared.registry, row)).collect())
    }

    /// Refuses to begin if an id is taken where it goes, by something that was not moved away from there.
    fn refuse_taken(&mut self, to: &Access, moved: &[Record]) -> Result<(), Fault> {
        let n = to.head.n;
        let taken = self.each(moved, |desk, item| {
            let coming = desk.is_coming(to, item.id);
            let there = desk.there(n, ITEM, item.id)?.is_some();
            Ok(coming? || there)
        })?;
        if taken.contains(&true) { Err(copy::taken().into()) } else { Ok(()) }
    }

    /// Whether something of that id is on its way to a Space, and will have it there.
    pub(crate) fn is_coming(&mut self, to: &Access, id: Id) -> Result<bool, Fault> {
        for (_, key) in self.tx.keys(MOVING, &format!("{}/", to.head.id), u32::MAX)? {
            if key.n != to.head.n && self.there(key.n, ITEM, id)?.is_some_and(|item| item.thread == Some(key.id)) {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Neither thread is in two moves at a time.
    fn refuse_moving(&mut self, plan: &Plan) -> Result<(), Fault> {
        let marked = self.each(&marks(plan), |desk, key| Ok(desk.tx.key(MOVING, key)?.is_some()))?;
        if marked.contains(&true) {
            return Err(SetError::moved("this thread is being moved; look for it when that is done").into());
        }
        Ok(())
    }

    /// The topic below which a post becomes a thread: made by who moves it, and new to nobody.
    fn make_topic(&mut self, to: &Access, id: Id, title: &str) -> Result<(), Fault> {
        self.over_there(to, |desk| {
            let n = desk.access.head.n;
            if desk.tx.get(n, ITEM.number, id)?.is_some() {
                return Err(SetError::already_exists(None, "something else has this id; take another one").into());
            }
            let args = Map::from_iter([("kind".to_string(), json!("topic")), ("title".to_string(), json!(title))]);
            let by = desk.by;
            let mut topic = judge::create(ITEM, id, &args, desk.at(&by))?.record;
            topic.props.insert("receivedAt".into(), json!(desk.shared.receive_time(desk.access.head.id)));
            topic.origin = Origin::Moved;
            topic.thread = Some(id);
            topic.seq = desk.tx.next_seq(n)?;
            topic.created_seq = topic.seq;
            desk.put_new(ITEM, &topic)
        })
    }

    /// Writes a record that was not there, with its index rows.
    pub(crate) fn put_new(&mut self, ty: &'static model::TypeDef, record: &Record) -> Result<(), Fault> {
        let n = self.access.head.n;
        for (name, key) in records::index_keys(&self.shared.registry, ty, record) {
            self.tx.put_index(n, name, &key, record.created_seq);
        }
        let row = self.row(ty, record)?;
        self.tx.put(row);
        Ok(())
    }

    fn move_inside(&mut self, at: &Access, mut plan: Plan, moved: &[Record]) -> Result<(), Fault> {
        self.over_there(at, |desk| {
            let n = desk.access.head.n;
            for before in moved {
                let mut after = before.clone();
                after.thread = Some(plan.new_root);
                if after.id == plan.top {
                    after.props.insert("parentId".into(), json!(plan.parent));
                }
                after.seq = desk.tx.next_seq(n)?;
                desk.rewrite(ITEM, before, &after)?;
                plan.count(before);
            }
            desk.retell_source(&plan)?;
            desk.retell_target(&plan)
        })
    }

    /// Writes down what the thread comes to from which it has gone.
    fn retell_source(&mut self, plan: &Plan) -> Result<(), Fault> {
        let n = self.access.head.n;
        let effect = if plan.is_whole() {
            Effect::Destroy { ty: "Thread", id: plan.old_root }
        } else {
            let Some(thread) = self.there(n, &items::THREAD, plan.old_root)? else { return Ok(()) };
            let newest = self.newest_said(n, plan.old_root, plan.old_root)?;
            let posts = thread.int("posts").unwrap_or(0) - plan.posts;
            let mut props = Map::new();
            props.insert("lastSeq".into(), json!(newest.map_or(0, |(seq, _)| seq)));
            if let Some((_, at)) = newest {
                props.insert("lastAt".into(), json!(at));
            }
            props.insert("posts".into(), json!(posts.max(0)));
            props.insert("movedAt".into(), Value::Null);
            Effect::Put { ty: "Thread", account: self.access.head.id, id: plan.old_root, props }
        };
        self.follow(&items::THREAD, None, vec![effect])
    }

    /// The same of the thread to which it has come. What has come makes nothing unread.
    fn retell_target(&mut self, plan: &Plan) -> Result<(), Fault> {
        let n = self.access.head.n;
        let thread = self.there(n, &items::THREAD, plan.new_root)?;
        let number = |name: &str| thread.as_ref().and_then(|thread| thread.int(name)).unwrap_or(0);
        let posts = number("posts") + plan.posts - i64::from(!plan.joins());
        if posts == 0 {
            // A thread without replies has no Thread.
            return self.follow(&items::THREAD, None, vec![Effect::Destroy { ty: "Thread", id: plan.new_root }]);
        }
        let before = thread.as_ref().and_then(|thread| thread.date("lastAt"));
        let mut props = Map::new();
        props.insert("lastSeq".into(), json!(number("lastSeq")));
        props.insert("lastAt".into(), json!(plan.newest.max(before).unwrap_or(self.now)));
        props.insert("posts".into(), json!(posts));
        props.insert("movedAt".into(), Value::Null);
        let put = Effect::Put { ty: "Thread", account: self.access.head.id, id: plan.new_root, props };
        self.follow(&items::THREAD, None, vec![put])
    }

    /// Closes a thread for writing. One without replies has no Thread yet: then it is as old as what was said.
    fn close_thread(&mut self, at: &Access, root: Id, oldest: &Record) -> Result<(), Fault> {
        self.over_there(at, |desk| {
            let mut props = Map::from_iter([("movedAt".to_string(), json!(desk.now))]);
            if desk.there(desk.access.head.n, &items::THREAD, root)?.is_none() {
                let last = said(oldest).unwrap_or(desk.now);
                props.extend(
                    [("lastSeq", json!(0)), ("lastAt", json!(last)), ("posts", json!(0))].map(|(k, v)| (k.into(), v)),
                );
            }
            let put = Effect::Put { ty: "Thread", account: desk.access.head.id, id: root, props };
            desk.follow(&items::THREAD, None, vec![put])
        })
    }

    fn keep_plan(&mut self, n: N, plan: &Plan) {
        let payload = serde_json::to_string(plan).expect("a plan is JSON");
        let (run, due) = (plan.run(), self.now);
        self.tx.put_job(Job { n, account: plan.from, run, due, waits_for: None, order: 0, payload });
    }
}

/// The keys by which it is told where something has gone.
pub(crate) const MOVED: &str = "moved";

use moving::moved_key;
