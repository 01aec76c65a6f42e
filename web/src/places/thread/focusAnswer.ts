// The keyboard goes to where one answers.

/** Into the text below a thread. */
export function focusAnswer(): void {
  document.querySelector<HTMLElement>("#answer textarea, #answer [contenteditable=true]")?.focus();
}
