// Links that nobody has used yet, until when they work, and ending them. Their secrets are nowhere any more.
import { Button } from "@mantine/core";
import { useRef, type ReactElement } from "react";
import type { Person } from "../../generated/types";
import { endLink, type OpenLink } from "../../sync/auth";
import { useLanguage, useT } from "../../ui/i18n";
import { useSync } from "../../ui/live";
import { Loading, Notice } from "../../ui/Notice";
import { day, exactly } from "../../ui/time";
import { useAct } from "./act";
import list from "./list.module.css";
import { Section, Wrong } from "./parts";

/** The part of the page. */
export function OpenLinks(props: {
  people: Person[];
  links: OpenLink[] | undefined;
  wrong: string | undefined;
  again: () => void;
  onEnded: (said: string) => void;
}): ReactElement {
  const { people, links, wrong, again, onEnded } = props;
  const t = useT();
  const sync = useSync();
  const language = useLanguage();
  const act = useAct();
  const top = useRef<HTMLDivElement>(null);
  const now = new Date(sync.now());
  const nameOf = (id: string) => people.find((person) => person.id === id)?.name ?? "…";
  const sorted = links?.toSorted((a, b) => nameOf(a.personId).localeCompare(nameOf(b.personId), language));

  const end = async (link: OpenLink) => {
    if (!(await act.run(() => endLink(link.personId, link.kind)))) return;
    onEnded(t("people.open.ended", { name: nameOf(link.personId) }));
    top.current?.focus();
  };
  const until = (link: OpenLink) => {
    if (!link.expiresAt) return "";
    const at = new Date(link.expiresAt);
    return t(at > now ? "people.open.until" : "people.open.over", { date: day(at, now, language) });
  };

  return (
    <Section title={t("people.open")}>
      <div ref={top} tabIndex={-1} className={list.focus}>
        <Wrong>{act.wrong}</Wrong>
        {wrong && !links ? (
          <Notice
            tone="wrong"
            title={t("people.open.failed")}
            action={<Button onClick={again}>{t("settings.again")}</Button>}
          >
            {wrong}
          </Notice>
        ) : !sorted ? (
          <Loading label={t("settings.loading")} lines={2} />
        ) : sorted.length === 0 ? (
          <p className={list.sub}>{t("people.open.none")}</p>
        ) : (
          <ul className={list.list}>
            {sorted.map((link) => {
              const name = nameOf(link.personId);
              return (
                <li key={link.personId + link.kind} className={list.item}>
                  <div className={list.main}>
                    <p className={list.name} dir="auto">
                      {name} {link.kind === "reset" && <span>({t("people.open.reset")})</span>}
                    </p>
                    <p className={list.sub} title={link.expiresAt ? exactly(new Date(link.expiresAt), language) : ""}>
                      {until(link)}
                    </p>
                  </div>
                  <Button
                    variant="default"
                    disabled={act.busy}
                    aria-label={t("people.open.endNamed", { name })}
                    onClick={() => void end(link)}
                  >
                    {t("people.open.end")}
                  </Button>
                </li>
              );
            })}
          </ul>
        )}
      </div>
    </Section>
  );
}
