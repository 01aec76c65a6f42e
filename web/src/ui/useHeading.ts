// The heading of a day in a list that goes back in time: the nearest days by name, what is older by month.
import { useLanguage, useT } from "./i18n";
import { day, daysAgo } from "./time";
import { dates } from "./formats";

/** Gives the heading under which an instant stands now. */
export function useHeading(now: Date): (at: Date) => string {
  const t = useT();
  const language = useLanguage();
  return (at) => {
    const days = daysAgo(at, now);
    if (days <= 0) return t("day.today");
    if (days === 1) return t("day.yesterday");
    if (days < 7) return dates(language, { weekday: "long" }).format(at);
    if (days < 31) return day(at, now, language);
    return dates(language, { month: "long", year: "numeric" }).format(at);
  };
}
