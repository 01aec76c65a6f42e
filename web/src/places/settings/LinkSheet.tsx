// A link as a sheet that can be shown or printed: the code to scan, and the address to type.
import { Button, Modal } from "@mantine/core";
import { useEffect, type ReactElement } from "react";
import { useT } from "../../ui/i18n";
import { useFocusBack } from "../../ui/useFocusBack";
import { useLive } from "../../ui/live";
import { Qr } from "../../ui/Qr";
import css from "./LinkSheet.module.css";
import parts from "./parts.module.css";

/** The dialog. `name`: for whom or for which Space the link is. */
export function LinkSheet({ name, link, close }: { name: string; link: string; close(): void }): ReactElement {
  const t = useT();
  useFocusBack();
  const workspace = useLive((s) => s.workspace(), [])?.name;
  // What is printed is this sheet alone.
  useEffect(() => {
    document.documentElement.dataset["prints"] = "sheet";
    return () => void delete document.documentElement.dataset["prints"];
  }, []);
  return (
    <Modal
      opened
      onClose={close}
      title={t("qr.title", { name })}
      size="lg"
      closeButtonProps={{ "aria-label": t("close"), size: 44, iconSize: 20 }}
      classNames={{
        title: parts.dialogTitle,
        content: `${parts.dialog} ${css.sheet}`,
        header: parts.dialog,
        overlay: parts.veil,
      }}
    >
      {workspace && <p className={css.workspace}>{workspace}</p>}
      <Qr text={link} label={t("qr.code", { name })} />
      <p className={css.or}>{t("qr.or")}</p>
      <p className={css.link} dir="ltr">
        {link}
      </p>
      <div className={css.acts}>
        <Button variant="default" onClick={() => window.print()}>
          {t("qr.print")}
        </Button>
      </div>
    </Modal>
  );
}
