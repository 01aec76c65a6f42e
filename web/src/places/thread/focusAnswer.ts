// The keyboard goes to where one answers.

/** Into the text below a thread. */
export function focusAnswer(): void {
  const field = document.querySelector<HTMLElement>("#answer textarea, #answer [contenteditable=true]");
  field?.scrollIntoView({ block: "center" });
  field?.focus({ preventScroll: true });
}
