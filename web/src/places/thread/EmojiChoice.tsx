// Six emoji at hand, and all others one step further.
import { IconPlus } from "@tabler/icons-react";
import { lazy, Suspense, useState, type ReactElement } from "react";
import { useT } from "../../ui/i18n";
import { IconButton } from "../../ui/IconButton";
import { Loading } from "../../ui/Notice";
import css from "./Emoji.module.css";

const AllEmoji = lazy(() => import("./AllEmoji"));
const QUICK = ["👍", "❤️", "🎉", "👀", "🙏", "✅"];

/** The choice. */
export function EmojiChoice({ choose }: { choose(emoji: string): void }): ReactElement {
  const t = useT();
  const [all, setAll] = useState(false);
  if (all) {
    return (
      <Suspense fallback={<Loading label={t("loading")} />}>
        <AllEmoji choose={choose} />
      </Suspense>
    );
  }
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
