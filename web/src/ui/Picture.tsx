// A picture in a thread: a preview in a place that is kept for it, which opens the whole. One that can't be had, as
// without a network, is a quiet place with its name.
import { useEffect, useState, type MouseEvent, type ReactElement } from "react";
import type { Id } from "../generated/types";
import type { Attachment } from "../sync/api";
import { useLocalUrl } from "./composer/Attachments";
import { FileMark } from "./FileMark";
import css from "./Files.module.css";
import { useLanguage, useT } from "./i18n";
import { useLive, useSync } from "./live";
import { hasPreview, isSmall, place, sidesOf, sources } from "./pictures";
import { Size } from "./Size";
import { bytes } from "./time";

/** A preview that can't be had is asked for once more after so many milliseconds: the server may be busy. */
const PAUSE = 3000;

type How = "preview" | "pause" | "whole" | "missing";

/** What stands in the place of a picture. */
export interface Loaded {
  how: How;
  /** The file itself. */
  whole?: string;
  /** What is loaded; nothing while there is nothing to be had. */
  src?: string;
  srcSet?: string;
  /** Another one for each try. */
  key: string;
  failed(): void;
}

/** The addresses of a picture, the next best where one can't be loaded. `whole`: not a preview, but the file itself. */
export function usePicture(account: Id, blob: Attachment, width: number, whole = !hasPreview(blob)): Loaded {
  const sync = useSync();
  const connection = useLive((s) => s.status(), [])?.connection;
  const local = useLocalUrl("localId" in blob ? blob.localId : undefined);
  const first = whole ? "whole" : "preview";
  const [[how, tries], go] = useState<[How, number]>([first, 0]);
  useEffect(() => {
    if (connection === "online") go((now) => (now[0] === "missing" ? [first, 0] : now));
  }, [connection, first]);
  useEffect(() => {
    if (how !== "pause") return;
    const timer = setTimeout(() => go(["preview", 1]), PAUSE);
    return () => clearTimeout(timer);
  }, [how]);
  const key = `${how}-${tries}`;
  if ("localId" in blob) {
    const missing = local && how === "missing";
    return {
      how: missing ? how : "whole",
      whole: local,
      src: missing ? undefined : local,
      key,
      failed: () => go(["missing", 0]),
    };
  }
  const { blobId, name, type } = blob;
  const file = sync.fileUrl(account, blobId, name, type ?? undefined);
  const preview = (most: number) => sync.previewUrl(account, blobId, name, most);
  const failed = () => {
    if (connection === "offline" || how === "whole") return go(["missing", 0]);
    go(tries === 0 ? ["pause", 0] : [isSmall(blob) ? "whole" : "missing", 0]);
  };
  if (how === "preview") {
    return { how, whole: file, src: preview(width), srcSet: sources(sidesOf(blob), preview), key, failed };
  }
  return { how, whole: file, src: how === "whole" ? file : undefined, key, failed };
}

/** One that is shown. `open` shows it whole. */
export function Picture(props: {
  account: Id;
  blob: Attachment;
  /** Bytes that are there of files that are going up. */
  going: Readonly<Record<string, number>>;
  open(from: HTMLElement): void;
}): ReactElement {
  const { account, blob, going, open } = props;
  const t = useT();
  const { how, whole, src, srcSet, key, failed } = usePicture(account, blob, 640);
  const { width, height } = place(sidesOf(blob));
  const click = (event: MouseEvent<HTMLElement>) => {
    // Whoever wants it in a tab of its own has it.
    if (event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    open(event.currentTarget);
  };
  return (
    <li
      className={css.picture}
      style={{ width: `min(100%, ${width}px)` }}
      data-missing={how === "missing" || undefined}
    >
      <a
        className={css.frame}
        style={{ aspectRatio: `${width} / ${height}` }}
        href={whole}
        target="_blank"
        rel="noreferrer"
        aria-haspopup="dialog"
        aria-label={how === "missing" ? undefined : t("file.open", { name: blob.name })}
        onClick={click}
      >
        {how === "missing" && (
          <span className={css.inFrame}>
            <Missing blob={blob} />
          </span>
        )}
        {src && (
          <img
            key={key}
            src={src}
            srcSet={srcSet}
            sizes={`${width}px`}
            width={width}
            height={height}
            alt=""
            loading="lazy"
            decoding="async"
            onError={failed}
          />
        )}
        {blob.type === "image/gif" && how === "preview" && (
          <span className={css.moves} aria-hidden="true">
            GIF
          </span>
        )}
      </a>
      <Size blob={blob} going={going} quiet />
    </li>
  );
}

/** In the place of a picture that can't be shown now. */
export function Missing({ blob }: { blob: Attachment }): ReactElement {
  const language = useLanguage();
  return (
    <span className={css.missing}>
      <FileMark name={blob.name} size={22} />
      <span className={css.name} dir="auto">
        {blob.name}
      </span>
      {blob.size != null && <span className={css.quiet}>{bytes(blob.size, language)}</span>}
    </span>
  );
}
