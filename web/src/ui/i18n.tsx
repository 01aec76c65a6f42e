// The words of the screen, by typed keys. A catalogue is a file in locales/; English is the source of the keys, and a
// catalogue that lacks one does not compile. Messages are ICU MessageFormat, compiled when the app is built.
import { i18n } from "@lingui/core";
import { I18nProvider, Trans, useLingui } from "@lingui/react";
import { useCallback, type ReactElement, type ReactNode } from "react";
import { en, type Catalogue, type MessageId } from "../locales/en";

/** The languages there are, by their own names. */
export const LANGUAGES = { en: "English", de: "Deutsch" } as const;

/** A language of the screen. */
export type Language = keyof typeof LANGUAGES;

/** What stands for a message: its values by name. */
export type Values = Record<string, string | number | ReactNode>;

const loaders: Record<Language, () => Promise<Catalogue>> = {
  en: () => Promise.resolve(en),
  de: () => import("../locales/de").then((module) => module.de),
};

/** The best language there is for what the person or the browser asks for (BCP 47, the best first). */
export function bestLanguage(wanted: readonly string[]): Language {
  const found = wanted.map((tag) => tag.toLowerCase().split("-")[0]).find((tag) => tag && tag in LANGUAGES);
  return (found as Language | undefined) ?? "en";
}

/** Shows that language from now on. */
export async function speak(language: Language): Promise<void> {
  i18n.loadAndActivate({ locale: language, messages: await loaders[language]() });
  document.documentElement.lang = language;
}

/** Gives the words below it. */
export function Words({ children }: { children: ReactNode }): ReactElement {
  return <I18nProvider i18n={i18n}>{children}</I18nProvider>;
}

/** Says a message. */
export type Say = (id: MessageId, values?: Record<string, string | number>) => string;

/** A function that says a message in the language of the screen; the same one until that is another. */
export function useT(): Say {
  const { _ } = useLingui();
  return useCallback((id, values) => _(id, values), [_]);
}

/** The language of the screen, for `Intl`: as the browser has it (`en-GB`), where it has that language. */
export function useLanguage(): string {
  const { locale } = useLingui().i18n;
  const { languages } = navigator;
  // Asked for by every row.
  if (said.locale !== locale || said.languages !== languages) {
    const tag = languages.find((one) => one.split("-")[0]?.toLowerCase() === locale) ?? locale;
    said = { locale, languages, tag };
  }
  return said.tag;
}

let said: { locale: string; languages: readonly string[]; tag: string } = { locale: "", languages: [], tag: "" };

/** A message with elements in it: `<0>…</0>` in the text is `parts[0]`. */
export function T({ id, values, parts }: { id: MessageId; values?: Values; parts?: ReactElement[] }): ReactElement {
  const components = Object.fromEntries((parts ?? []).map((part, i) => [String(i), part]));
  return <Trans id={id} values={values ?? {}} components={components as Record<string, ReactElement>} />;
}
