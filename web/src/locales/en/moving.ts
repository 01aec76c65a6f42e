// Words of what takes a thread elsewhere, and of what takes somebody into one.

export const moving = {
  "thread.more": "More for this thread",
  "thread.moving": "This thread is being moved, or something into it",
  "thread.movingWhy": "Nothing can be written in it until that is done. What you have begun to write is kept.",

  "moved.here": "This was in another thread before. Links to it lead here.",
  "moved.from": "This was in “{space}” before. Links to it lead here.",
  "moved.elsewhere": "This was in another Space before. Links to it lead here.",

  "choose.other": "Take {name} off",

  "readers.same": "It stays in “{space}”: {count, plural, one {1 person} other {# people}} can read it, as now.",
  "readers.all": "From then on {count, plural, one {1 person} other {# people}} in “{space}” can read it.",
  "readers.gain": "{count, plural, one {Reads it for the first time} other {Read it for the first time}}: {names}.",
  "readers.lose": "{count, plural, one {Sees it no longer} other {See it no longer}}: {names}.",
  "readers.equal": "They are the same people as now.",
  "readers.open": "Every member of the workspace may join “{space}”, and read it then.",
  "readers.rest": "{rest, plural, one {1 more} other {# more}}",

  "moving.move": "Move to another Space",
  "moving.moveYes": "Move",
  "moving.merge": "Merge into another thread",
  "moving.mergeYes": "Merge",
  "moving.split": "Split off from here",
  "moving.splitYes": "Split off",
  "moving.toSpace": "Where to",
  "moving.intoThread": "Into which thread",
  "moving.title": "Title of the new thread",
  "moving.what": "What goes along",
  "moving.rest": "{posts, plural, one {This, and the reply after it} other {This, and all # replies after it}}",
  "moving.one":
    "{below, plural, =0 {This alone} one {This, and the reply to it} other {This, and the # replies to it}}",
  "moving.noSpace": "None of your Spaces is called that.",
  "moving.noOther": "You are in no other Space.",
  "moving.noThread": "No thread on this device is called that.",
  "moving.along":
    "{posts, plural, =0 {It goes} one {It goes with its reply} other {It goes with its # replies}}, files, authors and dates. Nothing becomes unread. Old links lead there, for those who may read it there.",
  "moving.merged":
    "{posts, plural, one {Its one post becomes a part} other {Its # posts become a part}} of the other thread, in the order in which they were written. This thread is gone then, and links to it lead there.",
  "moving.under": "How far it is",
  "moving.progress": "{done, number} of {all, number} are there.",
  "moving.goesOn": "It goes on by itself, also when you close this.",

  "add.open": "Add someone",
  "add.title": "Add someone",
  "add.who": "Whom",
  "add.another": "One more person",
  "add.nobody": "Nobody in the workspace is called that.",
  "add.chosen": "Chosen",
  "add.how": "How",
  "add.join": "{names} {count, plural, one {joins} other {join}} “{space}”",
  "add.joinWhy": "They can read everything in “{space}” from its beginning, not this thread alone, and write there.",
  "add.joinYes": "Add",
  "add.joined": "{names} {count, plural, one {is} other {are}} in “{space}” now and can read this thread.",
  "add.side": "A side conversation",
  "add.sideWhy":
    "Only {names} can read it. The posts that you choose are quoted there; everybody else sees nothing of it.",
  "add.sideOnly":
    "You can begin a side conversation that only {names} can read. The posts that you choose are quoted there.",
  "add.you": "you",
  "add.sideYes": "Begin",
  "add.directWhy": "Nobody can join a conversation between certain people.",
  "add.allHere": "{names} {count, plural, one {is} other {are}} in “{space}” and can read this thread.",
  "add.adminsOnly": "Only admins add people to “{space}”: {names}.",
  "add.openToAll": "Every member of the workspace may join “{space}”; only admins add others: {names}.",
  "add.allPosts": "Choose all {posts, number}",
  "add.words": "What you want to say about it",
  "add.posts": "Posts that are quoted",
  "add.filesStay": "Each quote leads back to its post, for those who may read that. Files are not copied.",
  "add.tooLong": "This is {over, number} bytes too long. Choose fewer posts.",
};
