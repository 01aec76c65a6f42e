// Chooses what is asked, of whom and by when. While one writes, what is chosen holds at once: there is nothing to confirm.
import { Button } from "@mantine/core";
import { useId, type KeyboardEvent, type ReactElement, type ReactNode } from "react";
import type { Id } from "../../generated/types";
import type { Rhythm } from "../../sync";
import { useT } from "../i18n";
import css from "./Asking.module.css";
import { AskUntil } from "./AskUntil";
import { AskWhom } from "./AskWhom";
import type { Ask } from "./asks";
import { peopleOf, type Named } from "./mentions";
import { Pill } from "./Pill";

const KINDS: ReadonlyArray<Ask["what"]> = ["reply", "decision", "acknowledgement"];

/** What opens below the button. */
export function AskPanel(props: {
  id: string;
  ask: Ask | null;
  set(ask: Ask | null): void;
  /** Who can be asked. */
  members: readonly Named[];
  /** Whom the text names. */
  proposed: readonly Id[];
  nameOf(id: Id): string;
  mine: Rhythm;
  now: number;
  close(): void;
  /** Why what is asked for can't be another. */
  fixed?: string;
  /** In the place of "Done". */
  ends?: ReactNode;
}): ReactElement {
  const { id, ask, set, members, proposed, nameOf, mine, now, close, fixed, ends } = props;
  const t = useT();
  const name = useId();
  const several = ask !== null && (ask.anyOne || peopleOf(ask.of, members).length > 1);
  const keys = (event: KeyboardEvent) => {
    if (event.key === "Escape") {
      event.stopPropagation();
      close();
    } else if (event.key === "Enter" && !event.ctrlKey && !event.metaKey && event.target instanceof HTMLInputElement) {
      // It would send what is not finished yet.
      event.preventDefault();
    }
  };
  return (
    <div id={id} className={css.panel} role="group" aria-label={t("asking.open")} onKeyDown={keys}>
      <fieldset className={css.part}>
        <legend>{t("asking.what")}</legend>
        <div className={css.choices}>
          <Pill name={name} checked={!ask} disabled={fixed !== undefined && ask !== null} choose={() => set(null)}>
            {t("asking.none")}
          </Pill>
          {KINDS.map((what) => (
            <Pill
              key={what}
              name={name}
              checked={ask?.what === what}
              disabled={fixed !== undefined && ask?.what !== what}
              choose={() => set(ask ? { ...ask, what } : { by: null, of: [...proposed], what })}
            >
              {t(`asking.what.${what}`)}
            </Pill>
          ))}
        </div>
        {fixed && <p className={css.hint}>{fixed}</p>}
      </fieldset>
      {ask && (
        <>
          <AskWhom
            of={ask.of}
            change={(of) => set({ ...ask, of })}
            members={members}
            proposed={proposed}
            nameOf={nameOf}
          />
          {several && <HowMany anyOne={ask.anyOne === true} choose={(anyOne) => set(withAnyOne(ask, anyOne))} />}
          <AskUntil by={ask.by} change={(by) => set({ ...ask, by })} mine={mine} now={now} />
        </>
      )}
      {ends ?? (
        <Button className={css.done} variant="default" h={34} type="button" onClick={close}>
          {t("asking.done")}
        </Button>
      )}
    </div>
  );
}

function withAnyOne({ what, of, by }: Ask, anyOne: boolean): Ask {
  return { what, of, by, ...(anyOne && { anyOne }) };
}

/** Whether one answer of theirs is enough. */
function HowMany({ anyOne, choose }: { anyOne: boolean; choose(anyOne: boolean): void }): ReactElement {
  const t = useT();
  const name = useId();
  return (
    <fieldset className={css.part}>
      <legend>{t("asking.howMany")}</legend>
      <div className={css.choices}>
        <Pill name={name} checked={!anyOne} choose={() => choose(false)}>
          {t("asking.everyOne")}
        </Pill>
        <Pill name={name} checked={anyOne} choose={() => choose(true)}>
          {t("asking.anyOne")}
        </Pill>
      </div>
      {anyOne && <p className={css.hint}>{t("asking.anyOneWhy")}</p>}
    </fieldset>
  );
}
