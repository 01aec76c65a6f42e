// English: what a text was before, what came and went, and drafts that are shown to somebody.

/** Messages of `changes`. */
export const changes = {
  "diff.new": "[added:",
  "diff.gone": "[taken out:",
  "diff.end": "]",
  "diff.none": "Nothing came and nothing went.",
  "diff.fold": "{count, plural, one {One line} other {# lines}} as before",
  "diff.legend": "What came is <0>underlined</0>, what went is <1>struck through</1>.",

  "versions.changed": "Changed by {name}",
  "versions.written": "Written by {name}",
  "versions.offline": "Earlier versions are kept on the server. Look again when you are online.",
  "versions.failed": "Earlier versions can’t be read now",
  "versions.gap": "Versions in between were deleted for good; this is what all of them changed.",
  "versions.firstGone": "What it said before that was deleted for good.",
  "versions.deleted": "This was deleted, and what it said before with it.",

  "edit.changes": "What changes",
  "refused.yours": "What yours would change",

  "showing.to": "Show to …",
  "showing.hint": "The draft stays yours, and is not sent. The person gets it as it is now, in your conversation.",
  "showing.whom": "Who may look?",
  "showing.noSuch": "Nobody here has that name.",
  "showing.again": "Show it to {name} again",
  "showing.title": "Draft: {title}",
  "showing.for": "It is meant for {place}, and not sent yet.",
  "showing.forNew": "It is meant for a new thread in {place}, and not sent yet.",
  "showing.elsewhere": "It is meant for another place, and not sent yet.",
  "showing.now": "It says now:",
  "showing.shown": "Shown to {name} · {when}",
  "showing.undone": "Taken back. Nobody was shown it.",
  "showing.left": "It has already left.",
};
