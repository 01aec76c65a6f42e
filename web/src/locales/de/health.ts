// Deutsche Wörter dafür, wie es dem Server geht, in den Einstellungen für Admins.
import type { health as en } from "../en/health";

export const health: Record<keyof typeof en, string> = {
  "settings.health": "Zustand",
  "health.title": "{troubles, plural, =0 {Alles in Ordnung} one {Eines ist anzusehen} other {# Dinge sind anzusehen}}",
  "health.lede":
    "Angesehen am {at}. An der Maschine sagt „meanwhile doctor“ dasselbe; mit --all liest es jede Datei. Die Sätze des Servers sind englisch.",
  "health.again": "Noch einmal ansehen",
  "health.looking": "Alles wird angesehen",
  "health.failed": "Es ließ sich nicht ansehen",
  "health.admins": "Um den Server kümmern sich Admins",
  "health.admins.text": "Wenn etwas nicht geht, sag es einem Admin dieses Arbeitsbereichs.",
  "health.how.good": "gut",
  "health.how.look": "bitte ansehen",
  "health.how.bad": "schlecht",
  "health.clock": "Uhr",
  "health.url": "Adresse",
  "health.certificate": "Zertifikat",
  "health.folder": "Datenordner",
  "health.disk": "Freier Platz",
  "health.key": "Schlüssel der Dateien",
  "health.database": "Datenbank",
  "health.files": "Dateien",
  "health.readers": "Arbeit im Hintergrund",
  "health.search": "Suchindex",
  "health.pdf": "Wörter in PDF-Dateien",
};
