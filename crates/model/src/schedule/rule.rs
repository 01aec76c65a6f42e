//! When something comes again: a rule in the words of JSCalendar (RFC 8984), which are those of RRULE (RFC 5545). One law,
//! pure: the web app has the same in `web/src/sync/again.ts`, and one file of cases (`fixtures/schedule.json`) holds both
//! to it.
//!
//! The rule counts in local time. A time of day that a change of the clocks leaves out moves on by as much as the clocks
//! do, and of one that comes twice the first is meant (RFC 5545, section 3.3.5). A month that lacks the day is passed over.

use jiff::civil::{Date, DateTime, Time, Weekday};
use jiff::tz::TimeZone;
use jiff::{Span, ToSpan};
use jmap::UtcDate;
use serde_json::{Map, Value};
use std::collections::BTreeSet;

use crate::person::zone_named;

/// The words of weekdays, from Monday.
pub const WEEK: [&str; 7] = ["mo", "tu", "we", "th", "fr", "sa", "su"];
/// A rule that has not come for so many years does not come.
const YEARS: i16 = 100;
/// Beginnings lie in these years.
const BEGINS: std::ops::RangeInclusive<i16> = 1970..=2200;

#[derive(Clone, Copy, Debug, PartialEq)]
enum Frequency {
    Daily,
    Weekly,
    Monthly,
}

/// A weekday, and which one of the month, from its end where it is negative.
type ByDay = (Weekday, Option<i8>);

/// A rule with its beginning, in a zone.
#[derive(Clone, Debug)]
pub struct Recurrence {
    zone: TimeZone,
    start: DateTime,
    frequency: Frequency,
    interval: i32,
    by_day: Vec<ByDay>,
    until: Option<DateTime>,
    count: Option<usize>,
    excluded: BTreeSet<DateTime>,
}

/// One time at which it comes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Occurrence {
    /// In local time, by which it is named.
    pub local: DateTime,
    /// The instant.
    pub at: UtcDate,
}

impl Recurrence {
    /// Reads the rule of a Schedule, whose shape the table has judged.
    ///
    /// # Errors
    /// The property that can't be, and a sentence for people.
    pub fn read(schedule: &Map<String, Value>) -> Result<Recurrence, (&'static str, String)> {
        let nothing = Value::Null;
        let rule = schedule.get("recurrenceRule").unwrap_or(&nothing);
        let name = schedule.get("timeZone").and_then(Value::as_str).unwrap_or("");
        let none = || ("timeZone", format!("there is no zone {name:?}; use a name such as Europe/Lisbon"));
        let zone = zone_named(name).ok_or_else(none)?;
        let start = local("start", schedule.get("start"))?;
        if !BEGINS.contains(&start.year()) {
            return Err(("start", "it begins between 1970 and 2200".into()));
        }
        let frequency = match text(rule, "frequency") {
            "daily" => Frequency::Daily,
            "weekly" => Frequency::Weekly,
            _ => Frequency::Monthly,
        };
        let number = |name: &str| rule.get(name).and_then(Value::as_i64);
        let by_day = by_day(rule, frequency).map_err(|why| ("recurrenceRule", why))?;
        let until = match rule.get("until").filter(|until| !until.is_null()) {
            Some(until) => Some(local("recurrenceRule", Some(until))?),
            None => None,
        };
        let count = number("count").and_then(|count| usize::try_from(count).ok());
        if until.is_some() && count.is_some() {
            return Err((
                "recurrenceRule",
                "it ends at a date (\"until\") or after some times (\"count\"), not both".into(),
            ));
        }
        let excluded = schedule.get("excluded").and_then(Value::as_object).into_iter().flatten();
        let excluded =
            excluded.map(|(day, _)| local("excluded", Some(&Value::from(day.as_str())))).collect::<Result<_, _>>()?;
        let interval = number("interval").and_then(|every| i32::try_from(every).ok()).unwrap_or(1);
        Ok(Recurrence { zone, start, frequency, interval, by_day, until, count, excluded })
    }

    /// All times at which it comes by the rule, those that are skipped among them.
    pub fn times(&self) -> impl Iterator<Item = Occurrence> + '_ {
        let last = self.start.year() + YEARS;
        let rounds = (0..).map_while(move |round| self.round(round)).take_while(move |days| days.1 <= last);
        let locals = rounds.flat_map(|(days, _)| days).map(|day| day.to_datetime(self.start.time()));
        let locals = locals.filter(|local| *local >= self.start);
        let locals = locals.take_while(|local| self.until.is_none_or(|until| *local <= until));
        let locals = locals.take(self.count.unwrap_or(usize::MAX));
        locals.filter_map(|local| Some(Occurrence { local, at: self.instant(local)? }))
    }

    /// The first time behind an instant that is not skipped.
    pub fn next_after(&self, at: UtcDate) -> Option<Occurrence> {
        self.times().find(|time| time.at > at && !self.excluded.contains(&time.local))
    }

    /// The last time from one instant to another, these included, that is not skipped.
    pub fn newest(&self, from: UtcDate, to: UtcDate) -> Option<Occurrence> {
        let times = self.times().skip_while(|time| time.at < from).take_while(|time| time.at <= to);
        times.filter(|time| !self.excluded.contains(&time.local)).last()
    }

    /// When it begins.
    pub fn begins(&self) -> Option<UtcDate> {
        self.instant(self.start)
    }

    /// So many days behind a time, at that time of day or at its own.
    pub fn days_after(&self, time: Occurrence, days: i64, at: Option<Time>) -> Option<UtcDate> {
        let day = time.local.date().checked_add(Span::new().try_days(days).ok()?).ok()?;
        self.instant(day.to_datetime(at.unwrap_or(time.local.time())))
    }

    /// Whether the rule has that time at all.
    pub fn has(&self, local: DateTime) -> bool {
        self.times().take_while(|time| time.local <= local).any(|time| time.local == local)
    }

    fn instant(&self, local: DateTime) -> Option<UtcDate> {
        let zoned = self.zone.to_ambiguous_zoned(local).compatible().ok()?;
        Some(UtcDate::from_ms(zoned.timestamp().as_millisecond()))
    }

    /// The days of the nth period that counts, and its year; `None` behind the end of the calendar.
    fn round(&self, round: i32) -> Option<(Vec<Date>, i16)> {
        let (first, steps) = (self.start.date(), round.checked_mul(self.interval)?);
        let has = |day: Weekday| self.by_day.is_empty() || self.by_day.iter().any(|(known, _)| *known == day);
        match self.frequency {
            Frequency::Daily => {
                let day = first.checked_add(steps.days()).ok()?;
                Some((if has(day.weekday()) { vec![day] } else { Vec::new() }, day.year()))
            }
            Frequency::Weekly => {
                let back = i32::from(first.weekday().to_monday_zero_offset());
                let monday = first.checked_sub(back.days()).ok()?.checked_add(steps.checked_mul(7)?.days()).ok()?;
                let days = (0..7).filter_map(|day: i32| monday.checked_add(day.days()).ok());
                let own = |day: &Date| match self.by_day.is_empty() {
                    true => day.weekday() == first.weekday(),
                    false => has(day.weekday()),
                };
                Some((days.filter(own).collect(), monday.year()))
            }
            Frequency::Monthly => {
                let month = first.first_of_month().checked_add(steps.months()).ok()?;
                Some((self.days_of(month), month.year()))
            }
        }
    }

    fn days_of(&self, month: Date) -> Vec<Date> {
        if self.by_day.is_empty() {
            return Date::new(month.year(), month.month(), self.start.day()).into_iter().collect();
        }
        let mut days = BTreeSet::new();
        for (weekday, nth) in &self.by_day {
            match nth {
                Some(nth) => days.extend(month.nth_weekday_of_month(*nth, *weekday)),
                None => days.extend((1..=5).filter_map(|nth| month.nth_weekday_of_month(nth, *weekday).ok())),
            }
        }
        days.into_iter().collect()
    }
}

fn text<'a>(of: &'a Value, name: &str) -> &'a str {
    of.get(name).and_then(Value::as_str).unwrap_or("")
}

fn by_day(rule: &Value, frequency: Frequency) -> Result<Vec<ByDay>, String> {
    let mut out = Vec::new();
    for day in rule.get("byDay").and_then(Value::as_array).into_iter().flatten() {
        let word = text(day, "day");
        let at = WEEK.iter().position(|known| *known == word).unwrap_or_default();
        let weekday = Weekday::from_monday_zero_offset(at as i8).map_err(|_| format!("there is no day {word:?}"))?;
        let nth = day.get("nthOfPeriod").and_then(Value::as_i64).and_then(|nth| i8::try_from(nth).ok());
        if nth == Some(0) {
            return Err("\"nthOfPeriod\" is 1 for the first of the month, or -1 for the last; 0 is none".into());
        }
        if nth.is_some() && frequency != Frequency::Monthly {
            return Err("\"nthOfPeriod\" is for what comes monthly: the second Tuesday of a month".into());
        }
        out.push((weekday, nth));
    }
    Ok(out)
}

/// A local date and time, as JSCalendar writes it.
fn local(name: &'static str, given: Option<&Value>) -> Result<DateTime, (&'static str, String)> {
    let given = given.and_then(Value::as_str).unwrap_or("");
    let read = given.parse().ok().filter(|_| given.len() == 19 && given.as_bytes()[10] == b'T');
    read.ok_or_else(|| (name, format!("{given:?} is no local time; write it as 2026-11-30T09:00:00")))
}

/// A time of day, as `answerBy` has it.
pub(super) fn time_of_day(text: &str) -> Option<Time> {
    let read = text.parse().ok().filter(|_| text.len() == 5)?;
    Some(read)
}

#[cfg(test)]
mod tests;
