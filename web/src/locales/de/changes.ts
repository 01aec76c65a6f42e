// German: what a text was before, what came and went, and drafts that are shown to somebody.
export const changes = {
  "diff.new": "[neu:",
  "diff.gone": "[entfernt:",
  "diff.end": "]",
  "diff.none": "Nichts kam dazu, und nichts fiel weg.",
  "diff.fold": "{count, plural, one {Eine Zeile} other {# Zeilen}} wie zuvor",
  "diff.legend": "Was dazukam, ist <0>unterstrichen</0>, was wegfiel, <1>durchgestrichen</1>.",

  "versions.changed": "Geändert von {name}",
  "versions.written": "Geschrieben von {name}",
  "versions.offline": "Frühere Fassungen liegen auf dem Server. Sieh wieder nach, wenn du online bist.",
  "versions.failed": "Frühere Fassungen lassen sich gerade nicht lesen",
  "versions.gap": "Fassungen dazwischen wurden für immer gelöscht; hier steht, was sie alle geändert haben.",
  "versions.firstGone": "Was zuvor da stand, wurde für immer gelöscht.",
  "versions.deleted": "Das wurde gelöscht, und was zuvor da stand, mit ihm.",

  "edit.changes": "Was sich ändert",
  "refused.yours": "Was deine Fassung ändern würde",

  "showing.to": "Zeigen …",
  "showing.hint":
    "Der Entwurf bleibt deiner und wird nicht gesendet. Die Person bekommt ihn, wie er jetzt ist, in eurer Unterhaltung.",
  "showing.whom": "Wer darf ihn sehen?",
  "showing.noSuch": "Niemand hier heißt so.",
  "showing.again": "{name} noch einmal zeigen",
  "showing.title": "Entwurf: {title}",
  "showing.for": "Bestimmt für {place}, und noch nicht gesendet.",
  "showing.forNew": "Bestimmt für ein neues Thema in {place}, und noch nicht gesendet.",
  "showing.elsewhere": "Bestimmt für einen anderen Ort, und noch nicht gesendet.",
  "showing.now": "Jetzt lautet es:",
  "showing.shown": "{name} gezeigt · {when}",
  "showing.undone": "Zurückgenommen. Niemand hat es gesehen.",
  "showing.left": "Es ist schon abgegangen.",
};
