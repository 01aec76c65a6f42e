// What the person behind a one-time link is asked: name and address where they are not known, and a password.
import { Button, TextInput } from "@mantine/core";
import { useRef, useState, type FormEvent, type ReactElement, type ReactNode } from "react";
import { AuthProblem, redeem, type LinkLook } from "../../sync/auth";
import { firstHours, keepFirstHours } from "../../ui/firstHours";
import { useLanguage, T, useT } from "../../ui/i18n";
import { deviceZone } from "../settings/zones";
import { FirstHours } from "./FirstHours";
import css from "./form.module.css";
import { LetterText } from "./Letter";
import { PasswordField, useWrongPassword } from "./PasswordField";
import { atTime, isAddress } from "./wording";
import { sentence } from "../../ui/wording";

/** What is wrong, beside the field it is about. */
interface Wrong {
  name?: string;
  email?: string;
  password?: string;
  /** About no field. */
  all?: string;
}

/** The form. An error never empties a field. */
export function JoinForm(props: {
  secret: string;
  link: LinkLook;
  text: ReactNode;
  /** `differs`: that person wants to say hours other than the usual ones. */
  onSignedIn: (differs: boolean) => void;
  /** The link was used or ended meanwhile. */
  onGone: () => void;
}): ReactElement {
  const { secret, link, text, onSignedIn, onGone } = props;
  const t = useT();
  const language = useLanguage();
  const wrongPassword = useWrongPassword();
  const asks = { name: link.kind !== "reset", email: !link.email };
  const [name, setName] = useState(link.name ?? "");
  const [email, setEmail] = useState("");
  const [password, setPassword] = useState("");
  const [wrong, setWrong] = useState<Wrong>({});
  const [busy, setBusy] = useState(false);
  const [differs, differ] = useState(false);
  // Whoever sets a new password has said them long ago.
  const [rhythm] = useState(() => {
    const zone = link.kind === "reset" ? undefined : deviceZone();
    return zone ? firstHours(zone, navigator.languages) : undefined;
  });
  const fields = {
    name: useRef<HTMLInputElement>(null),
    email: useRef<HTMLInputElement>(null),
    password: useRef<HTMLInputElement>(null),
  };

  const show = (found: Wrong) => {
    setWrong(found);
    const first = (["name", "email", "password"] as const).find((field) => found[field]);
    if (first) fields[first].current?.focus();
  };

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (busy) return;
    const found: Wrong = {};
    if (asks.name && !name.trim()) found.name = t("join.wrong.name");
    if (asks.email && !isAddress(email)) found.email = t("join.wrong.email");
    found.password = wrongPassword(password, name, link.email ?? email);
    if (found.name || found.email || found.password) {
      show(found);
      return;
    }
    setBusy(true);
    setWrong({});
    try {
      const { personId } = await redeem({
        secret,
        password,
        ...(asks.name && { name: name.trim() }),
        ...(asks.email && { email: email.trim() }),
      });
      if (rhythm && !differs) keepFirstHours(personId, rhythm);
      onSignedIn(differs);
    } catch (error) {
      setBusy(false);
      const problem = error instanceof AuthProblem ? error : new AuthProblem(500, String(error), "");
      if (problem.status === 410) onGone();
      else show(explain(problem));
    }
  };

  const explain = (problem: AuthProblem): Wrong => {
    if (problem.status === 0) return { all: t("join.away.form") };
    if (problem.status === 429) return { all: t("join.tooMany.text", { time: atTime(problem.retryAfter, language) }) };
    const said = sentence(problem.detail || problem.title);
    if (problem.status !== 422) return { all: said };
    if (/"email" is taken/.test(said)) return { [asks.email ? "email" : "all"]: t("join.wrong.emailTaken") };
    if (/password/i.test(said)) return { password: said };
    if (asks.email && /address/i.test(said)) return { email: said };
    if (asks.name && /\bname\b|called/i.test(said)) return { name: said };
    return { all: said };
  };

  return (
    <>
      <LetterText>{text}</LetterText>
      <form className={css.form} onSubmit={(event) => void submit(event)} noValidate>
        {asks.name && (
          <TextInput
            ref={fields.name}
            label={t("join.name")}
            description={t("join.name.hint")}
            value={name}
            onChange={(event) => setName(event.currentTarget.value)}
            error={wrong.name}
            autoComplete="name"
            maxLength={120}
            autoFocus={!link.name}
          />
        )}
        {asks.email && (
          <TextInput
            ref={fields.email}
            label={t("join.email")}
            description={t("join.email.hint")}
            type="email"
            value={email}
            onChange={(event) => setEmail(event.currentTarget.value)}
            error={wrong.email}
            autoComplete="username"
            autoCapitalize="off"
            spellCheck={false}
            maxLength={254}
          />
        )}
        {link.email && (
          <>
            <p className={css.as}>
              <T id="join.signsInAs" values={{ email: link.email }} parts={[<strong key="0" />]} />
            </p>
            {/* Password managers keep the password under this. */}
            <input type="email" autoComplete="username" value={link.email} readOnly hidden />
          </>
        )}
        <PasswordField
          inputRef={fields.password}
          label={t("join.password")}
          description={t("join.password.hint")}
          value={password}
          onChange={setPassword}
          error={wrong.password}
          autoComplete="new-password"
        />
        {rhythm && <FirstHours rhythm={rhythm} differs={differs} differ={differ} />}
        {wrong.all && (
          <p className={css.wrong} role="alert">
            {wrong.all}
          </p>
        )}
        <Button type="submit" className={css.submit} h={46} loading={busy}>
          {t(`join.submit.${link.kind === "first" ? "first" : link.kind === "reset" ? "reset" : "invited"}`)}
        </Button>
      </form>
    </>
  );
}
