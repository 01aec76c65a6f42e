// Below the question of a check-in: whom it asks, until when, whether answers are sealed until then, and how often it comes.
import { IconLock } from "@tabler/icons-react";
import { useId, type ReactElement } from "react";
import type { Id } from "../../generated/types";
import { useLanguage, useT } from "../i18n";
import { useNow, useSync } from "../live";
import { moment, type KnownHours } from "../reach";
import { AgainPanel } from "./AgainPanel";
import type { Ask } from "./asks";
import css from "./Asking.module.css";
import { AskUntil } from "./AskUntil";
import { AskWhom } from "./AskWhom";
import { CHECKS, type Checks } from "./checking";
import { calledBy, type Named } from "./mentions";
import { Pill } from "./Pill";
import type { Write, Writing } from "./useDraft";

const ASKS: Ask = { what: "reply", of: [], by: null };

/** The panel. */
export function Checking(props: {
  writing: Writing;
  write: Write;
  /** Of the Space, groups among them. */
  members: readonly Named[];
  hours: KnownHours;
}): ReactElement {
  const { writing, write, members, hours } = props;
  const t = useT();
  const { me } = useSync();
  const language = useLanguage();
  const now = useNow(60_000);
  const name = useId();
  const checks = writing.checks ?? CHECKS;
  const asks = writing.asks ?? ASKS;
  const set = (change: Partial<Checks>) =>
    write((held) => ({ ...held, checks: { ...(held.checks ?? CHECKS), ...change } }));
  const ask = (change: Partial<Ask>) => write((held) => ({ ...held, asks: { ...(held.asks ?? ASKS), ...change } }));
  const nameOf = (id: Id) => {
    if (id === me) return t("you");
    const found = members.find((member) => member.id === id);
    return found ? calledBy(id, found.name) : t("person.unknown");
  };
  const until = asks.by && Date.parse(asks.by) > now ? moment(Date.parse(asks.by), hours.mine, now, language, t) : null;
  return (
    <div className={css.asking}>
      <div className={css.panel} role="group" aria-label={t("checkin.how")}>
        <fieldset className={css.part}>
          <legend>{t("checkin.who")}</legend>
          <div className={css.choices}>
            {([true, false] as const).map((everyone) => (
              <Pill
                key={String(everyone)}
                name={`${name}-who`}
                checked={checks.everyone === everyone}
                choose={() => set({ everyone })}
              >
                {t(everyone ? "checkin.everyone" : "checkin.some")}
              </Pill>
            ))}
          </div>
        </fieldset>
        {!checks.everyone && (
          <AskWhom
            of={asks.of}
            change={(of) => ask({ of })}
            members={members}
            proposed={[]}
            nameOf={nameOf}
            legend={t("checkin.whom")}
          />
        )}
        <AgainPanel
          again={writing.again}
          set={(again) => write((held) => ({ ...held, again }))}
          mine={hours.mine}
          now={now}
        />
        <AskUntil must by={asks.by} change={(by) => ask({ by })} mine={hours.mine} now={now} />
        {writing.again && <p className={css.hint}>{t("again.untilEach")}</p>}
        <fieldset className={css.part}>
          <legend>{t("checkin.answers")}</legend>
          <div className={css.choices}>
            {([false, true] as const).map((sealed) => (
              <Pill
                key={String(sealed)}
                name={`${name}-seal`}
                checked={checks.sealed === sealed}
                choose={() => set({ sealed })}
              >
                {sealed && <IconLock size={15} stroke={1.8} aria-hidden="true" />}
                {t(sealed ? "checkin.sealed" : "checkin.open")}
              </Pill>
            ))}
          </div>
        </fieldset>
        {checks.sealed && (
          <p className={css.hint} role="status" dir="auto">
            {until && !writing.again ? t("checkin.sealedUntil", { when: until }) : t("checkin.sealedNote")}
          </p>
        )}
      </div>
    </div>
  );
}
