// Posts of one conversation as they are quoted in another: who said it, when, and the way back to it. Pure.
import type { Id } from "../../generated/types";
import type { ItemView } from "../../sync/api";
import { plain, quote } from "../../ui/composer/marks";
import { withoutLinks } from "../../ui/composer/mentions";
import { pathOf } from "../thread/desk";

/** As Markdown. Nobody who is named in them is named anew. */
export function quoted(props: {
  space: Id;
  origin: string;
  posts: readonly ItemView[];
  nameOf(person: Id): string;
  dateOf(at: string): string;
}): string {
  const { space, origin, posts, nameOf, dateOf } = props;
  return posts
    .map((post) => {
      const head = `**${plain(nameOf(post.createdBy))}**, [${dateOf(post.createdAt)}](${origin}${pathOf(space, post)})`;
      return quote(`${head}\n\n${withoutLinks(post.text ?? post.excerpt)}`).trimEnd();
    })
    .join("\n\n");
}
