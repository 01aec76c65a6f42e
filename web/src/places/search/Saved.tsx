// Before anything is typed: what was lately looked for, the searches that have a name, and how to ask. And the way to
// give a search a name.
import { Button, TextInput } from "@mantine/core";
import { IconBookmark, IconClock, IconPencil, IconTrash } from "@tabler/icons-react";
import { useEffect, useRef, useState, type FormEvent, type ReactElement } from "react";
import { Link } from "wouter";
import type { SavedSearch } from "../../generated/types";
import { T, useT } from "../../ui/i18n";
import { IconButton } from "../../ui/IconButton";
import { useLive, useSync } from "../../ui/live";
import rows from "../../ui/Rows.module.css";
import type { Directory } from "./directory";
import { LONGEST, parse } from "./query";
import css from "./Saved.module.css";
import { chipWords } from "./wording";

/** The address of a search. */
export const addressOf = (written: string, sort = "rank"): string =>
  `/search?q=${encodeURIComponent(written)}${sort === "newest" ? "&sort=newest" : ""}`;

/** A search in words. */
export function useWords(directory: Directory): (written: string) => string {
  const t = useT();
  return (written) => {
    const { chips, text } = parse(written);
    return [text, ...chips.map((chip) => chipWords(chip, directory, t))].filter(Boolean).join(" · ");
  };
}

/** The page with nothing typed. */
export function Start({ directory, says }: { directory: Directory; says(sentence: string): void }): ReactElement {
  const t = useT();
  const words = useWords(directory);
  const recent = (useLive((s) => s.recent("searches"), []) ?? []).slice(0, 6);
  const saved = useLive((s) => s.savedSearches(), []) ?? [];
  return (
    <div className={css.start}>
      <SavedSearches saved={saved} directory={directory} says={says} />
      {recent.length > 0 && (
        <section className={rows.group}>
          <h2>{t("search.recent")}</h2>
          <ul className={`${rows.rows} ${css.lines}`}>
            {recent.map((written) => (
              <li key={written}>
                <Link href={addressOf(written)} data-hit>
                  <IconClock size={18} stroke={1.6} aria-hidden="true" />
                  <span dir="auto">{words(written)}</span>
                </Link>
              </li>
            ))}
          </ul>
        </section>
      )}
      <p className={css.how}>
        <T id="search.how" parts={[<code key="0" />]} />
      </p>
      <p className={`${css.how} ${css.keys}`}>
        <T id="search.keys" parts={[<kbd key="0" />]} />
      </p>
    </div>
  );
}

function SavedSearches(props: { saved: SavedSearch[]; directory: Directory; says(sentence: string): void }) {
  const { saved, directory, says } = props;
  const t = useT();
  const sync = useSync();
  const words = useWords(directory);
  const [renaming, rename] = useState("");
  const [gone, setGone] = useState<SavedSearch | null>(null);
  const undo = useRef<HTMLButtonElement>(null);
  useEffect(() => undo.current?.focus(), [gone]);
  if (saved.length === 0 && !gone) return null;
  const drop = async (search: SavedSearch) => {
    await sync.dropSearch(search.id);
    says(t("search.deleted", { name: search.name }));
    setGone(search);
  };
  const restore = async ({ name, query }: SavedSearch) => {
    // What was deleted stays so: it comes back as another of the same name.
    await sync.saveSearch({ id: sync.newId("i"), name, query });
    setGone(null);
  };
  return (
    <section className={rows.group}>
      <h2>{t("search.saved")}</h2>
      {saved.length > 0 && (
        <ul className={`${rows.rows} ${css.lines}`}>
          {saved.map((search) => (
            <li key={search.id}>
              {renaming === search.id ? (
                <Naming
                  name={search.name}
                  done={async (name) => {
                    if (name) await sync.saveSearch({ ...search, name });
                    rename("");
                  }}
                />
              ) : (
                <>
                  <Link href={addressOf(search.query)} data-hit>
                    <IconBookmark size={18} stroke={1.6} aria-hidden="true" />
                    <span dir="auto">{search.name}</span>
                    {words(search.query) !== search.name && <small dir="auto">{words(search.query)}</small>}
                  </Link>
                  <IconButton
                    icon={IconPencil}
                    label={t("search.rename", { name: search.name })}
                    onClick={() => rename(search.id)}
                  />
                  <IconButton
                    icon={IconTrash}
                    label={t("search.delete", { name: search.name })}
                    onClick={() => void drop(search)}
                  />
                </>
              )}
            </li>
          ))}
        </ul>
      )}
      {gone && (
        <p className={css.gone}>
          <span>{t("search.deleted", { name: gone.name })}</span>
          <Button ref={undo} variant="subtle" h={32} onClick={() => void restore(gone)}>
            {t("undo")}
          </Button>
        </p>
      )}
    </section>
  );
}

/** A field for a name. `done` is told null when it is left as it was. */
function Naming({ name, done }: { name: string; done(name: string | null): void | Promise<void> }): ReactElement {
  const t = useT();
  const [typed, type] = useState(name);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    void done(typed.trim() || null);
  };
  return (
    <form className={css.naming} onSubmit={submit}>
      <TextInput
        aria-label={t("search.saveName")}
        autoFocus
        size="sm"
        value={typed}
        maxLength={100}
        onChange={(event) => type(event.currentTarget.value)}
        onFocus={(event) => event.currentTarget.select()}
        onKeyDown={(event) => {
          if (event.key !== "Escape") return;
          event.stopPropagation();
          void done(null);
        }}
      />
      <Button type="submit" h={36} disabled={!typed.trim()}>
        {t("save")}
      </Button>
      <Button variant="subtle" h={36} onClick={() => void done(null)}>
        {t("cancel")}
      </Button>
    </form>
  );
}

/** Gives the search that is shown a name. */
export function Save({ written, directory }: { written: string; directory: Directory }): ReactElement {
  const t = useT();
  const sync = useSync();
  const words = useWords(directory);
  const saved = useLive((s) => s.savedSearches(), [])?.find((search) => search.query === written);
  // The search that is being named: another one is not.
  const [naming, name] = useState<string | null>(null);
  if (saved) {
    return (
      <p className={css.isSaved}>
        <IconBookmark size={16} stroke={1.6} aria-hidden="true" />
        <span dir="auto">{t("search.isSaved", { name: saved.name })}</span>
      </p>
    );
  }
  if (new TextEncoder().encode(written).length > LONGEST) return <p className={css.isSaved}>{t("search.tooLong")}</p>;
  if (naming !== written) {
    return (
      <Button
        variant="subtle"
        h={32}
        leftSection={<IconBookmark size={16} stroke={1.6} aria-hidden="true" />}
        onClick={() => name(written)}
      >
        {t("search.save")}
      </Button>
    );
  }
  return (
    <div className={css.saving}>
      <Naming
        name={words(written).slice(0, 100)}
        done={async (chosen) => {
          if (chosen) await sync.saveSearch({ id: sync.newId("i"), name: chosen, query: written });
          name(null);
        }}
      />
      <p>{t("search.saveHint")}</p>
    </div>
  );
}
