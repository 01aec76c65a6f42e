// Doing something that needs the server: one at a time, with what went wrong in plain words.
import { useCallback, useRef, useState } from "react";
import { Offline, Refusal } from "../../sync/api";
import { AuthProblem } from "../../sync/auth";
import { useLanguage, useT } from "../../ui/i18n";
import { atTime } from "../join/wording";
import { sentence } from "../../ui/wording";

/** Says what an error means for the person. */
export function useExplain(): (error: unknown) => string {
  const t = useT();
  const language = useLanguage();
  return useCallback(
    (error: unknown) => {
      if (error instanceof Offline) return t("settings.offline");
      if (error instanceof AuthProblem) {
        if (error.status === 0) return t("settings.offline");
        if (error.status === 429) return t("settings.tooMany", { time: atTime(error.retryAfter, language) });
        return sentence(error.detail || error.title);
      }
      if (error instanceof Refusal && /"email" is taken/.test(error.message)) return t("join.wrong.emailTaken");
      const message = error instanceof Error ? error.message : String(error);
      return message ? sentence(message) : t("settings.failed");
    },
    [t, language],
  );
}

/** One act of a screen. */
export interface Act {
  busy: boolean;
  /** What went wrong with the last one. */
  wrong: string | undefined;
  /** Does it, unless one is under way; says whether it went well. */
  run: (work: () => Promise<unknown>) => Promise<boolean>;
  /** Forgets what went wrong, or says something else. */
  say: (wrong?: string) => void;
}

/** For a control that does something. */
export function useAct(): Act {
  const explain = useExplain();
  const [busy, setBusy] = useState(false);
  const [wrong, say] = useState<string>();
  const running = useRef(false);
  const run = useCallback(
    async (work: () => Promise<unknown>) => {
      if (running.current) return false;
      running.current = true;
      setBusy(true);
      say(undefined);
      try {
        await work();
        return true;
      } catch (error) {
        say(explain(error));
        return false;
      } finally {
        running.current = false;
        setBusy(false);
      }
    },
    [explain],
  );
  return { busy, wrong, run, say };
}
