// What a row of the Inbox asks, by when in one's own hours.
import type { ReactElement } from "react";
import type { Question } from "../../sync/api";
import { AskChip } from "../../ui/AskChip";
import { withDue } from "../../ui/composer/asks";
import { useLanguage, useT } from "../../ui/i18n";
import type { MyHours } from "./useMyHours";

/** `soon`: it is to be done in the working day that is now or next. */
export function Chip(props: { question: Question; hours: MyHours; soon: boolean }): ReactElement {
  const { question, hours, soon } = props;
  const t = useT();
  const language = useLanguage();
  const says = withDue(t(`asks.${question.what}`), question.by, hours.hours, hours.now, language, t);
  return <AskChip what={question.what} strong={soon} says={says} />;
}
