// The keys of the app: one table, which the handlers, the list of all keys and the list of acts read, so that none of
// them can say something else than another. What somebody has chosen in their place is in `ownKeys.ts`.

/** Where a key means something: the headings of the list of all keys. */
export type Where = "everywhere" | "lists" | "thread" | "oneByOne" | "writing";

/** What a key does, where. */
export interface Key {
  /** Strokes, or two after another: `mod` is Ctrl, and ⌘ on a Mac. Of several each will do. */
  keys: readonly string[];
  where: readonly Where[];
  /** It is done with what is focused or open, and so also offered in the list of acts. */
  verb?: true;
  /** The browser or the composer does it; nothing here listens. */
  native?: true;
  /** Held down it is done again and again. */
  repeats?: true;
}

/** All keys there are. */
export const KEYS = {
  jump: { keys: ["mod+k"], where: ["everywhere"] },
  search: { keys: ["/"], where: ["everywhere"] },
  write: { keys: ["c"], where: ["everywhere"] },
  today: { keys: ["g t"], where: ["everywhere"] },
  inbox: { keys: ["g i"], where: ["everywhere"] },
  drafts: { keys: ["g d", "g s"], where: ["everywhere"] },
  undo: { keys: ["z"], where: ["everywhere"] },
  help: { keys: ["?", "mod+/"], where: ["everywhere"] },
  down: { keys: ["j"], where: ["lists", "thread"], repeats: true },
  up: { keys: ["k"], where: ["lists", "thread"], repeats: true },
  open: { keys: ["enter"], where: ["lists"], native: true },
  news: { keys: ["n"], where: ["lists", "thread"] },
  next: { keys: ["n"], where: ["oneByOne"] },
  reply: { keys: ["r"], where: ["lists", "thread", "oneByOne"], verb: true },
  done: { keys: ["e"], where: ["lists", "thread", "oneByOne"], verb: true },
  later: { keys: ["h"], where: ["lists", "thread", "oneByOne"], verb: true },
  follow: { keys: ["f"], where: ["lists", "thread"], verb: true },
  mute: { keys: ["m"], where: ["lists", "thread"], verb: true },
  copy: { keys: ["y"], where: ["lists", "thread"], verb: true },
  readAll: { keys: ["shift+i"], where: ["lists"], verb: true },
  answer: { keys: ["a"], where: ["lists"], verb: true },
  back: { keys: ["u", "escape"], where: ["thread", "oneByOne"] },
  send: { keys: ["mod+enter"], where: ["writing"], native: true },
  sendLater: { keys: ["mod+shift+enter"], where: ["writing"], native: true },
} as const satisfies Record<string, Key>;

/** The name of something that is done by a key. */
export type Act = keyof typeof KEYS;
/** All of them, in the order of the table. */
export const ACTS = Object.entries(KEYS) as Array<[Act, Key]>;

/** The acts of a part of the app, in the order of the table. */
export const actsOf = (where: Where): Act[] => ACTS.filter(([, key]) => key.where.includes(where)).map(([act]) => act);

/** How the table writes what was pressed. Where a sign stands on a keyboard is no matter, so Shift counts for letters only. */
export function strokeOf(event: Pick<KeyboardEvent, "key" | "ctrlKey" | "metaKey" | "shiftKey">): string {
  const key = event.key.toLowerCase();
  const mod = event.ctrlKey || event.metaKey ? "mod+" : "";
  return mod + (event.shiftKey && /^\p{L}$/u.test(key) ? "shift+" : "") + key;
}
