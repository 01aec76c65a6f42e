// A person: the picture, or two letters on a quiet colour of their own.
import type { ReactElement } from "react";
import { Face } from "./faces";
import css from "./Avatar.module.css";

/** One of the eight hues, the same for a person everywhere. */
export function hueOf(id: string): number {
  let sum = 0;
  for (const char of id) sum = (sum * 31 + char.charCodeAt(0)) % 9973;
  return sum % 8;
}

/** The first letters of the first and last word of a name, in any script. */
export function initials(name: string): string {
  const words = name.trim().split(/\s+/).filter(Boolean);
  const first = (word: string | undefined) => [...(word ?? "")].find((char) => /[\p{L}\p{N}]/u.test(char)) ?? "";
  return (first(words[0]) + (words.length > 1 ? first(words.at(-1)) : "")).toLocaleUpperCase();
}

/** Decorative: the name stands beside it. `square` is for Spaces. */
export function Avatar(props: { id: string; name: string; size?: number; square?: boolean }): ReactElement {
  const { id, name, size = 40, square } = props;
  const style = { width: size, height: size, fontSize: Math.round(size * (square ? 0.46 : 0.36)) };
  const letters = square ? initials(name).slice(0, 1) : initials(name);
  return (
    <span
      className={css.avatar}
      data-square={square || undefined}
      data-hue={hueOf(id)}
      style={style}
      aria-hidden="true"
      translate="no"
    >
      {letters || "·"}
      {!square && <Face id={id} className={css.face} />}
    </span>
  );
}
