// The English words, and so the keys that every other catalogue must have. Messages are ICU MessageFormat.
import { join } from "./en/join";
import { settings } from "./en/settings";
import { shell } from "./en/shell";
import { thread } from "./en/thread";

/** All English messages. */
export const en = { ...shell, ...thread, ...join, ...settings };

/** A key of the catalogue. */
export type MessageId = keyof typeof en;

/** A whole catalogue. */
export type Catalogue = Record<MessageId, string>;
