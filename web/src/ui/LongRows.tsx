// Rows under their headings, however many there are. Of a long list only what is in sight, and a little around it, is on
// the page; the rest is room. The keyboard stays with its row also while that is out of sight.
import type { VirtualItem } from "@tanstack/react-virtual";
import { useLayoutEffect, useRef, useState, type ReactElement, type ReactNode } from "react";
import { useHistoryState } from "wouter/use-browser-location";
import type { Id } from "../generated/types";
import { goesBack } from "./arrival";
import { part } from "./part";
import { RowGroup, RowPlace } from "./Rows";
import css from "./Rows.module.css";
import { useReturn } from "./walk";

/** So many are all on the page: they are found by the browser, and printed. */
export const FEW = 50;

/** A row of a list. */
export interface LongRow {
  key: Id;
  /** The heading that it stands under; "" is none. */
  group: string;
  quiet?: boolean;
  element: ReactNode;
}

const SomeRows = part(() => import("./SomeRows").then((module) => module.SomeRows));

/** Where one was in a list, and how high its rows are. */
export interface Kept {
  top: number;
  sizes: VirtualItem[];
}

/** Where one was in a list, by its name; for as long as this tab is open. */
export const kept = new Map<string, Kept>();

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

/** A list: `row` gives the one at a place, undefined while it is read; `sees` is told which are about to be in sight. */
export interface LongList {
  /** To find the place again. */
  name: string;
  count: number;
  /** There are more behind these, and nobody here knows how many. */
  open?: boolean;
  row(at: number): LongRow | undefined;
  sees?(first: number, last: number): void;
}

/** The rows. `comesBack`: one comes back to them. */
export function LongRows(props: LongList & { comesBack: boolean }): ReactElement {
  const { name, comesBack, count } = props;
  const [held] = useState(() => (comesBack ? kept.get(name) : undefined));
  const came = useRef(false);
  useLayoutEffect(() => {
    if (held && !came.current) window.scrollTo(0, held.top);
    came.current = true;
  }, [held]);
  useLayoutEffect(() => () => void kept.set(name, { sizes: [], ...kept.get(name), top: window.scrollY }), [name]);
  return count <= FEW ? <All {...props} /> : <SomeRows {...props} held={held} />;
}

function All({ count, row }: LongList): ReactElement {
  useReturn();
  const places = Array.from({ length: count }, (_, at) => at);
  return <>{grouped(places, row)}</>;
}

/** Places that follow each other, under their headings. */
export function grouped(
  places: readonly number[],
  row: (at: number) => LongRow | undefined,
  cut?: Cut,
): ReactElement[] {
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
export interface Cut {
  count: number;
  /** It goes on behind what is drawn. */
  open: boolean;
  measure(row: HTMLElement | null): void;
}
