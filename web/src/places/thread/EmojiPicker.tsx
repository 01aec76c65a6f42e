// Six emoji at hand, and all others one step further.
import { Popover } from "@mantine/core";
import { IconPlus, type Icon } from "@tabler/icons-react";
import { lazy, Suspense, useState, type ReactElement } from "react";
import { useT } from "../../ui/i18n";
import { IconButton } from "../../ui/IconButton";
import { Loading } from "../../ui/Notice";
import css from "./EmojiPicker.module.css";

const AllEmoji = lazy(() => import("./AllEmoji"));
const QUICK = ["👍", "❤️", "🎉", "👀", "🙏", "✅"];

/** A button that opens the choice. */
export function EmojiPicker({
  icon,
  label,
  choose,
}: {
  icon: Icon;
  label: string;
  choose(emoji: string): void;
}): ReactElement {
  const t = useT();
  const [open, setOpen] = useState(false);
  const [all, setAll] = useState(false);
  const done = (emoji: string) => {
    setOpen(false);
    choose(emoji);
  };
  return (
    <Popover
      opened={open}
      onChange={setOpen}
      onExitTransitionEnd={() => setAll(false)}
      position="top-start"
      trapFocus
      returnFocus
      radius="lg"
      shadow="md"
    >
      <Popover.Target>
        <IconButton icon={icon} label={label} onClick={() => setOpen(!open)} />
      </Popover.Target>
      <Popover.Dropdown p={6}>
        {all ? (
          <Suspense fallback={<Loading label={t("loading")} />}>
            <AllEmoji choose={done} />
          </Suspense>
        ) : (
          <div className={css.quick}>
            {QUICK.map((emoji) => (
              <button key={emoji} type="button" aria-label={emoji} onClick={() => done(emoji)}>
                {emoji}
              </button>
            ))}
            <IconButton icon={IconPlus} label={t("emoji.all")} onClick={() => setAll(true)} />
          </div>
        )}
      </Popover.Dropdown>
    </Popover>
  );
}
