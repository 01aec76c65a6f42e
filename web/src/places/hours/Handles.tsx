// The ends of one's own bar, to be moved by quarters of an hour: drawn along the axis, or with the arrow keys.
import { useMemo, useRef, type KeyboardEvent, type PointerEvent, type ReactElement } from "react";
import { minuteAt, quarters } from "./axis";
import css from "./Everybody.module.css";
import { clock, inOrder, minutesOf, moved, type DaySpan } from "./week";
import type { Reader } from "./wording";

const STEPS: Record<string, number> = {
  ArrowLeft: -15,
  ArrowDown: -15,
  ArrowRight: 15,
  ArrowUp: 15,
  PageDown: -60,
  PageUp: 60,
};

/** Of the hours of a day, in days since 1970. They lie over the bar. */
export function Handles(props: {
  spans: DaySpan[];
  day: number;
  change: (spans: DaySpan[]) => void;
  reader: Reader;
}): ReactElement {
  const { day, change, reader } = props;
  const { t, here } = reader;
  const spans = inOrder(props.spans);
  const lane = useRef<HTMLDivElement>(null);
  const places = useMemo(() => quarters(here, day), [here, day]);
  const set = (at: number, edge: keyof DaySpan, minute: number) => {
    const next = moved(spans, at, edge, minute);
    if (next[at]?.[edge] !== spans[at]?.[edge]) change(next);
  };
  const drag = (event: PointerEvent, at: number, edge: keyof DaySpan) => {
    const box = lane.current?.getBoundingClientRect();
    if (!box || !event.currentTarget.hasPointerCapture(event.pointerId)) return;
    const along = (event.clientX - box.left) / box.width;
    const back = lane.current && getComputedStyle(lane.current).direction === "rtl";
    set(at, edge, minuteAt(back ? 1 - along : along, places));
  };
  const press = (event: KeyboardEvent, at: number, edge: keyof DaySpan, minute: number) => {
    const step = STEPS[event.key];
    if (!step || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    set(at, edge, minute + step);
  };
  return (
    <div ref={lane} className={css.handles}>
      {spans.flatMap((span, at) =>
        (["from", "to"] as const).map((edge) => {
          const minute = minutesOf(span[edge]);
          return (
            <span
              key={`${at} ${edge}`}
              role="slider"
              tabIndex={0}
              data-edge={edge}
              aria-label={t(edge === "from" ? "hours.all.begin" : "hours.all.end")}
              aria-valuemin={0}
              aria-valuemax={1440}
              aria-valuenow={minute}
              aria-valuetext={clock(minute % 1440)}
              style={{ insetInlineStart: `${(places[Math.round(minute / 15)] ?? 0) * 100}%` }}
              onKeyDown={(event) => press(event, at, edge, minute)}
              onPointerDown={(event) => event.currentTarget.setPointerCapture(event.pointerId)}
              onPointerMove={(event) => drag(event, at, edge)}
            />
          );
        }),
      )}
    </div>
  );
}
