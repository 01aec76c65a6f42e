// The page behind a one-time link: says whom it is for, asks for a password, and lets the person in.
import { Button } from "@mantine/core";
import { useCallback, useEffect, useState, type ReactElement, type ReactNode } from "react";
import { AuthProblem, look, type LinkLook } from "../../sync/auth";
import { useLanguage, T, useT } from "../../ui/i18n";
import css from "./form.module.css";
import { JoinForm } from "./JoinForm";
import { Letter, LetterText } from "./Letter";
import { dropSecret, takeSecret } from "./secret";
import { atTime } from "./wording";

/** What is known of the link. */
type Known =
  | { how: "looking" }
  | { how: "bare" }
  | { how: "gone" }
  | { how: "open"; link: LinkLook }
  | { how: "failed"; problem: AuthProblem };

/** Shown at /join. `onSignedIn` is called once the person is in. */
export function Join({ onSignedIn }: { onSignedIn: () => void }): ReactElement {
  const t = useT();
  const [secret, setSecret] = useState(takeSecret);
  const [known, tell] = useState<Known>({ how: "looking" });

  useEffect(() => {
    document.title = `${t("join.tab")} – Meanwhile`;
  }, [t]);

  // Another link that is pasted into the same tab changes only what stands behind the #.
  useEffect(() => {
    const changed = () => setSecret(takeSecret());
    window.addEventListener("hashchange", changed);
    return () => window.removeEventListener("hashchange", changed);
  }, []);

  const ask = useCallback(() => {
    if (!secret) {
      tell({ how: "bare" });
      return () => {};
    }
    let stale = false;
    tell({ how: "looking" });
    look(secret).then(
      (link) => stale || tell({ how: "open", link }),
      (error: unknown) => stale || tell(failure(error)),
    );
    return () => {
      stale = true;
    };
  }, [secret]);
  useEffect(() => ask(), [ask]);

  if (known.how === "open" && secret) {
    const done = () => {
      dropSecret();
      onSignedIn();
    };
    const { link } = known;
    return (
      <Letter key={secret} from={link.workspace || "Meanwhile"} title={<Greeting link={link} />}>
        <JoinForm
          secret={secret}
          link={link}
          onSignedIn={done}
          onGone={() => tell({ how: "gone" })}
          text={<Explanation link={link} />}
        />
      </Letter>
    );
  }
  return <Refused known={known} again={ask} />;
}

function Greeting({ link }: { link: LinkLook }): ReactElement {
  const t = useT();
  if (link.kind === "first") return <>{t("join.first.title")}</>;
  if (link.kind === "reset") return <>{t("join.reset.title")}</>;
  return <>{t("join.invited.title", { name: link.name ?? "" })}</>;
}

function Explanation({ link }: { link: LinkLook }): ReactElement {
  if (link.kind === "first") return <T id="join.first.text" />;
  if (link.kind === "reset") return <T id="join.reset.text" />;
  if (!link.workspace) return <T id="join.invited.textUnnamed" />;
  return <T id="join.invited.text" values={{ workspace: link.workspace }} />;
}

/** Everything but an open link. */
function Refused({ known, again }: { known: Known; again: () => void }): ReactElement {
  const t = useT();
  const language = useLanguage();
  const retry = (
    <div className={css.actions}>
      <Button onClick={again}>{t("join.again")}</Button>
    </div>
  );
  const say = (title: string, text: ReactNode, action?: ReactNode) => (
    <Letter from="Meanwhile" title={title}>
      <div role="alert">
        <LetterText>{text}</LetterText>
      </div>
      {action}
    </Letter>
  );
  const signIn = (
    <div className={css.actions}>
      <Button component="a" href="/" variant="default">
        {t("join.gone.signIn")}
      </Button>
    </div>
  );
  switch (known.how) {
    case "gone":
      return say(t("join.gone.title"), t("join.gone.text"), signIn);
    case "bare":
      return say(t("join.bare.title"), t("join.bare.text"), signIn);
    case "failed": {
      const { problem } = known;
      if (problem.status === 0) return say(t("join.away.title"), t("join.away.text"), retry);
      if (problem.status === 429) {
        return say(
          t("join.tooMany.title"),
          t("join.tooMany.text", { time: atTime(problem.retryAfter, language) }),
          retry,
        );
      }
      return say(t("join.broken.title"), problem.detail || problem.title, retry);
    }
    default:
      return (
        <Letter from="Meanwhile" title={<span aria-hidden="true">…</span>}>
          <div className={css.looking} role="status" aria-label={t("join.looking")}>
            <span style={{ width: "92%" }} />
            <span style={{ width: "74%" }} />
            <span style={{ width: "40%" }} />
          </div>
        </Letter>
      );
  }
}

function failure(error: unknown): Known {
  const problem = error instanceof AuthProblem ? error : new AuthProblem(500, String(error), "");
  // 400: the secret was mangled so that the server can't even read it.
  const gone = [400, 404, 410].includes(problem.status);
  return gone ? { how: "gone" } : { how: "failed", problem };
}
