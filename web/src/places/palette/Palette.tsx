// Ctrl+K: jumps to Spaces, threads, people and acts by a few letters of their names. From this device alone, so it is
// there at once, and offline too.
import { Modal, VisuallyHidden } from "@mantine/core";
import {
  IconBell,
  IconBellOff,
  IconCheck,
  IconChecks,
  IconChevronRight,
  IconClock,
  IconCornerUpLeft,
  IconFileText,
  IconInbox,
  IconKeyboard,
  IconLayoutGrid,
  IconLink,
  IconMessages,
  IconPencilPlus,
  IconSearch,
  IconSettings,
  IconSun,
  IconUsers,
} from "@tabler/icons-react";
import { useEffect, useId, useMemo, useRef, useState, type KeyboardEvent, type ReactElement } from "react";
import { useLocation } from "wouter";
import bare from "../../ui/Field.module.css";
import line from "../../ui/Option.module.css";
import { Avatar } from "../../ui/Avatar";
import { useT } from "../../ui/i18n";
import { Kbd } from "../../ui/Kbd";
import type { Act } from "../../ui/keyTable";
import type { Offered } from "../../ui/keys";
import { useLive, useSync } from "../../ui/live";
import { Marked } from "../../ui/Marked";
import { stepped } from "../../ui/stepped";
import { fitting, first, ready, type Entry, type Ready } from "./entries";
import css from "./Palette.module.css";

/** Everything there is, from what is on this device; `whole` when all of it has been read. */
function useEntries(
  write: string,
  verbs: readonly Offered[],
  showKeys: () => void,
): { entries: Ready[]; whole: boolean } {
  const t = useT();
  const sync = useSync();
  const names = useLive((s) => s.names(), []);
  const memberships = useLive((s) => s.memberships(), []);
  const threads = useLive((s) => s.titles(), []);
  const entries = useMemo(() => {
    const spaces = names?.spaces ?? [];
    const called = new Map(spaces.map(({ id, name }) => [id, name || t("space.untitled")]));
    // Guests begin no conversations; they go on with those that they are in.
    const direct = new Map(
      (memberships ?? []).flatMap(({ id, persons }) =>
        persons.length === 2 ? [[persons.find((p) => p !== sync.me), id]] : [],
      ),
    );
    const out: Entry[] = spaces.map(({ id }) => ({
      path: `/s/${id}`,
      group: "spaces",
      name: called.get(id) ?? "",
      id,
    }));
    for (const { space, id, title, at } of threads ?? []) {
      out.push({ path: `/s/${space}/t/${id}`, group: "threads", name: title, hint: called.get(space) ?? "", at });
    }
    for (const { id, name, hint, out: isOut } of names?.people ?? []) {
      const one: Entry = { path: `/p/${id}`, group: "people", name, id, ...(hint ? { also: hint } : {}) };
      const talk = direct.get(id);
      const write = sync.workspaceAccount ? `/to/${id}` : talk && `/s/${talk}/write`;
      if (write && id !== sync.me && !isOut) out.push({ ...one, path: write, hint: t("person.write", { name }) });
      out.push({ ...one, hint: t("palette.about") });
    }
    const here = called.get(/^\/s\/([^/]+)\/write$/.exec(write)?.[1] ?? "");
    const acts: Array<readonly [path: string, name: string, act?: Act]> = [
      ...(here ? ([[write, t("palette.write", { space: here }), "write"]] as const) : []),
      ...(sync.workspaceAccount ? ([["/to", t("talk.title")]] as const) : []),
      ["/inbox", t("inbox.title"), "inbox"],
      ["/", t("today.title"), "today"],
      ["/drafts", t("drafts.title"), "drafts"],
      ["/search", t("palette.search"), "search"],
      ["act:help", t("keys.all"), "help"],
      ["/settings", t("palette.settings")],
      ["/settings/people", t("palette.settings.people")],
      ["/settings/sessions", t("palette.settings.devices")],
      ["/settings/spaces", t("palette.newSpace")],
    ];
    for (const [path, name, act] of acts) {
      out.push({ path, group: "acts", name, ...(act && { act }), ...(act === "help" && { does: showKeys }) });
    }
    for (const { act, about, does } of verbs) {
      const hint = about === verbs[0]?.about ? {} : { hint: about };
      out.push({ path: `act:${act}`, group: "verbs", name: t(`keys.${act}`), act, does, ...hint });
    }
    return ready(out);
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [names, memberships, threads, write, sync, t]);
  return { entries, whole: !!(names && memberships && threads) };
}

const ICONS = [
  [/^act:done/, IconCheck],
  [/^act:later/, IconClock],
  [/^act:follow/, IconBell],
  [/^act:mute/, IconBellOff],
  [/^act:copy/, IconLink],
  [/^act:reply/, IconCornerUpLeft],
  [/^act:readAll/, IconChecks],
  [/^act:help/, IconKeyboard],
  [/^act:/, IconChevronRight],
  [/^\/inbox/, IconInbox],
  [/^\/$/, IconSun],
  [/^\/drafts/, IconFileText],
  [/\/write$|^\/to/, IconPencilPlus],
  [/^\/search/, IconSearch],
  [/^\/settings\/people/, IconUsers],
  [/^\/settings\/spaces/, IconLayoutGrid],
  [/^\/settings/, IconSettings],
  [/./, IconMessages],
] as const;

function Picture({ entry }: { entry: Entry }): ReactElement {
  if (entry.id) return <Avatar id={entry.id} name={entry.name || "·"} size={26} square={!entry.id.startsWith("p")} />;
  const Icon = ICONS.find(([path]) => path.test(entry.path))?.[1] ?? IconMessages;
  return <Icon size={18} stroke={1.6} aria-hidden="true" className={css.icon} />;
}

/** The dialog. `write` is where Write leads from where one is; `verbs` is what can be done with what is focused or open. */
export function Palette(props: {
  write: string;
  verbs: readonly Offered[];
  close(): void;
  showKeys(): void;
}): ReactElement {
  const { write, verbs, close, showKeys } = props;
  const t = useT();
  const sync = useSync();
  const [, navigate] = useLocation();
  const [typed, type] = useState("");
  const [at, move] = useState(0);
  const list = useId();
  const box = useRef<HTMLDivElement>(null);
  const { entries, whole: read } = useEntries(write, verbs, showKeys);
  const recent = useLive((s) => s.recent("visits"), []);
  const whole = read && !!recent;
  /** Enter was pressed before everything was read: it is answered as soon as it is. */
  const [hasty, wait] = useState(false);
  const groups = useMemo(() => {
    const words = typed.trim();
    if (!words) return first(entries, recent ?? []);
    const path = `/search?q=${encodeURIComponent(words)}`;
    const ask: Entry = { path, group: "acts", name: t("palette.searchFor", { typed: words }) };
    const found = fitting(words, entries, recent ?? []);
    const acts = found.find((group) => group[0]?.entry.group === "acts") ?? [];
    const search = { entry: ask, marks: [], score: 0 };
    return [...found.filter((group) => group !== acts), [...acts, search]];
  }, [typed, entries, recent, t]);
  const flat = groups.flat();
  const active = Math.min(at, flat.length - 1);
  useEffect(() => {
    box.current?.querySelector('[aria-selected="true"]')?.scrollIntoView({ block: "nearest" });
  }, [active, typed]);

  const go = (entry: Entry | undefined) => {
    if (!entry) return;
    if (entry.act !== "help") close();
    if (entry.does) return entry.does();
    if (!entry.path.startsWith("/search?")) void sync.remember("visits", entry.path);
    navigate(entry.path, entry.path.startsWith("/search") ? { state: { from: location.pathname } } : {});
  };
  const key = (event: KeyboardEvent) => {
    if (event.nativeEvent.isComposing) return;
    const to = stepped(event.key, active, flat.length);
    if (to !== null) {
      event.preventDefault();
      move(to);
    } else if (event.key === "Enter") {
      event.preventDefault();
      if (whole) go(flat[active]?.entry);
      else wait(true);
    }
  };
  useEffect(() => {
    if (hasty && whole) go(flat[active]?.entry);
  });
  const heading = {
    verbs: t("palette.with", { title: verbs[0]?.about ?? "" }),
    recent: t("palette.recent"),
    spaces: t("palette.spaces"),
    threads: t("palette.threads"),
    people: t("palette.people"),
    acts: t("palette.acts"),
  };
  let n = -1;
  return (
    <Modal
      opened
      onClose={close}
      withCloseButton={false}
      centered={false}
      yOffset="12vh"
      size={600}
      padding={0}
      attributes={{ content: { "aria-label": t("palette.title") } }}
      transitionProps={{ duration: 0 }}
      classNames={{ content: css.content ?? "" }}
    >
      <div className={css.field}>
        <IconSearch size={20} stroke={1.7} aria-hidden="true" />
        <input
          type="text"
          role="combobox"
          className={bare.bare}
          data-autofocus
          aria-label={t("palette.title")}
          aria-expanded="true"
          aria-controls={list}
          aria-activedescendant={active >= 0 ? `${list}-${active}` : undefined}
          aria-autocomplete="list"
          autoComplete="off"
          spellCheck={false}
          enterKeyHint="go"
          dir="auto"
          placeholder={t("palette.hint")}
          value={typed}
          // In the same moment, so that no letter that follows goes elsewhere.
          // oxlint-disable-next-line jsx-a11y/no-autofocus -- asked for by opening it
          autoFocus
          onChange={(event) => {
            type(event.target.value);
            move(0);
            wait(false);
          }}
          onKeyDown={key}
        />
      </div>
      <div ref={box} id={list} role="listbox" aria-label={t("palette.title")} className={css.list}>
        {groups.map((group) => {
          const name = group[0]?.entry.group ?? "acts";
          return (
            <div key={name} role="group" aria-label={heading[name]}>
              <div className={css.heading} aria-hidden="true">
                {heading[name]}
              </div>
              {group.map(({ entry, marks }) => {
                const index = ++n;
                return (
                  <div
                    key={entry.path}
                    id={`${list}-${index}`}
                    role="option"
                    aria-selected={index === active}
                    className={line.option}
                    onMouseMove={() => index !== active && move(index)}
                    onClick={() => go(entry)}
                  >
                    <Picture entry={entry} />
                    <span dir="auto">
                      <Marked text={entry.name} marks={marks} />
                    </span>
                    {entry.hint && <small dir="auto">{entry.hint}</small>}
                    {entry.act && (
                      <span className={css.key}>
                        <Kbd act={entry.act} />
                      </span>
                    )}
                  </div>
                );
              })}
            </div>
          );
        })}
      </div>
      <VisuallyHidden role="status" aria-live="polite">
        {t("palette.count", { count: flat.length })}
      </VisuallyHidden>
    </Modal>
  );
}
