// Wörter dafür, wie ein Thema woanders hinkommt, und wie jemand dazukommt.
import type { moving as source } from "../en/moving";

export const moving: Record<keyof typeof source, string> = {
  "thread.more": "Mehr zu diesem Thema",
  "thread.moving": "Dieses Thema wird gerade verschoben, oder etwas hinein",
  "thread.movingWhy": "Bis das fertig ist, kann niemand darin schreiben. Was du angefangen hast, ist aufgehoben.",

  "moved.here": "Das stand vorher in einem anderen Thema. Links darauf führen hierher.",
  "moved.from": "Das stand vorher in „{space}“. Links darauf führen hierher.",
  "moved.elsewhere": "Das stand vorher in einem anderen Space. Links darauf führen hierher.",

  "choose.other": "{name} wegnehmen",

  "readers.same":
    "Es bleibt in „{space}“: {count, plural, one {1 Person kann} other {# Personen können}} es lesen, wie jetzt.",
  "readers.all": "Danach {count, plural, one {kann 1 Person} other {können # Personen}} in „{space}“ es lesen.",
  "readers.gain": "Zum ersten Mal {count, plural, one {liest es} other {lesen es}}: {names}.",
  "readers.lose": "Nicht mehr {count, plural, one {sieht es} other {sehen es}}: {names}.",
  "readers.equal": "Es sind dieselben wie jetzt.",
  "readers.open": "Alle Mitglieder des Workspace dürfen „{space}“ beitreten und es dann lesen.",
  "readers.rest": "{rest, plural, one {1 weitere} other {# weitere}}",

  "moving.move": "In einen anderen Space verschieben",
  "moving.moveYes": "Verschieben",
  "moving.merge": "Mit einem anderen Thema zusammenlegen",
  "moving.mergeYes": "Zusammenlegen",
  "moving.split": "Ab hier abtrennen",
  "moving.splitYes": "Abtrennen",
  "moving.toSpace": "Wohin",
  "moving.intoThread": "Mit welchem Thema",
  "moving.title": "Titel des neuen Themas",
  "moving.what": "Was mitkommt",
  "moving.rest": "{posts, plural, one {Dies und die Antwort danach} other {Dies und alle # Antworten danach}}",
  "moving.one":
    "{below, plural, =0 {Nur dies} one {Dies und die Antwort darauf} other {Dies und die # Antworten darauf}}",
  "moving.noSpace": "Keiner deiner Spaces heißt so.",
  "moving.noOther": "Du bist in keinem anderen Space.",
  "moving.noThread": "Kein Thema auf diesem Gerät heißt so.",
  "moving.along":
    "{posts, plural, =0 {Es kommt} one {Es kommt mit seiner Antwort} other {Es kommt mit seinen # Antworten}}, Dateien, Namen und Zeiten an. Nichts wird ungelesen. Alte Links führen dorthin, für alle, die es dort lesen dürfen.",
  "moving.merged":
    "{posts, plural, one {Der eine Beitrag wird ein Teil} other {Die # Beiträge werden ein Teil}} des anderen Themas, in der Reihenfolge, in der sie geschrieben wurden. Dieses Thema gibt es dann nicht mehr, und Links darauf führen dorthin.",
  "moving.under": "Wie weit es ist",
  "moving.progress": "{done, number} von {all, number} sind dort.",
  "moving.goesOn": "Es geht von selbst weiter, auch wenn du das hier schließt.",

  "add.open": "Jemanden dazuholen",
  "add.title": "Jemanden dazuholen",
  "add.who": "Wen",
  "add.another": "Noch jemand",
  "add.nobody": "Niemand im Workspace heißt so.",
  "add.chosen": "Ausgewählt",
  "add.how": "Wie",
  "add.join": "{names} {count, plural, one {kommt} other {kommen}} in „{space}“",
  "add.joinWhy": "Das heißt: alles in „{space}“ von Anfang an lesen, nicht nur dieses Thema, und dort schreiben.",
  "add.joinYes": "Dazuholen",
  "add.joined":
    "{names} {count, plural, one {ist} other {sind}} jetzt in „{space}“ und {count, plural, one {kann} other {können}} dieses Thema lesen.",
  "add.side": "Ein Gespräch nebenbei",
  "add.sideWhy":
    "Nur {names} könnt es lesen. Die Beiträge, die du auswählst, werden dort zitiert; alle anderen sehen nichts davon.",
  "add.sideOnly":
    "Du kannst nebenbei ein Gespräch beginnen, das nur {names} lesen könnt. Die Beiträge, die du auswählst, werden dort zitiert.",
  "add.you": "du",
  "add.sideYes": "Beginnen",
  "add.directWhy": "Einem Gespräch zwischen bestimmten Personen kann niemand beitreten.",
  "add.allHere":
    "{names} {count, plural, one {ist} other {sind}} in „{space}“ und {count, plural, one {kann} other {können}} dieses Thema lesen.",
  "add.adminsOnly": "Nur Admins holen jemanden in „{space}“: {names}.",
  "add.openToAll":
    "Alle Mitglieder des Workspace dürfen „{space}“ beitreten; andere dazuholen können nur Admins: {names}.",
  "add.allPosts": "Alle {posts, number} auswählen",
  "add.words": "Was du dazu sagen willst",
  "add.posts": "Beiträge, die zitiert werden",
  "add.filesStay":
    "Jedes Zitat führt zu seinem Beitrag zurück, für alle, die ihn lesen dürfen. Dateien werden nicht mitgenommen.",
  "add.tooLong": "Das ist um {over, number} Bytes zu lang. Wähle weniger Beiträge.",
};
