// The dialog in which something is moved: what is chosen, what will be then, and how far it is.
import { Button, Modal } from "@mantine/core";
import type { FormEvent, ReactElement, ReactNode } from "react";
import { useT } from "../../ui/i18n";
import type { Act } from "../settings/act";
import { Wrong } from "../settings/parts";
import parts from "../settings/parts.module.css";
import css from "./Moving.module.css";
import type { Going } from "./useMove";

/** `ready`: all is chosen that has to be. `doing`: what was begun, a move or something that is done at once. */
export function Frame(props: {
  title: string;
  yes: string;
  ready: boolean;
  doing: Pick<Act, "busy" | "wrong"> | Going;
  submit(): void;
  close(): void;
  children: ReactNode;
}): ReactElement {
  const { title, yes, ready, doing, submit, close, children } = props;
  const { busy, wrong } = doing;
  const going = "begun" in doing && doing.begun ? doing : undefined;
  const t = useT();
  const send = (event: FormEvent) => {
    event.preventDefault();
    if (ready && !busy) submit();
  };
  return (
    <Modal
      opened
      onClose={close}
      title={title}
      size={560}
      closeButtonProps={{ "aria-label": t("close"), size: 44, iconSize: 20 }}
      classNames={{ title: parts.dialogTitle, content: parts.dialog, header: parts.dialog, overlay: parts.veil }}
    >
      <form className={css.form} onSubmit={send} noValidate>
        {going ? <Progress going={going} /> : children}
        <Wrong>{wrong}</Wrong>
        <div className={parts.dialogButtons}>
          <Button variant="default" onClick={close}>
            {t(going ? "close" : "cancel")}
          </Button>
          {!going && (
            <Button type="submit" disabled={!ready} loading={busy}>
              {yes}
            </Button>
          )}
        </div>
      </form>
    </Modal>
  );
}

function Progress({ going: { done, all } }: { going: Going }): ReactElement {
  const t = useT();
  return (
    <div className={css.progress} role="status">
      <p>{t("moving.progress", { done, all })}</p>
      <progress value={done} max={Math.max(all, 1)} aria-label={t("moving.under")} />
      <p className={css.soft}>{t("moving.goesOn")}</p>
    </div>
  );
}
