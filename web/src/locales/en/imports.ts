// English words of bringing in what others hold, in the settings.

/** Messages of `imports`. */
export const imports = {
  "settings.import": "Import",
  "import.title": "Bring in what you have",
  "import.lede":
    "A Slack export becomes Spaces, threads and direct conversations, with their people, dates and files. It makes nothing unread and tells nobody. First you see what would come of it.",
  "import.admins": "Admins bring things in",
  "import.admins.text": "Ask an admin of this workspace if something from elsewhere is missing here.",
  "import.drop": "Drop the zip of a Slack export here",
  "import.choose": "Choose a file",
  "import.one": "One file at a time, please.",
  "import.zip": "{name} is no zip file. A Slack export is one: an owner makes it in Slack's workspace settings.",
  "import.goingUp": "Going to the server",
  "import.ofBytes": "{done} of {of}",
  "import.giveUp": "Give up",
  "import.again": "Try again",
  "import.previewing": "Looking through it. Nothing is written yet.",
  "import.importing": "Bringing it in",
  "import.goesOn": "You may leave this page and close the browser: it goes on.",
  "import.of.channels": "{done, number} of {of, plural, one {1 channel} other {# channels}}",
  "import.of.messages": "{done, number} of {of, plural, one {1 message} other {# messages}}",
  "import.stopped": "It was stopped. What came in until then is there and stays.",
  "import.stop": "Stop",
  "import.goOn": "Go on",
  "import.begin": "Bring it in",
  "import.remove": "Remove from this list",
  "import.remove.title": "Remove {name} from this list?",
  "import.remove.text": "The file on the server is deleted. What came in stays where it is.",
  "import.would":
    "{messages, plural, =0 {No messages} one {1 message} other {# messages}} in {threads, plural, one {1 thread} other {# threads}} would come into {spaces, plural, one {1 Space} other {# Spaces}}, with {files, plural, =0 {no files} one {1 file} other {# files}}.",
  "import.people":
    "{known, plural, =0 {Nobody is} one {1 person is} other {# people are}} known here by address. {placeholders, plural, =0 {} one {1 will be there by name alone, until invited under the same address.} other {# will be there by name alone, until they are invited under the same addresses.}}",
  "import.filesMissing":
    "{files, plural, one {1 file is} other {# files are}} named in the export and not in it: Slack leaves their contents out. Their names stay in the text.",
  "import.space": "Space",
  "import.who": "Who reads it",
  "import.messages": "Messages",
  "import.number": "{count, number}",
  "import.there": "is here from an import before",
  "import.sort.open": "open to all members; {members, plural, =0 {nobody} other {#}} from the start",
  "import.sort.private": "{members, plural, one {the 1 person who was in it} other {the # people who were in it}}",
  "import.sort.direct": "its {members, plural, one {1 person} other {# people}} alone",
  "import.allSpaces": "Show all {spaces, number} Spaces",
  "import.moreSpaces": "And {spaces, plural, one {1 smaller Space} other {# smaller Spaces}}.",
  "import.problems": "{count, plural, one {1 record can't be taken} other {# records can't be taken}}",
  "import.moreProblems": "And {count, number} more; the command line lists them all.",
  "import.takes": "It takes about {minutes, plural, one {a minute} other {# minutes}}.",
  "import.came":
    "{threads, plural, =0 {No new thread} one {1 new thread} other {# new threads}} and {posts, plural, =0 {no reply} one {1 reply} other {# replies}} came in, with {files, plural, =0 {no files} one {1 file} other {# files}}; {spaces, plural, =0 {no Space is} one {1 Space is} other {# Spaces are}} new.",
  "import.newPeople":
    "{people, plural, one {1 person is here by name alone} other {# people are here by name alone}}. Invite them under Settings, People: then what they wrote is theirs.",
  "import.already": "{already, plural, one {1 was} other {# were}} here already.",
};
