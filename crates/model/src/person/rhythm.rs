//! Rhythm: when something may reach a person. One law, pure: the web app has the same in `web/src/sync/rhythm.ts`, and
//! one file of cases (`fixtures/rhythm.json`) holds both to it.
//!
//! Times of day are those of the person's zone. One that is left out by a change of the clocks moves on by as much as the
//! clocks do, and of one that comes twice the first is meant (RFC 5545, section 3.3.5).

use jiff::civil::{Date, Weekday};
use jiff::tz::{TimeZone, TimeZoneDatabase};
use jmap::{Id, UtcDate};
use serde_json::Value;
use std::sync::LazyLock;

/// The zones of the program itself: a system's may be older, or absent.
static ZONES: LazyLock<TimeZoneDatabase> = LazyLock::new(TimeZoneDatabase::bundled);

const WEEK: [(&str, Weekday); 7] = [
    ("mo", Weekday::Monday),
    ("tu", Weekday::Tuesday),
    ("we", Weekday::Wednesday),
    ("th", Weekday::Thursday),
    ("fr", Weekday::Friday),
    ("sa", Weekday::Saturday),
    ("su", Weekday::Sunday),
];
/// Minutes of his own hours that somebody has at least, from a reminder to its date.
const REMINDED: u32 = 4 * 60;
/// No reminder comes longer than that before its date, in ms.
const REMINDED_WITHIN: i64 = 31 * 86_400_000;
const NOON: Minute = 12 * 60;
const MIDNIGHT: Minute = 24 * 60;
/// Days off in one piece, at most.
const MOST_DAYS_OFF: i32 = 2 * 366;
/// Days off lie in these years.
const YEARS: std::ops::RangeInclusive<i16> = 2000..=2200;

/// A zone by its name, such as Europe/Lisbon.
pub(crate) fn zone_named(name: &str) -> Option<TimeZone> {
    ZONES.get(name).ok()
}

/// Minutes since midnight, up to 24:00.
type Minute = i16;

/// A person's hours.
#[derive(Clone, Debug)]
pub struct Rhythm {
    zone: TimeZone,
    /// From Monday; the hours of each day, in order.
    week: [Vec<(Minute, Minute)>; 7],
    /// Times of day at which things arrive; none: at any time within the hours.
    arrivals: Vec<Minute>,
    off: Vec<Off>,
    /// What is urgent arrives outside these hours too.
    urgent: bool,
}

/// Days off, from the first to the last.
#[derive(Clone, Debug)]
struct Off {
    first: Date,
    last: Date,
    /// Who stands in.
    cover: Option<Id>,
}

impl Off {
    fn has(&self, day: Date) -> bool {
        (self.first..=self.last).contains(&day)
    }
}

/// Hours of one day: from an instant up to another, which is no part of it. In ms.
type Span = (i64, i64);

impl Default for Rhythm {
    /// Monday to Friday, 9 to 17, in UTC.
    fn default() -> Rhythm {
        Rhythm { zone: TimeZone::UTC, week: usual_week(), arrivals: Vec::new(), off: Vec::new(), urgent: false }
    }
}

fn usual_week() -> [Vec<(Minute, Minute)>; 7] {
    std::array::from_fn(|day| if day < 5 { vec![(9 * 60, NOON + 5 * 60)] } else { Vec::new() })
}

impl Rhythm {
    /// Reads the `rhythm` of a Person, whose shape the table has judged; null is the default.
    ///
    /// # Errors
    /// A sentence for people that says what in it can't be.
    pub fn read(rhythm: Option<&Value>) -> Result<Rhythm, String> {
        let Some(given) = rhythm.filter(|given| !given.is_null()) else { return Ok(Rhythm::default()) };
        let name = text(given, "zone");
        let zone =
            ZONES.get(name).map_err(|_| format!("there is no zone {name:?}; use a name such as Europe/Lisbon"))?;
        let days = list(given, "hours");
        let mut week = if days.is_empty() { usual_week() } else { Default::default() };
        for (at, day) in days.iter().enumerate() {
            let word = text(day, "weekday");
            if days[..at].iter().any(|other| text(other, "weekday") == word) {
                return Err(format!("{word} is in \"hours\" twice; give all spans of a day in one"));
            }
            let place = WEEK.iter().position(|(known, _)| *known == word).unwrap_or_default();
            week[place] = spans(list(day, "spans")).map_err(|why| format!("{word}: {why}"))?;
        }
        if week.iter().all(Vec::is_empty) {
            return Err("a week without any hour has no time for anything to arrive; days off are \"timeOff\"".into());
        }
        let mut arrivals = list(given, "arrivals")
            .iter()
            .map(|at| minute(at.as_str().unwrap_or("")))
            .collect::<Result<Vec<_>, _>>()?;
        arrivals.sort_unstable();
        let off = list(given, "timeOff").iter().map(days_off).collect::<Result<_, _>>()?;
        let urgent = given.get("urgent") == Some(&Value::Bool(true));
        Ok(Rhythm { zone, week, arrivals, off, urgent })
    }

    /// When something that is there at `at` may reach the person: then, if it is one of his hours, or at his next arrival
    /// time if he has such; else when his next hours begin.
    pub fn arrival(&self, at: UtcDate) -> UtcDate {
        let at = at.ms();
        let mut next = self.days(at).filter_map(|spans| {
            let times = self.times(&spans);
            match times.is_empty() {
                true => spans.iter().find(|(_, to)| at < *to).map(|(from, _)| at.max(*from)),
                false => times.into_iter().find(|time| *time >= at),
            }
        });
        UtcDate::from_ms(next.next().unwrap_or(at))
    }

    /// When something urgent that is there at `at` may reach the person: then, if he lets it and has no day off; else as
    /// anything does.
    pub fn urgent_arrival(&self, at: UtcDate) -> UtcDate {
        let is_off = self.day(at.ms()).is_some_and(|day| self.off.iter().any(|off| off.has(day)));
        if self.urgent && !is_off { at } else { self.arrival(at) }
    }

    /// When something that should have arrived at `due` arrives, now that it is `now`, because somebody was late: at once
    /// in the same hours, else as if it were there now only.
    pub fn late(&self, due: UtcDate, now: UtcDate) -> UtcDate {
        let mut until = due.ms();
        for (from, to) in self.days(due.ms()).flatten() {
            if from > until {
                break;
            }
            until = until.max(to);
            if now.ms() < until {
                return now.max(due);
            }
        }
        self.arrival(now)
    }

    /// When the hours end that the person has at `at`; then, if it is none of them.
    pub fn ends(&self, at: UtcDate) -> UtcDate {
        let mut until = at.ms();
        for (from, to) in self.days(at.ms()).flatten() {
            if from > until {
                break;
            }
            until = until.max(to);
        }
        UtcDate::from_ms(until)
    }

    /// The instant at which the person has had so many minutes of his own hours since `from`.
    pub fn worked(&self, from: UtcDate, minutes: u32) -> UtcDate {
        let (start, mut left) = (from.ms(), i64::from(minutes) * 60_000);
        for (from, to) in self.days(start).flatten() {
            let from = from.max(start);
            if to - from >= left {
                return UtcDate::from_ms(from.max(start) + left);
            }
            left -= (to - from).max(0);
        }
        from
    }

    /// When somebody who heard at `heard` of what asks him until `by` is reminded of it: at the first arrival of the last of
    /// his days that leaves him four of his own hours until then, once, and never on the day on which he heard
    /// of it. `None` where there is no such day.
    pub fn reminder(&self, heard: UtcDate, by: UtcDate) -> Option<UtcDate> {
        let first = self.day(heard.ms())?;
        // Whoever has so many days off before it has none that counts.
        let from = heard.ms().max(by.ms() - REMINDED_WITHIN);
        let mut found = None;
        for spans in self.days(from) {
            let Some((begin, _)) = spans.first().copied().filter(|(begin, _)| *begin < by.ms()) else { break };
            let at = self.arrival(UtcDate::from_ms(begin));
            if self.worked(at, REMINDED) > by {
                break;
            }
            found = Some(at).filter(|at| self.day(at.ms()) > Some(first)).or(found);
        }
        found
    }

    /// The zone in which the person reads the time, by its IANA name.
    pub fn zone(&self) -> &str {
        self.zone.iana_name().unwrap_or("UTC")
    }

    /// Whether the person has times of day at which things arrive.
    pub fn has_arrivals(&self) -> bool {
        !self.arrivals.is_empty()
    }

    /// Who stands in for what is there at `at`: whoever covers the first days off that take hours away before it arrives.
    pub fn cover(&self, at: UtcDate) -> Option<Id> {
        self.off_before(at).find_map(|off| off.cover)
    }

    /// When the next days off begin that somebody covers, behind the day of `at`; `None` where none are planned.
    pub fn next_cover(&self, at: UtcDate) -> Option<UtcDate> {
        let today = self.day(at.ms())?;
        let coming =
            self.off.iter().filter(|off| off.cover.is_some() && off.first > today).map(|off| off.first).min()?;
        Some(UtcDate::from_ms(self.instant(coming, 0)?))
    }

    /// Whether days off take hours away before what is there at `at` arrives.
    pub fn is_away(&self, at: UtcDate) -> bool {
        self.off_before(at).next().is_some()
    }

    /// The days off that take hours away before what is there at `at` arrives, one for each such day.
    fn off_before(&self, at: UtcDate) -> impl Iterator<Item = &Off> {
        let [mut day, back] = [at, self.arrival(at)].map(|at| self.day(at.ms()));
        let days = std::iter::from_fn(move || {
            let today = day.filter(|_| day < back)?;
            day = today.tomorrow().ok();
            Some(today)
        });
        let works = |day: &Date| !self.week[day.weekday().to_monday_zero_offset() as usize].is_empty();
        days.filter(works).flat_map(|day| self.off.iter().filter(move |off| off.has(day)))
    }

    /// Whether somebody is named as who stands in.
    pub(super) fn is_covered_by(&self, person: Id) -> bool {
        self.off.iter().any(|off| off.cover == Some(person))
    }

    fn day(&self, at: i64) -> Option<Date> {
        Some(jiff::Timestamp::from_millisecond(at).ok()?.to_zoned(self.zone.clone()).date())
    }

    /// The hours of each day with hours, from the day of an instant on, without days off.
    fn days(&self, at: i64) -> impl Iterator<Item = Vec<Span>> {
        let mut day = self.day(at);
        std::iter::from_fn(move || {
            loop {
                let today = day?;
                let off = self.off.iter().find(|off| off.has(today));
                day = off.map_or(today, |off| off.last).tomorrow().ok();
                let spans: Vec<Span> = match off {
                    Some(_) => continue,
                    None => self.spans(today),
                };
                if !spans.is_empty() {
                    return Some(spans);
                }
            }
        })
    }

    fn spans(&self, day: Date) -> Vec<Span> {
        let week = &self.week[day.weekday().to_monday_zero_offset() as usize];
        let instants = week.iter().filter_map(|(from, to)| Some((self.instant(day, *from)?, self.instant(day, *to)?)));
        instants.filter(|(from, to)| from < to).collect()
    }

    fn instant(&self, day: Date, at: Minute) -> Option<i64> {
        let (day, at) = if at == MIDNIGHT { (day.tomorrow().ok()?, 0) } else { (day, at) };
        let time = day.at((at / 60) as i8, (at % 60) as i8, 0, 0);
        Some(self.zone.to_ambiguous_zoned(time).compatible().ok()?.timestamp().as_millisecond())
    }

    /// The arrival times of a day with these hours; if none of the person's lies in them, their beginning.
    fn times(&self, spans: &[Span]) -> Vec<i64> {
        if self.arrivals.is_empty() {
            return Vec::new();
        }
        let Some(day) = self.day(spans[0].0) else { return Vec::new() };
        let all = self.arrivals.iter().filter_map(|at| self.instant(day, *at));
        let within: Vec<i64> = all.filter(|time| spans.iter().any(|(from, to)| (*from..*to).contains(time))).collect();
        if within.is_empty() { vec![spans[0].0] } else { within }
    }
}

fn text<'a>(of: &'a Value, name: &str) -> &'a str {
    of.get(name).and_then(Value::as_str).unwrap_or("")
}

fn list<'a>(of: &'a Value, name: &str) -> &'a [Value] {
    of.get(name).and_then(Value::as_array).map_or(&[], Vec::as_slice)
}

fn minute(text: &str) -> Result<Minute, String> {
    let read = || {
        let (hours, minutes) =
            text.split_once(':').filter(|(hours, minutes)| hours.len() == 2 && minutes.len() == 2)?;
        let digits =
            |part: &str| part.bytes().all(|c| c.is_ascii_digit()).then(|| part.parse::<Minute>().ok()).flatten();
        let (hours, minutes) = (digits(hours)?, digits(minutes)?);
        (minutes < 60 && hours * 60 + minutes <= MIDNIGHT).then_some(hours * 60 + minutes)
    };
    read().ok_or_else(|| format!("{text:?} is no time of day; write it as 09:00, from 00:00 to 24:00"))
}

fn spans(given: &[Value]) -> Result<Vec<(Minute, Minute)>, String> {
    let mut out = Vec::new();
    for span in given {
        let (from, to) = (minute(text(span, "from"))?, minute(text(span, "to"))?);
        if from >= to {
            let (from, to) = (text(span, "from"), text(span, "to"));
            return Err(format!(
                "hours from {from} to {to} end before they begin; a night has a part before 24:00 and one after 00:00"
            ));
        }
        out.push((from, to));
    }
    out.sort_unstable();
    match out.windows(2).any(|two| two[1].0 < two[0].1) {
        true => Err("two spans of a day lie one over the other; make one of them".into()),
        false => Ok(out),
    }
}

fn days_off(given: &Value) -> Result<Off, String> {
    let day = |name| {
        let day: Option<Date> = text(given, name).parse().ok();
        let known = day.filter(|day| YEARS.contains(&day.year()));
        known.ok_or_else(|| format!("\"{name}\" of days off is a day between 2000 and 2200, such as 2026-12-24"))
    };
    let (first, last) = (day("from")?, day("to")?);
    if first > last {
        return Err("days off end before they begin; \"to\" is the last day off".into());
    }
    if (last - first).get_days() >= MOST_DAYS_OFF {
        return Err("days off in one piece are two years at most; whoever is away for longer can be deactivated".into());
    }
    Ok(Off { first, last, cover: Id::parse(text(given, "coveredBy")).ok() })
}

#[cfg(test)]
mod tests;
