// The files of something that was said: pictures are shown, everything else is a line to open or save.
import { IconFile, IconFileMusic, IconFileText, IconFileZip, IconMovie, IconPhoto } from "@tabler/icons-react";
import type { ReactElement } from "react";
import type { Id } from "../generated/types";
import type { Attachment, ItemView } from "../sync/api";
import { useLocalUrl } from "./composer/Attachments";
import css from "./Files.module.css";
import { useLanguage, useT } from "./i18n";
import { useSync } from "./live";
import { bytes } from "./time";

const SHOWN = new Set(["image/png", "image/jpeg", "image/gif", "image/webp", "image/avif"]);

/** A picture for a file without one, by the ending of its name. */
export function FileMark({ name, size = 20 }: { name: string; size?: number }): ReactElement {
  const ending = /\.([a-z0-9]+)$/i.exec(name)?.[1]?.toLowerCase() ?? "";
  const kinds: Array<[RegExp, typeof IconFile]> = [
    [/^(png|jpe?g|gif|webp|avif|svg|heic)$/, IconPhoto],
    [/^(mp4|webm|mov|mkv|avi)$/, IconMovie],
    [/^(mp3|ogg|opus|wav|flac|m4a)$/, IconFileMusic],
    [/^(zip|gz|xz|zst|tar|7z)$/, IconFileZip],
    [/^(txt|md|pdf|docx?|odt|rtf|csv)$/, IconFileText],
  ];
  const Picture = kinds.find(([pattern]) => pattern.test(ending))?.[1] ?? IconFile;
  return <Picture size={size} stroke={1.6} aria-hidden="true" className={css.mark} />;
}

function One({ account, blob }: { account: Id; blob: Attachment }): ReactElement {
  const sync = useSync();
  const t = useT();
  const language = useLanguage();
  const local = useLocalUrl("localId" in blob ? blob.localId : undefined);
  const url = "localId" in blob ? local : sync.fileUrl(account, blob.blobId, blob.name, blob.type ?? undefined);
  if (blob.type && SHOWN.has(blob.type)) {
    return (
      <li className={css.picture}>
        <a href={url} target="_blank" rel="noreferrer" aria-label={t("file.open", { name: blob.name })}>
          {url && <img src={url} alt={blob.name} loading="lazy" decoding="async" />}
        </a>
      </li>
    );
  }
  return (
    <li>
      <a className={css.file} href={url} download={blob.name}>
        <FileMark name={blob.name} size={22} />
        <span className={css.name} dir="auto">
          {blob.name}
        </span>
        {blob.size != null && <span className={css.size}>{bytes(blob.size, language)}</span>}
      </a>
    </li>
  );
}

/** All files of an Item of that Space. */
export function Files({ space, item }: { space: Id; item: ItemView }): ReactElement | null {
  const t = useT();
  const sync = useSync();
  if (item.blobs.length === 0) return null;
  // Until it is published, what it names is in its author's own account.
  const account = item.waiting ? sync.me : space;
  return (
    <ul className={css.files} aria-label={t("file.list")}>
      {item.blobs.map((blob, i) => (
        <One key={`${"localId" in blob ? blob.localId : blob.blobId}-${i}`} account={account} blob={blob} />
      ))}
    </ul>
  );
}
