// A small picture for a file without one.
import { IconFile, IconFileMusic, IconFileText, IconFileZip, IconMovie, IconPhoto } from "@tabler/icons-react";
import type { ReactElement } from "react";
import css from "./Files.module.css";

/** By the ending of its name. */
export function FileMark({ name, size = 20 }: { name: string; size?: number }): ReactElement {
  const ending = /\.([a-z0-9]+)$/i.exec(name)?.[1]?.toLowerCase() ?? "";
  const kinds: Array<[RegExp, typeof IconFile]> = [
    [/^(png|jpe?g|gif|webp|avif|svg|heic)$/, IconPhoto],
    [/^(mp4|webm|mov|mkv|avi)$/, IconMovie],
    [/^(mp3|ogg|opus|wav|flac|m4a)$/, IconFileMusic],
    [/^(zip|gz|xz|zst|tar|7z)$/, IconFileZip],
    [/^(txt|md|pdf|docx?|odt|rtf|csv)$/, IconFileText],
  ];
  const Mark = kinds.find(([pattern]) => pattern.test(ending))?.[1] ?? IconFile;
  return <Mark size={size} stroke={1.6} aria-hidden="true" className={css.mark} />;
}
