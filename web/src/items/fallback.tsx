// An Item of a kind that this app does not know yet: its title, words and files.
import { IconFileUnknown } from "@tabler/icons-react";
import { Files } from "../ui/Files";
import { useT } from "../ui/i18n";
import { Markdown } from "../ui/Markdown";
import type { KindView } from "./kinds";

/** Shown by what all kinds have in common. */
export const fallback: KindView = {
  kind: "",
  name: "kind.unknown",
  icon: IconFileUnknown,
  Body: function Body({ space, item }) {
    const t = useT();
    return (
      <>
        <p>
          <small>{t("kind.unknownHint", { kind: item.kind })}</small>
        </p>
        <Markdown text={item.text ?? item.excerpt} />
        <Files space={space} blobs={item.blobs} />
      </>
    );
  },
};
