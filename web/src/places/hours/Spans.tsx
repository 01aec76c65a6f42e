// The hours of a day as pairs of times. Fields for times know no 24:00; the midnight that ends a day is shown as 00:00.
import { IconX } from "@tabler/icons-react";
import type { ReactElement } from "react";
import { IconButton } from "../../ui/IconButton";
import css from "./Hours.module.css";
import type { DaySpan } from "./week";
import type { Reader } from "./wording";

/** `of`: what they are of, for those who hear it. `empties`: the last one can be taken out too. */
export function Spans(props: {
  spans: DaySpan[];
  of: string;
  change: (spans: DaySpan[]) => void;
  reader: Reader;
  empties?: boolean;
}): ReactElement {
  const { spans, of, change, reader, empties = false } = props;
  const { t } = reader;
  const set = (at: number, some: Partial<DaySpan>) =>
    change(spans.map((span, i) => (i === at ? { ...span, ...some } : span)));
  return (
    <div className={css.spans}>
      {spans.map(({ from, to }, at) => (
        // By their place: a span has no name, and while one types two may be equal.
        <div key={at} className={css.span} role="group" aria-label={of}>
          <input
            type="time"
            aria-label={t("hours.from")}
            value={from}
            onChange={(event) => set(at, { from: event.currentTarget.value })}
          />
          <span aria-hidden="true">–</span>
          <input
            type="time"
            aria-label={t("hours.to")}
            value={to === "24:00" ? "00:00" : to}
            onChange={({ currentTarget: { value } }) => set(at, { to: value === "00:00" ? "24:00" : value })}
          />
          {(empties || spans.length > 1) && (
            <IconButton
              icon={IconX}
              label={t("hours.less", { from, to: to === "24:00" ? "00:00" : to })}
              onClick={() => change(spans.filter((_, i) => i !== at))}
            />
          )}
        </div>
      ))}
    </div>
  );
}
