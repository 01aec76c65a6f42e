// What stands around every place: the workspace's name, Write, the Spaces, how things stand, and oneself. On a phone a
// bar at the bottom has the same.
import { IconLayoutGrid, IconPencilPlus, IconPlus, IconSettings, IconUser } from "@tabler/icons-react";
import { useEffect, useLayoutEffect, useRef, type ReactElement, type ReactNode } from "react";
import { Link, useLocation, useRoute } from "wouter";
import type { Membership } from "../../generated/types";
import { Avatar } from "../../ui/Avatar";
import { useLanguage, useT } from "../../ui/i18n";
import { useLive, useNow, useSync } from "../../ui/live";
import css from "./Shell.module.css";
import { Standing } from "./Standing";
import { useSpaces } from "./useSpaces";

/** Where Write leads: into the Space that one is in, else into the first. */
function useWritePath(spaces: readonly Membership[]): string {
  const [, inside] = useRoute("/s/:space/*?");
  const here = spaces.find((one) => one.id === inside?.space) ?? spaces[0];
  return here ? `/s/${here.id}/write` : "/settings/spaces";
}

/** On another page one begins at its top, with the keyboard too; going back, the browser knows where one was. */
function useArrival(location: string): void {
  const back = useRef(false);
  const last = useRef(location);
  useEffect(() => {
    const going = () => {
      back.current = true;
    };
    window.addEventListener("popstate", going);
    return () => window.removeEventListener("popstate", going);
  }, []);
  useLayoutEffect(() => {
    if (last.current === location) return;
    last.current = location;
    if (!back.current) window.scrollTo(0, 0);
    back.current = false;
    const focused = document.activeElement;
    if (!focused || focused === document.body || focused.tagName === "A") {
      document.getElementById("main")?.focus({ preventScroll: true });
    }
  }, [location]);
}

/** The frame of the app. */
export function Shell({ children }: { children: ReactNode }): ReactElement {
  const t = useT();
  const sync = useSync();
  const language = useLanguage();
  const [location] = useLocation();
  const now = new Date(useNow(30_000));
  const workspace = useLive((s) => s.workspace(), []);
  const spaces = useSpaces() ?? [];
  const me = useLive((s) => s.people(), [])?.find((person) => person.id === sync.me);
  const write = useWritePath(spaces);
  const clock = new Intl.DateTimeFormat(language, { weekday: "short", hour: "2-digit", minute: "2-digit" }).format(now);
  useArrival(location);
  const current = (path: string) => (location === path || location.startsWith(`${path}/`) ? "page" : undefined);
  const home = spaces.find((one) => current(`/s/${one.id}`)) ?? spaces[0];

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
        <div className={css.heading}>
          <h2>{t("shell.spaces")}</h2>
          <Link href="/settings/spaces" aria-label={t("shell.newSpace")} title={t("shell.newSpace")}>
            <IconPlus size={16} aria-hidden="true" />
          </Link>
        </div>
        <ul className={css.spaces}>
          {spaces.map((one) => (
            <li key={one.id}>
              <Link href={`/s/${one.id}`} aria-current={current(`/s/${one.id}`)}>
                <Avatar id={one.id} name={one.name || "·"} size={22} square />
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
        <Link
          href={home ? `/s/${home.id}` : "/"}
          aria-current={current("/s") && !location.endsWith("/write") ? "page" : undefined}
        >
          <Avatar id={home?.id ?? ""} name={home?.name ?? "·"} size={22} square />
          <span dir="auto">{home?.name ?? t("shell.home")}</span>
        </Link>
        <Link href="/spaces" aria-current={current("/spaces")}>
          <IconLayoutGrid size={22} stroke={1.6} aria-hidden="true" />
          <span>{t("shell.spaces")}</span>
        </Link>
        <Link href={write} className={css.barWrite} aria-current={location.endsWith("/write") ? "page" : undefined}>
          <IconPencilPlus size={22} stroke={1.8} aria-hidden="true" />
          <span>{t("shell.write")}</span>
        </Link>
        <Link href="/settings" aria-current={current("/settings")}>
          <IconUser size={22} stroke={1.6} aria-hidden="true" />
          <span>{t("shell.me")}</span>
        </Link>
      </nav>
    </div>
  );
}
