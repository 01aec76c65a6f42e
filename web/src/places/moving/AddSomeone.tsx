// Somebody is to take part who can't read the thread: either the person joins its Space and reads all of it, or there is
// a side conversation in which chosen posts are quoted.
import { Button, Textarea } from "@mantine/core";
import { IconX } from "@tabler/icons-react";
import { useId, useMemo, useState, type ReactElement } from "react";
import { useLocation } from "wouter";
import type { Id } from "../../generated/types";
import { Avatar } from "../../ui/Avatar";
import { useLanguage, useT } from "../../ui/i18n";
import { IconButton } from "../../ui/IconButton";
import { useLive, useSync } from "../../ui/live";
import { useAct } from "../settings/act";
import { join } from "../settings/joining";
import { Choice } from "../settings/parts";
import parts from "../settings/parts.module.css";
import type { Whole } from "../thread/desk";
import { Choose, type Option } from "./Choose";
import { Frame } from "./Frame";
import css from "./Moving.module.css";
import { quoted } from "./quoted";
import { inside, useNames } from "./Readers";

/** The dialog. */
export function AddSomeone({ thread, close }: { thread: Whole; close(): void }): ReactElement {
  const { space, root, posts } = thread;
  const t = useT();
  const sync = useSync();
  const language = useLanguage();
  const act = useAct();
  const names = useNames();
  const ways = useId();
  const [, navigate] = useLocation();
  const people = useLive((s) => s.people(), []);
  const members = useLive((s) => s.members(space), [space]);
  const membership = useLive((s) => s.memberships(), [])?.find((one) => one.id === space);
  const record = useLive((s) => s.space(space), [space]);
  const [chosen, setChosen] = useState<Id[]>([]);
  const [wished, wish] = useState<"join" | "side">("join");
  const [words, say] = useState("");
  const said = useMemo(() => [root, ...posts].filter((post) => !post.deleted && !post.waiting), [root, posts]);
  const [picked, pick] = useState<ReadonlySet<Id>>(() => new Set([root.id]));
  const [added, setAdded] = useState("");

  const here = inside(members ?? []);
  const isHere = (id: Id) => here.some((member) => member.id === id);
  const others = useMemo(
    () => (people ?? []).filter((one) => one.id !== sync.me && !one.deactivatedAt && !one.placeholder),
    [people, sync.me],
  );
  const options = useMemo(
    () =>
      others
        .filter(({ id }) => !chosen.includes(id))
        .toSorted((a, b) => a.name.localeCompare(b.name, language))
        .map(({ id, name, email }): Option => ({
          id,
          name,
          picture: id,
          ...(email ? { hint: email, also: email } : {}),
        })),
    [others, chosen, language],
  );
  const persons = chosen.flatMap((id) => others.find((one) => one.id === id) ?? []);
  const fresh = persons.filter(({ id }) => !isHere(id));
  const name = membership?.name || t("space.untitled");
  const direct = record?.kind === "direct";
  const admin = membership?.role === "admin" && !record?.archivedAt;
  const mayJoin = !direct && admin && fresh.length > 0;
  const way = mayJoin ? wished : "side";
  const admins = here.filter((member) => member.role === "admin");
  const quote = quoted({
    space,
    origin: location.origin,
    posts: said.filter(({ id }) => picked.has(id)),
    nameOf: (id) => (members ?? []).find((one) => one.id === id)?.name || t("person.unknown"),
    // It is read for years.
    dateOf: (at) => new Intl.DateTimeFormat(language, { dateStyle: "medium", timeStyle: "short" }).format(new Date(at)),
  });
  const text = [words.trim(), quote].filter(Boolean).join("\n\n");
  const both = names([{ name: t("add.you") }, ...persons]);
  const over = new TextEncoder().encode(text).length - (sync.limits["maxSizeText"] ?? Infinity);
  const title = root.title || root.excerpt || t("thread.untitled");

  const submit = () =>
    void act.run(async () => {
      if (way === "join") {
        const known = new Map((members ?? []).map((member) => [member.id, member]));
        for (const { id, role } of fresh) {
          await join(sync, space, id, role === "guest" ? "guest" : "member", known.get(id));
        }
        setAdded(t("add.joined", { names: names(fresh), count: fresh.length, space: name }));
        return;
      }
      const to = await sync.directSpace(chosen);
      const id = await sync.send(to, { kind: "topic", title, text });
      close();
      navigate(`/s/${to}/t/${id}`);
    });

  if (added) {
    return (
      <Frame title={t("add.title")} yes={t("close")} ready doing={act} submit={close} close={close}>
        <p className={css.readers} role="status">
          {added}
        </p>
      </Frame>
    );
  }
  const why = direct
    ? t("add.directWhy")
    : fresh.length === 0
      ? t("add.allHere", { names: names(persons), count: persons.length, space: name })
      : t(record?.whoMayJoin === "members" ? "add.openToAll" : "add.adminsOnly", { names: names(admins), space: name });
  return (
    <Frame
      title={t("add.title")}
      yes={t(way === "join" ? "add.joinYes" : "add.sideYes")}
      ready={persons.length > 0 && (way === "join" || (text !== "" && over <= 0))}
      doing={act}
      submit={submit}
      close={close}
    >
      <div>
        {persons.length > 0 && (
          <ul className={css.people} aria-label={t("add.chosen")}>
            {persons.map((person) => (
              <li key={person.id}>
                <Avatar id={person.id} name={person.name} size={26} />
                <span dir="auto">{person.name}</span>
                <IconButton
                  icon={IconX}
                  label={t("choose.other", { name: person.name })}
                  onClick={() => setChosen(chosen.filter((id) => id !== person.id))}
                />
              </li>
            ))}
          </ul>
        )}
        <More
          first={persons.length === 0}
          options={options}
          choose={(option) => option && setChosen([...chosen, option.id])}
        />
      </div>
      {persons.length > 0 && (
        <>
          <div>
            <p className={css.legend} id={ways}>
              {t("add.how")}
            </p>
            {mayJoin ? (
              <Choice
                labelledBy={ways}
                value={way}
                onChange={wish}
                options={[
                  {
                    value: "join",
                    label: t("add.join", { names: names(fresh), count: fresh.length, space: name }),
                    hint: t("add.joinWhy", { space: name }),
                  },
                  { value: "side", label: t("add.side"), hint: t("add.sideWhy", { names: both }) },
                ]}
              />
            ) : (
              <div className={css.readers}>
                <p>{why}</p>
                <p>{t("add.sideOnly", { names: both })}</p>
              </div>
            )}
          </div>
          {way === "side" && (
            <>
              <Textarea
                className={parts.field}
                label={t("add.words")}
                autosize
                minRows={2}
                maxRows={6}
                value={words}
                onChange={(event) => say(event.currentTarget.value)}
              />
              <fieldset className={css.bare}>
                <legend className={css.legend}>{t("add.posts")}</legend>
                {picked.size < said.length && (
                  <Button
                    variant="subtle"
                    h={32}
                    className={css.every}
                    onClick={() => pick(new Set(said.map(({ id }) => id)))}
                  >
                    {t("add.allPosts", { posts: said.length })}
                  </Button>
                )}
                <ul className={css.posts}>
                  {said.map((post) => (
                    <li key={post.id}>
                      <label>
                        <input
                          type="checkbox"
                          checked={picked.has(post.id)}
                          onChange={(event) => {
                            const next = new Set(picked);
                            if (event.currentTarget.checked) next.add(post.id);
                            else next.delete(post.id);
                            pick(next);
                          }}
                        />
                        <span dir="auto">
                          {(members ?? []).find((one) => one.id === post.createdBy)?.name || t("person.unknown")}
                          <small>{post.excerpt || post.title}</small>
                        </span>
                      </label>
                    </li>
                  ))}
                </ul>
              </fieldset>
              <p className={css.soft}>{over > 0 ? t("add.tooLong", { over }) : t("add.filesStay")}</p>
            </>
          )}
        </>
      )}
    </Frame>
  );
}

/** The field for the first person; for further ones it opens when it is asked for. */
function More(props: { first: boolean; options: Option[]; choose(option: Option | undefined): void }): ReactElement {
  const { first, options, choose } = props;
  const t = useT();
  const [open, show] = useState(false);
  if (!first && !open) {
    return (
      <Button variant="subtle" h={32} onClick={() => show(true)}>
        {t("add.another")}
      </Button>
    );
  }
  return (
    <Choose
      label={t("add.who")}
      options={options}
      chosen={undefined}
      choose={(option) => {
        show(false);
        choose(option);
      }}
      none={t("add.nobody")}
    />
  );
}
