// Deutsche Wörter für das, was andere haben und was hereinkommt, in den Einstellungen.
import type { imports as en } from "../en/imports";

export const imports: Record<keyof typeof en, string> = {
  "settings.import": "Import",
  "import.title": "Mitbringen, was ihr habt",
  "import.lede":
    "Aus einem Slack-Export werden Spaces, Themen und direkte Gespräche, mit Leuten, Daten und Dateien. Nichts wird davon ungelesen, und niemand wird benachrichtigt. Erst siehst du, was daraus würde.",
  "import.admins": "Mitbringen können Admins",
  "import.admins.text": "Frag einen Admin dieses Arbeitsbereichs, wenn hier etwas von anderswo fehlt.",
  "import.drop": "Die Zip-Datei eines Slack-Exports hier ablegen",
  "import.choose": "Datei wählen",
  "import.one": "Bitte eine Datei nach der anderen.",
  "import.zip":
    "{name} ist keine Zip-Datei. Ein Slack-Export ist eine: ein Inhaber erzeugt sie in den Einstellungen von Slack.",
  "import.goingUp": "Auf dem Weg zum Server",
  "import.ofBytes": "{done} von {of}",
  "import.giveUp": "Aufgeben",
  "import.again": "Noch einmal versuchen",
  "import.previewing": "Wird durchgesehen. Noch ist nichts geschrieben.",
  "import.importing": "Kommt herein",
  "import.goesOn": "Du kannst die Seite verlassen und den Browser schließen: es geht weiter.",
  "import.of.channels": "{done, number} von {of, plural, one {1 Kanal} other {# Kanälen}}",
  "import.of.messages": "{done, number} von {of, plural, one {1 Nachricht} other {# Nachrichten}}",
  "import.stopped": "Es wurde angehalten. Was bis dahin hereinkam, ist da und bleibt.",
  "import.stop": "Anhalten",
  "import.goOn": "Weitermachen",
  "import.begin": "Hereinholen",
  "import.remove": "Aus dieser Liste nehmen",
  "import.remove.title": "{name} aus dieser Liste nehmen?",
  "import.remove.text": "Die Datei auf dem Server wird gelöscht. Was hereinkam, bleibt, wo es ist.",
  "import.would":
    "{messages, plural, =0 {Keine Nachrichten} one {1 Nachricht} other {# Nachrichten}} in {threads, plural, one {1 Thema} other {# Themen}} kämen in {spaces, plural, one {1 Space} other {# Spaces}}, mit {files, plural, =0 {keinen Dateien} one {1 Datei} other {# Dateien}}.",
  "import.people":
    "{known, plural, =0 {Niemand ist} one {1 Person ist} other {# Leute sind}} hier unter der Adresse bekannt. {placeholders, plural, =0 {} one {1 wird nur dem Namen nach da sein, bis sie unter derselben Adresse eingeladen wird.} other {# werden nur dem Namen nach da sein, bis sie unter denselben Adressen eingeladen werden.}}",
  "import.filesMissing":
    "{files, plural, one {1 Datei wird} other {# Dateien werden}} im Export genannt und {files, plural, one {ist} other {sind}} nicht darin: Slack lässt den Inhalt weg. Die Namen bleiben im Text.",
  "import.space": "Space",
  "import.who": "Wer es liest",
  "import.messages": "Nachrichten",
  "import.number": "{count, number}",
  "import.there": "ist von einem früheren Import da",
  "import.sort.open": "offen für alle Mitglieder; {members, plural, =0 {niemand} other {#}} von Anfang an",
  "import.sort.private": "{members, plural, one {die 1 Person, die darin war} other {die # Leute, die darin waren}}",
  "import.sort.direct": "nur {members, plural, one {1 Person} other {seine # Leute}}",
  "import.allSpaces": "Alle {spaces, number} Spaces zeigen",
  "import.moreSpaces": "Und {spaces, plural, one {1 kleinerer Space} other {# kleinere Spaces}}.",
  "import.problems":
    "{count, plural, one {1 Eintrag lässt sich nicht übernehmen} other {# Einträge lassen sich nicht übernehmen}}",
  "import.moreProblems": "Und {count, number} weitere; die Kommandozeile nennt alle.",
  "import.takes": "Es dauert ungefähr {minutes, plural, one {eine Minute} other {# Minuten}}.",
  "import.came":
    "{threads, plural, =0 {Kein neues Thema} one {1 neues Thema} other {# neue Themen}} und {posts, plural, =0 {keine Antwort} one {1 Antwort} other {# Antworten}} kamen herein, mit {files, plural, =0 {keinen Dateien} one {1 Datei} other {# Dateien}}; {spaces, plural, =0 {kein Space ist} one {1 Space ist} other {# Spaces sind}} neu.",
  "import.newPeople":
    "{people, plural, one {1 Person ist nur dem Namen nach hier} other {# Leute sind nur dem Namen nach hier}}. Lade sie unter Einstellungen, Leute ein: dann gehört ihnen, was sie schrieben.",
  "import.already": "{already, plural, one {1 war} other {# waren}} schon hier.",
};
