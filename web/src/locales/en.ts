// The English words, and so the keys that every other catalogue must have. Messages are ICU MessageFormat.
import { asking } from "./en/asking";
import { begin } from "./en/begin";
import { changes } from "./en/changes";
import { checkin } from "./en/checkin";
import { days } from "./en/days";
import { decision } from "./en/decision";
import { drafts } from "./en/drafts";
import { groups } from "./en/groups";
import { health } from "./en/health";
import { hours } from "./en/hours";
import { imports } from "./en/imports";
import { join } from "./en/join";
import { keys } from "./en/keys";
import { moving } from "./en/moving";
import { persons } from "./en/persons";
import { picking } from "./en/picking";
import { settings } from "./en/settings";
import { search } from "./en/search";
import { shell } from "./en/shell";
import { thread } from "./en/thread";
import { today } from "./en/today";
import { told } from "./en/told";

/** All English messages. */
export const en = {
  ...shell,
  ...thread,
  ...join,
  ...keys,
  ...moving,
  ...persons,
  ...settings,
  ...groups,
  ...search,
  ...imports,
  ...health,
  ...today,
  ...told,
  ...hours,
  ...days,
  ...asking,
  ...drafts,
  ...changes,
  ...begin,
  ...decision,
  ...checkin,
  ...picking,
};

/** A key of the catalogue. */
export type MessageId = keyof typeof en;

/** A whole catalogue. */
export type Catalogue = Record<MessageId, string>;
