// One template: its name, and the title and text with which a thread begins. What can't be saved stays here.
import { Button, Textarea, TextInput } from "@mantine/core";
import { useId, useRef, useState, type FormEvent, type KeyboardEvent, type ReactElement } from "react";
import { pathOf } from "../../sync";
import type { Template } from "../../ui/composer/templates";
import { useT } from "../../ui/i18n";
import { useSync } from "../../ui/live";
import { useAct } from "./act";
import form from "./form.module.css";
import { Choice, Wrong } from "./parts";
import css from "./parts.module.css";
import own from "./Templates.module.css";

const ASKS = ["nothing", "reply", "decision", "acknowledgement"] as const;
type Asks = (typeof ASKS)[number];

/** Bytes of a name and a title, where the server does not say. */
const MOST_TITLE = 300;
/** The same, of a text. */
const MOST_TEXT = 16_384;

const encoder = new TextEncoder();

/** A new one, or `of` the one that is changed. `close` is told the name of what was saved. */
export function TemplateForm(props: {
  of?: Template;
  others: readonly Template[];
  /** The place of a new one. */
  order: number;
  change(patch: Record<string, unknown>): Promise<unknown>;
  close(saved?: string): void;
}): ReactElement {
  const { of, others, order, change, close } = props;
  const t = useT();
  const sync = useSync();
  const act = useAct();
  const label = useId();
  const [name, setName] = useState(of?.name ?? "");
  const [title, setTitle] = useState(of?.title ?? "");
  const [text, setText] = useState(of?.text ?? "");
  const [asks, setAsks] = useState<Asks>(of?.expects?.what ?? "nothing");
  const [unnamed, setUnnamed] = useState<string>();
  const field = useRef<HTMLInputElement>(null);
  const mostTitle = sync.limits["maxSizeTitle"] ?? MOST_TITLE;
  const over = encoder.encode(text).length - (sync.limits["maxSizeTemplate"] ?? MOST_TEXT);

  const called = name.trim();
  const parts = {
    name: called,
    title: title.trim() || null,
    text: text.trim() ? text : null,
    expects: asks === "nothing" ? null : { what: asks },
  };
  const differs = of ? changed(of, parts).length > 0 : Boolean(called || parts.title || parts.text);

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const same = (other: Template) =>
      other.key !== of?.key && other.name.toLocaleLowerCase() === called.toLocaleLowerCase();
    const why = !called ? t("template.name.empty") : others.some(same) ? t("template.name.taken") : undefined;
    setUnnamed(why);
    if (why) return field.current?.focus();
    if (!title.trim() && !text.trim()) return act.say(t("template.empty"));
    if (over > 0) return act.say(t("template.tooLong", { over }));
    const patch = of
      ? // What somebody else has changed of it meanwhile stays.
        Object.fromEntries(changed(of, parts).map(([part, value]) => [pathOf("templates", of.key, part), value]))
      : { [pathOf("templates", sync.newId("m"))]: { ...parts, order } };
    if (Object.keys(patch).length === 0 || (await act.run(() => change(patch)))) close(called);
  };
  const keys = (event: KeyboardEvent) => {
    // What was written is not lost by one key.
    if (event.key !== "Escape" || event.nativeEvent.isComposing || differs) return;
    event.stopPropagation();
    close();
  };
  const what = (one: Asks) => (one === "nothing" ? t("template.asks.nothing") : t(`asking.what.${one}`));
  return (
    <form
      className={`${css.field} ${form.form} ${of ? own.form : own.alone}`}
      data-wide
      onSubmit={(event) => void submit(event)}
      onKeyDown={keys}
      noValidate
    >
      <TextInput
        ref={field}
        label={t("template.name")}
        description={t("template.name.hint")}
        value={name}
        onChange={(event) => setName(event.currentTarget.value)}
        error={unnamed}
        maxLength={mostTitle}
        autoFocus
      />
      <TextInput
        label={t("template.threadTitle")}
        value={title}
        onChange={(event) => setTitle(event.currentTarget.value)}
        maxLength={mostTitle}
      />
      <Textarea
        label={t("template.text")}
        description={t("template.text.hint")}
        autosize
        minRows={5}
        maxRows={16}
        value={text}
        onChange={(event) => setText(event.currentTarget.value)}
      />
      <div>
        <p className={form.legend} id={label}>
          {t("template.asks")}
        </p>
        <Choice<Asks>
          labelledBy={label}
          value={asks}
          options={ASKS.map((value) => ({ value, label: what(value) }))}
          onChange={setAsks}
          row
        />
      </div>
      <Wrong>{act.wrong}</Wrong>
      <div className={css.buttons}>
        <Button type="submit" loading={act.busy}>
          {t("settings.save")}
        </Button>
        <Button variant="subtle" onClick={() => close()}>
          {t("settings.cancel")}
        </Button>
      </div>
    </form>
  );
}

/** The parts that are others than they were. */
function changed(of: Template, parts: Record<string, unknown>): Array<[string, unknown]> {
  const was = of as unknown as Record<string, unknown>;
  return Object.entries(parts).filter(([part, value]) => JSON.stringify(was[part] ?? null) !== JSON.stringify(value));
}
