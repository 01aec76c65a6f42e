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
  needsServer: "Dafür muss der Server erreichbar sein",

  "shell.skip": "Zum Inhalt springen",
  "shell.places": "Orte",
  "shell.write": "Schreiben",
  "shell.spaces": "Spaces",
  "shell.newSpace": "Space anlegen oder beitreten",
  "shell.settings": "Einstellungen",
  "shell.home": "Start",
  "shell.me": "Ich",

  "standing.offline": "Du bist offline. Lesen und schreiben kannst du weiterhin.",
  "standing.waiting":
    "{waiting, plural, one {Eine Sache wird} other {# Dinge werden}} gesendet, sobald du online bist.",
  "standing.refused":
    "{refused, plural, one {Eine Sache hat der Server nicht angenommen. Sie ist} other {# Dinge hat der Server nicht angenommen. Sie sind}} hier aufgehoben.",
  "standing.memory":
    "Dieser Browser speichert nichts: Was du schreibst, geht verloren, wenn du den Tab schließt, bevor es gesendet ist.",
  "standing.newer": "Eine neue Version dieser App ist bereit.",
  "standing.takeNewer": "Jetzt verwenden",
  "standing.look": "Ansehen",
  "standing.try": "Jetzt versuchen",

  "outbox.title": "Wird gesendet, sobald du online bist",
  "outbox.empty": "Auf diesem Gerät wartet nichts.",
  "outbox.create": "Neu",
  "outbox.update": "Geändert",
  "outbox.destroy": "Gelöscht",
  "outbox.retry": "Noch einmal versuchen",
  "outbox.discard": "Verwerfen",

  "app.broken": "Hier ist etwas schiefgegangen",
  "app.brokenWhy":
    "Was du geschrieben hast, ist aufgehoben. Lade die Seite neu; wenn es wieder passiert, sag denen Bescheid, die den Server betreiben.",
  "app.reload": "Neu laden",
  "app.opening": "Dein Arbeitsbereich wird geöffnet",
  "app.noServer": "Der Server ist nicht erreichbar",
  "app.noServerWhy":
    "Auf diesem Gerät gibt es noch nichts zu lesen. Versuch es wieder, sobald du eine Verbindung hast.",
  "part.missing": "Dieser Teil ist noch nicht auf diesem Gerät",
  "part.missingWhy":
    "Er kommt mit der nächsten Verbindung zum Server. Wenn der Server eine neuere Version hat, lade die Seite neu.",
  "app.tryAgain": "Noch einmal versuchen",
  "app.newer": "Auf diesem Gerät lief schon eine neuere Version",
  "app.nothingHere": "Diese Seite gibt es nicht",
  "app.nothingHereWhy": "Vielleicht fehlt ein Stück der Adresse. Such in deinen Spaces.",

  "space.untitled": "Gespräch",
  "space.gone": "Dieser Space steht dir nicht offen",
  "space.goneWhy":
    "Vielleicht gibt es ihn nicht mehr, oder du hast ihn verlassen. Die Adresse allein verrät das nicht.",
  "space.home": "Zu deinen Spaces",
  "space.write": "Schreiben",
  "space.archived": "Dieser Space ist geschlossen. Lesen kannst du ihn weiterhin.",
  "space.empty": "Hier steht noch nichts",
  "space.emptyWhy":
    "Fang ein Thema an, mit einem Titel und dem, was du zu sagen hast. Alle lesen es, wenn es ihnen passt.",
  "space.more": "Ältere Themen anzeigen",
  "space.filling": "Ältere Themen sind noch auf dem Weg zu diesem Gerät.",
  "space.members": "Wer hier ist",
  "space.others": "und {others, plural, one {eine weitere Person} other {# weitere}}",
  "space.openToAll": "Alle im Arbeitsbereich dürfen beitreten.",
  "space.byInvitation": "Auf Einladung.",

  "spaces.none": "Du bist noch in keinem Space",
  "spaces.noneWhy": "Die Admins können dich in einen aufnehmen, oder du legst selbst einen an.",

  "row.replies": "{replies, plural, one {1 Antwort} other {# Antworten}}",
  "row.waits": "noch nicht gesendet",

  "role.guest": "Gast",
  "person.unknown": "Jemand",
  "day.today": "Heute",
  "day.yesterday": "Gestern",

  "write.title": "Neues Thema",
  "write.to": "In",
  "write.text": "Was du zu sagen hast",
  "write.hint": "Lieber einmal, dafür gut. Markdown geht; Dateien kannst du hierher ziehen.",
};
