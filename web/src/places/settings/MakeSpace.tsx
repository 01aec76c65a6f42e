// A new Space: what it is called, what it is for, and who may join.
import { Button, Textarea, TextInput } from "@mantine/core";
import { IconArrowLeft } from "@tabler/icons-react";
import { useId, useRef, useState, type FormEvent, type ReactElement } from "react";
import { Link, useLocation } from "wouter";
import { useT } from "../../ui/i18n";
import { useSync } from "../../ui/live";
import { Notice } from "../../ui/Notice";
import { useAct } from "./act";
import form from "./form.module.css";
import { Section, Sheet, Wrong } from "./parts";
import css from "./parts.module.css";
import page from "./Settings.module.css";
import { WhoMayJoin, type WhoMay } from "./WhoMayJoin";

/** The page at /settings/spaces/new. Leads on to the new Space's own page, to add people. */
export function MakeSpace(): ReactElement {
  const t = useT();
  const sync = useSync();
  const [, navigate] = useLocation();
  const act = useAct();
  const label = useId();
  // One for the whole form: whoever presses again after an answer was lost makes no second Space.
  const [id] = useState(() => sync.newId("s"));
  const [name, setName] = useState("");
  const [purpose, setPurpose] = useState("");
  const [who, setWho] = useState<WhoMay>("members");
  const [wrong, setWrong] = useState<string>();
  const field = useRef<HTMLInputElement>(null);

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (!name.trim()) {
      setWrong(t("spaces.name.empty"));
      field.current?.focus();
      return;
    }
    setWrong(undefined);
    await act.run(async () => {
      await sync.createSpace({
        id,
        name: name.trim(),
        purpose: purpose.trim() || undefined,
        whoMayJoin: who,
      });
      navigate(`/settings/spaces/${id}`);
    });
  };

  return (
    <>
      <Link href="/settings/spaces" className={page.back}>
        <IconArrowLeft size={16} stroke={1.6} aria-hidden="true" />
        {t("spaces.all")}
      </Link>
      <Section title={t("spaces.make.title")}>
        {!sync.workspaceAccount ? (
          <Notice title={t("spaces.make.guest")} />
        ) : (
          <Sheet>
            <form className={`${css.field} ${form.form}`} onSubmit={(event) => void submit(event)} noValidate>
              <TextInput
                ref={field}
                label={t("spaces.name")}
                description={t("spaces.name.hint")}
                value={name}
                onChange={(event) => setName(event.currentTarget.value)}
                error={wrong}
                maxLength={120}
                autoFocus
              />
              <Textarea
                label={t("spaces.purpose")}
                description={t("spaces.purpose.hint")}
                autosize
                minRows={2}
                maxRows={8}
                maxLength={1000}
                value={purpose}
                onChange={(event) => setPurpose(event.currentTarget.value)}
              />
              <div>
                <p className={form.legend} id={label}>
                  {t("spaces.who")}
                </p>
                <WhoMayJoin labelledBy={label} value={who} onChange={setWho} />
              </div>
              <Wrong>{act.wrong}</Wrong>
              <div className={css.buttons}>
                <Button type="submit" loading={act.busy}>
                  {t("spaces.make")}
                </Button>
              </div>
            </form>
          </Sheet>
        )}
      </Section>
    </>
  );
}
