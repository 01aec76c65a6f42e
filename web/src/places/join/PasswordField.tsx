// A password that can be shown, and what a new one has to be.
import { TextInput } from "@mantine/core";
import { IconEye, IconEyeOff } from "@tabler/icons-react";
import { useState, type ReactElement, type Ref } from "react";
import { useT } from "../../ui/i18n";
import { IconButton } from "../../ui/IconButton";

/** Fewer characters are refused by the server. */
export const MIN_PASSWORD = 10;

/** The field. `autoComplete` tells password managers whether it is the one there is or a new one. */
export function PasswordField(props: {
  label: string;
  description?: string;
  value: string;
  onChange: (value: string) => void;
  error?: string;
  autoComplete: "current-password" | "new-password";
  inputRef?: Ref<HTMLInputElement>;
}): ReactElement {
  const { label, description, value, onChange, error, autoComplete, inputRef } = props;
  const t = useT();
  const [shown, show] = useState(false);
  return (
    <TextInput
      ref={inputRef}
      label={label}
      description={description}
      type={shown ? "text" : "password"}
      value={value}
      onChange={(event) => onChange(event.currentTarget.value)}
      error={error}
      autoComplete={autoComplete}
      autoCapitalize="off"
      spellCheck={false}
      rightSectionWidth={46}
      rightSection={
        <IconButton
          icon={shown ? IconEyeOff : IconEye}
          label={t("join.password.show")}
          pressed={shown}
          onClick={() => show(!shown)}
        />
      }
    />
  );
}

/** Why a new password would be refused, by the server's own rules; undefined if nothing speaks against it. */
export function useWrongPassword(): (password: string, name: string, email: string) => string | undefined {
  const t = useT();
  return (password, name, email) => {
    const missing = MIN_PASSWORD - [...password].length;
    if (missing > 0) return t("join.wrong.short", { missing });
    const plain = (text: string) => text.trim().toLowerCase();
    const same = [name, email].filter(Boolean).some((known) => plain(known) === plain(password));
    return same ? t("join.wrong.same") : undefined;
  };
}
