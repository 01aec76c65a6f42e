// What has come of an invitation: how far it is, the links to pass on, and who has none.
import { Button } from "@mantine/core";
import { useEffect, useRef, useState, type ReactElement } from "react";
import type { Id } from "../../generated/types";
import { useLanguage, useT } from "../../ui/i18n";
import { useSync } from "../../ui/live";
import { day } from "../../ui/time";
import { useExplain } from "./act";
import { copyText } from "../../ui/copy";
import { dropFailed, forgetInvitations, invite, markCopied, stopInviting, type Inviting } from "./inviting";
import list from "./list.module.css";
import { OneLink } from "./OneLink";
import { Confirm, Section } from "./parts";
import css from "./parts.module.css";

const DAY = 86_400_000;

/** The page while and after they are made. */
export function InviteLinks({ account, inviting }: { account: Id; inviting: Inviting }): ReactElement {
  const { made, failed, running } = inviting;
  return (
    <>
      {running && <Making done={running.done} count={running.count} />}
      {made.length > 0 && !running && <Ready inviting={inviting} />}
      {failed.length > 0 && !running && <Failed account={account} inviting={inviting} />}
    </>
  );
}

function Making({ done, count }: { done: number; count: number }): ReactElement {
  const t = useT();
  const text = t("people.invite.making", { done, count });
  return (
    <Section title={t("people.invite.title")}>
      <p className={css.said} role="status" style={{ marginBottom: 10 }}>
        {text}
      </p>
      <progress className={list.progress} value={done} max={count} aria-label={text} />
      <div className={css.buttons} style={{ marginTop: 16 }}>
        <Button variant="default" onClick={stopInviting}>
          {t("people.invite.stop")}
        </Button>
      </div>
    </Section>
  );
}

function Ready({ inviting }: { inviting: Inviting }): ReactElement {
  const t = useT();
  const sync = useSync();
  const language = useLanguage();
  const { made, copied, failed } = inviting;
  const [all, setAll] = useState(false);
  const [asks, ask] = useState(false);
  const top = useRef<HTMLDivElement>(null);
  const now = sync.now();
  const date = day(new Date(now + (sync.limits.invitationDays ?? 7) * DAY), new Date(now), language);
  useEffect(() => top.current?.focus(), []);

  const copyAll = async () => {
    if (!(await copyText(made.map(({ name, link }) => `${name}: ${link}`).join("\n")))) return;
    setAll(true);
    markCopied(made.map(({ id }) => id));
  };
  const leave = () => (made.every(({ id }) => copied.has(id)) ? forgetInvitations() : ask(true));
  return (
    <div ref={top} tabIndex={-1} className={list.focus}>
      <Section
        title={t("people.invite.ready", { count: made.length })}
        hint={t("people.invite.readyText", { date })}
        action={
          made.length > 1 && (
            <Button onClick={() => void copyAll()}>
              {t(all ? "people.invite.copiedAll" : "people.invite.copyAll")}
            </Button>
          )
        }
      >
        <ul className={list.list}>
          {made.map(({ id, name, link, mailed }) => (
            <li key={id} className={list.item}>
              <div className={list.below}>
                <p className={list.name} style={{ marginBottom: 6 }} dir="auto">
                  {name}
                </p>
                {mailed && <p className={list.sub}>{t("people.invite.mailed", { name, email: mailed })}</p>}
                <OneLink name={name} link={link} onCopied={() => markCopied([id])} />
              </div>
            </li>
          ))}
        </ul>
        {failed.length === 0 && (
          <div className={css.buttons} style={{ marginTop: 16 }}>
            <Button variant="default" onClick={leave}>
              {t("people.invite.done")}
            </Button>
          </div>
        )}
      </Section>
      <Confirm
        opened={asks}
        title={t("people.invite.leave")}
        yes={t("people.invite.leaveYes")}
        onYes={forgetInvitations}
        onNo={() => ask(false)}
      >
        {t("people.invite.leaveText")}
      </Confirm>
    </div>
  );
}

/** Who was not made, and why; those can be tried again as they are. */
function Failed({ account, inviting }: { account: Id; inviting: Inviting }): ReactElement {
  const t = useT();
  const sync = useSync();
  const explain = useExplain();
  const { failed, made } = inviting;
  const reason = (entry: Inviting["failed"][number]) => {
    const why = entry.error === null ? t("people.invite.stopped") : explain(entry.error);
    return entry.ask.there ? t("people.invite.noLink", { reason: why }) : why;
  };
  return (
    <Section
      title={t("people.invite.notMade")}
      hint={t(made.length > 0 ? "people.invite.notMadeText" : "people.invite.noneMadeText")}
    >
      <div role="alert">
        <ul className={list.list}>
          {failed.map((entry) => (
            <li key={entry.ask.id} className={list.item}>
              <div className={list.main}>
                <p className={list.name} dir="auto">
                  {entry.ask.name} {entry.ask.email && <span dir="ltr">{entry.ask.email}</span>}
                </p>
                <p className={list.sub}>{reason(entry)}</p>
              </div>
            </li>
          ))}
        </ul>
      </div>
      <div className={css.buttons} style={{ marginTop: 16 }}>
        <Button
          onClick={() =>
            void invite(
              sync,
              account,
              failed.map((entry) => entry.ask),
            )
          }
        >
          {t("people.invite.retry")}
        </Button>
        <Button variant="default" onClick={dropFailed}>
          {t("people.invite.drop")}
        </Button>
      </div>
    </Section>
  );
}
