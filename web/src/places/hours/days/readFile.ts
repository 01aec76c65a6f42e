// Has a calendar file read, with a bound on its size and on the time that it takes.
import type { Asked } from "./calendar.worker";
import type { Found, Read } from "./ics";
import { MOST_BYTES } from "./slim";

/** Milliseconds after which reading is given up. */
const PATIENCE = 10_000;

/** Why a file is not read: it is too large, is no calendar, takes too long, or could not be had from the device. */
export type Unread = "large" | "none" | "long" | "lost";

/** What a file says, or why it is not read. Never rejects. */
export async function readFile(file: File, today: number): Promise<Found | Unread> {
  if (file.size > MOST_BYTES) return "large";
  let text: string;
  try {
    text = await file.text();
  } catch {
    return "lost";
  }
  const read = await inWorker({ text, today });
  return typeof read === "string" ? read : read.how === "read" ? read : "none";
}

function inWorker(asked: Asked): Promise<Read | Unread> {
  return new Promise((resolve) => {
    const worker = new Worker(new URL("./calendar.worker.ts", import.meta.url), { type: "module" });
    const timer = window.setTimeout(() => end("long"), PATIENCE);
    const end = (answer: Read | Unread) => {
      window.clearTimeout(timer);
      worker.terminate();
      resolve(answer);
    };
    worker.onmessage = ({ data }: MessageEvent<Read>) => end(data);
    worker.onerror = () => end("lost");
    worker.postMessage(asked);
  });
}
