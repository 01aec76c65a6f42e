// Reads a calendar file beside the page, so that one which never ends does not take the page along.
import { readCalendar, type Read } from "./ics";

/** What is asked of it. */
export interface Asked {
  text: string;
  today: number;
}

interface Scope {
  addEventListener(what: "message", told: (event: MessageEvent<Asked>) => void): void;
  postMessage(answer: Read): void;
}

const scope = globalThis as unknown as Scope;
scope.addEventListener("message", ({ data: { text, today } }) => scope.postMessage(readCalendar(text, today)));
