// Deutsche Wörter für Tage, die freie Tage werden: Feiertage eines Landes und Tage einer Kalenderdatei.
import type { days as en } from "../en/days";

export const days: Record<keyof typeof en, string> = {
  "days.title": "Feiertage",
  "days.hint": "Die der nächsten zwölf Monate, als freie Tage für dich. Sie sind erst frei, wenn du es sagst.",
  "days.country": "Land",
  "days.country.choose": "Land wählen",
  "days.region": "Region",
  "days.region.none": "Nur was überall frei ist",
  "days.list": "Feiertage: {country}",
  "days.until": "Bis {day}",
  "days.loading": "Die Feiertage werden geholt",
  "days.failed": "Die Feiertage ließen sich nicht holen.",
  "days.offline": "Die Feiertage kommen mit dem Netz. Was du geplant hast, bleibt.",
  "days.none": "Dort ist kein freier Tag bekannt.",
  "days.early": "Was nach {year} kommt, kennt diese Version noch nicht.",
  "days.weekends":
    "{count, plural, one {Einer mehr liegt auf einem Tag, der für dich ohnehin frei ist.} other {# weitere liegen auf Tagen, die für dich ohnehin frei sind.}}",
  "days.allPlanned": "Alle sind geplant.",
  "days.keep": "Diese frei halten",
  "days.kept": "{count, plural, one {Ein freier Tag mehr ist geplant.} other {# weitere freie Tage sind geplant.}}",
  "days.over":
    "{count, plural, one {Einer passte nicht mehr dazu: Höchstens 50 sind möglich.} other {# passten nicht mehr dazu: Höchstens 50 sind möglich.}} Lösche, was vorbei ist, um Platz zu machen.",
  "days.letGo":
    "{count, plural, one {Einer, der lange vorbei ist, hat Platz gemacht.} other {#, die lange vorbei sind, haben Platz gemacht.}}",
  "days.full": "Es ist kein Platz: Höchstens 50 sind möglich. Lösche, was vorbei ist, um Platz zu machen.",
  "days.undone": "Sie sind nicht mehr geplant.",
  "days.planned": "schon geplant",
  "days.idle": "nimmt dir keine Stunden",
  "days.unnamed": "Ohne Namen",

  "days.file": "Aus einer Kalenderdatei",
  "days.file.hint": "Eine .ics-Datei, wie Kalender sie schreiben; ihre Tage werden freie Tage",
  "days.file.choose": "Datei wählen",
  "days.file.drop": "oder hierher ziehen",
  "days.file.reading": "Die Datei wird gelesen",
  "days.file.large": "{name} hat mehr als {most}. Exportiere einen Teil des Kalenders, etwa ein Jahr.",
  "days.file.none":
    "{name} ist keine Kalenderdatei. Eine solche endet auf .ics; Kalender schreiben sie unter „Exportieren“.",
  "days.file.long":
    "{name} zu lesen dauert zu lange, und nichts davon wurde übernommen. Exportiere einen Teil des Kalenders.",
  "days.file.lost": "{name} ließ sich nicht lesen. Wähle die Datei noch einmal.",
  "days.file.empty":
    "{name} hat keine ganzen Tage, die noch kommen. Termine von einigen Stunden werden keine freien Tage; planen kannst du sie selbst.",
  "days.file.title": "Tage aus {name}",
  "days.file.ask": "An welchen hast du frei? Ihre Namen werden die Notiz, die jeder im Workspace lesen kann.",
  "days.file.all": "Alle wählen",
  "days.file.noneOf": "Keinen wählen",
  "days.file.past": "Vergangene ({count})",
  "days.file.room":
    "{room, plural, =0 {Es ist kein Platz: Höchstens 50 sind möglich.} one {Es ist Platz für einen: Höchstens 50 sind möglich.} other {Es ist Platz für # davon, die nächsten: Höchstens 50 sind möglich.}}",
  "days.file.timed":
    "{count, plural, one {Ein Termin von einigen Stunden bleibt weg.} other {# Termine von einigen Stunden bleiben weg.}}",
  "days.file.unread":
    "{count, plural, one {Ein Eintrag ist nicht lesbar oder dauert mehr als zwei Jahre.} other {# Einträge sind nicht lesbar oder dauern mehr als zwei Jahre.}}",
  "days.file.once":
    "{count, plural, one {Einer wiederholt sich auf eine Art, der nicht gefolgt wird; von ihm steht hier das erste Mal.} other {# wiederholen sich auf eine Art, der nicht gefolgt wird; von jedem steht hier das erste Mal.}}",
  "days.file.more": "In der Datei steht mehr, als gelesen wird; exportiere für den Rest einen Teil des Kalenders.",
  "days.file.hidden": "{count, plural, one {Einer mehr wird nicht gezeigt.} other {# weitere werden nicht gezeigt.}}",
  "days.file.take": "{count, plural, =0 {Sie planen} one {Einen planen} other {# planen}}",

  "days.out": "Kalenderdatei",
  "days.out.named": "Kalenderdatei von {days}",
  "days.out.summary": "Nicht im Büro",
  "days.out.with": "Nicht im Büro: {note}",
  "days.out.name": "freie-tage-{from}.ics",
  "days.all": "Alle {count} zeigen",
};
