// The questions of a thread: which wait for one, and what they are called. Pure.
import type { Id } from "../../generated/types";
import { viewOf } from "../../items/kinds";
import { questionOf } from "../../sync";
import type { ItemView } from "../../sync/api";
import { withoutLinks } from "../../ui/composer/mentions";
import { firstWords } from "../../ui/wording";

/** Questions that wait for a reply or a decision of this person; a "Got it" needs no words. */
export function waitsFor(items: readonly ItemView[], person: Id): Id[] {
  const asks = (item: ItemView) => {
    // A decision is answered by a vote, and a reply is a remark.
    const { asksItself, takesPosts } = viewOf(item.kind);
    const question = asksItself && !takesPosts ? undefined : questionOf(item);
    return question && question.what !== "acknowledgement" && question.open.includes(person);
  };
  return items.filter(asks).map(({ id }) => id);
}

/** The title of an Item, or how it begins; undefined if it is not there or says nothing any more. */
export function titleOf(items: readonly ItemView[], id: Id): string | undefined {
  const item = items.find((one) => one.id === id);
  if (!item || item.deleted) return undefined;
  return firstWords(withoutLinks(item.title || item.excerpt)) || undefined;
}
