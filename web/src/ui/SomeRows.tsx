// What is on the page of a long list: what is in sight, and a little around it. A part of its own, for lists that need it.
import { useWindowVirtualizer } from "@tanstack/react-virtual";
import { useLayoutEffect, useRef, useState, type FocusEvent, type ReactElement } from "react";
import { grouped, kept, type Kept, type LongList } from "./LongRows";
import css from "./Rows.module.css";
import { useReturn, useStepsBeyond } from "./walk";

/** Rows that are drawn before and behind what is in sight. */
const AROUND = 12;
/** How high a row is, and the heading above the first of a group, until it is seen. */
const [ROW, TALL, HEADING] = [65, 73, 48];

/** Those in sight; `held` is where one was before. */
export function SomeRows(props: LongList & { held: Kept | undefined }): ReactElement {
  const { name, count, row, sees, held } = props;
  const list = useRef<HTMLDivElement>(null);
  const [above, setAbove] = useState(0);
  const phone = window.innerWidth < 820;
  const virtual = useWindowVirtualizer<HTMLElement>({
    count,
    overscan: AROUND,
    scrollMargin: above,
    estimateSize: (at) => {
      const [one, before] = [row(at), at > 0 ? row(at - 1) : undefined];
      const begins = at === 0 || (one && before && one.group !== before.group);
      return (phone ? TALL : ROW) + (begins ? HEADING : 0);
    },
    measureElement: heightOf,
    initialRect: { width: window.innerWidth, height: window.innerHeight },
    initialOffset: held?.top ?? 0,
    initialMeasurementsCache: held?.sizes,
    useFlushSync: false,
  });
  const items = virtual.getVirtualItems();
  const [first, last] = [items[0]?.index ?? 0, items.at(-1)?.index ?? 0];

  useLayoutEffect(() => {
    const top = (list.current?.getBoundingClientRect().top ?? 0) + window.scrollY;
    if (Math.abs(top - above) > 1) setAbove(top);
  });
  useLayoutEffect(() => sees?.(first, last));

  const latest = useRef(virtual);
  latest.current = virtual;
  useLayoutEffect(
    () => () => {
      kept.set(name, { top: window.scrollY, sizes: latest.current.takeSnapshot() });
    },
    [name],
  );

  // The row that has the keyboard, also while it is not on the page.
  const focused = useRef<number | null>(null);
  const going = useRef<number | null>(null);
  const place = (at: number) => list.current?.querySelector<HTMLElement>(`[data-index="${at}"] [data-row]`);
  useLayoutEffect(() => {
    // What comes anew above it moves it on.
    const at = document.activeElement?.closest<HTMLElement>("[data-index]");
    if (at && list.current?.contains(at)) focused.current = Number(at.dataset["index"]);
    if (focused.current === null || going.current !== null || document.activeElement !== document.body) return;
    place(focused.current)?.focus({ preventScroll: true });
  });
  useLayoutEffect(() => {
    const row = going.current === null ? null : place(going.current);
    if (!row) return;
    going.current = null;
    row.focus({ preventScroll: true });
    row.scrollIntoView({ block: "nearest" });
  });
  useReturn();
  useStepsBeyond((by) => {
    if (focused.current === null || document.activeElement !== document.body) return false;
    const to = Math.min(count - 1, Math.max(0, focused.current + by));
    going.current = to;
    virtual.scrollToIndex(to, { align: "center" });
    return true;
  });
  const comes = (event: FocusEvent<HTMLElement>) => {
    const at = event.target.closest<HTMLElement>("[data-index]")?.dataset["index"];
    focused.current = at === undefined ? null : Number(at);
    going.current = null;
  };
  // Who goes elsewhere has left it; a row that goes has not.
  const leaves = (event: FocusEvent<HTMLElement>) => {
    if (event.target.isConnected && document.hasFocus()) focused.current = null;
  };

  const before = (items[0]?.start ?? above) - above;
  const behind = virtual.getTotalSize() - ((items.at(-1)?.end ?? above) - above);
  const cut = { count: props.open ? -1 : count, open: last < count - 1, measure: virtual.measureElement };
  return (
    <div ref={list} className={css.long} onFocus={comes} onBlur={leaves}>
      <div style={{ height: before }} />
      {grouped(
        items.map(({ index }) => index),
        row,
        cut,
      )}
      <div style={{ height: behind }} />
    </div>
  );
}

/** With what stands above it, where it is the first of its group. */
function heightOf(row: HTMLElement): number {
  const height = row.offsetHeight;
  const group = row.dataset["begins"] === undefined ? null : row.closest("section");
  if (!group) return height;
  return height + (row.getBoundingClientRect().top - group.getBoundingClientRect().top) + 23;
}
