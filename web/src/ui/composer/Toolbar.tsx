// The buttons below a text: what they do to it is in marks.ts.
import {
  IconBold,
  IconCode,
  IconEye,
  IconItalic,
  IconLink,
  IconList,
  IconListCheck,
  IconPaperclip,
  IconPencil,
  IconQuote,
  type Icon,
} from "@tabler/icons-react";
import type { ReactElement } from "react";
import type { MessageId } from "../../locales/en";
import { useT } from "../i18n";
import { IconButton } from "../IconButton";
import css from "./Composer.module.css";
import { lines, link, wrap, type Written } from "./marks";

const TOOLS: Array<{ id: MessageId; icon: Icon; act(written: Written): Written }> = [
  { id: "composer.bold", icon: IconBold, act: (written) => wrap(written, "**") },
  { id: "composer.italic", icon: IconItalic, act: (written) => wrap(written, "*") },
  { id: "composer.link", icon: IconLink, act: link },
  { id: "composer.quote", icon: IconQuote, act: (written) => lines(written, () => "> ") },
  { id: "composer.list", icon: IconList, act: (written) => lines(written, () => "- ") },
  { id: "composer.tasks", icon: IconListCheck, act: (written) => lines(written, () => "- [ ] ") },
  {
    id: "composer.code",
    icon: IconCode,
    act: (written) => wrap(written, written.text.slice(written.from, written.to).includes("\n") ? "\n```\n" : "`"),
  },
];

/** Marks for the selection, a file, and the preview. */
export function Toolbar(props: {
  disabled: boolean;
  preview: boolean;
  togglePreview(): void;
  apply(act: (written: Written) => Written): void;
  attach(): void;
}): ReactElement {
  const t = useT();
  return (
    <div className={css.tools} role="group" aria-label={t("composer.tools")}>
      {TOOLS.map((tool) => (
        <IconButton
          key={tool.id}
          icon={tool.icon}
          label={t(tool.id)}
          disabled={props.disabled}
          onClick={() => props.apply(tool.act)}
        />
      ))}
      <IconButton icon={IconPaperclip} label={t("composer.attach")} onClick={props.attach} />
      <IconButton
        icon={props.preview ? IconPencil : IconEye}
        label={t(props.preview ? "composer.write" : "composer.preview")}
        pressed={props.preview}
        onClick={props.togglePreview}
      />
    </div>
  );
}
