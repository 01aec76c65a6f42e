// All keys there are and work now, by where they mean something: the table as the handlers read it, and what one wants in its
// place.
import { Button, Modal } from "@mantine/core";
import { Fragment, useState, type ReactElement } from "react";
import { Link } from "wouter";
import { useT } from "../../ui/i18n";
import { Strokes, useKeysOf } from "../../ui/Kbd";
import { actsOf, type Where } from "../../ui/keyTable";
import { canChoose, forgetKeys, useOwnKeys, useSingleKeys } from "../../ui/ownKeys";
import css from "./Keys.module.css";
import { OwnKey } from "./OwnKey";

const GROUPS: readonly Where[] = ["everywhere", "lists", "thread", "oneByOne", "writing"];

/** The dialog. */
export function Keys({ close }: { close(): void }): ReactElement {
  const t = useT();
  const keysOf = useKeysOf();
  const single = useSingleKeys();
  const own = Object.keys(useOwnKeys()).length > 0;
  const [changes, change] = useState(false);
  const [said, say] = useState("");
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
                      {changes && canChoose(act) ? (
                        <OwnKey act={act} say={say} />
                      ) : (
                        keysOf(act).map((keys, i) => (
                          <Fragment key={keys}>
                            {i > 0 && <span className={css.or}>{t("keys.or")}</span>}
                            <Strokes keys={keys} />
                          </Fragment>
                        ))
                      )}
                    </dd>
                  </div>
                ))}
              </dl>
            </section>
          );
        })}
      </div>
      {single && (
        <div className={css.foot}>
          <p role="status">{said || (changes ? t("keys.change.how") : "")}</p>
          {own && (
            <Button
              variant="subtle"
              onClick={() => {
                forgetKeys();
                say(t("keys.change.forgotten"));
              }}
            >
              {t("keys.change.forget")}
            </Button>
          )}
          <Button
            variant="default"
            onClick={() => {
              change(!changes);
              say("");
            }}
          >
            {t(changes ? "keys.change.end" : "keys.change")}
          </Button>
        </div>
      )}
    </Modal>
  );
}
