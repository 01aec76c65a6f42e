// Hours & time off: one's own hours, days off, and everybody's hours to look at. What it says of when things arrive is by
// the law that the server goes by.
import { Button } from "@mantine/core";
import { IconBeach } from "@tabler/icons-react";
import { useId, useMemo, useState, type ReactElement } from "react";
import type { Id, Person, PersonRhythmTimeOff } from "../../generated/types";
import { useT } from "../../ui/i18n";
import { useLive, useSync } from "../../ui/live";
import { Loading, Notice } from "../../ui/Notice";
import { Page, RailPart } from "../../ui/Page";
import { rhythmOf } from "../../sync";
import { hasHours } from "./axis";
import { Holidays } from "./days/Holidays";
import { Everybody } from "./Everybody";
import { Mine } from "./Mine";
import { OutToday } from "./OutToday";
import { PlanTimeOff } from "./PlanTimeOff";
import { TimeOff } from "./TimeOff";
import { ToldLine, type Told } from "./ToldLine";
import { useReader } from "./useReader";
import { faultOf, hoursOf, same, withHours, type DaySpan, type MyHours } from "./week";
import { reachWords } from "./wording";

/** The page at /hours. */
export function Hours(): ReactElement {
  const t = useT();
  const sync = useSync();
  const people = useLive((s) => s.people(), []);
  const me = people?.find((person) => person.id === sync.me);
  const account = sync.workspaceAccount;
  const title = t("hours.title");
  if (account && people && me) return <Known account={account} people={people} me={me} />;
  return (
    <Page name={title} title={title}>
      {account ? (
        <Loading label={t("loading")} lines={5} />
      ) : (
        <Notice title={t("hours.guest")}>{t("hours.guestWhy")}</Notice>
      )}
    </Page>
  );
}

function Known({ account, people, me }: { account: Id; people: Person[]; me: Person }): ReactElement {
  const reader = useReader(me);
  const { t } = reader;
  const form = useId();
  const [draft, setDraft] = useState<MyHours | null>(null);
  const [planning, plan] = useState<{ old?: PersonRhythmTimeOff } | null>(null);
  const [told, tell] = useState<Told>();
  const law = useMemo(() => rhythmOf(me.rhythm), [me.rhythm]);
  // One's own bar shows what is being typed, as soon as it can be.
  const shown = useMemo(() => {
    const all = people.filter(hasHours);
    if (!draft || faultOf(draft)) return all;
    const mine = { ...me, rhythm: withHours(draft, me.rhythm) };
    return all.map((person) => (person.id === me.id ? mine : person));
  }, [people, me, draft]);
  const hours = draft ?? hoursOf(me.rhythm, reader.here.zone);
  const unsaved = draft !== null && !same(draft, hoursOf(me.rhythm, reader.here.zone));
  // In another zone, or while a field is half typed, the bar is not what the fields say.
  const moving =
    hours.zone === reader.here.zone && !faultOf(hours)
      ? {
          week: hours.week,
          change: (week: DaySpan[][]) => setDraft({ ...hours, week }),
          form: unsaved ? form : undefined,
        }
      : undefined;
  return (
    <Page
      name={t("hours.title")}
      title={t("hours.title")}
      lede={law && <span role="status">{reachWords(law, reader)}</span>}
      actions={
        <>
          <OutToday account={account} person={me} reader={reader} tell={tell} />
          <Button leftSection={<IconBeach size={18} stroke={1.7} aria-hidden="true" />} onClick={() => plan({})}>
            {t("hours.off.plan")}
          </Button>
        </>
      }
      rail={
        <RailPart title={t("hours.off.title")}>
          <TimeOff
            account={account}
            me={me}
            people={people}
            reader={reader}
            plan={(old) => plan({ old })}
            tell={tell}
          />
        </RailPart>
      }
    >
      <ToldLine told={told} />
      <Mine id={form} account={account} me={me} draft={draft} setDraft={setDraft} reader={reader} />
      <Everybody people={shown} moving={moving} reader={reader} />
      <Holidays account={account} me={me} reader={reader} />
      {planning && (
        <PlanTimeOff
          account={account}
          me={me}
          people={people}
          old={planning.old}
          reader={reader}
          close={(said) => {
            plan(null);
            if (said) tell({ text: said });
          }}
        />
      )}
    </Page>
  );
}
