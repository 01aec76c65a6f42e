// Further drafts of a place: what was taken back, or written on another device, while something else stood here.
import { Button } from "@mantine/core";
import type { ReactElement } from "react";
import { useT } from "../i18n";
import { Notice } from "../Notice";
import { sentence } from "../wording";
import css from "./Composer.module.css";
import { asWriting, type DraftOfPlace } from "./useDraft";

/** What came back and why, and the others with a way to put them in. */
export function Others({ draft }: { draft: DraftOfPlace }): ReactElement | null {
  const t = useT();
  if (!draft.reason && draft.others.length === 0) return null;
  return (
    <div className={css.others}>
      {draft.reason && (
        <Notice tone="wrong" title={t("draft.cameBack")}>
          {sentence(draft.reason)}
        </Notice>
      )}
      {draft.others.map((other) => {
        const { title, text } = asWriting(other.item);
        return (
          <div key={other.id} className={css.other}>
            <p dir="auto">
              {t("draft.other")} <q>{(title || text).slice(0, 120)}</q>
            </p>
            {other.reason && <p>{sentence(other.reason)}</p>}
            <Button variant="default" h={34} onClick={() => void draft.add(other)}>
              {t("draft.add")}
            </Button>
          </div>
        );
      })}
    </div>
  );
}
