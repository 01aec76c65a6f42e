// An address as a QR code, large enough to be scanned from a screen or from paper.
import { useEffect, useState, type ReactElement } from "react";
import css from "./Qr.module.css";

/** The code; its place is there before it is. `label` says what it is for those who do not see it. */
export function Qr({ text, label }: { text: string; label: string }): ReactElement {
  const [rows, show] = useState<readonly boolean[][]>([]);
  useEffect(() => {
    let stale = false;
    // Few ever need it.
    void import("uqr").then(({ encode }) => {
      if (!stale) show(encode(text, { ecc: "M", border: 4 }).data);
    });
    return () => {
      stale = true;
    };
  }, [text]);
  const dark = rows.flatMap((row, y) => row.flatMap((on, x) => (on ? `M${x} ${y}h1v1h-1z` : [])));
  const side = rows.length || 1;
  return (
    <svg className={css.code} viewBox={`0 0 ${side} ${side}`} role="img" aria-label={label} shapeRendering="crispEdges">
      <path d={dark.join("")} />
    </svg>
  );
}
