// Below the text of a decision: how it is decided, between what, by whom and until when. What is chosen holds at once.
import { IconPlus, IconX } from "@tabler/icons-react";
import { useId, type ReactElement } from "react";
import type { Id } from "../../generated/types";
import { useT } from "../i18n";
import { IconButton } from "../IconButton";
import { useLive, useNow, useSync } from "../live";
import { reached, type KnownHours } from "../reach";
import type { Ask } from "./asks";
import css from "./Asking.module.css";
import { AskWhom } from "./AskWhom";
import { BEGINS, freshKey, type Decides } from "./deciding";
import { Ends } from "./Ends";
import { calledBy, peopleOf, type Named } from "./mentions";
import { Pill } from "./Pill";
import { Reaches } from "./Reaches";
import type { Write, Writing } from "./useDraft";

const ASKS: Ask = { what: "decision", of: [], by: null };

/** The panel. */
export function Deciding(props: {
  space: Id;
  writing: Writing;
  write: Write;
  /** Of the Space, groups among them. */
  members: readonly Named[];
  hours: KnownHours;
}): ReactElement {
  const { space, writing, write, members, hours } = props;
  const t = useT();
  const { me } = useSync();
  const now = useNow(60_000);
  const name = useId();
  const decides = writing.decides ?? BEGINS;
  const asks = writing.asks ?? ASKS;
  const { rule, options, workingMinutes: minutes } = decides;
  const set = (change: Partial<Decides>) =>
    write((held) => ({ ...held, decides: { ...(held.decides ?? BEGINS), ...change } }));
  const ask = (change: Partial<Ask>) => write((held) => ({ ...held, asks: { ...(held.asks ?? ASKS), ...change } }));
  const nameOf = (id: Id) => {
    if (id === me) return t("you");
    const found = members.find((member) => member.id === id);
    return found ? calledBy(id, found.name) : t("person.unknown");
  };
  const voters = peopleOf(asks.of, members).filter((id) => id.startsWith("p"));
  const people = voters.filter((id) => id !== me).map((id) => ({ id, name: nameOf(id) }));
  const reaches = reached(people, hours, now);
  // Two of them at least, and one more to write into.
  const shown = rule === "vote" ? padded(options) : [];
  const { supersedes } = decides;
  const title = (at: number, to: string) =>
    set({ options: shown.map((one, i) => (i === at ? { ...one, title: to } : one)) });
  return (
    <div className={css.asking}>
      <div className={css.panel} role="group" aria-label={t("decision.how")}>
        {supersedes && (
          <p className={css.option} dir="auto">
            <Superseded space={space} id={supersedes} />
            <IconButton
              icon={IconX}
              label={t("decision.supersedes.off")}
              onClick={() => set({ supersedes: undefined })}
            />
          </p>
        )}
        <fieldset className={css.part}>
          <legend>{t("decision.how")}</legend>
          <div className={css.choices}>
            {(["consent", "vote"] as const).map((one) => (
              <Pill key={one} name={`${name}-rule`} checked={rule === one} choose={() => set({ rule: one })}>
                {t(`decision.${one}`)}
              </Pill>
            ))}
          </div>
        </fieldset>
        {rule === "vote" && (
          <fieldset className={css.part}>
            <legend>{t("decision.options")}</legend>
            {shown.map((option, at) => (
              <span key={option.id} className={css.option}>
                <input
                  type="text"
                  className={css.input}
                  value={option.title}
                  maxLength={140}
                  dir="auto"
                  placeholder={t("decision.option", { number: at + 1 })}
                  aria-label={t("decision.option", { number: at + 1 })}
                  onChange={(event) => title(at, event.target.value)}
                  onKeyDown={(event) => {
                    // It would send what is not finished yet.
                    if (event.key === "Enter" && !event.ctrlKey && !event.metaKey) event.preventDefault();
                  }}
                />
                {shown.length > 2 && (
                  <IconButton
                    icon={IconX}
                    label={t("decision.option.off", { number: at + 1 })}
                    onClick={() => set({ options: shown.filter((_, i) => i !== at) })}
                  />
                )}
              </span>
            ))}
            {shown.length < 20 && (
              <button
                type="button"
                className={`${css.proposal} ${css.add}`}
                onClick={() => set({ options: [...shown, { id: freshKey(shown), title: "" }] })}
              >
                <IconPlus size={15} stroke={1.8} aria-hidden="true" />
                <span>{t("decision.option.add")}</span>
              </button>
            )}
          </fieldset>
        )}
        <AskWhom
          of={asks.of}
          change={(of) => ask({ of })}
          members={members}
          proposed={[]}
          nameOf={nameOf}
          legend={t("decision.who")}
        />
        <Ends
          rule={rule}
          minutes={minutes}
          by={asks.by}
          voters={voters}
          set={(change) => {
            if (change.minutes !== undefined) set({ workingMinutes: change.minutes });
            if (change.by !== undefined) ask({ by: change.by });
          }}
          nameOf={nameOf}
          hours={hours}
          from={now}
          now={now}
        />
      </div>
      <Reaches
        all={reaches}
        asked={reaches}
        by={minutes === null ? asks.by : null}
        hours={hours}
        now={now}
        members={members}
        use={(by) => ask({ by })}
      />
    </div>
  );
}

/** The decision whose place it is to take. */
function Superseded({ space, id }: { space: Id; id: Id }): ReactElement {
  const t = useT();
  const item = useLive((s) => s.item(space, id), [space, id]);
  return (
    <span>
      {t("decision.supersedes")} {item?.title || t("decision.gone")}
    </span>
  );
}

function padded(options: Decides["options"]): Decides["options"] {
  const out = [...options];
  while (out.length < 2) out.push({ id: freshKey(out), title: "" });
  return out;
}
