// All emoji with a search, in the language of the screen. Their names come from our own server.
import { EmojiPicker } from "frimousse";
import type { ReactElement } from "react";
import { useLanguage, useT } from "../../ui/i18n";
import css from "./Emoji.module.css";

/** The list; it is a module of its own so that nobody loads it who does not open it. */
export function AllEmoji({ choose }: { choose(emoji: string): void }): ReactElement {
  const t = useT();
  const language = useLanguage();
  return (
    <EmojiPicker.Root
      className={css.all}
      locale={language.startsWith("de") ? "de" : "en"}
      emojibaseUrl={`${location.origin}/assets/emoji-17`}
      columns={7}
      onEmojiSelect={({ emoji }) => choose(emoji)}
    >
      <EmojiPicker.Search
        className={css.search}
        placeholder={t("emoji.search")}
        aria-label={t("emoji.search")}
        autoFocus
      />
      <EmojiPicker.Viewport className={css.viewport}>
        <EmojiPicker.Loading className={css.empty}>{t("loading")}</EmojiPicker.Loading>
        <EmojiPicker.Empty className={css.empty}>{t("emoji.none")}</EmojiPicker.Empty>
        <EmojiPicker.List
          components={{
            CategoryHeader: ({ category, ...props }) => (
              <div className={css.category} {...props}>
                {category.label}
              </div>
            ),
            // The library counts from 0, ARIA from 1.
            Row: ({ children, ...props }) => (
              <div {...props} aria-rowindex={(props["aria-rowindex"] ?? 0) + 1}>
                {children}
              </div>
            ),
            Emoji: ({ emoji, ...props }) => (
              <button
                type="button"
                className={css.emoji}
                data-active={emoji.isActive || undefined}
                {...props}
                aria-colindex={(props["aria-colindex"] ?? 0) + 1}
              >
                {emoji.emoji}
              </button>
            ),
          }}
        />
      </EmojiPicker.Viewport>
    </EmojiPicker.Root>
  );
}
