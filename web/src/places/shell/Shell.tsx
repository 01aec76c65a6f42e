// What stands around every place: the workspace's name, Write, the Spaces, how things stand, and oneself. On a phone a
// bar at the bottom has the same.
import {
  IconCalendarTime,
  IconFileText,
  IconInbox,
  IconPencilPlus,
  IconMessagePlus,
  IconPlus,
  IconSearch,
  IconSettings,
  IconSun,
  IconUser,
} from "@tabler/icons-react";
import { useEffect, useLayoutEffect, useRef, useState, type ReactElement, type ReactNode } from "react";
import { Link, useLocation, useSearch } from "wouter";
import { arrived, goesBack } from "../../ui/arrival";
import { Avatar } from "../../ui/Avatar";
import { useLeaving } from "../../ui/composer/leaving";
import { Count } from "../../ui/Count";
import { useLanguage, useT } from "../../ui/i18n";
import { offered, useKey, type Offered } from "../../ui/keys";
import { useSingleKeys } from "../../ui/ownKeys";
import { useLive, useNow, useSync } from "../../ui/live";
import { part } from "../../ui/part";
import { useBadge, useShown } from "../../ui/pushes";
import { SpaceMark } from "../../ui/SpaceMark";
import { useBeginning } from "../begin/useBeginning";
import css from "./Shell.module.css";
import { Standing } from "./Standing";
import { passed } from "./trail";
import { useFirstZone } from "./useFirstZone";
import { useRenewal } from "./useRenewal";
import { useSpaces } from "./useSpaces";
import { useWritePath } from "./useWritePath";
import { dates } from "../../ui/formats";

const palette = () => import("../palette/Palette").then((module) => module.Palette);
const Palette = part(palette);
const Keys = part(() => import("../keys/Keys").then((module) => module.Keys));

/** What stands above the places, and what had the keyboard before. */
interface Opened {
  what: "palette" | "keys";
  verbs: Offered[];
  from: Element | null;
}

/** Milliseconds after which it is fetched, so that it is there at once, and without a network. */
const AT_EASE = 3000;

/** On another page one begins at its top, with the keyboard too; going back, the browser knows where one was. */
function useArrival(location: string): void {
  const last = useRef(location);
  const left = useRef<Element | null>(null);
  if (last.current !== location) left.current = document.activeElement;
  useLayoutEffect(() => {
    if (last.current === location) return;
    last.current = location;
    if (!goesBack()) window.scrollTo(0, 0);
    arrived();
    const focused = document.activeElement;
    // What has just come may have taken the keyboard to where one was in it.
    const led = focused === left.current && focused?.tagName === "A";
    if (!focused || focused === document.body || led) {
      document.getElementById("main")?.focus({ preventScroll: true });
    }
  }, [location]);
}

/** The frame of the app. */
export function Shell({ children }: { children: ReactNode }): ReactElement {
  const t = useT();
  const sync = useSync();
  const language = useLanguage();
  const [location, navigate] = useLocation();
  const [opened, open] = useState<Opened | null>(null);
  const single = useSingleKeys();
  const now = new Date(useNow(30_000));
  const workspace = useLive((s) => s.workspace(), []);
  const spaces = useSpaces() ?? [];
  const me = useLive((s) => s.people(), [])?.find((person) => person.id === sync.me);
  const write = useWritePath();
  const asked = useLive((s) => s.inbox(), [])?.waitsForMe.length ?? 0;
  const waiting = <Count count={asked} label={t("shell.waiting", { count: asked })} />;
  const clock = dates(language, { weekday: "short", hour: "2-digit", minute: "2-digit" }).format(now);
  useArrival(location);
  useFirstZone(me);
  useLeaving();
  useBeginning();
  useBadge(asked);
  useShown();
  useRenewal();
  useEffect(() => {
    const timer = window.setTimeout(() => void palette().catch(() => {}), AT_EASE);
    return () => window.clearTimeout(timer);
  }, []);
  const query = useSearch();
  useEffect(() => passed(location, query), [location, query]);
  const opens = (what: Opened["what"]) => {
    const from = document.activeElement;
    open((before) => (before?.what === what ? null : { what, verbs: what === "palette" ? offered() : [], from }));
  };
  const close = () => {
    open(null);
    // Back to where the keyboard was, unless what was chosen has taken it.
    requestAnimationFrame(() => {
      const { activeElement } = document;
      if (activeElement && activeElement !== document.body) return;
      if (opened?.from instanceof HTMLElement) opened.from.focus({ preventScroll: true });
    });
  };
  useKey("jump", () => opens("palette"));
  useKey("help", () => opens("keys"));
  useKey("write", () => navigate(write));
  useKey("today", () => navigate("/"));
  useKey("inbox", () => navigate("/inbox"));
  useKey("drafts", () => navigate("/drafts"));
  useKey("search", () => {
    if (location === "/search") document.querySelector<HTMLElement>("#main [role=combobox]")?.focus();
    else navigate("/search", { state: { from: location } });
  });
  const current = (path: string) => (location === path || location.startsWith(`${path}/`) ? "page" : undefined);

  return (
    <div className={css.shell}>
      <a className={css.skip} href="#main">
        {t("shell.skip")}
      </a>
      <nav className={css.side} aria-label={t("shell.places")}>
        <Link href="/" className={css.brand}>
          <img src="/favicon.svg" alt="" width={28} height={28} />
          <span dir="auto">{workspace?.name || "Meanwhile"}</span>
        </Link>
        <Link href={write} className={css.write}>
          <IconPencilPlus size={18} stroke={1.8} aria-hidden="true" />
          {t("shell.write")}
        </Link>
        <div className={css.places}>
          <Link href="/" aria-current={location === "/" ? "page" : undefined}>
            <IconSun size={18} stroke={1.7} aria-hidden="true" />
            <span>{t("today.title")}</span>
          </Link>
          <Link href="/inbox" aria-current={current("/inbox")}>
            <IconInbox size={18} stroke={1.7} aria-hidden="true" />
            <span>{t("inbox.title")}</span>
            {waiting}
          </Link>
          <Link href="/drafts" aria-current={current("/drafts")}>
            <IconFileText size={18} stroke={1.7} aria-hidden="true" />
            <span>{t("drafts.short")}</span>
          </Link>
          <Link href="/search" state={{ from: location }} aria-current={current("/search")}>
            <IconSearch size={18} stroke={1.7} aria-hidden="true" />
            <span>{t("shell.search")}</span>
            {single && <kbd aria-hidden="true">/</kbd>}
          </Link>
          <Link href="/hours" aria-current={current("/hours")}>
            <IconCalendarTime size={18} stroke={1.7} aria-hidden="true" />
            <span>{t("shell.hours")}</span>
          </Link>
        </div>
        <div className={css.heading}>
          <h2>{t("shell.spaces")}</h2>
          {sync.workspaceAccount && (
            <Link href="/to" aria-label={t("talk.title")} title={t("talk.title")}>
              <IconMessagePlus size={16} aria-hidden="true" />
            </Link>
          )}
          <Link href="/settings/spaces" aria-label={t("shell.newSpace")} title={t("shell.newSpace")}>
            <IconPlus size={16} aria-hidden="true" />
          </Link>
        </div>
        <ul className={css.spaces}>
          {spaces.map((one) => (
            <li key={one.id}>
              <Link href={`/s/${one.id}`} aria-current={current(`/s/${one.id}`)}>
                <SpaceMark of={one} size={22} />
                <span dir="auto">{one.name || t("space.untitled")}</span>
              </Link>
            </li>
          ))}
        </ul>
        <div className={css.foot}>
          <Standing />
          <Link href="/settings" className={css.me} aria-current={current("/settings")}>
            <Avatar id={sync.me} name={me?.name ?? ""} size={32} />
            <span className={css.who}>
              <b dir="auto">{me?.name ?? ""}</b>
              <span>{clock}</span>
            </span>
            <IconSettings size={18} stroke={1.6} aria-label={t("shell.settings")} />
          </Link>
        </div>
      </nav>
      <main id="main" className={css.main} tabIndex={-1}>
        <div className={css.standingAbove}>
          <Standing />
        </div>
        {children}
      </main>
      <nav className={css.bar} aria-label={t("shell.places")}>
        <Link href="/" aria-current={location === "/" ? "page" : undefined}>
          <IconSun size={22} stroke={1.6} aria-hidden="true" />
          <span>{t("today.title")}</span>
        </Link>
        <Link href="/inbox" aria-current={current("/inbox")}>
          <IconInbox size={22} stroke={1.6} aria-hidden="true" />
          <span>{t("inbox.title")}</span>
          {waiting}
        </Link>
        <Link href={write} className={css.barWrite} aria-current={location.endsWith("/write") ? "page" : undefined}>
          <IconPencilPlus size={22} stroke={1.8} aria-hidden="true" />
          <span>{t("shell.write")}</span>
        </Link>
        <Link href="/search" state={{ from: location }} aria-current={current("/search")}>
          <IconSearch size={22} stroke={1.6} aria-hidden="true" />
          <span>{t("shell.search")}</span>
        </Link>
        <Link href="/me" aria-current={["/me", "/drafts", "/spaces", "/hours", "/settings"].map(current).find(Boolean)}>
          <IconUser size={22} stroke={1.6} aria-hidden="true" />
          <span>{t("shell.me")}</span>
        </Link>
      </nav>
      {opened?.what === "palette" && (
        <Palette
          write={write}
          verbs={opened.verbs}
          close={close}
          showKeys={() => open({ what: "keys", verbs: [], from: opened.from })}
        />
      )}
      {opened?.what === "keys" && <Keys close={close} />}
    </div>
  );
}
