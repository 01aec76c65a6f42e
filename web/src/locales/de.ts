// The German words.
import { join } from "./de/join";
import { settings } from "./de/settings";
import { shell } from "./de/shell";
import { thread } from "./de/thread";
import type { Catalogue } from "./en";

/** All German messages. */
export const de: Catalogue = { ...shell, ...thread, ...join, ...settings };
