// Six emoji at hand, and all others one step further.
import { IconPlus } from "@tabler/icons-react";
import { useState, type ReactElement } from "react";
import { useT } from "../../ui/i18n";
import { IconButton } from "../../ui/IconButton";
import { part } from "../../ui/part";
import css from "./Emoji.module.css";

const AllEmoji = part(() => import("./AllEmoji").then((module) => module.AllEmoji));
const QUICK = ["👍", "❤️", "🎉", "👀", "🙏", "✅"];

/** The choice. */
export function EmojiChoice({ choose }: { choose(emoji: string): void }): ReactElement {
  const t = useT();
  const [all, setAll] = useState(false);
  if (all) return <AllEmoji choose={choose} />;
  return (
    <div className={css.quick}>
      {QUICK.map((emoji) => (
        <button key={emoji} type="button" className={css.emoji} aria-label={emoji} onClick={() => choose(emoji)}>
          {emoji}
        </button>
      ))}
      <IconButton icon={IconPlus} label={t("emoji.all")} onClick={() => setAll(true)} />
    </div>
  );
}
