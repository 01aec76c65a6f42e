// Chooses one of many by typing a few letters of its name: a Space, a thread, a person. In the dialog itself, so that
// nothing floats over it.
import { IconX } from "@tabler/icons-react";
import { useId, useMemo, useRef, useState, type KeyboardEvent, type ReactElement, type RefObject } from "react";
import { Avatar } from "../../ui/Avatar";
import { useT } from "../../ui/i18n";
import { IconButton } from "../../ui/IconButton";
import { Marked } from "../../ui/Marked";
import { stepped } from "../../ui/stepped";
import { fit, folded, wantedOf, type Fit, type Folded } from "../palette/fuzzy";
import line from "../../ui/Option.module.css";
import css from "./Choose.module.css";

/** What can be chosen. `also`: under what else it is found. */
export interface Option {
  id: string;
  name: string;
  hint?: string;
  also?: string;
  /** Of whom or what the picture is; none: no picture. */
  picture?: string;
  square?: boolean;
}

/** So many are offered. */
const MOST = 6;
/** Letters here and there count only where nothing fits better. */
const WELL = 50;

interface Ready {
  option: Option;
  name: Folded;
  also?: Folded;
}

function best(typed: string, all: readonly Ready[]): Array<{ option: Option; marks: Fit["marks"] }> {
  const wanted = wantedOf(typed);
  if (wanted.length === 0) return all.slice(0, MOST).map(({ option }) => ({ option, marks: [] }));
  const found = all.flatMap(({ option, name, also }) => {
    const direct = fit(wanted, name);
    const other = direct || !also ? null : fit(wanted, also);
    if (direct) return [{ option, marks: direct.marks, score: direct.score }];
    return other && other.score > WELL ? [{ option, marks: [], score: other.score - 15 }] : [];
  });
  const least = found.some(({ score }) => score >= WELL) ? WELL : 0;
  return found
    .filter(({ score }) => score >= least)
    .sort((a, b) => b.score - a.score)
    .slice(0, MOST);
}

/** A field with what fits below it; what is chosen stands in its place until it is taken off. */
export function Choose(props: {
  label: string;
  options: readonly Option[];
  chosen: Option | undefined;
  choose(option: Option | undefined): void;
  /** Said where nothing fits. */
  none: string;
  input?: RefObject<HTMLInputElement | null>;
}): ReactElement {
  const { label, options, chosen, choose, none, input } = props;
  const t = useT();
  const list = useId();
  const own = useRef<HTMLInputElement>(null);
  const field = input ?? own;
  const [typed, type] = useState("");
  const [at, move] = useState(0);
  const all = useMemo<Ready[]>(
    () =>
      options.map((option) => ({
        option,
        name: folded(option.name),
        ...(option.also ? { also: folded(option.also) } : {}),
      })),
    [options],
  );
  const found = useMemo(() => best(typed, all), [typed, all]);
  const active = Math.min(at, found.length - 1);
  const take = (option: Option | undefined) => {
    if (!option) return;
    type("");
    move(0);
    choose(option);
  };
  const key = (event: KeyboardEvent<HTMLInputElement>) => {
    if (event.nativeEvent.isComposing) return;
    const to = stepped(event.key, active, found.length);
    if (to !== null) {
      event.preventDefault();
      move(to);
    } else if (event.key === "Enter") {
      event.preventDefault();
      take(found[active]?.option);
    }
  };
  if (chosen) {
    return (
      <div>
        <p className={css.label}>{label}</p>
        <div className={`${line.option} ${css.chosen}`}>
          <Picture option={chosen} />
          <span dir="auto">{chosen.name}</span>
          {chosen.hint && <small dir="auto">{chosen.hint}</small>}
          <IconButton
            icon={IconX}
            label={t("choose.other", { name: chosen.name })}
            onClick={() => {
              choose(undefined);
              requestAnimationFrame(() => field.current?.focus());
            }}
          />
        </div>
      </div>
    );
  }
  return (
    <div>
      <label className={css.label} htmlFor={`${list}-field`}>
        {label}
      </label>
      <input
        ref={field}
        id={`${list}-field`}
        type="text"
        role="combobox"
        className={css.field}
        data-autofocus
        aria-expanded={found.length > 0}
        aria-controls={list}
        aria-activedescendant={found.length > 0 ? `${list}-${active}` : undefined}
        aria-autocomplete="list"
        autoComplete="off"
        spellCheck={false}
        dir="auto"
        value={typed}
        onChange={(event) => {
          type(event.target.value);
          move(0);
        }}
        onKeyDown={key}
      />
      <div id={list} role="listbox" aria-label={label} className={css.list} hidden={found.length === 0}>
        {found.map(({ option, marks }, i) => (
          <div
            key={option.id}
            id={`${list}-${i}`}
            role="option"
            aria-selected={i === active}
            className={line.option}
            onMouseMove={() => i !== active && move(i)}
            onClick={() => take(option)}
          >
            <Picture option={option} />
            <span dir="auto">
              <Marked text={option.name} marks={marks} />
            </span>
            {option.hint && <small dir="auto">{option.hint}</small>}
          </div>
        ))}
      </div>
      {found.length === 0 && (
        <p className={css.none} role="status">
          {none}
        </p>
      )}
    </div>
  );
}

function Picture({ option }: { option: Option }): ReactElement | null {
  const { picture, name, square } = option;
  return picture ? <Avatar id={picture} name={name || "·"} size={26} square={square} /> : null;
}
