// The end of what is on this device of a Space's list: when one comes there, what is older is read from the server.
import { useEffect, useRef, useState, type ReactElement } from "react";
import type { Id } from "../../generated/types";
import { useT } from "../../ui/i18n";
import { useLive, useSync } from "../../ui/live";
import { Loading } from "../../ui/Notice";
import css from "./Space.module.css";

/** So far before one sees the end it is read on. */
const AHEAD = "800px";

/** Stands below the rows as long as there are older ones. */
export function Older({ space }: { space: Id }): ReactElement {
  const t = useT();
  const sync = useSync();
  const online = useLive((s) => s.status(), [])?.connection !== "offline";
  const end = useRef<HTMLDivElement>(null);
  const [near, come] = useState(false);
  const [read, go] = useState({ parts: 0, failed: false });
  useEffect(() => {
    const seen = new IntersectionObserver((all) => come(all.some((one) => one.isIntersecting)), { rootMargin: AHEAD });
    if (end.current) seen.observe(end.current);
    return () => seen.disconnect();
  }, []);
  // One part after the other, as long as the end is in sight: a part may be of few threads.
  useEffect(() => {
    if (!near || !online) return undefined;
    let over = false;
    sync.older(space).then(
      (came) => over || go(({ parts }) => ({ parts: came ? parts + 1 : parts, failed: !came })),
      () => over || go(({ parts }) => ({ parts, failed: true })),
    );
    return () => {
      over = true;
    };
  }, [sync, space, near, online, read.parts]);
  const away = !online || read.failed;
  return (
    <div ref={end}>
      {away ? (
        <p className={css.filling} role="status">
          {t("space.older")}
        </p>
      ) : (
        near && <Loading label={t("loading")} lines={2} />
      )}
    </div>
  );
}
