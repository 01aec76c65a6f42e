// Who may call something urgent in a Space, and what was: so that all see how often.
import { useId, useState, type ReactElement } from "react";
import { Link } from "wouter";
import type { Member, Space } from "../../generated/types";
import { calledBy } from "../../ui/composer/mentions";
import { useLanguage, useT } from "../../ui/i18n";
import { useLive, useNow, useSync } from "../../ui/live";
import { when } from "../../ui/time";
import { useAct } from "./act";
import { Choice, Row, Section, Sheet, Value, Wrong } from "./parts";
import css from "./Interrupting.module.css";

const DAY = 86_400_000;
/** So far back it is told. */
const DAYS = 90;
const WHO = ["members", "admins", "nobody"] as const;

/** `admin`: one may settle who may. */
export function Interrupting(props: { space: Space; members: Member[]; admin: boolean }): ReactElement {
  const { space, members, admin } = props;
  const t = useT();
  const sync = useSync();
  const language = useLanguage();
  const ms = useNow(60_000);
  const [now, since] = [new Date(ms), (Math.floor(ms / DAY) - DAYS) * DAY];
  const act = useAct();
  const label = useId();
  const [chosen, choose] = useState<Space["whoMayInterrupt"]>();
  const said = useLive((s) => s.urgent(space.id, since), [space.id, since]) ?? [];
  const may = chosen ?? space.whoMayInterrupt ?? "members";
  const set = async (whoMayInterrupt: Space["whoMayInterrupt"]) => {
    choose(whoMayInterrupt);
    await act.run(() => sync.change(space.id, "Space", space.id, "update", { whoMayInterrupt }));
    choose(undefined);
  };
  const nameOf = (id: string) => {
    const name = members.find((one) => one.id === id)?.name;
    return name ? calledBy(id, name) : t("person.unknown");
  };
  return (
    <Section title={t("urgent.title")} hint={t("urgent.about")}>
      <Sheet>
        <Row label={t("urgent.who")} labelId={label}>
          {admin ? (
            <Choice<(typeof WHO)[number]>
              labelledBy={label}
              value={may}
              options={WHO.map((value) => ({ value, label: t(`urgent.who.${value}`) }))}
              onChange={(value) => void set(value)}
            />
          ) : (
            <Value>{t(`urgent.who.${may}`)}</Value>
          )}
          <Wrong>{act.wrong}</Wrong>
        </Row>
        <Row label={t("urgent.said", { count: said.length })}>
          {said.length === 0 ? (
            <Value>{t("urgent.none")}</Value>
          ) : (
            <ul className={css.said}>
              {said.map((item) => (
                <li key={item.id}>
                  <Link href={`/s/${space.id}/t/${item.threadId}/${item.id}`} dir="auto">
                    {item.urgent}
                  </Link>
                  <small>
                    {t("urgent.by", {
                      name: nameOf(item.createdBy),
                      when: when(new Date(item.createdAt), now, language),
                    })}
                  </small>
                </li>
              ))}
            </ul>
          )}
        </Row>
      </Sheet>
    </Section>
  );
}
