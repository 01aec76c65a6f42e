// The keyboard goes to where one answers.
import { WRITE } from "../../ui/composer/field";

/** Into the text below a thread. */
export function focusAnswer(): void {
  const place = document.getElementById("answer");
  if (!place) return;
  const into = () => {
    const field = place.querySelector<HTMLElement>(`[${WRITE}]`);
    field?.scrollIntoView({ block: "center" });
    field?.focus({ preventScroll: true });
    return field !== null;
  };
  if (into()) return;
  // The editor is on its way. Until it is there, what is typed means no key.
  place.focus();
  const watch = new MutationObserver(() => {
    if (document.activeElement !== place || into()) watch.disconnect();
  });
  watch.observe(place, { childList: true, subtree: true, attributeFilter: [WRITE] });
}
