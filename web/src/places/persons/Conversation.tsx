// Begins a conversation: with somebody at once, or with several who are chosen first. It is there from the moment on in
// which it is opened, without a network too.
import { Button } from "@mantine/core";
import { IconX } from "@tabler/icons-react";
import { useEffect, useMemo, useRef, useState, type ReactElement } from "react";
import { useLocation } from "wouter";
import type { Id } from "../../generated/types";
import { Avatar } from "../../ui/Avatar";
import { useLanguage, useT } from "../../ui/i18n";
import { IconButton } from "../../ui/IconButton";
import { useFilling, useLive, useSync } from "../../ui/live";
import { Loading, Notice } from "../../ui/Notice";
import { Page } from "../../ui/Page";
import { Choose, type Option } from "../moving/Choose";
import { useExplain } from "../settings/act";
import css from "./Person.module.css";

/** The page at /to/:persons: leads to the conversation with these, their ids with commas between them. */
export function To({ persons }: { persons: string }): ReactElement {
  const t = useT();
  const sync = useSync();
  const explain = useExplain();
  const [, navigate] = useLocation();
  const [wrong, say] = useState<string>();
  useEffect(() => {
    const others = persons.split(",").filter((id) => /^p[a-z2-7]{26}$/.test(id));
    sync.directSpace(others).then(
      (space) => navigate(`/s/${space}/write`, { replace: true }),
      (error: unknown) => say(explain(error)),
    );
  }, [persons, sync, navigate, explain]);
  return (
    <Page name={t("talk.title")}>
      {wrong ? <Notice tone="wrong" title={wrong} /> : <Loading label={t("loading")} />}
    </Page>
  );
}

/** The page at /to: chooses whom. */
export function NewConversation(): ReactElement {
  const t = useT();
  const sync = useSync();
  const language = useLanguage();
  const [, navigate] = useLocation();
  const people = useLive((s) => s.people(), []);
  const [chosen, choose] = useState<Id[]>([]);
  const field = useRef<HTMLInputElement>(null);
  const known = people !== undefined;
  useEffect(() => {
    if (known) field.current?.focus();
  }, [known]);
  const most = (sync.limits["maxDirectPersons"] ?? 20) - 1;
  const filling = useFilling();
  const others = useMemo(
    () =>
      (people ?? [])
        .filter((one) => one.id !== sync.me && !one.deactivatedAt && !one.placeholder)
        .toSorted((a, b) => a.name.localeCompare(b.name, language)),
    [people, sync.me, language],
  );
  const options = useMemo(
    () =>
      others
        .filter(({ id }) => !chosen.includes(id))
        .map(({ id, name, email }): Option => ({
          id,
          name,
          picture: id,
          ...(email ? { hint: email, also: email } : {}),
        })),
    [others, chosen],
  );
  const title = t("talk.title");
  if (!sync.workspaceAccount) {
    return (
      <Page name={title} title={title}>
        <Notice title={t("talk.guest")}>{t("talk.guestWhy")}</Notice>
      </Page>
    );
  }
  // Before everybody is known, what is typed would find nobody.
  if (!people || (filling && others.length === 0)) {
    return (
      <Page name={title} title={title} lede={t("talk.lede")}>
        <Loading label={t("loading")} />
      </Page>
    );
  }
  const persons = chosen.flatMap((id) => others.find((one) => one.id === id) ?? []);
  const begin = () => {
    if (chosen.length > 0) navigate(`/to/${chosen.join(",")}`);
  };
  const full = chosen.length >= most;
  return (
    <Page name={title} title={title} lede={t("talk.lede")}>
      <form
        className={css.with}
        onSubmit={(event) => {
          event.preventDefault();
          begin();
        }}
        // Enter in the empty field goes on, and adds nobody.
        onKeyDownCapture={(event) => {
          const { target } = event;
          const empty = target instanceof HTMLInputElement && target.value === "";
          if (event.key !== "Enter" || !empty || chosen.length === 0) return;
          event.preventDefault();
          event.stopPropagation();
          begin();
        }}
      >
        {persons.length > 0 && (
          <ul className={css.chosen} aria-label={t("talk.with")}>
            {persons.map(({ id, name }) => (
              <li key={id}>
                <Avatar id={id} name={name} size={28} />
                <span dir="auto">{name}</span>
                <IconButton
                  icon={IconX}
                  label={t("choose.other", { name })}
                  onClick={() => choose(chosen.filter((other) => other !== id))}
                />
              </li>
            ))}
          </ul>
        )}
        {full ? (
          <p className={css.quiet}>{t("talk.full", { most: most + 1 })}</p>
        ) : (
          <Choose
            label={t(chosen.length > 0 ? "talk.more" : "talk.who")}
            options={options}
            chosen={undefined}
            choose={(option) => option && choose([...chosen, option.id])}
            none={t(others.length > 0 ? "talk.nobody" : "talk.alone")}
            input={field}
          />
        )}
        <div>
          <Button type="submit" disabled={chosen.length === 0}>
            {t("talk.write")}
          </Button>
        </div>
      </form>
    </Page>
  );
}
