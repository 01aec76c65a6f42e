//! Schedule: what is said again and again in a Space. The Space owns it, and not whoever set it up: who can't say it any more
//! leaves it to the others. A job says each one at its time; the rule by which it comes is in `rule.rs`.

mod rule;

pub use rule::{Occurrence, Recurrence, WEEK};

use jmap::{Id, Origin, SetError, UtcDate};
use serde_json::{Map, Value, json};
use std::collections::BTreeSet;

use crate::caller::Role;
use crate::change::{Change, Effect};
use crate::kind::{AccountKind, Author, Default, Keys, Must, Property, Rules, Shape, TypeDef, Writer, property};
use crate::limits;
use crate::person::Rhythm;
use crate::record::Record;

/// The keys that lead from a Space to its Schedules.
pub const SCHEDULES: &str = "schedule";
/// Bytes of a local date and time.
const LOCAL: usize = 19;
/// Days that what is asked may take, at most.
const MOST_DAYS: i64 = 92;
/// Minutes of each one's hours that it may take, at most, as of a decision.
const MOST_MINUTES: i64 = 9600;

const BY_DAY: &[Property] = &[
    property("day", Shape::Choice(&WEEK), "as in RFC 5545").required(),
    property(
        "nthOfPeriod",
        Shape::Integer { min: -5, max: 5 },
        "of what comes monthly: which of these weekdays of the month, from its end where negative; null: all of them",
    ),
];

const RULE: &[Property] = &[
    property("frequency", Shape::Choice(&["daily", "weekly", "monthly"]), "how often").required(),
    property("interval", Shape::Integer { min: 1, max: 366 }, "every so many of them; null: each"),
    property(
        "byDay",
        Shape::List(&Shape::Object(BY_DAY), 35),
        "on which weekdays; without any: as the beginning. Weeks begin on Monday",
    ),
    property("until", Shape::Text { max: LOCAL }, "the last local time at which it may come"),
    property(
        "count",
        Shape::Integer { min: 1, max: 10_000 },
        "how often it comes in all; those that are skipped count",
    ),
];

const ANSWER_BY: &[Property] = &[
    property("days", Shape::Integer { min: 0, max: MOST_DAYS }, "so many days behind the one on which it is said"),
    property("time", Shape::Text { max: 5 }, "at that time of day, as 17:00; null: at the time at which it was said"),
    property(
        "workingMinutes",
        Shape::Integer { min: 1, max: MOST_MINUTES },
        "or: when the last of those whom it asks has had so many minutes of hours of his own",
    ),
];

const PAUSED: &[Property] = &[
    property("by", Shape::AnyId(b"p"), "who; null where the server did, because it could not be said"),
    property("at", Shape::Instant, "when").required(),
    property("why", Shape::Text { max: 1000 }, "why, in words"),
];

/// What is said again and again.
pub const SCHEDULE: TypeDef = TypeDef {
    name: "Schedule",
    number: 5,
    letter: b'r',
    account: AccountKind::Space,
    about: "What is said again and again in a Space. The Space owns it: everybody there sees it, and when whoever says it can't any more, it pauses until somebody takes it over by writing himself into `saidBy`. To end it, destroy it; what it said stays. After a time at which the server was down, only the newest of what was missed is said.",
    properties: &[
        property(
            "item",
            Shape::Embedded("Item"),
            "the whole Item that is said each time, as a create would take it. It opens a thread, and has no date: `answerBy` says until when it asks",
        )
        .in_body()
        .by(Writer::AuthorOr(Role::Admin))
        .required(),
        property("recurrenceRule", Shape::Object(RULE), "when it comes, in the words of JSCalendar (RFC 8984 4.3.3)")
            .by(Writer::AuthorOr(Role::Admin))
            .required(),
        property("start", Shape::Text { max: LOCAL }, "from when on it comes, in local time, and at which time of day: 2026-11-30T09:00:00. No time of the rule lies before it")
            .by(Writer::AuthorOr(Role::Admin))
            .required(),
        property("timeZone", Shape::Text { max: 64 }, "the zone of all its local times, such as Europe/Lisbon")
            .by(Writer::AuthorOr(Role::Admin))
            .required(),
        property(
            "excluded",
            Shape::Map(Keys::Text(LOCAL), &Shape::Bool, 100),
            "times that are skipped: local time, then true. What is past is taken out by the server",
        )
        .by(Writer::AuthorOr(Role::Admin))
        .default(Default::Empty),
        property("answerBy", Shape::Object(ANSWER_BY), "until when it asks each time, which becomes `expects/by`: `days`, or `workingMinutes`")
            .by(Writer::AuthorOr(Role::Admin)),
        property(
            "saidBy",
            Shape::Ref { to: "Member", must: Must::Exist },
            "in whose name it is said, by that person's rights at the time. While it is paused because it could not be said, another member takes it over by writing himself here; admins may always",
        )
        .by(Writer::Role(Role::Member))
        .default(Default::Caller),
        property("paused", Shape::Object(PAUSED), "since when it is not said, and why; null lets it go on")
            .by(Writer::AuthorOr(Role::Admin)),
        property("nextAt", Shape::Instant, "when it is said next; null while it is paused, and when it has come for the last time").server(),
        property("lastAt", Shape::Instant, "of what was said last: the time at which it was due").server(),
        property("lastItemId", Shape::AnyId(b"i"), "what was said last").server(),
        property("createdBy", Shape::AnyId(b"p"), "who set it up").server().default(Default::Caller),
        property("createdAt", Shape::Instant, "when").server().default(Default::Now),
        property("editedAt", Shape::Instant, "when it was last changed").server(),
    ],
    has_kinds: false,
    internal: false,
    founds: None,
    id_of: |_| None,
    author: Author::SaidBy,
    create: Writer::Role(Role::Member),
    destroy: Writer::AuthorOr(Role::Admin),
    rules: Rules { check, effects },
};

/// The name of the job that says it.
pub fn say_run(schedule: Id) -> String {
    format!("say/{schedule}")
}

/// The key that leads from a Space to a Schedule of it.
pub fn schedule_key(space: Id, schedule: Id) -> String {
    format!("{space}/{schedule}")
}

/// The id of what a Schedule says at one of its times: the same, whoever says it and how often it is tried.
pub fn occurrence_id(schedule: Id, time: Occurrence) -> Id {
    let mut hash = blake3::Hasher::new();
    hash.update(b"meanwhile schedule").update(&schedule.uuid()).update(time.local.to_string().as_bytes());
    let mut short = [0; 16];
    short.copy_from_slice(&hash.finalize().as_bytes()[..16]);
    Id::derived(b'i', short)
}

/// What is said at one of its times, as a create would take it. `hours` are those of whom it asks.
pub fn said_at(
    schedule: &Record,
    rule: &Recurrence,
    time: Occurrence,
    hours: &[(Id, Rhythm)],
    now: UtcDate,
) -> Map<String, Value> {
    let mut item = schedule.props.get("item").and_then(Value::as_object).cloned().unwrap_or_default();
    let by = answer_by(schedule, rule, time, hours, now);
    if let (Some(by), Some(expects)) = (by, item.get_mut("expects").and_then(Value::as_object_mut)) {
        expects.insert("by".into(), json!(by));
    }
    item
}

/// Until when what is said at that time asks; `None`: without a date.
pub fn answer_by(
    schedule: &Record,
    rule: &Recurrence,
    time: Occurrence,
    hours: &[(Id, Rhythm)],
    now: UtcDate,
) -> Option<UtcDate> {
    let by = schedule.props.get("answerBy").filter(|by| !by.is_null())?;
    if let Some(minutes) = by.get("workingMinutes").and_then(Value::as_u64).and_then(|n| u32::try_from(n).ok()) {
        // Who is asked late has as much time as who is asked on time.
        let from = time.at.max(now);
        let usual = || Rhythm::default().worked(from, minutes);
        return Some(hours.iter().map(|(_, rhythm)| rhythm.worked(from, minutes)).max().unwrap_or_else(usual));
    }
    let at = by.get("time").and_then(Value::as_str).and_then(rule::time_of_day);
    rule.days_after(time, by.get("days").and_then(Value::as_i64)?, at)
}

/// What changes on a Schedule when what was due has been said, or was passed over.
pub fn went_on(
    rule: &Recurrence,
    said: Option<(Occurrence, Id)>,
    schedule: &Record,
    now: UtcDate,
) -> Map<String, Value> {
    let next = rule.next_after(now);
    let mut patch = Map::from_iter([("nextAt".to_string(), json!(next.map(|next| next.at)))]);
    if let Some((time, item)) = said {
        patch.insert("lastAt".into(), json!(time.at));
        patch.insert("lastItemId".into(), json!(item));
    }
    let skipped = schedule.props.get("excluded").and_then(Value::as_object).cloned().unwrap_or_default();
    let coming = |local: &String| next.is_some_and(|next| *local > next.local.to_string());
    let skipped: Map<_, _> = skipped.into_iter().filter(|(local, _)| coming(local)).collect();
    patch.insert("excluded".into(), Value::Object(skipped));
    patch
}

/// What pauses a Schedule because it could not be said.
pub fn stopped(why: &str, now: UtcDate) -> Map<String, Value> {
    let why: String = why.chars().take(250).collect();
    let paused = json!({ "by": null, "at": now, "why": why });
    Map::from_iter([("paused".to_string(), paused), ("nextAt".to_string(), Value::Null)])
}

/// Whether the server paused it: then any member may take it over.
fn is_left(schedule: &Record) -> bool {
    schedule.props.get("paused").is_some_and(|paused| !paused.is_null() && paused.get("by").is_none_or(Value::is_null))
}

/// What decides when it comes.
const TIMES: [&str; 4] = ["recurrenceRule", "start", "timeZone", "excluded"];

fn check(change: &Change) -> Result<(), SetError> {
    if change.related.space().is_some_and(|space| space.has("archivedAt")) {
        return Err(SetError::forbidden("this Space is archived: it is only read; an admin of it can open it again"));
    }
    let Some(after) = change.after else { return Ok(()) };
    let held = change.related.siblings();
    if change.is_new() && held >= limits::MAX_SCHEDULES {
        return Err(SetError::too_large("item", "maxSchedules", limits::MAX_SCHEDULES, held + 1));
    }
    check_says(change, after)?;
    check_paused(change, after)?;
    check_item(after)?;
    check_times(change, after)
}

fn check_says(change: &Change, after: &Record) -> Result<(), SetError> {
    if !change.is_new() && !change.changes("saidBy") {
        return Ok(());
    }
    let no = |why: &str| Err(SetError::invalid("saidBy", why));
    if after.id("saidBy") != Some(change.by.person) {
        return no("nobody speaks for somebody else: \"saidBy\" is you, or is left as it is");
    }
    let Some(before) = change.before else { return Ok(()) };
    match is_left(before) || change.role == Role::Admin {
        true => Ok(()),
        false => no("somebody says it already; it is taken over when that person can't any more, or by an admin"),
    }
}

fn check_paused(change: &Change, after: &Record) -> Result<(), SetError> {
    let Some(paused) = after.props.get("paused").filter(|paused| !paused.is_null() && change.changes("paused")) else {
        return Ok(());
    };
    if paused.get("by").and_then(Value::as_str) != Some(change.by.person.to_string().as_str()) {
        return Err(SetError::invalid("paused", "\"by\" in \"paused\" is the one who pauses it: you"));
    }
    Ok(())
}

/// Refuses what can't be said more than once. The rest of the Item is judged as if it were said.
fn check_item(after: &Record) -> Result<(), SetError> {
    let item = after.props.get("item").unwrap_or(&Value::Null);
    let has = |part: &str| item.get(part).is_some_and(|value| !value.is_null());
    let no = |name: &str, why: &str| Err(SetError::invalid(name, why));
    for name in ["parentId", "inAnswerTo", "supersedes", "origin", "createdAt"] {
        if has(name) {
            return no(
                &format!("item/{name}"),
                "what is said again and again opens a thread of its own each time; leave this out",
            );
        }
    }
    let expects = item.get("expects").filter(|expects| !expects.is_null());
    if expects.is_some_and(|expects| expects.get("by").is_some_and(|by| !by.is_null())) {
        return no("item/expects", "a date comes once; say in \"answerBy\" how long it asks each time");
    }
    let Some(by) = after.props.get("answerBy").filter(|by| !by.is_null()) else { return Ok(()) };
    let given = |name: &str| by.get(name).is_some_and(|value| !value.is_null());
    if expects.is_none() {
        return no("answerBy", "the Item asks nothing; leave \"answerBy\" out, or say in \"expects\" what it asks");
    }
    if given("days") == given("workingMinutes") || (given("time") && !given("days")) {
        return no("answerBy", "it has \"days\", with a \"time\" if you like, or \"workingMinutes\"; give one of them");
    }
    if given("workingMinutes") && item.get("everyone") == Some(&Value::Bool(true)) {
        return no("answerBy", "it asks everyone, whose hours are looked up only then; give \"days\"");
    }
    if given("time") && by.get("time").and_then(Value::as_str).and_then(rule::time_of_day).is_none() {
        return no("answerBy", "\"time\" is a time of day, written as 17:00");
    }
    Ok(())
}

fn check_times(change: &Change, after: &Record) -> Result<(), SetError> {
    let rule = Recurrence::read(&after.props).map_err(|(name, why)| SetError::invalid(name, why))?;
    let skips = after.props.get("excluded").and_then(Value::as_object).into_iter().flatten();
    for (local, on) in skips {
        if on != &Value::Bool(true) {
            return Err(SetError::invalid(
                "excluded",
                "a time that is skipped is true; to have it said, set it to null",
            ));
        }
        let known = change.before.is_some_and(|before| before.props["excluded"].get(local).is_some());
        if !known && !local.parse().is_ok_and(|local| rule.has(local)) {
            let why = format!("it does not come at {local}, so that is not skipped; give one of its own times");
            return Err(SetError::invalid("excluded", why));
        }
    }
    if !change.is_new() && !TIMES.iter().any(|name| change.changes(name)) && !change.changes("answerBy") {
        return Ok(());
    }
    let begins = rule.begins().filter(|_| change.is_new() || change.changes("start") || change.changes("timeZone"));
    if let Some(begins) = begins.filter(|begins| *begins < change.now) {
        let why = format!("it would begin at {begins}, which is past; give a later beginning");
        return Err(SetError::invalid("start", why));
    }
    let Some(next) = rule.next_after(change.now.plus_ms(-1)) else {
        let why = "by this rule it never comes; look at its days and its end, or destroy the Schedule to end it";
        return Err(SetError::invalid("recurrenceRule", why));
    };
    match answer_by(after, &rule, next, &[], change.now) {
        Some(by) if by <= next.at => {
            let why = format!("what is said at {} would ask until {by}, which is before it; give more time", next.at);
            Err(SetError::invalid("answerBy", why))
        }
        _ => Ok(()),
    }
}

fn effects(change: &Change) -> Vec<Effect> {
    let run = say_run(change.record().id);
    let key = schedule_key(change.account, change.record().id);
    let Some(after) = change.after else {
        let of = change.record().id;
        return vec![Effect::Cancel { account: change.account, run }, Effect::Release { name: SCHEDULES, key, of }];
    };
    let mut out = Vec::new();
    if change.is_new() {
        out.push(Effect::Lead { name: SCHEDULES, key, to: after.id });
    }
    let mut patch = Map::new();
    // Whoever takes it over has it go on.
    let taken_over = !change.is_new() && change.changes("saidBy") && change.before.is_some_and(is_left);
    if taken_over {
        patch.insert("paused".into(), Value::Null);
    } else if after.has("paused") && change.changes("paused") {
        // The instant is the server's.
        let mut paused = after.props["paused"].clone();
        paused["at"] = json!(change.now);
        patch.insert("paused".into(), paused);
    }
    let stands = after.has("paused") && !taken_over;
    let anew =
        change.is_new() || taken_over || change.changes("paused") || TIMES.iter().any(|name| change.changes(name));
    if anew {
        let next = Recurrence::read(&after.props).ok().filter(|_| !stands).and_then(|rule| {
            // What is due and not said yet stays due, unless it is skipped.
            let due = change.before.and_then(|before| before.date("nextAt")).filter(|due| *due <= change.now);
            let since = due.unwrap_or(change.now).plus_ms(-1);
            // What was said at this very moment is not said again, also when the clock was set back.
            rule.next_after(
                change.before.and_then(|before| before.date("lastAt")).map_or(since, |last| last.max(since)),
            )
        });
        patch.insert("nextAt".into(), json!(next.map(|next| next.at)));
        out.push(match next {
            Some(next) => job(change.account, after.id, next.at),
            None => Effect::Cancel { account: change.account, run },
        });
    }
    if !patch.is_empty() {
        out.push(Effect::Patch { ty: "Schedule", id: after.id, patch });
    }
    out
}

/// The job that says it next.
fn job(account: Id, schedule: Id, due: UtcDate) -> Effect {
    Effect::Job { account, run: say_run(schedule), due, waits_for: None, payload: Value::Null }
}

/// Whom the Item of a Schedule asks by name: persons and groups.
pub fn asked(schedule: &Record) -> BTreeSet<Id> {
    let item = schedule.props.get("item").and_then(Value::as_object).cloned().unwrap_or_default();
    let of = item.get("expects").and_then(|expects| expects.get("of")).and_then(Value::as_array);
    of.into_iter().flatten().filter_map(|id| Id::parse(id.as_str()?).ok()).collect()
}

/// Its Item as a record that is in no Space, so that what it names can be looked up.
pub fn as_item(schedule: &Record, kind: u8) -> Record {
    let props = schedule.props.get("item").and_then(Value::as_object).cloned().unwrap_or_default();
    Record { id: schedule.id, kind, thread: None, created_seq: 0, seq: 0, version: 1, origin: Origin::Said, props }
}
