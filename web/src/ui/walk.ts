// The keyboard in a list of rows: each row is a real link, and what is done is done with the focused one.
import { useEffect, useLayoutEffect, useRef } from "react";
import { useHistoryState } from "wouter/use-browser-location";
import type { Id } from "../generated/types";
import { useKey } from "./keys";
import { useStable } from "./stable";

const rows = () => [...document.querySelectorAll<HTMLElement>("#main [data-row]")];

/** The row that has the keyboard, or of whose buttons one has it. */
export function focusedRow(): HTMLElement | null {
  const at = document.activeElement;
  if (at instanceof HTMLElement && at.dataset["row"] !== undefined) return at;
  return at?.closest("li")?.querySelector<HTMLElement>("[data-row]") ?? null;
}

/** Steps on from a row that has the keyboard and is not on the page now; false: there is none. */
type Beyond = (by: 1 | -1) => boolean;
let beyond: Beyond | undefined;

/** For a list of which only a part is on the page. */
export function useStepsBeyond(step: Beyond): void {
  const steps = useStable(step);
  useEffect(() => {
    beyond = steps;
    return () => {
      if (beyond === steps) beyond = undefined;
    };
  }, [steps]);
}

/** `j` and `k` go to the next row, or the one before; from elsewhere to the first. */
export function useRowKeys(): void {
  const step = (by: 1 | -1) => {
    const focused = focusedRow();
    if (!focused && beyond?.(by)) return;
    const all = rows();
    const at = all.indexOf(focused as HTMLElement);
    const next = at < 0 ? all[0] : all[at + by];
    next?.focus();
    next?.scrollIntoView({ block: "nearest" });
  };
  useKey("down", () => step(1));
  useKey("up", () => step(-1));
}

/** A row goes: the keyboard, if it is there, goes on with the next one, else with the one before. */
export function leaveRow(id: Id): void {
  const all = rows();
  const at = all.findIndex((link) => link.dataset["row"] === id);
  const here = all[at]?.closest("li")?.contains(document.activeElement);
  if (here) (all[at + 1] ?? all[at - 1] ?? document.getElementById("main"))?.focus({ preventScroll: true });
}

/** Whoever comes back to a list by a key is at the thread from which he comes, as soon as that is drawn. */
export function useReturn(): void {
  const at = useHistoryState<{ at?: Id } | null>()?.at;
  const to = useRef(at);
  useLayoutEffect(() => {
    if (!to.current) return;
    const focused = document.activeElement;
    const row = rows().find((link) => link.dataset["thread"] === to.current);
    const elsewhere = focused && focused !== document.body && focused.id !== "main";
    if (row || elsewhere) to.current = undefined;
    if (!row || elsewhere) return;
    row.focus({ preventScroll: true });
    row.scrollIntoView({ block: "nearest" });
  });
}
