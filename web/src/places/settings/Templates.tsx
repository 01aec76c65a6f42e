// The templates of a Space, for its admins: in their order, each to be changed, moved and removed.
import { Button } from "@mantine/core";
import { IconArrowDown, IconArrowUp } from "@tabler/icons-react";
import { useLayoutEffect, useRef, useState, type ReactElement } from "react";
import type { Space } from "../../generated/types";
import { pathOf } from "../../sync";
import { templatesOf, type Template } from "../../ui/composer/templates";
import { useT } from "../../ui/i18n";
import { IconButton } from "../../ui/IconButton";
import { useSync } from "../../ui/live";
import { useAct } from "./act";
import list from "./list.module.css";
import { Confirm, Done, Section, Wrong } from "./parts";
import { TemplateForm } from "./TemplateForm";
import css from "./Templates.module.css";

/** So many a Space has, where the server does not say. */
const MOST = 20;
const NEW = "new";

/** The part of the settings of a Space. */
export function Templates({ space }: { space: Space }): ReactElement {
  const t = useT();
  const sync = useSync();
  const act = useAct();
  const all = templatesOf(space);
  const most = sync.limits["maxTemplates"] ?? MOST;
  /** The key of the one that is being changed. */
  const [open, setOpen] = useState<string | null>(null);
  const [going, go] = useState<Template | null>(null);
  const [done, setDone] = useState<string>();
  const top = useRef<HTMLDivElement>(null);
  const change = (patch: Record<string, unknown>) => sync.change(space.id, "Space", space.id, "update", patch);

  // The keyboard stays on the button, wherever that is by now.
  const moved = useRef<{ key: string; by: number } | null>(null);
  const places = all.map(({ key }) => key).join(" ");
  useLayoutEffect(() => {
    const { key, by } = moved.current ?? {};
    if (!key) return;
    moved.current = null;
    const row = top.current?.querySelector(`[data-template="${CSS.escape(key)}"]`);
    const wanted = row?.querySelector<HTMLButtonElement>(`[data-by="${by}"]:not(:disabled)`);
    (wanted ?? row?.querySelector<HTMLButtonElement>("[data-by]:not(:disabled)"))?.focus();
  }, [places]);

  const move = async (at: number, by: number) => {
    const next = [...all];
    const [one] = next.splice(at, 1);
    if (!one) return;
    next.splice(at + by, 0, one);
    const places = next.flatMap(({ key, order }, i) =>
      order === i ? [] : [[pathOf("templates", key, "order"), i] as const],
    );
    moved.current = { key: one.key, by };
    if (!(await act.run(() => change(Object.fromEntries(places))))) moved.current = null;
    else setDone(t("template.moved", { name: one.name, place: at + by + 1, all: all.length }));
  };
  const remove = async ({ key, name }: Template) => {
    if (!(await act.run(() => change({ [pathOf("templates", key)]: null })))) return;
    go(null);
    setDone(t("template.removed", { name }));
    top.current?.focus();
  };
  const close = (saved?: string) => {
    setOpen(null);
    if (saved) setDone(t("template.saved", { name: saved }));
    top.current?.focus();
  };
  const order = Math.max(-1, ...all.map((one) => one.order ?? 0)) + 1;
  return (
    <Section
      title={t("template.title")}
      hint={all.length >= most ? t("template.full", { most }) : t("template.hint")}
      action={
        all.length < most &&
        open !== NEW && (
          <Button variant="default" onClick={() => setOpen(NEW)}>
            {t("template.add")}
          </Button>
        )
      }
    >
      <Done>{done}</Done>
      <div ref={top} tabIndex={-1} className={list.focus}>
        {!going && <Wrong>{act.wrong}</Wrong>}
        {open === NEW && <TemplateForm others={all} order={order} change={change} close={close} />}
        {all.length === 0 && open !== NEW && <p className={list.sub}>{t("template.none")}</p>}
        {all.length > 0 && (
          <ul className={list.list}>
            {all.map((one, at) => (
              <li key={one.key} className={list.item} data-template={one.key}>
                {open === one.key ? (
                  <div className={list.below}>
                    <TemplateForm of={one} others={all} order={order} change={change} close={close} />
                  </div>
                ) : (
                  <>
                    <div className={list.main}>
                      <p className={list.name} dir="auto">
                        {one.name}
                      </p>
                      <p className={`${list.sub} ${css.begins}`} dir="auto">
                        {one.title || one.text}
                      </p>
                    </div>
                    <div className={css.acts}>
                      <IconButton
                        icon={IconArrowUp}
                        label={t("template.up", { name: one.name })}
                        data-by={-1}
                        disabled={at === 0}
                        onClick={() => void move(at, -1)}
                      />
                      <IconButton
                        icon={IconArrowDown}
                        label={t("template.down", { name: one.name })}
                        data-by={1}
                        disabled={at === all.length - 1}
                        onClick={() => void move(at, 1)}
                      />
                      <Button
                        variant="default"
                        aria-label={t("template.editNamed", { name: one.name })}
                        onClick={() => setOpen(one.key)}
                      >
                        {t("template.edit")}
                      </Button>
                      <Button
                        variant="default"
                        aria-label={t("template.removeNamed", { name: one.name })}
                        onClick={() => go(one)}
                      >
                        {t("template.remove")}
                      </Button>
                    </div>
                  </>
                )}
              </li>
            ))}
          </ul>
        )}
      </div>
      <Confirm
        opened={going !== null}
        title={t("template.removeTitle", { name: going?.name ?? "" })}
        yes={t("template.remove")}
        busy={act.busy}
        wrong={act.wrong}
        onYes={() => going && void remove(going)}
        onNo={() => go(null)}
      >
        {t("template.removeText")}
      </Confirm>
    </Section>
  );
}
