// The languages in which one can be written to, the best first.
import { Button } from "@mantine/core";
import { IconX } from "@tabler/icons-react";
import { useMemo, useState, type ReactElement } from "react";
import { useLanguage, useT } from "../../ui/i18n";
import { IconButton } from "../../ui/IconButton";
import { Choose, type Option } from "../moving/Choose";
import { languageName } from "../persons/words";
import { useAct } from "./act";
import { Row, Wrong } from "./parts";
import css from "./Picture.module.css";

/** As many as the server keeps. */
const MOST = 8;
const LETTERS = "abcdefghijklmnopqrstuvwxyz";

/** Languages with a code of two letters that this browser has a name for. */
function known(language: string): Option[] {
  const names = new Intl.DisplayNames(language, { type: "language", fallback: "none" });
  const codes = [...LETTERS].flatMap((first) => [...LETTERS].map((second) => first + second));
  const options = codes.flatMap((id): Option[] => {
    const name = names.of(id);
    // Old codes are other names of new ones.
    const same = Intl.getCanonicalLocales(id)[0] === id;
    return name && same ? [{ id, name, also: languageName(id, id) }] : [];
  });
  return options.sort((a, b) => a.name.localeCompare(b.name, language));
}

/** The row. */
export function Languages(props: {
  tags: readonly string[];
  save: (tags: string[]) => Promise<unknown>;
}): ReactElement {
  const { tags, save } = props;
  const t = useT();
  const language = useLanguage();
  const act = useAct();
  const [adding, add] = useState(false);
  const all = useMemo(() => known(language), [language]);
  const put = (next: string[]) => void act.run(() => save(next));
  return (
    <Row label={t("you.languages")} hint={t("you.languages.hint")}>
      {tags.length > 0 && (
        <ul className={css.languages}>
          {tags.map((tag) => {
            const name = languageName(tag, language);
            return (
              <li key={tag}>
                <span>{name}</span>
                <IconButton
                  icon={IconX}
                  label={t("you.languages.remove", { language: name })}
                  onClick={() => put(tags.filter((other) => other !== tag))}
                />
              </li>
            );
          })}
        </ul>
      )}
      {adding && tags.length < MOST ? (
        <Choose
          label={t("you.languages.add")}
          options={all.filter(({ id }) => !tags.includes(id))}
          chosen={undefined}
          choose={(option) => {
            add(false);
            if (option) put([...tags, option.id]);
          }}
          none={t("you.languages.none")}
        />
      ) : (
        tags.length < MOST && (
          <Button variant="default" loading={act.busy} onClick={() => add(true)}>
            {t("you.languages.add")}
          </Button>
        )
      )}
      <Wrong>{act.wrong}</Wrong>
    </Row>
  );
}
