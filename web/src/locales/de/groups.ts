// Deutsche Wörter der Gruppen, in den Einstellungen.
import type { groups as en } from "../en/groups";

export const groups: Record<keyof typeof en, string> = {
  "settings.groups": "Gruppen",
  "groups.title": "Gruppen",
  "groups.lede":
    "Mit @Kürzel nennt man alle, die in einer Gruppe sind, soweit sie in dem Space sind, in dem es steht. Wer später dazukommt, wurde nicht genannt.",
  "groups.none": "Es gibt noch keine Gruppe",
  "groups.noneText":
    "Eine Gruppe ist praktisch für alle, die sich abwechseln: der Support, die Bereitschaft, das Büro in Porto.",
  "groups.make": "Gruppe anlegen",
  "groups.handle": "Kürzel",
  "groups.handle.hint": "Man tippt es hinter dem @: kleine Buchstaben, Ziffern, - und _",
  "groups.handle.wrong":
    "Ein Kürzel hat zwei oder mehr der Buchstaben a bis z, Ziffern, - und _, und beginnt mit einem Buchstaben oder einer Ziffer.",
  "groups.handle.taken": "Eine andere Gruppe hat dieses Kürzel.",
  "groups.name": "Name",
  "groups.name.empty": "Eine Gruppe braucht einen Namen.",
  "groups.purpose": "Wofür sie da ist",
  "groups.people": "{people, plural, =0 {niemand darin} one {1 Person} other {# Personen}}",
  "groups.manage": "Verwalten",
  "groups.look": "Ansehen",
  "groups.manageNamed": "@{handle} verwalten",
  "groups.lookNamed": "@{handle} ansehen",
  "groups.all": "Alle Gruppen",
  "groups.readOnly": "{name} hat sie angelegt; nur diese Person und Admins ändern sie.",
  "groups.gone": "Diese Gruppe gibt es nicht",
  "groups.gone.text": "Die Adresse stimmt nicht, oder sie ist auf diesem Gerät noch nicht angekommen.",
  "groups.members": "Wer dabei ist",
  "groups.members.none": "Noch ist niemand dabei.",
  "groups.add": "Jemanden hinzufügen",
  "groups.addYes": "Hinzufügen",
  "groups.choose": "Person wählen",
  "groups.added": "{name} ist jetzt dabei.",
  "groups.remove": "Entfernen",
  "groups.removeNamed": "{name} aus dieser Gruppe entfernen",
  "groups.removed": "{name} ist nicht mehr dabei.",
  "groups.archive": "Gruppe archivieren",
  "groups.archive.title": "@{handle} archivieren?",
  "groups.archive.text":
    "Niemand kann sie mehr nennen, und eine andere Gruppe darf ihr Kürzel bekommen. Was sie genannt hat, bleibt, wie es ist. Du kannst sie zurückholen.",
  "groups.archive.yes": "Archivieren",
  "groups.archived": "Archiviert",
  "groups.archived.text": "Niemand kann sie nennen. Ihr Kürzel ist frei für eine andere Gruppe.",
  "groups.back": "Zurückholen",
};
