// A check-in in its thread: until when it is open, whether answers are sealed until then, and the way to all answers.
import { Button } from "@mantine/core";
import { IconLock, IconMessages } from "@tabler/icons-react";
import { useState } from "react";
import { Link } from "wouter";
import type { Id, Member } from "../../generated/types";
import { namesInLine } from "../../ui/composer/asks";
import { Files } from "../../ui/Files";
import { useT } from "../../ui/i18n";
import { useLive, useSync } from "../../ui/live";
import { Markdown } from "../../ui/Markdown";
import type { Body } from "../bodies";
import { Change } from "./Change";
import css from "./Checkin.module.css";
import { useReader } from "./useReader";
import { isClosed, silent, standsWords } from "./words";

const NOBODY: Member[] = [];

const Checkin: Body = ({ space, item }) => {
  const t = useT();
  const sync = useSync();
  const members = useLive((s) => s.members(space), [space]) ?? NOBODY;
  const reader = useReader(members);
  const [sure, ask] = useState(false);
  const [changing, change] = useState(false);
  const closed = isClosed(item, reader.now);
  const { away, others } = silent(item, reader.hours);
  const names = (ids: Id[]) => namesInLine(ids.map(reader.nameOf), reader.language, t);
  const rules = item.createdBy === sync.me || members.find(({ id }) => id === sync.me)?.role === "admin";
  const answered = Object.keys(item.answers).length;
  const asked = item.expects?.of?.length ?? 0;
  return (
    <>
      <section className={css.head} aria-label={t("checkin.part")} data-ended={closed || undefined}>
        <p className={css.stands} dir="auto">
          {item.sealed && !closed ? (
            <IconLock size={17} stroke={1.8} aria-hidden="true" />
          ) : (
            <IconMessages size={18} stroke={1.8} aria-hidden="true" />
          )}
          <span>{standsWords(item, reader)}</span>
        </p>
        <p className={css.soft} dir="auto">
          {item.everyone
            ? t(asked > 0 || !item.closesAt ? "checkin.asksEveryone" : "checkin.asksAll")
            : t("checkin.asks", {
                names: names(item.expects?.of ?? []),
              })}{" "}
          {(closed || !item.sealed) && answered > 0 && t("checkin.answered", { answered })}
        </p>
        {!closed && away.length + others.length > 0 && (
          <p className={css.soft} dir="auto">
            {away.length > 0 && t("checkin.paused", { names: names(away) })}{" "}
            {others.length > 0 && t("checkin.passedOver", { names: names(others) })}
          </p>
        )}
      </section>
      <Markdown text={item.text ?? ""} />
      <Files space={space} item={item} />
      {!item.waiting && (
        <div className={css.acts}>
          <Link href={`/s/${space}/c/${item.id}`} className={css.all}>
            {t(closed || !item.sealed ? "checkin.readAll" : "checkin.look")}
          </Link>
          {item.createdBy === sync.me && !closed && (
            <Button
              type="button"
              variant="subtle"
              h={34}
              px={12}
              aria-expanded={changing}
              onClick={() => change(!changing)}
            >
              {t("checkin.change")}
            </Button>
          )}
          {rules && !closed && (
            <Button type="button" variant="subtle" h={34} px={12} aria-expanded={sure} onClick={() => ask(!sure)}>
              {t("checkin.close")}
            </Button>
          )}
        </div>
      )}
      {changing && !closed && <Change space={space} item={item} reader={reader} close={() => change(false)} />}
      {sure && !closed && (
        <form
          className={css.form}
          onSubmit={(event) => {
            event.preventDefault();
            void sync.closeQuestion(space, item.id, true);
            ask(false);
          }}
        >
          <p>{t(item.sealed ? "checkin.closeSealed" : "checkin.closeSure")}</p>
          <div className={css.acts}>
            {/* oxlint-disable-next-line jsx-a11y/no-autofocus -- it opens to be answered */}
            <Button type="submit" h={34} variant="default" autoFocus>
              {t("checkin.close")}
            </Button>
            <Button type="button" h={34} variant="subtle" onClick={() => ask(false)}>
              {t("cancel")}
            </Button>
          </div>
        </form>
      )}
    </>
  );
};

export default Checkin;
