// Who may make Spaces public, for admins of the workspace.
import { useId, useState, type ReactElement } from "react";
import type { Workspace } from "../../generated/types";
import { useT } from "../../ui/i18n";
import { useLive, useSync } from "../../ui/live";
import { useAct } from "./act";
import { Choice, Row, Section, Sheet, Wrong } from "./parts";

type Who = NonNullable<Workspace["whoMayPublish"]>;

/** A part of the page at /settings/spaces; nothing for others. */
export function WhoMayPublish(): ReactElement | null {
  const t = useT();
  const sync = useSync();
  const act = useAct();
  const label = useId();
  const [chosen, choose] = useState<Who>();
  const workspace = useLive((s) => s.workspace(), []);
  const admin = useLive((s) => s.people(), [])?.find((person) => person.id === sync.me)?.role === "admin";
  const account = sync.workspaceAccount;
  if (!workspace || !account || !admin) return null;
  const set = async (whoMayPublish: Who) => {
    choose(whoMayPublish);
    await act.run(() => sync.change(account, "Workspace", workspace.id, "update", { whoMayPublish }));
    choose(undefined);
  };
  return (
    <Section title={t("spaces.publish")} hint={t("spaces.publish.hint")}>
      <Sheet>
        <Row label={t("spaces.publish.who")} labelId={label}>
          <Choice<Who>
            labelledBy={label}
            value={chosen ?? workspace.whoMayPublish ?? "admins"}
            options={(["admins", "spaceAdmins", "nobody"] as const).map((value) => ({
              value,
              label: t(`spaces.publish.${value}`),
              hint: value === "nobody" ? t("spaces.publish.nobody.hint") : undefined,
            }))}
            onChange={(who) => void set(who)}
          />
          <Wrong>{act.wrong}</Wrong>
        </Row>
      </Sheet>
    </Section>
  );
}
