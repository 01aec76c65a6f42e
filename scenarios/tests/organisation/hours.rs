//! When something may reach somebody, by walking through time minute by minute: knows nothing of how the program does it,
//! and goes from instants to times of day where that goes from times of day to instants.

use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;
use jmap::{Id, UtcDate};
use serde_json::Value;

/// In ms.
const MINUTE: i64 = 60_000;
/// Where nothing lies before it: so much of a day is left out at once.
const LEAP: i64 = 15;

/// Somebody's hours.
#[derive(Clone)]
pub(crate) struct Hours {
    zone: TimeZone,
    /// From Monday: minutes of the day.
    week: [Vec<(i16, i16)>; 7],
    arrivals: Vec<i16>,
    off: Vec<(Date, Date, Option<Id>)>,
    urgent: bool,
}

fn minute(text: &Value) -> i16 {
    let text = text.as_str().expect("a time of day");
    text[..2].parse::<i16>().expect("hours") * 60 + text[3..].parse::<i16>().expect("minutes")
}

fn all(of: &Value) -> impl Iterator<Item = &Value> {
    of.as_array().into_iter().flatten()
}

impl Hours {
    /// The hours that a `rhythm` says.
    pub(crate) fn of(rhythm: &Value) -> Hours {
        let zone = TimeZone::get(rhythm["zone"].as_str().expect("a zone")).expect("a known zone");
        let mut week: [Vec<(i16, i16)>; 7] = Default::default();
        for day in all(&rhythm["hours"]) {
            let place = ["mo", "tu", "we", "th", "fr", "sa", "su"].iter().position(|name| day["weekday"] == *name);
            let spans = all(&day["spans"]).map(|span| (minute(&span["from"]), minute(&span["to"])));
            week[place.expect("a weekday")].extend(spans);
        }
        let arrivals = all(&rhythm["arrivals"]).map(minute).collect();
        let day = |off: &Value, name: &str| off[name].as_str().and_then(|day| day.parse().ok()).expect("a day");
        let cover = |off: &Value| off["coveredBy"].as_str().and_then(|id| Id::parse(id).ok());
        let off = all(&rhythm["timeOff"]).map(|off| (day(off, "from"), day(off, "to"), cover(off))).collect();
        Hours { zone, week, arrivals, off, urgent: rhythm["urgent"] == true }
    }

    /// What the clock on the wall says.
    pub(crate) fn wall(&self, at: UtcDate) -> DateTime {
        let instant = jiff::Timestamp::from_millisecond(at.ms()).expect("an instant");
        instant.to_zoned(self.zone.clone()).datetime()
    }

    /// How far the zone is from UTC at that instant.
    pub(crate) fn is_summer(&self, at: UtcDate) -> bool {
        let instant = jiff::Timestamp::from_millisecond(at.ms()).expect("an instant");
        self.zone.to_offset_info(instant).dst().is_dst()
    }

    fn spans(&self, day: Date) -> &[(i16, i16)] {
        if self.off.iter().any(|(first, last, _)| (*first..=*last).contains(&day)) {
            return &[];
        }
        &self.week[day.weekday().to_monday_zero_offset() as usize]
    }

    /// Whether these are hours of his.
    pub(crate) fn works(&self, at: UtcDate) -> bool {
        let wall = self.wall(at);
        let of_day = i16::from(wall.hour()) * 60 + i16::from(wall.minute());
        self.spans(wall.date()).iter().any(|(from, to)| (*from..*to).contains(&of_day))
    }

    /// Whether he lets what is urgent come at that instant.
    pub(crate) fn lets_urgent(&self, at: UtcDate) -> bool {
        let day = self.wall(at).date();
        self.urgent && !self.off.iter().any(|(first, last, _)| (*first..=*last).contains(&day))
    }

    /// Whether things arrive in the minute of that instant.
    fn opens(&self, at: UtcDate) -> bool {
        let wall = self.wall(at);
        let of_day = i16::from(wall.hour()) * 60 + i16::from(wall.minute());
        let spans = self.spans(wall.date());
        let within = |time: i16| spans.iter().any(|(from, to)| (*from..*to).contains(&time));
        if self.arrivals.is_empty() {
            return within(of_day);
        }
        let first = spans.iter().map(|(from, _)| *from).min();
        let none = !self.arrivals.iter().any(|time| within(*time));
        (within(of_day) && self.arrivals.contains(&of_day)) || (none && first == Some(of_day))
    }

    /// When what is there at `at` may reach him.
    pub(crate) fn arrival(&self, at: UtcDate) -> UtcDate {
        let whole = at.ms().div_euclid(MINUTE) * MINUTE;
        // Where it comes at certain times, the minute that has begun is over.
        let mut ms = if self.arrivals.is_empty() || whole == at.ms() { whole } else { whole + MINUTE };
        loop {
            let minute = UtcDate::from_ms(ms);
            if self.opens(minute) {
                return at.max(minute);
            }
            let nothing = self.spans(self.wall(minute).date()).is_empty() && ms % (LEAP * MINUTE) == 0;
            ms += if nothing { LEAP * MINUTE } else { MINUTE };
        }
    }

    /// When what was due while nobody was there arrives: at once in the same hours, else as if it were there now only.
    pub(crate) fn late(&self, due: UtcDate, now: UtcDate) -> UtcDate {
        let mut ms = due.ms();
        while ms <= now.ms() && self.works(UtcDate::from_ms(ms)) {
            ms += MINUTE;
        }
        if ms > now.ms() { now.max(due) } else { self.arrival(now) }
    }

    /// Whose name stands by the first days off that keep from him what is there at `at`; and whether there are any.
    pub(crate) fn away(&self, at: UtcDate) -> (bool, Option<Id>) {
        let back = self.wall(self.arrival(at)).date();
        let mut day = self.wall(at).date();
        let (mut is_away, mut cover) = (false, None);
        while day < back {
            let works = !self.week[day.weekday().to_monday_zero_offset() as usize].is_empty();
            for (_, _, by) in self.off.iter().filter(|(first, last, _)| works && (*first..=*last).contains(&day)) {
                is_away = true;
                cover = cover.or(*by);
            }
            day = day.tomorrow().expect("a day");
        }
        (is_away, cover)
    }
}

impl Hours {
    /// When a day begins for him, if that is to come, else now.
    pub(crate) fn begins(&self, day: Date, now: UtcDate) -> UtcDate {
        let mut ms = now.ms();
        if self.wall(now).date() >= day {
            return now;
        }
        ms = ms.div_euclid(LEAP * MINUTE) * LEAP * MINUTE;
        while self.wall(UtcDate::from_ms(ms)).date() < day {
            ms += LEAP * MINUTE;
        }
        UtcDate::from_ms(ms)
    }

    /// The first days of days off to come that somebody covers.
    pub(crate) fn covered(&self, now: UtcDate) -> Vec<Date> {
        let today = self.wall(now).date();
        self.off.iter().filter(|(first, _, by)| *first > today && by.is_some()).map(|(first, _, _)| *first).collect()
    }

    /// When he has had so many minutes of hours of his own.
    pub(crate) fn worked(&self, from: UtcDate, minutes: i64) -> UtcDate {
        let (mut ms, mut left) = (from.ms(), minutes * MINUTE);
        loop {
            let next = (ms.div_euclid(MINUTE) + 1) * MINUTE;
            if self.works(UtcDate::from_ms(ms)) {
                if next - ms >= left {
                    return UtcDate::from_ms(ms + left);
                }
                left -= next - ms;
            }
            ms = next;
        }
    }
}
