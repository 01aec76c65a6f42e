// The keyboard goes to where one answers.
import { WRITE } from "../../ui/composer/field";

/** Into the text below a thread. */
export function focusAnswer(): void {
  const field = document.querySelector<HTMLElement>(`#answer [${WRITE}]`);
  field?.scrollIntoView({ block: "center" });
  field?.focus({ preventScroll: true });
}
