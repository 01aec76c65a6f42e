// What others hold comes in: an admin drops an export here, sees what would come of it, and has it brought in.
import { Button } from "@mantine/core";
import { IconFileImport } from "@tabler/icons-react";
import { useRef, useState, type DragEvent, type ReactElement } from "react";
import { useT } from "../../ui/i18n";
import { useLive, useSync } from "../../ui/live";
import { Loading, Notice } from "../../ui/Notice";
import { useAct } from "./act";
import { ImportCard } from "./ImportCard";
import css from "./Imports.module.css";
import { Section, Wrong } from "./parts";

/** The page at /settings/import. */
export function Imports(): ReactElement {
  const t = useT();
  const sync = useSync();
  const me = useLive((s) => s.people(), [])?.find((person) => person.id === sync.me);
  const imports = useLive((s) => s.imports(), []);
  if (!me || !imports) return <Loading label={t("settings.loading")} lines={5} />;
  if (me.role !== "admin") return <Notice title={t("import.admins")}>{t("import.admins.text")}</Notice>;
  return (
    <Section title={t("import.title")} hint={t("import.lede")}>
      <Door />
      <ul className={css.imports}>
        {imports.map((one) => (
          <ImportCard key={one.id} one={one} />
        ))}
      </ul>
    </Section>
  );
}

/** Where a file is dropped, or chosen. */
function Door(): ReactElement {
  const t = useT();
  const sync = useSync();
  const act = useAct();
  const input = useRef<HTMLInputElement>(null);
  const [over, hover] = useState(false);
  const take = (files: FileList | null) => {
    const [file, more] = files ?? [];
    if (!file) return;
    if (more) act.say(t("import.one"));
    else if (!/\.zip$/i.test(file.name)) act.say(t("import.zip", { name: file.name }));
    else void act.run(() => sync.giveImport(file, file.name));
  };
  const drag = (event: DragEvent) => {
    if (![...event.dataTransfer.types].includes("Files")) return;
    event.preventDefault();
    hover(event.type !== "dragleave");
  };
  const drop = (event: DragEvent) => {
    event.preventDefault();
    hover(false);
    take(event.dataTransfer.files);
  };
  return (
    <div className={css.door} data-over={over || undefined} onDragOver={drag} onDragLeave={drag} onDrop={drop}>
      <IconFileImport size={28} stroke={1.5} aria-hidden="true" />
      <p>{t("import.drop")}</p>
      <Button variant="default" loading={act.busy} onClick={() => input.current?.click()}>
        {t("import.choose")}
      </Button>
      <input
        ref={input}
        type="file"
        accept=".zip,application/zip"
        hidden
        aria-label={t("import.choose")}
        onChange={(event) => {
          take(event.currentTarget.files);
          event.currentTarget.value = "";
        }}
      />
      <Wrong>{act.wrong}</Wrong>
    </div>
  );
}
