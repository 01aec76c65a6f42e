//! What some arrivals say, as they stand now: what was read, done, answered or taken away meanwhile is not among them.

use jmap::{Id, UtcDate};
use model::delivery::{BY, CURSOR, DELIVERY};
use model::items::{persons_in, still_asked};
use model::person::{PERSON, SETTINGS};
use model::space::{MEMBER, SPACE};
use model::{Record, Role, TypeDef};
use serde_json::Value;
use store::{IndexRange, N, Snapshot, StoreError};

use super::rows::Wants;
use super::signed::{Lets, sign};
use crate::deliveries::hours_of;
use crate::desk::ITEM;
use crate::{Shared, records};

/// So many are shown; of more there is the number.
const SHOWN: usize = 20;
/// The first words of something, in bytes.
const EXCERPT: usize = 400;
/// Questions that are looked through for the number that waits.
const COUNTED: u32 = 500;

/// What arrived at somebody.
#[derive(Clone, Debug)]
pub struct Arrivals {
    /// Whom it is for.
    pub person: Id,
    /// How he is called.
    pub name: String,
    /// In which language he reads, BCP 47.
    pub language: String,
    /// In which zone he reads the time, by its IANA name.
    pub zone: String,
    /// When it arrived.
    pub at: UtcDate,
    /// What time it is now.
    pub now: UtcDate,
    /// When the hours end in which it is told.
    pub ends: UtcDate,
    /// It came at a time of arrivals that he has set himself.
    pub is_window: bool,
    /// What asks comes first, by its date.
    pub things: Vec<Thing>,
    /// So many more arrived.
    pub more: usize,
    /// Nothing of what was written is to be shown.
    pub hides_content: bool,
    /// How many questions wait for him in all.
    pub waiting: usize,
}

/// One of the things that arrived.
#[derive(Clone, Debug)]
pub struct Thing {
    /// The Item.
    pub item: Id,
    /// Where it is.
    pub space: Id,
    /// The thread that it is in.
    pub thread: Id,
    /// Why it reaches him, as a Delivery says it.
    pub why: String,
    /// It came before, and its date is near.
    pub is_reminder: bool,
    /// Who wrote it.
    pub by: String,
    /// What the Space is called.
    pub space_name: String,
    /// It is a conversation, which has no name of its own.
    pub is_direct: bool,
    /// A line that names the thread.
    pub title: String,
    /// Its first words.
    pub excerpt: String,
    /// What it asks, if it asks him.
    pub asks: Option<Asking>,
    /// For whom he stands in, if that is why.
    pub covers: Option<String>,
    /// A link by which he answers without signing in, if it can be answered so.
    pub answer: Option<String>,
}

/// What is asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Asking {
    /// A reply, a decision or an acknowledgement, by its word.
    pub what: String,
    /// Until when.
    pub until: Option<UtcDate>,
}

/// What was written down of one that arrived.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Told {
    pub(super) item: Id,
    pub(super) again: bool,
}

/// The accounts of one person, as a snapshot has them.
pub(crate) struct Reader<'a> {
    pub(super) shared: &'a Shared,
    pub(super) at: &'a dyn Snapshot,
    pub(super) n: N,
    pub(crate) person: Record,
    pub(super) settings: Option<Record>,
}

impl<'a> Reader<'a> {
    /// `None` for who is not there any more.
    pub(crate) fn of(shared: &'a Shared, at: &'a dyn Snapshot, person: Id) -> Result<Option<Reader<'a>>, StoreError> {
        let Some(head) = at.head(person)? else { return Ok(None) };
        let Some(known) = living(shared, at, shared.workspace_n, &PERSON, person)? else { return Ok(None) };
        let settings = living(shared, at, head.n, &SETTINGS, person)?;
        Ok(super::rows::is_told(&known).then_some(Reader { shared, at, n: head.n, person: known, settings }))
    }

    pub(super) fn living(&self, n: N, ty: &TypeDef, id: Id) -> Result<Option<Record>, StoreError> {
        living(self.shared, self.at, n, ty, id)
    }

    /// In which language he reads: as he set it, else as he said that he reads.
    pub(super) fn language(&self) -> String {
        let set = self.settings.as_ref().map_or("", |settings| settings.str("language"));
        let said = self.person.props.get("rhythm").and_then(|rhythm| rhythm.get("languages"));
        let said = said.and_then(|all| all.get(0)).and_then(Value::as_str);
        if set.is_empty() { said.unwrap_or("en").to_owned() } else { set.to_owned() }
    }

    /// What some arrivals say to whom wants those; `None` if nothing is left of them.
    pub(super) fn arrivals(
        &self,
        told: &[Told],
        wants: Wants,
        at: UtcDate,
        hides_content: bool,
    ) -> Result<Option<Arrivals>, StoreError> {
        let Some(hours) = hours_of(&self.person) else { return Ok(None) };
        let mut things = Vec::new();
        for told in told {
            things.extend(self.thing(*told, wants)?);
        }
        if things.is_empty() {
            return Ok(None);
        }
        let date = |thing: &Thing| thing.asks.as_ref().map(|asks| asks.until.map_or(i64::MAX, UtcDate::ms));
        things.sort_by_key(|thing| (date(thing).is_none(), date(thing)));
        let more = things.len().saturating_sub(SHOWN);
        things.truncate(SHOWN);
        let (waiting, is_window) = (self.waiting()?, hours.has_arrivals());
        let (name, language) = (self.person.str("name").to_owned(), self.language());
        let zone = hours.zone().to_owned();
        let person = self.person.id;
        let now = self.shared.clock.now();
        let ends = hours.ends(now);
        let out =
            Arrivals { person, name, language, zone, at, now, ends, is_window, things, more, hides_content, waiting };
        Ok(Some(out))
    }

    fn thing(&self, told: Told, wants: Wants) -> Result<Option<Thing>, StoreError> {
        let me = self.person.id;
        let Some(one) = self.living(self.n, &DELIVERY, told.item)? else { return Ok(None) };
        let why = one.str("why");
        let is_out = ["doneAt", "snoozedUntil", "pending"].into_iter().any(|name| one.has(name));
        if is_out || !one.has("arrivedAt") || !wants.has(why) {
            return Ok(None);
        }
        let (Some(place), Some(thread)) = (one.id("spaceId"), one.id("threadId")) else { return Ok(None) };
        let covers = one.id("covers").map(|whom| self.living(self.shared.workspace_n, &PERSON, whom)).transpose()?;
        let covers = covers.flatten().map(|whom| whom.str("name").to_owned());
        let until = one.date("by");
        let mut thing = Thing {
            item: told.item,
            space: place,
            thread,
            why: why.to_owned(),
            is_reminder: told.again && one.has("remindedAt"),
            by: String::new(),
            space_name: String::new(),
            is_direct: false,
            title: String::new(),
            excerpt: String::new(),
            asks: (why == "covering").then(|| Asking { what: String::new(), until }),
            covers,
            answer: None,
        };
        // Of what is in a Space that is not his he is told that it asks, and until when.
        if place == me {
            return Ok(Some(thing));
        }
        let Some(head) = self.at.head(place)? else { return Ok(None) };
        let Some(item) = self.living(head.n, ITEM, told.item)?.filter(|item| !item.has("deleted")) else {
            return Ok(None);
        };
        let member = self.living(head.n, &MEMBER, me)?.map(|member| Role::from_word(member.str("role")));
        if member.is_none_or(|role| role == Role::None) || (!told.again && self.has_read(&item, thread)?) {
            return Ok(None);
        }
        let asked = one.id("covers").unwrap_or(me);
        if ["asked", "covering"].contains(&why) && !still_asked(&item).contains(&asked) {
            return Ok(None);
        }
        let Some(space) = self.living(head.n, &SPACE, place)? else { return Ok(None) };
        let author = item.id("createdBy").map(|by| self.living(head.n, &MEMBER, by)).transpose()?.flatten();
        let root = self.living(head.n, ITEM, thread)?;
        thing.by = author.map(|author| author.str("name").to_owned()).unwrap_or_default();
        space.str("name").clone_into(&mut thing.space_name);
        thing.is_direct = space.str("kind") == "direct";
        thing.title = self.title(root.as_ref().unwrap_or(&item));
        thing.excerpt = model::plain::plain(item.str("text"), EXCERPT);
        if ["asked", "covering"].contains(&why) {
            let what = item.props.get("expects").and_then(|expects| expects.get("what")).and_then(Value::as_str);
            thing.asks = Some(Asking { what: what.unwrap_or("").to_owned(), until });
        }
        // What is voted on is answered where the options are.
        let answerable = why == "asked" && !item.props.contains_key("votes");
        let email = self.person.str("email");
        if answerable && !email.is_empty() {
            let now = self.shared.clock.now();
            thing.answer = Some(sign(self.shared, me, email, Lets::Answer(told.item), now));
        }
        Ok(Some(thing))
    }

    /// He has been there already, and has not said that it is unread.
    fn has_read(&self, item: &Record, thread: Id) -> Result<bool, StoreError> {
        let Some(cursor) = self.living(self.n, &CURSOR, thread)? else { return Ok(false) };
        let seq = item.created_seq as i64;
        Ok(cursor.int("lastSeq").unwrap_or(0) >= seq && cursor.int("unreadFrom").is_none_or(|from| from > seq))
    }

    pub(super) fn title(&self, item: &Record) -> String {
        let title = match self.shared.registry.kind(item.kind) {
            Some(kind) => (kind.summary)(item).title,
            None => item.str("title").to_owned(),
        };
        if title.trim().is_empty() { model::plain::plain(item.str("text"), 80) } else { title }
    }

    /// How many questions wait for him that have arrived, as far as it is worth counting.
    fn waiting(&self) -> Result<usize, StoreError> {
        let last = store::Range { after: None, down: true, limit: COUNTED };
        let mut count = 0;
        for row in self.at.range(self.n, DELIVERY.number, last, true)? {
            let one = records::record(&self.shared.registry, &row);
            let open = one.str("why") == "asked" && one.has("arrivedAt") && !one.has("snoozedUntil");
            count += usize::from(open && self.still_waits(&one)?.is_some());
        }
        Ok(count)
    }

    /// The Item of a Delivery, if it waits for his answer still, and he may read it.
    pub(crate) fn still_waits(&self, one: &Record) -> Result<Option<Record>, StoreError> {
        let Some(head) = one.id("spaceId").map(|space| self.at.head(space)).transpose()?.flatten() else {
            return Ok(None);
        };
        let me = self.person.id;
        let item = self.living(head.n, ITEM, one.id)?.filter(|item| still_asked(item).contains(&me));
        let member = self.living(head.n, &MEMBER, me)?.map(|member| Role::from_word(member.str("role")));
        let asked = item.filter(|item| persons_in(item, "expects/of").contains(&me));
        Ok(asked.filter(|_| member.is_some_and(|role| role != Role::None)))
    }

    /// What asks him, or asks others for him, until an instant behind `after`, by that.
    pub(crate) fn asks_after(&self, after: UtcDate) -> Result<Vec<Record>, StoreError> {
        let from = records::index_key(&Value::from(after.plus_ms(1).to_string())).unwrap_or_default();
        let to = [0xff; 9];
        let range = IndexRange { from: &from, to: &to, limit: COUNTED, ..IndexRange::default() };
        let seqs: Vec<_> = self.at.index(self.n, BY, &range)?.into_iter().map(|(_, seq)| seq).collect();
        let rows = self.at.at_seqs(self.n, DELIVERY.number, &seqs, true)?;
        let alive = rows.iter().filter(|row| row.destroyed.is_none());
        Ok(alive.map(|row| records::record(&self.shared.registry, row)).collect())
    }
}

pub(super) fn living(
    shared: &Shared,
    at: &dyn Snapshot,
    n: N,
    ty: &TypeDef,
    id: Id,
) -> Result<Option<Record>, StoreError> {
    let row = at.get(n, ty.number, &[id], true)?.pop().filter(|row| row.destroyed.is_none());
    Ok(row.map(|row| records::record(&shared.registry, &row)))
}
