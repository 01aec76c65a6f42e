// Signing in with address and password; also when the session of this device has ended while things wait on it.
import { Button, TextInput } from "@mantine/core";
import { useEffect, useRef, useState, type FormEvent, type ReactElement } from "react";
import { AuthProblem, signIn } from "../../sync/auth";
import { useLanguage, useT } from "../../ui/i18n";
import css from "./form.module.css";
import { Letter, LetterText } from "./Letter";
import { PasswordField } from "./PasswordField";
import { atTime, isAddress } from "./wording";
import { sentence } from "../../ui/wording";

/** The page. `ended`: the person was signed in here before. `waiting`: things on this device that have not left. */
export function SignIn(props: { waiting?: number; ended?: boolean; onSignedIn: () => void }): ReactElement {
  const { waiting = 0, ended = waiting > 0, onSignedIn } = props;
  const t = useT();
  const language = useLanguage();
  const [email, setEmail] = useState("");
  const [password, setPassword] = useState("");
  const [wrong, setWrong] = useState<{ email?: string; password?: string; all?: string }>({});
  const [busy, setBusy] = useState(false);
  const emailField = useRef<HTMLInputElement>(null);
  const passwordField = useRef<HTMLInputElement>(null);

  useEffect(() => {
    document.title = `${t("signIn.tab")} – Meanwhile`;
  }, [t]);

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (busy) return;
    const found = {
      email: isAddress(email) ? undefined : t("signIn.needEmail"),
      password: password ? undefined : t("signIn.needPassword"),
    };
    if (found.email || found.password) {
      setWrong(found);
      (found.email ? emailField : passwordField).current?.focus();
      return;
    }
    setBusy(true);
    setWrong({});
    try {
      await signIn(email.trim(), password);
      onSignedIn();
    } catch (error) {
      setBusy(false);
      setWrong({ all: explain(error) });
      passwordField.current?.select();
    }
  };

  const explain = (error: unknown): string => {
    if (!(error instanceof AuthProblem)) return String(error);
    if (error.status === 0) return t("signIn.away");
    if (error.status === 403) return t("signIn.wrong");
    if (error.status === 429) return t("signIn.tooMany", { time: atTime(error.retryAfter, language) });
    return sentence(error.detail || error.title);
  };

  return (
    <Letter from="Meanwhile" title={t(ended ? "signIn.ended.title" : "signIn.title")} foot={t("signIn.forgot")}>
      <LetterText>{t(ended ? "signIn.ended.text" : "signIn.text")}</LetterText>
      <form className={css.form} onSubmit={(event) => void submit(event)} noValidate>
        {waiting > 0 && <p className={css.note}>{t("signIn.waiting", { count: waiting })}</p>}
        <TextInput
          ref={emailField}
          label={t("signIn.email")}
          type="email"
          value={email}
          onChange={(event) => setEmail(event.currentTarget.value)}
          error={wrong.email}
          autoComplete="username"
          autoCapitalize="off"
          spellCheck={false}
          autoFocus
        />
        <PasswordField
          inputRef={passwordField}
          label={t("signIn.password")}
          value={password}
          onChange={setPassword}
          error={wrong.password}
          autoComplete="current-password"
        />
        {wrong.all && (
          <p className={css.wrong} role="alert">
            {wrong.all}
          </p>
        )}
        <Button type="submit" className={css.submit} h={46} loading={busy}>
          {t("signIn.submit")}
        </Button>
      </form>
    </Letter>
  );
}
