// How large a file is, and how far on its way up.
import type { ReactElement } from "react";
import type { Attachment, Live } from "../sync/api";
import { useLanguage, useT } from "./i18n";
import { useLive } from "./live";
import css from "./Size.module.css";
import { bytes } from "./time";

/** How many bytes of these files are there, of those that are going up: asked for once for all of them. */
export function useUploads(blobs: readonly Attachment[]): Readonly<Record<string, number>> {
  const any = blobs.some((blob) => "localId" in blob);
  return useLive((s) => (any ? s.uploads() : NONE), [any]) ?? {};
}

const NONE: Live<Record<string, number>> = { subscribe: () => () => {} };

/** The size, with a bar while a large file is `going` up. `quiet`: nothing where it is not. */
export function Size(props: {
  blob: Attachment;
  going: Readonly<Record<string, number>>;
  quiet?: boolean;
}): ReactElement | null {
  const { blob, going, quiet = false } = props;
  const t = useT();
  const language = useLanguage();
  if (blob.size == null) return null;
  const sent = "localId" in blob ? going[blob.localId] : undefined;
  const size = bytes(blob.size, language);
  if (sent === undefined) return quiet ? null : <span className={css.size}>{size}</span>;
  const percent = Math.min(99, Math.floor((sent / blob.size) * 100));
  return (
    <span className={css.going}>
      <progress max={100} value={percent} aria-label={blob.name} />
      {t("file.uploading", { percent, size })}
    </span>
  );
}
