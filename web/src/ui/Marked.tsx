// A line with the words marked that were looked for.
import type { ReactElement, ReactNode } from "react";
import css from "./Marked.module.css";

/** Marks are pieces of the text in UTF-16 code units, in order; what lies outside of it is passed over. */
export function Marked({
  text,
  marks,
}: {
  text: string;
  marks: ReadonlyArray<readonly [number, number]>;
}): ReactElement {
  const parts: ReactNode[] = [];
  let at = 0;
  for (const [start, length] of marks) {
    const end = Math.min(start + length, text.length);
    if (start < at || end <= start) continue;
    if (start > at) parts.push(text.slice(at, start));
    parts.push(
      <mark key={start} className={css.mark}>
        {text.slice(start, end)}
      </mark>,
    );
    at = end;
  }
  parts.push(text.slice(at));
  return <>{parts}</>;
}
