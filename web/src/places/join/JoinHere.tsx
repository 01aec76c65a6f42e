// Whoever is signed in joins the Space of a link with one press.
import { Button } from "@mantine/core";
import { useState, type ReactElement } from "react";
import { AuthProblem, joinSpace } from "../../sync/auth";
import { useLanguage, useT } from "../../ui/i18n";
import { sentence } from "../../ui/wording";
import css from "./form.module.css";
import { LetterText } from "./Letter";
import { atTime } from "./wording";

/** The question. `other`: it is somebody else who sits here. */
export function JoinHere(props: {
  secret: string;
  space: string;
  onJoined: (to: string) => void;
  onGone: () => void;
  other: () => void;
}): ReactElement {
  const { secret, space, onJoined, onGone, other } = props;
  const t = useT();
  const language = useLanguage();
  const [busy, setBusy] = useState(false);
  const [wrong, say] = useState("");
  const join = async () => {
    setBusy(true);
    say("");
    try {
      onJoined(`/s/${await joinSpace(secret)}`);
    } catch (error) {
      setBusy(false);
      const problem = error instanceof AuthProblem ? error : new AuthProblem(500, String(error), "");
      if (problem.status === 410) onGone();
      else if (problem.status === 401) other();
      else if (problem.status === 0) say(t("join.away.form"));
      else if (problem.status === 429) say(t("join.tooMany.text", { time: atTime(problem.retryAfter, language) }));
      else say(sentence(problem.detail || problem.title));
    }
  };
  return (
    <>
      <LetterText>{t("join.space.here")}</LetterText>
      {wrong && (
        <p className={css.wrong} role="alert">
          {wrong}
        </p>
      )}
      <div className={css.actions}>
        <Button onClick={() => void join()} loading={busy}>
          {t("join.space.join", { space })}
        </Button>
        <Button variant="subtle" onClick={other}>
          {t("join.space.other")}
        </Button>
      </div>
    </>
  );
}
