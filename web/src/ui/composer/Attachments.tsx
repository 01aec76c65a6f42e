// The files of something that is being written.
import { IconX } from "@tabler/icons-react";
import { useEffect, useState, type ReactElement } from "react";
import type { Attachment } from "../../sync/api";
import { FileMark } from "../FileMark";
import { useT } from "../i18n";
import { IconButton } from "../IconButton";
import { useSync } from "../live";
import { Size, useUploads } from "../Size";
import css from "./Composer.module.css";

/** An address for the bytes of a file that is on this device only. */
export function useLocalUrl(localId: string | undefined): string | undefined {
  const sync = useSync();
  const [url, setUrl] = useState<string>();
  useEffect(() => {
    if (!localId) return;
    let made: string | undefined;
    let stopped = false;
    void sync.localFile(localId).then((blob) => {
      if (!blob || stopped) return;
      made = URL.createObjectURL(blob);
      setUrl(made);
    });
    return () => {
      stopped = true;
      if (made) URL.revokeObjectURL(made);
    };
  }, [sync, localId]);
  return url;
}

function One(props: { blob: Attachment; going: Readonly<Record<string, number>>; remove(): void }): ReactElement {
  const { blob, going, remove } = props;
  const t = useT();
  const url = useLocalUrl("localId" in blob ? blob.localId : undefined);
  const picture = url && blob.type?.startsWith("image/");
  return (
    <li className={css.file}>
      {picture ? <img src={url} alt="" /> : <FileMark name={blob.name} />}
      <span className={css.fileName} dir="auto">
        {blob.name}
      </span>
      <Size blob={blob} going={going} />
      <IconButton icon={IconX} label={t("composer.removeFile", { name: blob.name })} onClick={remove} />
    </li>
  );
}

/** A row for each. */
export function Attachments({
  blobs,
  remove,
}: {
  blobs: Attachment[];
  remove(index: number): void;
}): ReactElement | null {
  const going = useUploads(blobs);
  if (blobs.length === 0) return null;
  return (
    <ul className={css.files}>
      {blobs.map((blob, i) => (
        <One key={"localId" in blob ? blob.localId : blob.blobId} blob={blob} going={going} remove={() => remove(i)} />
      ))}
    </ul>
  );
}
