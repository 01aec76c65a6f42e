// A row with one text that is changed in place: Save stands there as soon as there is something to save.
import { Button, Textarea, TextInput } from "@mantine/core";
import { useEffect, useId, useRef, useState, type FormEvent, type KeyboardEvent, type ReactElement } from "react";
import { useT } from "../../ui/i18n";
import { useAct } from "./act";
import { Row, Wrong } from "./parts";
import css from "./parts.module.css";

/** `check` says why a text is not taken. Escape goes back to what is saved. */
export function EditRow(props: {
  label: string;
  hint?: string;
  value: string;
  save: (value: string) => Promise<unknown>;
  check?: (value: string) => string | undefined;
  multiline?: boolean;
  numeric?: boolean;
  maxLength?: number;
  autoComplete?: string;
}): ReactElement {
  const { label, hint, value, save, check, multiline, numeric, maxLength, autoComplete } = props;
  const t = useT();
  const id = useId();
  const act = useAct();
  const [draft, setDraft] = useState<string | null>(null);
  const [saved, setSaved] = useState(false);
  const input = useRef<HTMLInputElement & HTMLTextAreaElement>(null);
  const shown = draft ?? value;
  const changed = draft !== null && draft.trim() !== value.trim();

  // What was saved comes back through the workspace; from then on the field follows it again.
  useEffect(() => {
    if (saved && draft?.trim() === value.trim()) setDraft(null);
  }, [saved, draft, value]);

  const write = (text: string) => {
    setDraft(text);
    setSaved(false);
    act.say(undefined);
  };
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (!changed) return;
    const why = check?.(shown.trim());
    if (why) act.say(why);
    else if (await act.run(() => save(shown.trim()))) setSaved(true);
    input.current?.focus();
  };
  const back = (event: KeyboardEvent) => {
    if (event.key !== "Escape" || !changed) return;
    event.stopPropagation();
    write(value);
  };
  const common = {
    id,
    value: shown,
    maxLength,
    "aria-invalid": act.wrong ? true : undefined,
    "aria-describedby": [hint && `${id}-hint`, act.wrong && `${id}-wrong`].filter(Boolean).join(" ") || undefined,
    onKeyDown: back,
    ref: input,
  };
  const offers = changed && !(saved && !act.wrong);
  return (
    <Row label={label} hint={hint} field={id}>
      <form className={css.field} onSubmit={(event) => void submit(event)} noValidate>
        {multiline ? (
          <Textarea
            {...common}
            autosize
            minRows={2}
            maxRows={10}
            onChange={(event) => write(event.currentTarget.value)}
          />
        ) : (
          <TextInput
            {...common}
            autoComplete={autoComplete ?? "off"}
            inputMode={numeric ? "numeric" : undefined}
            onChange={(event) => write(event.currentTarget.value)}
          />
        )}
        <Wrong id={`${id}-wrong`}>{act.wrong}</Wrong>
        {offers && (
          <div className={css.buttons} style={{ marginTop: 8 }}>
            <Button type="submit" loading={act.busy}>
              {t("settings.save")}
            </Button>
            <Button variant="subtle" onClick={() => write(value)}>
              {t("settings.cancel")}
            </Button>
          </div>
        )}
        <p className={css.said} role="status">
          {saved && !act.wrong ? t("settings.saved") : ""}
        </p>
      </form>
    </Row>
  );
}
