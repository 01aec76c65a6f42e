// Another password for oneself.
import { Button } from "@mantine/core";
import { useRef, useState, type FormEvent, type ReactElement } from "react";
import { AuthProblem, changePassword } from "../../sync/auth";
import { useT } from "../../ui/i18n";
import { useLive, useSync } from "../../ui/live";
import { PasswordField, useWrongPassword } from "../join/PasswordField";
import { useExplain } from "./act";
import { Section, Sheet, Wrong } from "./parts";
import css from "./parts.module.css";
import form from "./form.module.css";

/** The part of the page. The fields are emptied once it is changed, and by nothing else. */
export function ChangePassword({ onChanged }: { onChanged: () => void }): ReactElement {
  const t = useT();
  const sync = useSync();
  const explain = useExplain();
  const wrongPassword = useWrongPassword();
  const me = useLive((s) => s.people(), [])?.find((person) => person.id === sync.me);
  const [old, setOld] = useState("");
  const [next, setNext] = useState("");
  const [wrong, setWrong] = useState<{ old?: string; next?: string; all?: string }>({});
  const [busy, setBusy] = useState(false);
  const [oldField, nextField] = [useRef<HTMLInputElement>(null), useRef<HTMLInputElement>(null)];

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (busy) return;
    const found = {
      old: old ? undefined : t("settings.password.needOld"),
      next: wrongPassword(next, me?.name ?? "", me?.email ?? ""),
    };
    setWrong(found);
    if (found.old || found.next) {
      (found.old ? oldField : nextField).current?.focus();
      return;
    }
    setBusy(true);
    try {
      await changePassword(old, next);
      setOld("");
      setNext("");
      onChanged();
    } catch (error) {
      const status = error instanceof AuthProblem ? error.status : 500;
      if (status === 403) setWrong({ old: t("settings.password.wrong") });
      else if (status === 422) setWrong({ next: explain(error) });
      else setWrong({ all: explain(error) });
      if (status === 403) oldField.current?.focus();
    } finally {
      setBusy(false);
    }
  };

  return (
    <Section title={t("settings.password")} hint={t("settings.password.hint")}>
      <Sheet>
        <form className={`${css.field} ${form.form}`} onSubmit={(event) => void submit(event)} noValidate>
          <input type="email" autoComplete="username" value={me?.email ?? ""} readOnly hidden />
          <PasswordField
            inputRef={oldField}
            label={t("settings.password.old")}
            value={old}
            onChange={setOld}
            error={wrong.old}
            autoComplete="current-password"
          />
          <PasswordField
            inputRef={nextField}
            label={t("settings.password.new")}
            description={t("join.password.hint")}
            value={next}
            onChange={setNext}
            error={wrong.next}
            autoComplete="new-password"
          />
          <Wrong>{wrong.all}</Wrong>
          <div className={css.buttons}>
            <Button type="submit" loading={busy}>
              {t("settings.password.change")}
            </Button>
          </div>
        </form>
      </Sheet>
    </Section>
  );
}
