// What the buttons above a text do to it: pure functions from text and selection to text and selection.

/** A text and what is selected in it, by UTF-16 units as in a textarea. */
export interface Written {
  text: string;
  from: number;
  to: number;
}

/** Puts marks around the selection, or takes them off again. */
export function wrap({ text, from, to }: Written, mark: string): Written {
  const inside = text.slice(from, to);
  const around = text.slice(from - mark.length, from) === mark && text.slice(to, to + mark.length) === mark;
  if (around) {
    const out = text.slice(0, from - mark.length) + inside + text.slice(to + mark.length);
    return { text: out, from: from - mark.length, to: to - mark.length };
  }
  const out = text.slice(0, from) + mark + inside + mark + text.slice(to);
  return { text: out, from: from + mark.length, to: to + mark.length };
}

/** Begins each line of the selection with a mark, or takes it off if all have it. */
export function lines({ text, from, to }: Written, mark: (index: number) => string): Written {
  const start = text.lastIndexOf("\n", from - 1) + 1;
  const end = text.indexOf("\n", to) < 0 ? text.length : text.indexOf("\n", to);
  const old = text.slice(start, end).split("\n");
  const marked = old.every((line, i) => line.startsWith(mark(i)));
  const fresh = old.map((line, i) => (marked ? line.slice(mark(i).length) : mark(i) + line)).join("\n");
  return { text: text.slice(0, start) + fresh + text.slice(end), from: start, to: start + fresh.length };
}

/** Makes a link of the selection; the address is selected, to be typed over. */
export function link({ text, from, to }: Written): Written {
  const label = text.slice(from, to);
  const isAddress = /^https?:\/\/\S+$/.test(label);
  const out = isAddress ? `[](${label})` : `[${label}](https://)`;
  const at = isAddress ? from + 1 : from + label.length + 3;
  return { text: text.slice(0, from) + out + text.slice(to), from: at, to: isAddress ? at : at + "https://".length };
}

/** Puts a text in the place of the selection. */
export function insert({ text, from, to }: Written, what: string): Written {
  const at = from + what.length;
  return { text: text.slice(0, from) + what + text.slice(to), from: at, to: at };
}

/** A name as it stands in Markdown. */
export function plain(name: string): string {
  return name.replaceAll(/[\\[\]*_`<>]/g, "\\$&");
}

/** A quote of somebody's words, ready to be answered below it. */
export function quote(words: string): string {
  return `${words
    .trim()
    .split("\n")
    .map((line) => `> ${line}`)
    .join("\n")}\n\n`;
}
