// What one can do with a decision that is open: agree, object with a reason, also for somebody for whom one stands in; and
// for its author or an admin of the Space to end or withdraw it.
import { Button } from "@mantine/core";
import { IconCheck } from "@tabler/icons-react";
import { useId, useState, type ReactElement } from "react";
import type { Id, Member } from "../../generated/types";
import { askedBy } from "../../sync";
import type { ItemView } from "../../sync/api";
import { useLive, useSync } from "../../ui/live";
import { deputyOf } from "../../ui/reach";
import { Change } from "./Change";
import css from "./Decision.module.css";
import { isOver } from "./tally";
import type { Reader } from "./words";

type Asked = { what: "object"; of: Id | null } | { what: "end" | "withdraw" | "change" };

/** The buttons, and what opens from them. */
export function Say(props: {
  space: Id;
  item: ItemView;
  members: readonly Member[];
  reader: Reader & { hours(id: Id): Reader["mine"] | undefined };
}): ReactElement | null {
  const { space, item, members, reader } = props;
  const { t, now, nameOf } = reader;
  const sync = useSync();
  const closed = useLive((s) => s.space(space), [space])?.archivedAt;
  const [asked, ask] = useState<Asked | null>(null);
  const [why, write] = useState("");
  const field = useId();
  if (isOver(item, now) || item.closed || item.withdrawn || item.waiting || closed) return null;
  const voters = askedBy(item);
  const mine = item.votes?.[sync.me];
  const isAsked = voters.includes(sync.me);
  const hours = { mine: reader.mine, of: reader.hours };
  const stands = isAsked ? [] : voters.filter((id) => deputyOf(id, hours, now) === sync.me && !item.votes?.[id]);
  const rules = item.createdBy === sync.me || members.find(({ id }) => id === sync.me)?.role === "admin";
  const agrees = isAsked && item.rule === "consent" && mine !== undefined && !mine.objects;
  const send = async () => {
    if (asked?.what === "object") {
      if (!why.trim()) return;
      await sync.decide(space, item.id, { vote: { objects: true, why: why.trim(), for: asked.of } });
      write("");
    } else if (asked?.what === "end") await sync.closeQuestion(space, item.id, true);
    else await sync.decide(space, item.id, { withdraw: true });
    ask(null);
  };
  const toggle = (next: Asked) => ask(asked?.what === next.what ? null : next);
  return (
    <div className={css.say}>
      <div className={css.acts}>
        {isAsked && item.rule === "consent" && (
          <button
            type="button"
            className={css.choose}
            aria-pressed={agrees}
            onClick={() => void sync.decide(space, item.id, { vote: agrees ? null : { objects: false } })}
          >
            {agrees && <IconCheck size={15} stroke={2} aria-hidden="true" />}
            {t("decision.agree")}
          </button>
        )}
        {isAsked && !mine?.objects && (
          <Act open={asked?.what === "object"} toggle={() => toggle({ what: "object", of: null })}>
            {t("decision.object")}
          </Act>
        )}
        {stands.map((of) => (
          <Act key={of} open={asked?.what === "object"} toggle={() => toggle({ what: "object", of })}>
            {t("decision.objectFor", { name: nameOf(of) })}
          </Act>
        ))}
        {mine?.objects && (
          <Act toggle={() => void sync.decide(space, item.id, { vote: null })}>{t("decision.takeBack")}</Act>
        )}
        {rules && (
          <>
            {item.createdBy === sync.me && (
              <Act open={asked?.what === "change"} toggle={() => toggle({ what: "change" })}>
                {t("asking.change")}
              </Act>
            )}
            <Act open={asked?.what === "end"} toggle={() => toggle({ what: "end" })}>
              {t("decision.end")}
            </Act>
            <Act open={asked?.what === "withdraw"} toggle={() => toggle({ what: "withdraw" })}>
              {t("decision.withdraw")}
            </Act>
          </>
        )}
      </div>
      {asked?.what === "change" && (
        <Change space={space} item={item} members={members} reader={reader} close={() => ask(null)} />
      )}
      {asked && asked.what !== "change" && (
        <form
          className={css.form}
          onSubmit={(event) => {
            event.preventDefault();
            void send();
          }}
          onKeyDown={(event) => {
            if (event.key !== "Escape") return;
            event.stopPropagation();
            ask(null);
          }}
        >
          {asked.what === "object" ? (
            <>
              <label htmlFor={field}>{t("decision.why")}</label>
              <textarea
                id={field}
                rows={3}
                maxLength={1000}
                value={why}
                onChange={(event) => write(event.target.value)}
                // oxlint-disable-next-line jsx-a11y/no-autofocus -- it opens to be written into
                autoFocus
              />
            </>
          ) : (
            <p>{t(`decision.sure.${asked.what}`)}</p>
          )}
          <div className={css.acts}>
            <Button type="submit" h={34} variant="default" disabled={asked.what === "object" && !why.trim()}>
              {t(asked.what === "object" ? "decision.objectNow" : `decision.${asked.what}`)}
            </Button>
            <Button type="button" h={34} variant="subtle" onClick={() => ask(null)}>
              {t("cancel")}
            </Button>
          </div>
        </form>
      )}
    </div>
  );
}

function Act({ open, toggle, children }: { open?: boolean; toggle(): void; children: string }): ReactElement {
  return (
    <Button type="button" variant="subtle" h={34} px={12} aria-expanded={open} onClick={toggle}>
      {children}
    </Button>
  );
}
