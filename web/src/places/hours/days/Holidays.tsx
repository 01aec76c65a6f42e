// Public holidays as days off: a country, its next twelve months, and one press; and days of a calendar file.
import { Button, NativeSelect } from "@mantine/core";
import { useId, useMemo, useState, type ReactElement } from "react";
import type { Id, Person } from "../../../generated/types";
import { holidayIndex, holidaysOf, knownRhythm } from "../../../sync";
import { localeOf } from "../../../ui/firstHours";
import { Loading } from "../../../ui/Notice";
import { Row, Section, Sheet } from "../../settings/parts";
import parts from "../../settings/parts.module.css";
import { ToldLine } from "../ToldLine";
import { dateOf, type Reader } from "../wording";
import css from "./Days.module.css";
import { FromFile } from "./FromFile";
import { countryNames, countryOf, endsEarly, upcoming } from "./holidays";
import { PickDays } from "./PickDays";
import { offers } from "./taking";
import { useFetched } from "./useFetched";
import { useTaking } from "./useTaking";

const NONE: ReadonlySet<string> = new Set();

/** The section. */
export function Holidays(props: { account: Id; me: Person; reader: Reader }): ReactElement {
  const { account, me, reader } = props;
  const { t, language, here, now } = reader;
  const [countryId, regionId] = [useId(), useId()];
  const index = useFetched("index", holidayIndex);
  const [said, choose] = useState<string>();
  const [region, within] = useState("");
  const [left, leave] = useState(NONE);
  const taking = useTaking(account, me, reader);
  const guess = index.value ? countryOf(here.zone, localeOf(navigator.languages), index.value) : "";
  const country = said ?? guess;
  const fetched = useFetched(country, holidaysOf);
  const countries = useMemo(() => countryNames(index.value?.countries ?? [], language), [index.value, language]);
  const today = here.dayOf(now);
  const law = useMemo(() => knownRhythm(me.rhythm, here.zone), [me.rhythm, here.zone]);
  const all = useMemo(
    () => (fetched.value ? offers(upcoming(fetched.value, region, today, language), law, today) : []),
    [fetched.value, region, today, language, law],
  );
  const shown = all.filter(({ standing }) => standing !== "idle");
  const chosen = shown.filter(({ key, standing }) => standing === "new" && !left.has(key));
  const { state, again } = index.value ? fetched : index;
  const regions = fetched.value?.regions ?? [];
  const until = shown.at(-1)?.to;
  const name = countries.find(({ value }) => value === country)?.label ?? "";
  const { compare } = new Intl.Collator(language);
  return (
    <Section title={t("days.title")} hint={t("days.hint")}>
      <ToldLine told={taking.told} />
      <Sheet>
        {index.value && (
          <Row label={t("days.country")} field={countryId}>
            <NativeSelect
              id={countryId}
              className={parts.field}
              size="md"
              value={country}
              data={
                country ? countries : [{ value: "", label: t("days.country.choose"), disabled: true }, ...countries]
              }
              onChange={(event) => {
                choose(event.currentTarget.value);
                within("");
                leave(NONE);
                taking.tell();
              }}
            />
          </Row>
        )}
        {regions.length > 0 && (
          <Row label={t("days.region")} field={regionId}>
            <NativeSelect
              id={regionId}
              className={parts.field}
              size="md"
              value={region}
              data={[
                { value: "", label: t("days.region.none") },
                ...regions.toSorted(([, a], [, b]) => compare(a, b)).map(([value, label]) => ({ value, label })),
              ]}
              onChange={(event) => {
                within(event.currentTarget.value);
                leave(NONE);
              }}
            />
          </Row>
        )}
        {state !== "there" && (index.value === undefined || country !== "") && (
          <div className={css.part}>
            {state === "coming" && <Loading label={t("days.loading")} lines={3} />}
            {state === "offline" && <p className={css.quiet}>{t("days.offline")}</p>}
            {state === "failed" && (
              <div className={parts.buttons}>
                <p className={css.quiet}>{t("days.failed")}</p>
                <Button variant="default" onClick={again}>
                  {t("app.tryAgain")}
                </Button>
              </div>
            )}
          </div>
        )}
        {fetched.value && (
          <div className={css.part}>
            {all.length === 0 && <p className={css.quiet}>{t("days.none")}</p>}
            {shown.length > 0 && (
              <PickDays
                label={t("days.list", { country: name })}
                offers={shown}
                left={left}
                leave={leave}
                reader={reader}
              />
            )}
            <p className={css.quiet}>
              {[
                until && t("days.until", { day: dateOf(today + 365, language, true) }) + ".",
                all.length > shown.length && t("days.weekends", { count: all.length - shown.length }),
                endsEarly(fetched.value, today) && t("days.early", { year: String(fetched.value.last) }),
                shown.length > 0 && shown.every(({ standing }) => standing === "planned") && t("days.allPlanned"),
              ]
                .filter(Boolean)
                .join(" ")}
            </p>
            {shown.some(({ standing }) => standing === "new") && (
              <div className={parts.buttons}>
                <Button loading={taking.busy} disabled={chosen.length === 0} onClick={() => void taking.plan(chosen)}>
                  {t("days.keep")}
                </Button>
              </div>
            )}
          </div>
        )}
        <FromFile law={law} taking={taking} timeOff={me.rhythm?.timeOff ?? []} reader={reader} />
      </Sheet>
    </Section>
  );
}
