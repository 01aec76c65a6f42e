// English words of a new workspace: what it begins with, to try things on.

/** Messages of `begin`. */
export const begin = {
  "begin.these": "These three threads are here to try things on.",
  "begin.remove": "Remove them",
  "begin.hours.title": "Say it once: it reaches everybody at a good hour",
  "begin.hours.text":
    "What is written here stays, and nobody has to look at once. Each of you says under **Hours & time off** when things may arrive; until then nothing asks for anybody. So there is time to think, and to write it well.\n\nTry it on this thread:\n\n- write a reply below, and take it back with **Undo** while it is leaving\n- send another one later, by the clock beside **Send**\n- point at a post, and put an emoji on it",
  "begin.ask.title": "Ask for an answer, by a date that works for everyone",
  "begin.ask.text":
    "Most of what one writes needs no answer, and says so. Where you do need one, press **No reply needed** below your text: ask for a reply, a decision or a “Got it”, of whom, and by when. Above **Send** one sentence tells when it reaches them.\n\nWho is asked finds it under **Today** and in the **Inbox**; you find there whom you wait for. Invite somebody under **Settings, People**, and ask them what they think of this.",
  "begin.find.title": "Find it again, and bring what you have",
  "begin.find.text":
    "- `/` searches all of your Spaces, also inside of files\n- `Ctrl K` takes you anywhere by a few letters, and does things\n- `?` lists all keys\n\nA Slack export comes in under **Settings, Import**, with people, threads and files; the guide tells how mail archives do.",
};
