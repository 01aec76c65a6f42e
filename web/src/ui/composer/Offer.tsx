// One quiet line where a text says a day and somebody is named: to ask them for an answer by then. It is only offered,
// and one goes on typing as if it were not there.
import { IconCalendarQuestion, IconX } from "@tabler/icons-react";
import { useEffect, useMemo, useState, type ReactElement, type RefObject } from "react";
import type { Id, UTCDate } from "../../generated/types";
import type { Rhythm } from "../../sync";
import { useLanguage, useT } from "../i18n";
import { IconButton } from "../IconButton";
import { clock, utcDate } from "../time";
import css from "./Asking.module.css";
import { endOf, namesInLine, type Ask } from "./asks";

type Dates = typeof import("./dates");

const DAY = 86_400_000;

let dates: Dates | undefined;

/** What finds days in a text, loaded when there is somebody to ask. */
function useDates(wanted: boolean): Dates | undefined {
  const [ready, setReady] = useState(dates);
  useEffect(() => {
    if (!wanted || ready) return undefined;
    let over = false;
    // What can't be loaded offers nothing, and is tried again with the next composer.
    import("./dates").then(
      (found) => {
        dates = found;
        if (!over) setReady(found);
      },
      () => {},
    );
    return () => {
      over = true;
    };
  }, [wanted, ready]);
  return ready;
}

/** What is offered: whom one would ask, and by when. */
export interface Offered {
  of: Id[];
  by: UTCDate;
  what: Ask["what"];
  /** By a time of day, and not only by the end of one's hours. */
  timed: boolean;
  day: number;
}

/** What a text gives reason to offer; null if nothing. */
export function useOffer(of: {
  text: string;
  /** Whom it names, or else addresses. */
  people: readonly Id[];
  asks: Ask | null;
  off: boolean;
  mine: Rhythm;
  now: number;
}): Offered | null {
  const { text, asks, off, mine, now } = of;
  const people = asks && asks.of.length > 0 ? asks.of : of.people;
  const wanted = !off && people.length > 0 && !asks?.by;
  const find = useDates(wanted)?.datesIn;
  const today = mine.dayOf(now);
  const said = useMemo(() => (wanted && find ? find(text, today) : []), [wanted, find, text, today]);
  for (const { day, minutes } of said) {
    const at = minutes === undefined ? endOf(day, mine) : mine.instant(day, minutes);
    if (at > now) {
      return { of: [...people], by: utcDate(at), what: asks?.what ?? "reply", timed: minutes !== undefined, day };
    }
  }
  return null;
}

/** The line. `no` holds what dismisses it while it is there. */
export function Offer(props: {
  offer: Offered | null;
  nameOf(id: Id): string;
  mine: Rhythm;
  take(offer: Offered): void;
  dismiss(): void;
  no: RefObject<(() => void) | null>;
}): ReactElement {
  const { offer, nameOf, mine, take, dismiss, no } = props;
  const t = useT();
  const language = useLanguage();
  useEffect(() => {
    no.current = offer ? dismiss : null;
    return () => {
      no.current = null;
    };
  });
  const words = () => {
    if (!offer) return "";
    const style: Intl.DateTimeFormatOptions = { weekday: "short", day: "numeric", month: "short", timeZone: "UTC" };
    const day = new Intl.DateTimeFormat(language, style).format(offer.day * DAY);
    const when = offer.timed ? `${day}, ${clock(Date.parse(offer.by), language, mine.zone)}` : day;
    return t(`offer.${offer.what}`, { names: namesInLine(offer.of.map(nameOf), language, t), day: when });
  };
  return (
    <div role="status">
      {offer && (
        <div className={css.offer} data-offer>
          <button type="button" className={css.take} onClick={() => take(offer)}>
            <IconCalendarQuestion size={16} stroke={1.7} aria-hidden="true" />
            <span dir="auto">{words()}</span>
          </button>
          <IconButton icon={IconX} label={t("offer.no")} onClick={dismiss} />
        </div>
      )}
    </div>
  );
}
