// Chooses what is asked, of whom and by when. While one writes, what is chosen holds at once: there is nothing to confirm.
import { Button, Checkbox, TextInput } from "@mantine/core";
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
  /** One may call it urgent here. */
  mayInterrupt?: boolean;
  /** In the place of "Done". */
  ends?: ReactNode;
}): ReactElement {
  const { id, ask, set, members, proposed, nameOf, mine, now, close, fixed, mayInterrupt, ends } = props;
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
          {(mayInterrupt || ask.urgent !== undefined) && <Urgent ask={ask} set={set} />}
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

function withAnyOne(ask: Ask, anyOne: boolean): Ask {
  const next: Ask = { ...ask, anyOne };
  if (!anyOne) delete next.anyOne;
  return next;
}

/** That it can't wait for their hours, and why. */
function Urgent({ ask, set }: { ask: Ask; set(ask: Ask): void }): ReactElement {
  const t = useT();
  const why = useId();
  const { urgent, ...calm } = ask;
  return (
    <div className={css.part}>
      <Checkbox
        label={t("asking.urgent")}
        checked={urgent !== undefined}
        onChange={(event) => set(event.currentTarget.checked ? { ...ask, urgent: "" } : calm)}
      />
      {urgent !== undefined && (
        <>
          <TextInput
            label={t("asking.urgent.why")}
            labelProps={{ fz: 13, fw: 400, c: "var(--soft)", mb: 4 }}
            aria-describedby={why}
            maxLength={300}
            dir="auto"
            value={urgent}
            onChange={(event) => set({ ...ask, urgent: event.currentTarget.value })}
          />
          <p id={why} className={css.hint}>
            {t("asking.urgent.hint")}
          </p>
        </>
      )}
    </div>
  );
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
