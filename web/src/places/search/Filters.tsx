// The same as the operators, without typing.
import { Popover, SegmentedControl } from "@mantine/core";
import { IconCheck, IconChevronDown } from "@tabler/icons-react";
import { useState, type ReactElement, type ReactNode } from "react";
import type { Sort } from "../../sync/api";
import { useT } from "../../ui/i18n";
import { named } from "./completions";
import { plusDays } from "./days";
import { HAS, IS, meaning, type Directory, type Known } from "./directory";
import { added, isDay, toggled, type Chip, type Operator, type Query } from "./query";
import css from "./Filters.module.css";
import { chipWords } from "./wording";

/** From so many on a list can be searched. */
const MANY = 9;

/** `change` takes the whole search with the chips as they are to be. */
export function Filters(props: {
  query: Query;
  directory: Directory;
  sort: Sort;
  change(query: Query): void;
  order(sort: Sort): void;
}): ReactElement {
  const { query, directory, sort, change, order } = props;
  const t = useT();
  const words = (op: "has" | "is", ids: readonly string[]) =>
    ids.map((id) => ({ id, name: chipWords({ op, value: id }, directory, t) }));
  const me = { id: directory.me, name: directory.myself };
  const people = [me, ...directory.people.filter(({ id }) => id !== directory.me)];
  const choices: Array<{ op: Operator; label: string; among: readonly Known[] }> = [
    { op: "from", label: t("search.from"), among: people },
    { op: "in", label: t("search.in"), among: directory.spaces },
    { op: "kind", label: t("search.kind"), among: directory.kinds },
    { op: "has", label: t("search.has"), among: words("has", HAS) },
    { op: "is", label: t("search.is"), among: words("is", IS) },
  ];
  const chosen = (op: Operator) =>
    query.chips.flatMap((chip) => {
      const means = chip.op === op ? meaning(chip, directory) : undefined;
      return means?.how === "ids" ? means.found.map(({ id }) => id) : means?.how === "word" ? [means.word] : [];
    });
  const toggle = (op: Operator, id: string) => {
    // It may have been typed by name.
    const old = query.chips.find((chip) => {
      const means = chip.op === op ? meaning(chip, directory) : undefined;
      return means?.how === "ids"
        ? means.found.some((one) => one.id === id)
        : means?.how === "word" && means.word === id;
    });
    change(toggled(query, old ?? { op, value: id }));
  };
  const parts = choices.map(({ op, label, among }) => (
    <Part key={op} label={label} on={query.chips.some((chip) => chip.op === op)}>
      <Choices among={among} chosen={chosen(op)} toggle={(id) => toggle(op, id)} />
    </Part>
  ));
  const when = (
    <Part key="when" label={t("search.when")} on={query.chips.some((chip) => isDay(chip.op))}>
      <When query={query} directory={directory} change={change} />
    </Part>
  );
  return (
    <div className={css.filters}>
      <div className={css.parts} role="group" aria-label={t("search.filters")}>
        {[...parts.slice(0, 2), when, ...parts.slice(2)]}
      </div>
      <SegmentedControl
        size="sm"
        aria-label={t("search.sort")}
        value={sort}
        onChange={(value) => order(value as Sort)}
        data={[
          { value: "rank", label: t("search.sort.rank") },
          { value: "newest", label: t("search.sort.newest") },
        ]}
      />
    </div>
  );
}

function Part({ label, on, children }: { label: string; on: boolean; children: ReactNode }): ReactElement {
  return (
    <Popover position="bottom-start" trapFocus returnFocus shadow="none" radius="lg" withinPortal>
      <Popover.Target>
        <button type="button" className={css.part} data-on={on || undefined}>
          {label}
          <IconChevronDown size={14} aria-hidden="true" />
        </button>
      </Popover.Target>
      <Popover.Dropdown className={css.choices} aria-label={label}>
        {children}
      </Popover.Dropdown>
    </Popover>
  );
}

function Choices(props: { among: readonly Known[]; chosen: string[]; toggle(id: string): void }): ReactElement {
  const { among, chosen, toggle } = props;
  const t = useT();
  const [typed, type] = useState("");
  const shown = typed ? named(typed, among) : among;
  return (
    <>
      {among.length >= MANY && (
        <input
          type="text"
          className={css.find}
          data-autofocus
          aria-label={t("search.anywhere")}
          placeholder={t("search.anywhere")}
          value={typed}
          onChange={(event) => type(event.target.value)}
        />
      )}
      <ul>
        {shown.slice(0, 100).map(({ id, name, hint }) => (
          <li key={id}>
            <button type="button" aria-pressed={chosen.includes(id)} onClick={() => toggle(id)}>
              <span dir="auto">{name}</span>
              {hint?.includes("@") && <small>{hint}</small>}
              {chosen.includes(id) && <IconCheck size={16} aria-hidden="true" />}
            </button>
          </li>
        ))}
      </ul>
      {shown.length === 0 && <p>{t("search.noChoice")}</p>}
    </>
  );
}

function When(props: { query: Query; directory: Directory; change(query: Query): void }): ReactElement {
  const { query, directory, change } = props;
  const t = useT();
  const { today } = directory;
  const anytime: Query = { ...query, chips: query.chips.filter((chip) => !isDay(chip.op)) };
  const day = (op: Operator) => {
    const chip = query.chips.find((one) => one.op === op);
    const means = chip && meaning(chip, directory);
    return means?.how === "day" ? means.day : "";
  };
  const since = (value: string): Chip[] => [{ op: "after", value }];
  const presets: Array<{ label: string; chips: Chip[] }> = [
    { label: t("search.day.any"), chips: [] },
    { label: t("search.day.today"), chips: [{ op: "on", value: today }] },
    { label: t("search.day.week"), chips: since(plusDays(today, -6)) },
    { label: t("search.day.month"), chips: since(plusDays(today, -29)) },
    { label: t("search.day.year"), chips: since(`${today.slice(0, 4)}-01-01`) },
  ];
  const now = query.chips.filter((chip) => isDay(chip.op));
  const isNow = (chips: Chip[]) => chips.length === now.length && chips.every(({ op, value }) => day(op) === value);
  return (
    <>
      <ul>
        {presets.map(({ label, chips }) => (
          <li key={label}>
            <button
              type="button"
              aria-pressed={isNow(chips)}
              onClick={() => change({ ...anytime, chips: [...anytime.chips, ...chips] })}
            >
              <span>{label}</span>
              {isNow(chips) && <IconCheck size={16} aria-hidden="true" />}
            </button>
          </li>
        ))}
      </ul>
      <div className={css.days}>
        {(["after", "before"] as const).map((op) => (
          <label key={op}>
            <span>{t(`search.day.${op}`)}</span>
            <input
              type="date"
              value={day(op)}
              onChange={(event) => {
                const { value } = event.target;
                const rest = { ...query, chips: query.chips.filter((chip) => chip.op !== op && chip.op !== "on") };
                change(value ? added(rest, { op, value }) : rest);
              }}
            />
          </label>
        ))}
      </div>
    </>
  );
}
