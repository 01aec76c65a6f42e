// Gives a file that was made here to the device.

/** Milliseconds for which browsers may take to begin with it. */
const STAYS = 60_000;

/** As a download. */
export function saveFile(name: string, type: string, text: string): void {
  const address = URL.createObjectURL(new Blob([text], { type: `${type};charset=utf-8` }));
  const link = document.createElement("a");
  link.href = address;
  link.download = name;
  link.click();
  window.setTimeout(() => URL.revokeObjectURL(address), STAYS);
}
