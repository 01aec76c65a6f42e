// A picture as large as the window: to look at, to save, and to go on to its neighbours.
import { Modal } from "@mantine/core";
import { IconChevronLeft, IconChevronRight, IconDownload } from "@tabler/icons-react";
import { useEffect, type ReactElement } from "react";
import type { Id } from "../generated/types";
import type { Attachment } from "../sync/api";
import { useLanguage, useT } from "./i18n";
import { IconButton } from "./IconButton";
import css from "./Lightbox.module.css";
import { Missing, usePicture } from "./Picture";
import { opensWhole, sidesOf } from "./pictures";
import { bytes } from "./time";

interface Props {
  account: Id;
  pictures: Attachment[];
  /** Which of them is shown. */
  at: number;
  go(to: number): void;
  close(): void;
}

/** Shows one of an Item's pictures; arrow keys show the others. */
export function Lightbox({ account, pictures, at, go, close }: Props): ReactElement | null {
  const t = useT();
  const language = useLanguage();
  const last = pictures.length - 1;
  useEffect(() => {
    const key = (event: KeyboardEvent) => {
      const by = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
      if (!by || event.ctrlKey || event.metaKey || event.altKey) return;
      event.preventDefault();
      go(Math.min(last, Math.max(0, at + by)));
    };
    window.addEventListener("keydown", key);
    return () => window.removeEventListener("keydown", key);
  }, [at, go, last]);
  const blob = pictures[at];
  if (!blob) return null;
  const many = last > 0;
  return (
    <Modal.Root opened onClose={close} fullScreen radius={0} padding={0}>
      <Modal.Overlay />
      <Modal.Content className={css.content}>
        <Modal.Header className={css.header}>
          <Modal.Title className={css.title}>
            <span className={css.name} dir="auto">
              {blob.name}
            </span>
            {blob.size != null && <span className={css.quiet}>{bytes(blob.size, language)}</span>}
            {many && <span className={css.quiet}>{t("picture.of", { at: at + 1, all: pictures.length })}</span>}
          </Modal.Title>
          <Whole key={nameOf(blob)} account={account} blob={blob} />
          <Modal.CloseButton aria-label={t("close")} size="lg" data-autofocus />
        </Modal.Header>
        <Modal.Body className={css.body} onClick={(event) => event.target === event.currentTarget && close()}>
          <Shown key={nameOf(blob)} account={account} blob={blob} />
          {many && (
            <>
              <IconButton
                className={css.back}
                icon={IconChevronLeft}
                label={t("picture.previous")}
                disabled={at === 0}
                onClick={() => go(at - 1)}
              />
              <IconButton
                className={css.on}
                icon={IconChevronRight}
                label={t("picture.next")}
                disabled={at === last}
                onClick={() => go(at + 1)}
              />
            </>
          )}
        </Modal.Body>
      </Modal.Content>
    </Modal.Root>
  );
}

const nameOf = (blob: Attachment) => ("localId" in blob ? blob.localId : blob.blobId);

function Whole({ account, blob }: { account: Id; blob: Attachment }): ReactElement {
  const t = useT();
  const { whole } = usePicture(account, blob, 2048, true);
  const label = t("picture.download", { name: blob.name });
  return (
    <a className={css.save} href={whole} download={blob.name} aria-label={label} title={label}>
      <IconDownload size={20} stroke={1.7} aria-hidden="true" />
    </a>
  );
}

function Shown({ account, blob }: { account: Id; blob: Attachment }): ReactElement | null {
  const { how, src, srcSet, key, failed } = usePicture(account, blob, 2048, opensWhole(blob));
  if (how === "missing") return <Missing blob={blob} />;
  if (!src) return null;
  const sides = sidesOf(blob);
  return (
    <img
      key={key}
      className={css.picture}
      src={src}
      srcSet={srcSet}
      sizes="100vw"
      width={sides?.width}
      height={sides?.height}
      alt={blob.name}
      onError={failed}
    />
  );
}
