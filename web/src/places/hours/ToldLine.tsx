// What was done with hours or days off, and how to take it back; or why it could not be done.
import { Button } from "@mantine/core";
import type { ReactElement } from "react";
import { useT } from "../../ui/i18n";
import { Done, Wrong } from "../settings/parts";
import css from "./Hours.module.css";

/** What is told. */
export interface Told {
  text: string;
  undo?: () => void;
  /** It could not be done. */
  wrong?: boolean;
}

/** The line; empty while nothing is told. */
export function ToldLine({ told }: { told: Told | undefined }): ReactElement {
  const t = useT();
  return (
    <>
      <Done>
        {told && !told.wrong && (
          <span className={css.told}>
            {told.text}
            {told.undo && (
              <Button variant="subtle" onClick={told.undo}>
                {t("undo")}
              </Button>
            )}
          </span>
        )}
      </Done>
      <Wrong>{told?.wrong && told.text}</Wrong>
    </>
  );
}
