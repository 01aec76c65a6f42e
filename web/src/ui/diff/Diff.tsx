// What came and what went, as one reads it: what is new is underlined, what is gone is struck through, and a screen reader
// is told both. Loaded when somebody wants to see it.
import { VisuallyHidden } from "@mantine/core";
import { IconMessageQuestion, IconPaperclip } from "@tabler/icons-react";
import { Fragment, useMemo, useState, type CSSProperties, type ReactElement, type ReactNode } from "react";
import { useT } from "../i18n";
import { compare, type How, type Row, type Run, type Side } from "./compare";
import type { Piece } from "./lines";
import css from "./Diff.module.css";

/** So many lines that stay are shown around what changes; fewer than that between two changes are not hidden. */
const AROUND = 1;

/** The difference; `after` alone is shown as it is. Where nothing came or went it says so. */
export function Diff({ before, after }: { before: Side; after: Side }): ReactElement {
  const t = useT();
  const [all, showAll] = useState(false);
  const { rows, files, isNone } = useMemo(() => compare(before, after), [before, after]);
  if (isNone) return <p className={css.none}>{t("diff.none")}</p>;
  const parts = all ? [rows] : folded(rows);
  return (
    <div className={css.diff}>
      {parts.map((part, i) =>
        typeof part === "number" ? (
          <button key={i} type="button" className={css.fold} onClick={() => showAll(true)}>
            {t("diff.fold", { count: part })}
          </button>
        ) : (
          <Rows key={i} rows={part} />
        ),
      )}
      {files.length > 0 && (
        <ul className={css.files} aria-label={t("file.list")}>
          {files.map(({ how, name }, i) => (
            <li key={i} dir="auto">
              <IconPaperclip size={16} stroke={1.7} aria-hidden="true" />
              <Marked how={how}>{name}</Marked>
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}

/** Rows in a row, or how many are left out. */
function folded(rows: readonly Row[]): Array<Row[] | number> {
  const near = (at: number) =>
    rows
      .slice(Math.max(0, at - AROUND), at + AROUND + 1)
      .some(({ how, line }) => how !== "same" || line.kind === "title");
  const out: Array<Row[] | number> = [];
  let hidden: Row[] = [];
  const flush = () => {
    if (hidden.length > AROUND) out.push(hidden.length);
    else if (hidden.length > 0) out.push(hidden);
    hidden = [];
  };
  rows.forEach((row, at) => {
    if (!near(at)) return void hidden.push(row);
    flush();
    const last = out.at(-1);
    if (Array.isArray(last)) last.push(row);
    else out.push([row]);
  });
  flush();
  return out;
}

function Rows({ rows }: { rows: readonly Row[] }): ReactElement {
  return (
    <>
      {rows.map(({ line, how, runs }, i) => (
        <div
          key={i}
          className={css.row}
          data-kind={line.kind}
          data-how={how}
          data-level={line.level || undefined}
          style={{ "--deep": line.level, "--quotes": line.quotes } as CSSProperties}
          data-quoted={line.quotes > 0 || undefined}
          dir={line.kind === "code" ? "ltr" : "auto"}
        >
          {line.kind === "asks" && <IconMessageQuestion size={16} stroke={1.7} aria-hidden="true" />}
          {line.mark && <span className={css.mark}>{line.mark}</span>}
          <span>
            {runs.map((run, n) => (
              <Marked key={n} how={run.how}>
                {spoken(run)}
              </Marked>
            ))}
          </span>
        </div>
      ))}
    </>
  );
}

/** `ins` and `del` are drawn, and hardly any screen reader tells of them: the words do. */
function Marked({ how, children }: { how: How; children: ReactNode }): ReactElement {
  const t = useT();
  if (how === "same") return <>{children}</>;
  const Mark = how === "new" ? "ins" : "del";
  return (
    <Mark>
      <VisuallyHidden component="span" data-spoken>{` ${t(how === "new" ? "diff.new" : "diff.gone")} `}</VisuallyHidden>
      {children}
      <VisuallyHidden component="span" data-spoken>{` ${t("diff.end")} `}</VisuallyHidden>
    </Mark>
  );
}

/** Pieces that look alike are one element. */
function spoken({ pieces }: Run): ReactNode[] {
  const groups: Array<{ looks: readonly string[]; text: string }> = [];
  for (const { text, looks } of pieces as Piece[]) {
    const last = groups.at(-1);
    if (last && last.looks.join() === looks.join()) last.text += text;
    else groups.push({ looks, text });
  }
  return groups.map(({ looks, text }, i) => {
    const lines = text.split("\n").map((line, n) => (
      <Fragment key={n}>
        {n > 0 && <br />}
        {line}
      </Fragment>
    ));
    return looks.length === 0 ? (
      <Fragment key={i}>{lines}</Fragment>
    ) : (
      <span key={i} className={looks.map((look) => css[look] ?? "").join(" ")}>
        {lines}
      </span>
    );
  });
}
