// What would come of an export, and what came of it, in sentences and a table.
import { Button } from "@mantine/core";
import { useId, useState, type ReactElement } from "react";
import { useT } from "../../ui/i18n";
import { sentence } from "../../ui/wording";
import css from "./Imports.module.css";

/** Lines of a list before one asks for more. */
const FEW = 8;

interface Problems {
  count: number;
  list: Array<{ place: string; why: string }>;
}

interface Preview {
  spaces: Array<{
    id: string;
    name: string;
    sort: "open" | "private" | "direct";
    members: number;
    messages: number;
    there: boolean;
  }>;
  spacesInAll: number;
  known: number;
  importedBefore: number;
  placeholders: number;
  messages: number;
  threads: number;
  files: number;
  filesMissing: number;
  leftOut: Record<string, number>;
  problems: Problems;
  seconds: number;
}

interface Result {
  spaces: number;
  people: number;
  threads: number;
  posts: number;
  files: number;
  already: number;
  problems: Problems;
}

/** The preview. */
export function Looked({ preview }: { preview: Record<string, unknown> }): ReactElement {
  const t = useT();
  const [all, show] = useState(false);
  const told = preview as unknown as Preview;
  const { spaces, spacesInAll, messages, threads, files, filesMissing, known, importedBefore, placeholders } = told;
  const shown = all ? spaces : spaces.slice(0, FEW);
  return (
    <div className={css.told}>
      <p>{t("import.would", { messages, threads, spaces: spacesInAll, files })}</p>
      <p>{t("import.people", { known: known + importedBefore, placeholders })}</p>
      {filesMissing > 0 && <p>{t("import.filesMissing", { files: filesMissing })}</p>}
      <table className={css.spaces}>
        <thead>
          <tr>
            <th scope="col">{t("import.space")}</th>
            <th scope="col">{t("import.who")}</th>
            <th scope="col">{t("import.messages")}</th>
          </tr>
        </thead>
        <tbody>
          {shown.map(({ id, name, sort, members, messages: count, there }) => (
            <tr key={id}>
              <td>
                <span dir="auto">{name}</span>
                {there && <small>{t("import.there")}</small>}
              </td>
              <td>{t(`import.sort.${sort}`, { members })}</td>
              <td>{t("import.number", { count })}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {spacesInAll > shown.length && (
        <p className={css.quiet}>
          {spaces.length > shown.length ? (
            <Button variant="subtle" h={32} onClick={() => show(true)}>
              {t("import.allSpaces", { spaces: spacesInAll })}
            </Button>
          ) : (
            t("import.moreSpaces", { spaces: spacesInAll - shown.length })
          )}
        </p>
      )}
      <Trouble problems={told.problems} />
      <p className={css.quiet}>{t("import.takes", { minutes: Math.ceil(told.seconds / 60) })}</p>
    </div>
  );
}

/** The result. */
export function Came({ result }: { result: Record<string, unknown> }): ReactElement {
  const t = useT();
  const { threads, posts, files, spaces, people, already, problems } = result as unknown as Result;
  return (
    <div className={css.told}>
      <p>{t("import.came", { threads, posts, files, spaces })}</p>
      {people > 0 && <p>{t("import.newPeople", { people })}</p>}
      {already > 0 && <p className={css.quiet}>{t("import.already", { already })}</p>}
      <Trouble problems={problems} />
    </div>
  );
}

function Trouble({ problems: { count, list } }: { problems: Problems }): ReactElement | null {
  const t = useT();
  const id = useId();
  if (count === 0) return null;
  return (
    <details className={css.trouble}>
      <summary id={id}>{t("import.problems", { count })}</summary>
      <ul aria-labelledby={id}>
        {list.map(({ place, why }, at) => (
          // One place may have several.
          <li key={`${at} ${place}`}>
            <code dir="ltr">{place}</code> {sentence(why)}
          </li>
        ))}
      </ul>
      {count > list.length && <p className={css.quiet}>{t("import.moreProblems", { count: count - list.length })}</p>}
    </details>
  );
}
