// Where one types: chips for what is settled, words, and below them what may be meant by an operator.
import { IconSearch, IconX } from "@tabler/icons-react";
import { useEffect, useId, useState, type KeyboardEvent, type ReactElement, type RefObject } from "react";
import bare from "../../ui/Field.module.css";
import { useT } from "../../ui/i18n";
import { completions, opened, taken } from "./completions";
import { settled, type Directory } from "./directory";
import { parse, type Chip, type Query } from "./query";
import css from "./Field.module.css";
import { chipWords } from "./wording";

/** `text` is what stands in the field, an operator that is being typed included. */
export function Field(props: {
  query: Query;
  text: string;
  directory: Directory;
  input: RefObject<HTMLInputElement | null>;
  write(text: string): void;
  change(chips: Chip[], text: string): void;
  /** Enter: it is looked for as it stands. */
  ask(): void;
  leave(): void;
  /** Down into the results. */
  down(): void;
  says(sentence: string): void;
}): ReactElement {
  const { query, text, directory, input, write, change, ask, leave, down, says } = props;
  const t = useT();
  const list = useId();
  const [at, move] = useState(0);
  const [closed, close] = useState("");
  const open = opened(text, directory);
  const found = open && closed !== text ? completions(open, directory, (chip) => chipWords(chip, directory, t)) : [];
  const active = Math.min(at, found.length - 1);
  useEffect(() => move(0), [text]);

  const remove = (index: number) => {
    const chip = query.chips[index];
    if (!chip) return;
    says(t("search.removed", { what: chipWords(chip, directory, t) }));
    change(
      query.chips.filter((_, i) => i !== index),
      text,
    );
    input.current?.focus();
  };
  const add = (chips: Chip[], rest: string) => {
    const fresh = chips.map((chip) => settled(chip, directory));
    const others = query.chips.filter((old) => !fresh.some((chip) => chip.op === old.op && chip.value === old.value));
    change([...others, ...fresh], rest);
  };
  const choose = (id: string) => {
    if (!open) return;
    add([{ op: open.op, value: id }], text.slice(0, open.from));
    input.current?.focus();
  };
  const typed = (value: string) => {
    const done = taken(value, directory);
    if (done.chips.length > 0) add(done.chips, done.text);
    else write(value);
  };
  const key = (event: KeyboardEvent<HTMLInputElement>) => {
    if (event.nativeEvent.isComposing) return;
    const { selectionStart, selectionEnd } = event.currentTarget;
    const caretFirst = selectionStart === 0 && selectionEnd === 0;
    if (event.key === "Escape") {
      event.preventDefault();
      if (found.length > 0) close(text);
      else leave();
    } else if (event.key === "Backspace" && caretFirst && query.chips.length > 0) {
      event.preventDefault();
      remove(query.chips.length - 1);
    } else if (found.length > 0 && (event.key === "ArrowDown" || event.key === "ArrowUp")) {
      event.preventDefault();
      move((active + (event.key === "ArrowDown" ? 1 : found.length - 1)) % found.length);
    } else if (event.key === "ArrowDown") {
      event.preventDefault();
      down();
    } else if (found.length > 0 && (event.key === "Enter" || (event.key === "Tab" && !event.shiftKey))) {
      event.preventDefault();
      choose(found[active]?.id ?? "");
    } else if (event.key === "Enter") {
      event.preventDefault();
      // What is typed counts as it stands; what it can't mean is said below.
      const all = parse(text);
      if (all.chips.length > 0) add(all.chips, all.text);
      ask();
    }
  };

  return (
    <div className={css.fieldFrame}>
      <div className={css.field}>
        <IconSearch size={20} stroke={1.7} aria-hidden="true" className={css.glass} />
        {query.chips.length > 0 && (
          <ul className={css.chips} aria-label={t("search.chips")}>
            {query.chips.map((chip, i) => {
              const what = chipWords(chip, directory, t);
              return (
                <li key={`${chip.op} ${chip.value}`} className={css.chip}>
                  <span dir="auto">{what}</span>
                  <button type="button" aria-label={t("search.remove", { what })} onClick={() => remove(i)}>
                    <IconX size={14} aria-hidden="true" />
                  </button>
                </li>
              );
            })}
          </ul>
        )}
        <input
          ref={input}
          className={bare.bare}
          type="text"
          role="combobox"
          aria-label={t("search.for")}
          aria-expanded={found.length > 0}
          aria-controls={list}
          aria-activedescendant={found.length > 0 ? `${list}-${active}` : undefined}
          aria-autocomplete="list"
          autoComplete="off"
          autoCapitalize="off"
          spellCheck={false}
          enterKeyHint="search"
          dir="auto"
          placeholder={query.chips.length > 0 ? "" : t("search.for")}
          value={text}
          onChange={(event) => typed(event.target.value)}
          onKeyDown={key}
        />
        {(text || query.chips.length > 0) && (
          <button
            type="button"
            className={css.clear}
            aria-label={t("search.clear")}
            onClick={() => {
              change([], "");
              input.current?.focus();
            }}
          >
            <IconX size={18} aria-hidden="true" />
          </button>
        )}
      </div>
      <ul
        className={css.completions}
        id={list}
        role="listbox"
        aria-label={t("search.completions")}
        hidden={found.length === 0}
      >
        {found.map(({ id, name, hint }, i) => (
          <li
            key={id}
            id={`${list}-${i}`}
            role="option"
            aria-selected={i === active}
            onMouseDown={(event) => {
              event.preventDefault();
              choose(id);
            }}
          >
            <span dir="auto">{name}</span>
            {hint && <small dir="auto">{hint}</small>}
          </li>
        ))}
      </ul>
    </div>
  );
}
