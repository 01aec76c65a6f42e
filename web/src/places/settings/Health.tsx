// How the server is, for admins: what it stands on, piece by piece, and what to do about what is wrong.
import { Button } from "@mantine/core";
import { IconAlertTriangle, IconCircleCheck, IconCircleX } from "@tabler/icons-react";
import { useCallback, useEffect, useState, type ReactElement } from "react";
import { checks, type Finding } from "../../sync/auth";
import type { MessageId } from "../../locales/en";
import { copyText } from "../../ui/copy";
import { useLanguage, useT } from "../../ui/i18n";
import { useLive, useSync } from "../../ui/live";
import { Loading, Notice } from "../../ui/Notice";
import { exactly } from "../../ui/time";
import { useExplain } from "./act";
import css from "./Health.module.css";
import { Section, Sheet } from "./parts";

const ICONS = { good: IconCircleCheck, look: IconAlertTriangle, bad: IconCircleX } as const;
/** What is wrong comes first. */
const RANK = { bad: 0, look: 1, good: 2 } as const;
const NAMES: Record<string, MessageId> = {
  clock: "health.clock",
  url: "health.url",
  certificate: "health.certificate",
  folder: "health.folder",
  disk: "health.disk",
  key: "health.key",
  database: "health.database",
  files: "health.files",
  readers: "health.readers",
  search: "health.search",
  pdf: "health.pdf",
};

/** The page at /settings/health. */
export function Health(): ReactElement {
  const t = useT();
  const sync = useSync();
  const me = useLive((s) => s.people(), [])?.find((person) => person.id === sync.me);
  if (!me) return <Loading label={t("settings.loading")} lines={5} />;
  if (me.role !== "admin") return <Notice title={t("health.admins")}>{t("health.admins.text")}</Notice>;
  return <Checks />;
}

function Checks(): ReactElement {
  const t = useT();
  const language = useLanguage();
  const explain = useExplain();
  const [told, tell] = useState<{ findings: Finding[]; at: Date }>();
  const [wrong, say] = useState<string>();
  const [busy, setBusy] = useState(false);
  const look = useCallback(async () => {
    setBusy(true);
    say(undefined);
    try {
      tell({ findings: await checks(), at: new Date() });
    } catch (error) {
      say(explain(error));
    } finally {
      setBusy(false);
    }
  }, [explain]);
  useEffect(() => void look(), [look]);
  const findings = told?.findings.toSorted((a, b) => RANK[a.how] - RANK[b.how]);
  const troubles = findings?.filter(({ how }) => how !== "good").length ?? 0;
  return (
    <Section
      title={findings ? t("health.title", { troubles }) : t("settings.health")}
      hint={told ? t("health.lede", { at: exactly(told.at, language) }) : undefined}
      action={
        <Button variant="default" loading={busy} onClick={() => void look()}>
          {t("health.again")}
        </Button>
      }
    >
      {wrong && (
        <Notice tone="wrong" title={t("health.failed")}>
          {wrong}
        </Notice>
      )}
      {!findings ? (
        !wrong && <Loading label={t("health.looking")} lines={8} />
      ) : (
        <Sheet>
          <ul className={css.findings} aria-busy={busy}>
            {findings.map((one, at) => (
              // Several files may be damaged.
              <One key={`${at} ${one.what}`} {...one} />
            ))}
          </ul>
        </Sheet>
      )}
    </Section>
  );
}

function One({ what, how, says, run }: Finding): ReactElement {
  const t = useT();
  const [copied, setCopied] = useState(false);
  const Icon = ICONS[how];
  const name = NAMES[what];
  return (
    <li data-how={how}>
      <Icon size={20} stroke={1.7} aria-hidden="true" />
      <div>
        <strong>{name ? t(name) : what}</strong>
        <span className={css.how}>{t(`health.how.${how}`)}</span>
        <p lang="en" dir="ltr">
          {says}
        </p>
        {run && (
          <div className={css.run}>
            <code dir="ltr">{run}</code>
            <Button variant="default" h={32} onClick={() => void copyText(run).then(setCopied)}>
              {t(copied ? "people.link.copied" : "people.link.copy")}
            </Button>
          </div>
        )}
      </div>
    </li>
  );
}
