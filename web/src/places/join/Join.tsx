// The page behind a one-time link: says whom it is for, asks for a password, and lets the person in.
import { Button } from "@mantine/core";
import { useCallback, useEffect, useState, type ReactElement, type ReactNode } from "react";
import { AuthProblem, isSignedIn, joinSpace, look, type LinkLook } from "../../sync/auth";
import { useLanguage, T, useT } from "../../ui/i18n";
import { willBegin } from "../begin/useBeginning";
import css from "./form.module.css";
import { JoinForm } from "./JoinForm";
import { JoinHere } from "./JoinHere";
import { Letter, LetterText } from "./Letter";
import { dropSecret, takeSecret } from "./secret";
import { atTime } from "./wording";

/** What is known of the link. */
type Known =
  | { how: "looking" }
  | { how: "bare" }
  | { how: "gone" }
  | { how: "open"; link: LinkLook; here: boolean }
  | { how: "failed"; problem: AuthProblem };

/** Shown at /join. `onSignedIn` is called once the person is in, with where to go from there. */
export function Join({ onSignedIn }: { onSignedIn: (to?: string) => void }): ReactElement {
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
    const asked = look(secret).then(async (link) => ({ link, here: link.kind === "space" && (await isSignedIn()) }));
    asked.then(
      (open) => stale || tell({ how: "open", ...open }),
      (error: unknown) => stale || tell(failure(error)),
    );
    return () => {
      stale = true;
    };
  }, [secret]);
  useEffect(() => ask(), [ask]);

  if (known.how === "open" && secret) {
    const done = (to?: string) => {
      dropSecret();
      onSignedIn(to);
    };
    const { link, here } = known;
    if (here) {
      return (
        <Letter key={secret} from={link.workspace || "Meanwhile"} title={<Greeting link={link} />}>
          <JoinHere
            secret={secret}
            space={link.space ?? ""}
            onJoined={done}
            onGone={() => tell({ how: "gone" })}
            other={() => tell({ ...known, here: false })}
          />
        </Letter>
      );
    }
    return (
      <Letter key={secret} from={link.workspace || "Meanwhile"} title={<Greeting link={link} />}>
        <JoinForm
          secret={secret}
          link={link}
          onSignedIn={(differs) => {
            const hours = differs ? "/hours" : undefined;
            if (link.kind === "first") willBegin();
            if (link.kind !== "space") return done(hours);
            // Whoever came by it is in that Space, and begins there.
            joinSpace(secret).then(
              (space) => done(hours ?? `/s/${space}`),
              () => done(hours),
            );
          }}
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
  if (link.kind === "space") return <>{t("join.space.title", { space: link.space ?? "" })}</>;
  return <>{t("join.invited.title", { name: link.name ?? "" })}</>;
}

function Explanation({ link }: { link: LinkLook }): ReactElement {
  if (link.kind === "first") return <T id="join.first.text" />;
  if (link.kind === "reset") return <T id="join.reset.text" />;
  if (link.kind === "space") return <T id="join.space.text" />;
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
