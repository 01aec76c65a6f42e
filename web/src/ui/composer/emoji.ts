// Emoji by their short names, as one types them after a colon. The names come from our own server.

/** An emoji and what it is called. */
export interface Emoji {
  emoji: string;
  /** As one types it: `tada`. */
  names: string[];
  /** As one says it. */
  label: string;
  words: string[];
}

type Data = Array<{ emoji: string; hexcode: string; label: string; tags?: string[]; group?: number }>;
type Names = Record<string, string | string[]>;

const asked = new Map<string, Promise<Emoji[]>>();

/** All of them in a language; none as long as they can't be had. */
export function emojiIn(language: "en" | "de"): Promise<Emoji[]> {
  const known = asked.get(language);
  if (known) return known;
  const get = async <T>(path: string) => (await (await fetch(`/assets/emoji-17/${path}`)).json()) as T;
  const loading = Promise.all([get<Data>(`${language}/data.json`), get<Names>("en/shortcodes/github.json")]).then(
    ([data, names]) => data.filter(({ group }) => group !== undefined).map((one) => named(one, names[one.hexcode])),
    () => {
      asked.delete(language);
      return [];
    },
  );
  asked.set(language, loading);
  return loading;
}

function named({ emoji, label, tags = [] }: Data[number], names: string | string[] | undefined): Emoji {
  const lower = [label, ...tags].map((word) => word.toLocaleLowerCase());
  return { emoji, label, names: [names ?? []].flat(), words: lower.flatMap((word) => word.split(/[\s-]+/)) };
}

/** Those whose name begins so, the shortest first, and then those that one thinks of; each with the name that fits. */
export function emojiFor(typed: string, all: readonly Emoji[], most = 6): Emoji[] {
  const wanted = typed.toLocaleLowerCase();
  const called = all.flatMap((emoji) => {
    const name = emoji.names.filter((one) => one.startsWith(wanted)).toSorted((a, b) => a.length - b.length)[0];
    return name ? [{ ...emoji, names: [name] }] : [];
  });
  const thought = all.filter(
    ({ names, words }) =>
      !names.some((name) => name.startsWith(wanted)) && words.some((word) => word.startsWith(wanted)),
  );
  return [...called.toSorted((a, b) => (a.names[0] ?? "").length - (b.names[0] ?? "").length), ...thought].slice(
    0,
    most,
  );
}
