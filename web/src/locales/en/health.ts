// English words of how the server is, in the settings of admins.

/** Messages of `health`. */
export const health = {
  "settings.health": "Health",
  "health.title": "{troubles, plural, =0 {All is well} one {One thing to look at} other {# things to look at}}",
  "health.lede": "Looked at {at}. At the machine, “meanwhile doctor” says the same; with --all it reads every file.",
  "health.again": "Look again",
  "health.looking": "Looking at everything",
  "health.failed": "It could not be looked at",
  "health.admins": "Admins look after the server",
  "health.admins.text": "If something does not work, tell an admin of this workspace.",
  "health.how.good": "good",
  "health.how.look": "have a look",
  "health.how.bad": "bad",
  "health.clock": "Clock",
  "health.url": "Address",
  "health.certificate": "Certificate",
  "health.folder": "Data folder",
  "health.disk": "Free space",
  "health.key": "Key of the files",
  "health.database": "Database",
  "health.files": "Files",
  "health.readers": "Work in the background",
  "health.search": "Search index",
  "health.pdf": "Words in PDF files",
};
