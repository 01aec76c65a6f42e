// Where something is meant to go, and how it begins: two lines that lead there.
import type { ReactElement } from "react";
import { Link } from "wouter";
import { beginning } from "../../sync";
import type { Destination } from "../../sync/api";
import { Avatar } from "../../ui/Avatar";
import { useT } from "../../ui/i18n";
import css from "./Drafts.module.css";

/** Without `href` it leads nowhere. */
export function Written(props: {
  href: string | undefined;
  to: Destination | undefined;
  space: string | undefined;
  title: string;
  text: string;
  files: number;
  side?: string;
  reason?: string;
}): ReactElement {
  const { href, to, space, title, text, files, side, reason } = props;
  const t = useT();
  const where = !to?.root
    ? t("drafts.new")
    : to.title === null
      ? t("drafts.replySomewhere")
      : t("drafts.reply", { title: to.title || t("thread.untitled") });
  const begins = beginning(text);
  const inside = (
    <>
      <Avatar id={to?.space ?? ""} name={space || "·"} size={28} square />
      <span className={css.first} dir="auto">
        {href ? `${where} · ${space || t("space.untitled")}` : t("drafts.nowhere")}
      </span>
      <span className={css.second} dir="auto">
        {title && <span className={css.title}>{title}</span>}
        {begins && <span className={css.begins}>{begins}</span>}
        {files > 0 && <span className={css.begins}>{t("drafts.files", { count: files })}</span>}
      </span>
      {side && <span className={css.side}>{side}</span>}
      {reason && <span className={css.reason}>{reason}</span>}
    </>
  );
  return href ? (
    <Link href={href} state={{ reply: true }} className={css.link} data-row={href}>
      {inside}
    </Link>
  ) : (
    <div className={css.link}>{inside}</div>
  );
}
