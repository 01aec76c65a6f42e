// Wörter des Rahmens, der Spaces, und was überall gebraucht wird.
import type { shell as source } from "../en/shell";

export const shell: Record<keyof typeof source, string> = {
  cancel: "Abbrechen",
  close: "Schließen",
  save: "Speichern",
  send: "Senden",
  undo: "Zurücknehmen",
  you: "Du",
  loading: "Wird geladen …",
  needsServer: "Dafür braucht es den Server",

  "shell.skip": "Zur Seite springen",
  "shell.places": "Orte",
  "shell.write": "Schreiben",
  "shell.spaces": "Spaces",
  "shell.newSpace": "Einen Space anlegen oder beitreten",
  "shell.settings": "Einstellungen",
  "shell.home": "Start",
  "shell.me": "Ich",

  "standing.offline": "Du bist offline. Lesen und Schreiben geht weiter.",
  "standing.waiting": "{waiting, plural, one {Eines geht} other {# Dinge gehen}} ab, sobald du online bist.",
  "standing.refused":
    "{refused, plural, one {Eines hat der Server nicht angenommen. Es ist} other {# Dinge hat der Server nicht angenommen. Sie sind}} hier aufgehoben.",
  "standing.memory":
    "Dieser Browser gibt keinen Speicher her: Was du schreibst, ist weg, wenn du den Tab vor dem Senden schließt.",
  "standing.look": "Ansehen",
  "standing.try": "Jetzt versuchen",

  "outbox.title": "Geht ab, sobald du online bist",
  "outbox.empty": "Auf diesem Gerät wartet nichts.",
  "outbox.create": "Neu",
  "outbox.update": "Geändert",
  "outbox.destroy": "Gelöscht",
  "outbox.retry": "Noch einmal versuchen",
  "outbox.discard": "Verwerfen",

  "app.broken": "Hier ist etwas schiefgegangen",
  "app.brokenWhy":
    "Was du geschrieben hast, ist aufgehoben. Lade die Seite neu; wenn es wieder passiert, sag es denen, die den Server betreiben.",
  "app.reload": "Neu laden",
  "app.opening": "Dein Arbeitsraum wird geöffnet",
  "app.noServer": "Der Server ist nicht zu erreichen",
  "app.noServerWhy": "Auf diesem Gerät ist noch nichts zu lesen. Versuch es wieder, wenn es eine Verbindung gibt.",
  "app.tryAgain": "Noch einmal versuchen",
  "app.newer": "Dieses Gerät lief schon mit einer neueren Version",
  "app.nothingHere": "Hier ist keine Seite",
  "app.nothingHereWhy": "Vielleicht ist die Adresse abgeschnitten. Such unter deinen Spaces.",

  "space.untitled": "Gespräch",
  "space.gone": "Dieser Space steht dir nicht offen",
  "space.goneWhy":
    "Vielleicht gibt es ihn nicht mehr, oder du hast ihn verlassen. Die Adresse allein verrät das nicht.",
  "space.home": "Zu deinen Spaces",
  "space.write": "Schreiben",
  "space.archived": "Dieser Space ist geschlossen. Lesen kann man ihn weiter.",
  "space.empty": "Hier steht noch nichts",
  "space.emptyWhy":
    "Fang ein Thema an: ein Titel, und was du zu sagen hast. Alle lesen es zu einer Zeit, die ihnen passt.",
  "space.more": "Ältere Themen zeigen",
  "space.filling": "Ältere Themen sind noch auf dem Weg zu diesem Gerät.",
  "space.members": "Wer hier ist",
  "space.others": "und {others, plural, one {eine weitere Person} other {# weitere}}",
  "space.openToAll": "Alle im Arbeitsraum dürfen beitreten.",
  "space.byInvitation": "Auf Einladung.",

  "spaces.none": "Du bist noch in keinem Space",
  "spaces.noneWhy": "Ein Admin kann dich aufnehmen, oder du legst selbst einen an.",

  "row.replies": "{replies, plural, one {1 Antwort} other {# Antworten}}",
  "row.waits": "noch nicht abgegangen",

  "role.guest": "Gast",
  "person.unknown": "Jemand",
  "day.today": "Heute",
  "day.yesterday": "Gestern",

  "write.title": "Neues Thema",
  "write.to": "In",
  "write.text": "Was du zu sagen hast",
  "write.hint": "Sag es einmal, und gut. Markdown geht; Dateien kannst du hierher ziehen.",
};
