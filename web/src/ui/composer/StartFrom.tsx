// "Start from …": the templates of the Space that is written to. Loaded where there are any.
import { Menu } from "@mantine/core";
import { IconChevronDown } from "@tabler/icons-react";
import { useRef, type ReactElement } from "react";
import { useT } from "../i18n";
import css from "./StartFrom.module.css";
import type { Template } from "./templates";

/** The button and its list. `begin` puts the keyboard where one goes on. */
export function StartFrom(props: { templates: readonly Template[]; begin(template: Template): void }): ReactElement {
  const t = useT();
  const button = useRef<HTMLButtonElement>(null);
  const chosen = useRef<Template | null>(null);
  const close = () => {
    const template = chosen.current;
    chosen.current = null;
    if (template) props.begin(template);
    else button.current?.focus();
  };
  return (
    <Menu
      position="bottom-end"
      shadow="md"
      trapFocus
      withInitialFocusPlaceholder={false}
      returnFocus={false}
      onClose={close}
      classNames={{ dropdown: css.list ?? "", item: css.item ?? "" }}
    >
      <Menu.Target>
        <button ref={button} type="button" className={css.button}>
          {t("template.startFrom")}
          <IconChevronDown size={16} stroke={1.7} aria-hidden="true" />
        </button>
      </Menu.Target>
      <Menu.Dropdown aria-label={t("template.startFrom")}>
        {props.templates.map((template) => (
          <Menu.Item key={template.key} onClick={() => (chosen.current = template)}>
            <span dir="auto">{template.name}</span>
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}
