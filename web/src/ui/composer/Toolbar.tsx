// The buttons below a text.
import { IconEye, IconMarkdown, IconPaperclip, IconPencil } from "@tabler/icons-react";
import { memo, type ReactElement } from "react";
import { useT } from "../i18n";
import { IconButton } from "../IconButton";
import { useStroke } from "../Kbd";
import css from "./Composer.module.css";
import type { ToolId } from "./field";
import { BUTTONS, TOOLS } from "./tools";

/** Not drawn anew by every key: what one may do to the text, a file, and how one writes: as it will look, or in Markdown, with a preview. */
export const Toolbar = memo(function Toolbar(props: {
  act(tool: ToolId): void;
  /** What is so at the caret; undefined in Markdown, where that is not known. */
  active?: ReadonlySet<ToolId>;
  attach(): void;
  markdown: boolean;
  toggleMarkdown(): void;
  preview: boolean;
  togglePreview(): void;
}): ReactElement {
  const { act, active, attach, markdown, toggleMarkdown, preview, togglePreview } = props;
  const t = useT();
  const stroke = useStroke();
  return (
    <div className={css.tools} role="group" aria-label={t("composer.tools")}>
      {BUTTONS.map((id) => {
        const { icon, label, key } = TOOLS[id];
        return (
          <IconButton
            key={id}
            icon={icon}
            label={t(label)}
            title={key && active ? `${t(label)} (${stroke(key)})` : t(label)}
            disabled={preview}
            pressed={active && id !== "table" ? active.has(id) : undefined}
            // The keyboard stays where it is, and on the phone on the screen.
            onMouseDown={(event) => event.preventDefault()}
            onClick={() => act(id)}
          />
        );
      })}
      <IconButton icon={IconPaperclip} label={t("composer.attach")} onClick={attach} />
      <IconButton
        icon={IconMarkdown}
        label={t("composer.markdown")}
        pressed={markdown}
        disabled={preview}
        onClick={toggleMarkdown}
      />
      {markdown && (
        <IconButton
          icon={preview ? IconPencil : IconEye}
          label={t(preview ? "composer.write" : "composer.preview")}
          pressed={preview}
          onClick={togglePreview}
        />
      )}
    </div>
  );
});
