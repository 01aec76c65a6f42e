// All keys there are and work now, by where they mean something: the table as the handlers read it.
import { Modal } from "@mantine/core";
import { Fragment, type ReactElement } from "react";
import { Link } from "wouter";
import { useT } from "../../ui/i18n";
import { Strokes, useKeysOf } from "../../ui/Kbd";
import { actsOf, useSingleKeys, type Where } from "../../ui/keys";
import css from "./Keys.module.css";

const GROUPS: readonly Where[] = ["everywhere", "lists", "thread", "oneByOne", "writing"];

/** The dialog. */
export function Keys({ close }: { close(): void }): ReactElement {
  const t = useT();
  const keysOf = useKeysOf();
  const single = useSingleKeys();
  return (
    <Modal
      opened
      onClose={close}
      title={t("keys.title")}
      size={860}
      closeButtonProps={{ "aria-label": t("close") }}
      transitionProps={{ duration: 0 }}
    >
      {!single && (
        <p className={css.off}>
          {t("keys.areOff", { mod: t("keys.cap.mod") })}{" "}
          <Link href="/settings" onClick={close}>
            {t("keys.settings")}
          </Link>
        </p>
      )}
      <div className={css.groups}>
        {GROUPS.map((where) => {
          const acts = actsOf(where).filter((act) => keysOf(act).length > 0);
          if (acts.length === 0) return null;
          return (
            <section key={where} className={css.group}>
              <h3>{t(`keys.in.${where}`)}</h3>
              <dl>
                {acts.map((act) => (
                  <div key={act} data-act={act}>
                    <dt>{t(`keys.${act}`)}</dt>
                    <dd>
                      {keysOf(act).map((keys, i) => (
                        <Fragment key={keys}>
                          {i > 0 && <span className={css.or}>{t("keys.or")}</span>}
                          <Strokes keys={keys} />
                        </Fragment>
                      ))}
                    </dd>
                  </div>
                ))}
              </dl>
            </section>
          );
        })}
      </div>
    </Modal>
  );
}
