// The files of something that was said: pictures are shown and open, everything else is a line to open or save.
import { useEffect, useRef, useState, type ReactElement } from "react";
import type { Id } from "../generated/types";
import type { Attachment, ItemView } from "../sync/api";
import { useLocalUrl } from "./composer/Attachments";
import { FileMark } from "./FileMark";
import css from "./Files.module.css";
import { useT } from "./i18n";
import { useSync } from "./live";
import { part } from "./part";
import { Picture } from "./Picture";
import { isPicture } from "./pictures";
import { Size, useUploads } from "./Size";

const Lightbox = part(() => import("./Lightbox").then((module) => module.Lightbox));

function One(props: { account: Id; blob: Attachment; going: Readonly<Record<string, number>> }): ReactElement {
  const { account, blob, going } = props;
  const sync = useSync();
  const local = useLocalUrl("localId" in blob ? blob.localId : undefined);
  const url = "localId" in blob ? local : sync.fileUrl(account, blob.blobId, blob.name, blob.type ?? undefined);
  return (
    <li>
      <a className={css.file} href={url} download={blob.name}>
        <FileMark name={blob.name} size={22} />
        <span className={css.name} dir="auto">
          {blob.name}
        </span>
        <Size blob={blob} going={going} />
      </a>
    </li>
  );
}

/** All files of an Item of that Space. */
export function Files({ space, item }: { space: Id; item: ItemView }): ReactElement | null {
  const t = useT();
  const sync = useSync();
  const [opened, open] = useState<number | null>(null);
  // What had the focus before has it again.
  const from = useRef<HTMLElement>(null);
  useEffect(() => {
    if (opened === null) from.current?.focus({ preventScroll: true });
  }, [opened]);
  const going = useUploads(item.blobs);
  if (item.blobs.length === 0) return null;
  // Until it is published, what it names is in its author's own account.
  const account = item.waiting ? sync.me : space;
  const pictures = item.blobs.filter(isPicture);
  return (
    <>
      <ul className={css.files} aria-label={t("file.list")}>
        {item.blobs.map((blob, i) => {
          const key = `${"localId" in blob ? blob.localId : blob.blobId}-${i}`;
          if (!isPicture(blob)) return <One key={key} account={account} blob={blob} going={going} />;
          const show = (link: HTMLElement) => {
            from.current = link;
            open(pictures.indexOf(blob));
          };
          return <Picture key={key} account={account} blob={blob} going={going} open={show} />;
        })}
      </ul>
      {opened !== null && pictures[opened] && (
        <Lightbox account={account} pictures={pictures} at={opened} go={open} close={() => open(null)} />
      )}
    </>
  );
}
