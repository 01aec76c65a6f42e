// Whether everybody may read a Space without signing in. Opening it is asked twice, closing it is not.
import { useId, useState, type ReactElement } from "react";
import type { Space } from "../../generated/types";
import { useT } from "../../ui/i18n";
import { useLive, useSync } from "../../ui/live";
import { publicPage } from "../../ui/Public";
import { useAct } from "./act";
import { Choice, Confirm, Row, Value, Wrong } from "./parts";
import css from "./WhoMayRead.module.css";

/** The row for an admin of the Space. */
export function WhoMayRead({
  space,
  change,
}: {
  space: Space;
  change: (value: Record<string, unknown>) => Promise<unknown>;
}): ReactElement | null {
  const t = useT();
  const sync = useSync();
  const act = useAct();
  const label = useId();
  const [asks, ask] = useState(false);
  const [chosen, choose] = useState<Space["readableBy"]>();
  const workspace = useLive((s) => s.workspace(), []);
  const admin = useLive((s) => s.people(), [])?.find((person) => person.id === sync.me)?.role === "admin";
  const may = workspace?.whoMayPublish ?? "admins";
  const allowed = may === "spaceAdmins" || (may === "admins" && admin);
  const open = space.readableBy === "everyone";
  if (!open && !allowed) {
    return (
      <Row label={t("spaces.read")}>
        <Value>{t(may === "nobody" ? "spaces.read.nobody" : "spaces.read.notYours")}</Value>
      </Row>
    );
  }
  const set = async (readableBy: Space["readableBy"]) => {
    choose(readableBy);
    const done = await act.run(() => change({ readableBy }));
    choose(undefined);
    if (done) ask(false);
  };
  return (
    <Row label={t("spaces.read")} labelId={label} hint={open ? t("spaces.read.isOpen") : undefined}>
      <Choice<Space["readableBy"]>
        labelledBy={label}
        value={chosen ?? space.readableBy ?? "members"}
        options={(["members", "everyone"] as const).map((value) => ({
          value,
          label: t(`spaces.read.${value}`),
          hint: t(`spaces.read.${value}.hint`),
        }))}
        onChange={(value) => (value === "everyone" ? ask(true) : void set("members"))}
      />
      {open && (
        <>
          {may === "nobody" ? (
            <p>{t("spaces.read.nobody")}</p>
          ) : (
            <p>
              <a className={css.way} href={publicPage(space.id)} target="_blank" rel="noopener">
                {t("spaces.read.look")}
              </a>
            </p>
          )}
          <label className={css.tick}>
            <input
              type="checkbox"
              checked={space.indexed ?? false}
              onChange={(event) => void act.run(() => change({ indexed: event.target.checked }))}
            />
            {t("spaces.read.indexed")}
          </label>
        </>
      )}
      {!asks && <Wrong>{act.wrong}</Wrong>}
      <Confirm
        opened={asks}
        title={t("spaces.read.title", { space: space.name || t("spaces.unnamed") })}
        yes={t("spaces.read.yes")}
        busy={act.busy}
        wrong={act.wrong}
        onYes={() => void set("everyone")}
        onNo={() => ask(false)}
      >
        <p>{t("spaces.read.text")}</p>
        <p>{t("spaces.read.names")}</p>
      </Confirm>
    </Row>
  );
}
