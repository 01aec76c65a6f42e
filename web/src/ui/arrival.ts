// How one came to the place one is in: forwards, or back to where one was.

let back = false;
globalThis.addEventListener?.("popstate", () => {
  back = true;
});

/** One goes back, or forward again, by the browser. Until `arrived` is called. */
export function goesBack(): boolean {
  return back;
}

/** The place stands. */
export function arrived(): void {
  back = false;
}
