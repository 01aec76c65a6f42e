// What both fields of a composer have in common: the editor, and the plain one for Markdown.
import type { Id } from "../../generated/types";
import type { Named } from "./mentions";
import type { Template } from "./templates";

/** What a button of the toolbar, or a key, does to what is written. */
export type ToolId =
  "bold" | "italic" | "code" | "link" | "heading" | "list" | "ordered" | "tasks" | "quote" | "fence" | "table" | "rule";

/** What a composer may ask of its field. */
export interface FieldHandle {
  focus(): void;
  act(tool: ToolId): void;
  /** Puts Markdown in the place of what is selected. */
  insert(markdown: string): void;
  /** Where the caret is in the Markdown, also while the keyboard is elsewhere. */
  caret(): number;
  /** The keyboard is here. */
  focused(): boolean;
  /** Something is being written right now, so the field must not be changed for another. */
  busy(): boolean;
}

/** What a field is given. */
export interface FieldProps {
  /** The Space that is written to. */
  space: Id;
  text: string;
  write(text: string): void;
  /** Whom one may name, and oneself, who is not offered. */
  members: readonly Named[];
  me: Id;
  /** Somebody was chosen from the list. */
  name(named: Named): void;
  /** With what one may begin, offered while nothing is written yet. */
  templates: readonly Template[];
  begin(template: Template): void;
  attach(files: File[]): void;
  label: string;
  placeholder: string;
  readOnly: boolean;
  autoFocus: boolean;
  /** Where the caret was in the other field; null: nowhere. */
  caret: number | null;
}

/** What the composer looks for to put the keyboard there: `[data-write]`. */
export const WRITE = "data-write";

const SETTING = "meanwhile-markdown";

/** Whether one writes Markdown on this device. */
export function writesMarkdown(): boolean {
  try {
    return localStorage.getItem(SETTING) === "on";
  } catch {
    return false;
  }
}

/** Remembers it. */
export function setWritesMarkdown(on: boolean): void {
  try {
    if (on) localStorage.setItem(SETTING, "on");
    else localStorage.removeItem(SETTING);
  } catch {
    // Without storage it lasts as long as the page.
  }
}
