// Rows under their headings, however many there are. Of a long list only what is in sight, and a little around it, is on
// the page; the rest is room. The keyboard stays with its row also while that is out of sight.
import { useWindowVirtualizer, type VirtualItem } from "@tanstack/react-virtual";
import { useLayoutEffect, useRef, useState, type FocusEvent, type ReactElement, type ReactNode } from "react";
import { useHistoryState } from "wouter/use-browser-location";
import type { Id } from "../generated/types";
import { goesBack } from "./arrival";
import { RowGroup, RowPlace } from "./Rows";
import css from "./Rows.module.css";
import { useStepsBeyond } from "./walk";

/** So many are all on the page: they are found by the browser, and printed. */
export const FEW = 50;
/** Rows that are drawn before and behind what is in sight. */
const AROUND = 12;
/** How high a row is, and the heading above the first of a group, until it is seen. */
const [ROW, TALL, HEADING] = [65, 73, 48];

/** A row of a list. */
export interface LongRow {
  key: Id;
  /** The heading that it stands under; "" is none. */
  group: string;
  quiet?: boolean;
  element: ReactNode;
}

interface Kept {
  top: number;
  sizes: VirtualItem[];
}

/** Where one was in a list, by its name; for as long as this tab is open. */
const kept = new Map<string, Kept>();

/** The place in a list that was at the top when one left it, if one comes back to it now. */
export function keptPlace(name: string, comesBack: boolean): number {
  const { top, sizes } = (comesBack && kept.get(name)) || { top: 0, sizes: [] };
  return Math.max(
    0,
    sizes.findIndex(({ end }) => end > top),
  );
}

/** Whether one comes back to a list that begins to be drawn: by the browser, or by the key that does so. */
export function useComesBack(): boolean {
  const at = useHistoryState<{ at?: Id } | null>()?.at;
  const [comes] = useState(() => goesBack() || at !== undefined);
  return comes;
}

/** `row` gives the one at a place, undefined while it is read; `sees` is told which are about to be in sight. */
export function LongRows(props: {
  /** Of the list, to find the place again. */
  name: string;
  /** One comes back to it. */
  comesBack: boolean;
  count: number;
  row(at: number): LongRow | undefined;
  sees?(first: number, last: number): void;
}): ReactElement {
  const { name, comesBack, count } = props;
  const [held] = useState(() => (comesBack ? kept.get(name) : undefined));
  const came = useRef(false);
  useLayoutEffect(() => {
    if (held && !came.current) window.scrollTo(0, held.top);
    came.current = true;
  }, [held]);
  useLayoutEffect(() => () => void kept.set(name, { sizes: [], ...kept.get(name), top: window.scrollY }), [name]);
  return count <= FEW ? <All {...props} /> : <Some {...props} held={held} />;
}

function All({ count, row }: { count: number; row(at: number): LongRow | undefined }): ReactElement {
  const places = Array.from({ length: count }, (_, at) => at);
  return <>{grouped(places, row)}</>;
}

/** Places that follow each other, under their headings. */
function grouped(places: readonly number[], row: (at: number) => LongRow | undefined, cut?: Cut): ReactElement[] {
  const groups: Array<{ name: string; quiet: boolean; begins: boolean; rows: ReactElement[] }> = [];
  for (const at of places) {
    const one = row(at);
    const last = groups.at(-1);
    const before = at > 0 ? row(at - 1) : undefined;
    // What is not read yet stands under the heading above it.
    const begins = at === 0 || Boolean(one && before && before.group !== one.group);
    const drawn = (
      <RowPlace.Provider key={one?.key ?? at} value={cut && { at, count: cut.count, begins, measure: cut.measure }}>
        {one ? one.element : <li className={css.room} aria-hidden="true" />}
      </RowPlace.Provider>
    );
    if (last && !begins) last.rows.push(drawn);
    else groups.push({ name: one?.group ?? "", quiet: one?.quiet ?? false, begins, rows: [drawn] });
  }
  return groups.map(({ name, quiet, begins, rows }, i) => (
    <RowGroup
      key={`${name} ${i}`}
      name={name}
      quiet={quiet}
      cut={cut && { above: !begins, below: i === groups.length - 1 && cut.open }}
    >
      {rows}
    </RowGroup>
  ));
}

/** Of a list of which only a part is drawn. */
interface Cut {
  count: number;
  /** It goes on behind what is drawn. */
  open: boolean;
  measure(row: HTMLElement | null): void;
}

function Some(props: Parameters<typeof LongRows>[0] & { held: Kept | undefined }): ReactElement {
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
  // Whoever comes back by a key is at the row from which he went, as soon as it is drawn.
  const at = useHistoryState<{ at?: Id } | null>()?.at;
  const back = useRef(at);
  useLayoutEffect(() => {
    const row = back.current && list.current?.querySelector<HTMLElement>(`[data-thread="${back.current}"]`);
    if (!row) return;
    back.current = undefined;
    row.focus({ preventScroll: true });
    row.scrollIntoView({ block: "nearest" });
  });
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
  const cut = { count, open: last < count - 1, measure: virtual.measureElement };
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
