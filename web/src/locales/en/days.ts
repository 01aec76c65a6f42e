// English words of days that become days off: holidays of a country, and days of a calendar file.

/** Messages of `days`. */
export const days = {
  "days.title": "Public holidays",
  "days.hint": "Those of the next twelve months, as days off of yours. They are kept free once you say so.",
  "days.country": "Country",
  "days.country.choose": "Choose a country",
  "days.region": "Region",
  "days.region.none": "Only what is free everywhere",
  "days.list": "Holidays: {country}",
  "days.until": "Until {day}",
  "days.loading": "Holidays are being fetched",
  "days.failed": "The holidays could not be fetched.",
  "days.offline": "The holidays come with the network. What you have planned stays.",
  "days.none": "Nothing is known to be free there.",
  "days.early": "What comes after {year} is not known to this version yet.",
  "days.weekends":
    "{count, plural, one {One more lies on a day that you have off anyway.} other {# more lie on days that you have off anyway.}}",
  "days.allPlanned": "All of them are planned.",
  "days.keep": "Keep these free",
  "days.kept": "{count, plural, one {One more is planned as time off.} other {# more are planned as time off.}}",
  "days.over":
    "{count, plural, one {One did not fit: 50 are the most.} other {# did not fit: 50 are the most.}} Delete what is over to make room.",
  "days.letGo":
    "{count, plural, one {One that has long been over made room.} other {# that have long been over made room.}}",
  "days.full": "There is no room: 50 are the most. Delete what is over to make room.",
  "days.undone": "They are no longer planned.",
  "days.planned": "planned already",
  "days.idle": "takes nothing of your hours",
  "days.unnamed": "Without a name",

  "days.file": "From a calendar file",
  "days.file.hint": "An .ics file, as calendars write it; its days become time off",
  "days.file.choose": "Choose a file",
  "days.file.drop": "or drop it here",
  "days.file.reading": "The file is being read",
  "days.file.large": "{name} has more than {most}. Export a part of the calendar, a year say.",
  "days.file.none": "{name} is no calendar file. Such a file ends in .ics; calendars write it under “Export”.",
  "days.file.long": "{name} takes too long to read, and nothing was taken from it. Export a part of the calendar.",
  "days.file.lost": "{name} could not be read. Choose it again.",
  "days.file.empty":
    "{name} has no whole days to come. Appointments of some hours don’t become time off; you can plan days yourself.",
  "days.file.title": "Days from {name}",
  "days.file.ask":
    "Which of them do you have off? Their names are the note, which everybody in the workspace can read.",
  "days.file.all": "Choose all",
  "days.file.noneOf": "Choose none",
  "days.file.past": "Past ({count})",
  "days.file.room":
    "{room, plural, =0 {There is no room: 50 are the most.} one {There is room for one: 50 are the most.} other {There is room for # of them, the next ones: 50 are the most.}}",
  "days.file.timed":
    "{count, plural, one {One appointment of some hours is left out.} other {# appointments of some hours are left out.}}",
  "days.file.unread":
    "{count, plural, one {One entry can’t be read, or goes for more than two years.} other {# entries can’t be read, or go for more than two years.}}",
  "days.file.once":
    "{count, plural, one {One repeats itself in a way that is not followed; of it the first time stands here.} other {# repeat themselves in ways that are not followed; of each the first time stands here.}}",
  "days.file.more": "There is more in the file than is read; export a part of the calendar for the rest.",
  "days.file.hidden": "{count, plural, one {One more is not shown.} other {# more are not shown.}}",
  "days.file.take": "{count, plural, =0 {Plan them} one {Plan one} other {Plan #}}",

  "days.out": "Calendar file",
  "days.out.named": "Calendar file of {days}",
  "days.out.summary": "Out of office",
  "days.out.with": "Out of office: {note}",
  "days.out.name": "time-off-{from}.ics",
  "days.all": "Show all {count}",
};
