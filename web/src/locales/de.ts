// The German words.
import { asking } from "./de/asking";
import { begin } from "./de/begin";
import { changes } from "./de/changes";
import { checkin } from "./de/checkin";
import { days } from "./de/days";
import { decision } from "./de/decision";
import { drafts } from "./de/drafts";
import { groups } from "./de/groups";
import { health } from "./de/health";
import { hours } from "./de/hours";
import { imports } from "./de/imports";
import { join } from "./de/join";
import { search } from "./de/search";
import { keys } from "./de/keys";
import { moving } from "./de/moving";
import { persons } from "./de/persons";
import { picking } from "./de/picking";
import { settings } from "./de/settings";
import { shell } from "./de/shell";
import { thread } from "./de/thread";
import { today } from "./de/today";
import { told } from "./de/told";
import type { Catalogue } from "./en";

/** All German messages. */
export const de: Catalogue = {
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
