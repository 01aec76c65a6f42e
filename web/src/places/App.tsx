// The whole app: who one is, what is kept on this device, and which place the address means.
import { Button, MantineProvider } from "@mantine/core";
import { useCallback, useEffect, useRef, useState, type ReactElement } from "react";
import { Redirect, Route, Switch, useLocation } from "wouter";
import { NewerReplica, Offline, openSync, SignedOut, type Sync } from "../sync";
import { Broken } from "../ui/Broken";
import { FacesProvider } from "../ui/faces";
import { bestLanguage, speak, useT, Words } from "../ui/i18n";
import { SyncProvider, useLive } from "../ui/live";
import { Notice } from "../ui/Notice";
import { Page } from "../ui/Page";
import { part } from "../ui/part";
import { theme } from "../ui/theme";
import css from "./App.module.css";
import { Shell } from "./shell/Shell";
import { Spaces } from "./shell/Spaces";
import { useWritePath } from "./shell/useWritePath";
import { Space } from "./space/Space";
import { Today } from "./today/Today";

const Thread = part(() => import("./thread/Thread").then((m) => m.Thread), <Page name="">{null}</Page>);
const Link = part(() => import("./thread/Link").then((m) => m.Link), <Page name="">{null}</Page>);
const Write = part(() => import("./space/Write").then((m) => m.Write), <Page name="">{null}</Page>);
const Decisions = part(() => import("./decisions/Decisions").then((m) => m.Decisions), <Page name="">{null}</Page>);
const Again = part(() => import("./again/Again").then((m) => m.Again), <Page name="">{null}</Page>);
const Collected = part(() => import("./checkin/Collected").then((m) => m.Collected), <Page name="">{null}</Page>);
const Inbox = part(() => import("./inbox/Inbox").then((m) => m.Inbox), <Page name="">{null}</Page>);
const OneByOne = part(() => import("./onebyone/OneByOne").then((m) => m.OneByOne), <Page name="">{null}</Page>);
const Search = part(() => import("./search/Search").then((m) => m.Search), <Page name="">{null}</Page>);
const Drafts = part(() => import("./drafts/Drafts").then((m) => m.Drafts), <Page name="">{null}</Page>);
const Me = part(() => import("./me/Me").then((m) => m.Me), <Page name="">{null}</Page>);
const Hours = part(() => import("./hours/Hours").then((m) => m.Hours), <Page name="">{null}</Page>);
const Person = part(() => import("./persons/Person").then((m) => m.Person), <Page name="">{null}</Page>);
const To = part(() => import("./persons/Conversation").then((m) => m.To), <Page name="">{null}</Page>);
const NewConversation = part(
  () => import("./persons/Conversation").then((m) => m.NewConversation),
  <Page name="">{null}</Page>,
);
const Settings = part(() => import("./settings/Settings").then((m) => m.Settings), <Page name="">{null}</Page>);
const Join = part(() => import("./join/Join").then((m) => m.Join), <Opening />);
const SignIn = part(() => import("./join/SignIn").then((m) => m.SignIn), <Opening />);

/** What stands at the top of the tree. */
export function App(): ReactElement {
  return (
    <Words>
      <MantineProvider theme={theme} defaultColorScheme="auto">
        <Broken>
          <Doors />
        </Broken>
      </MantineProvider>
    </Words>
  );
}

type Opened = { how: "opening" } | { how: "out" } | { how: "in"; sync: Sync } | { how: "failed"; error: Error };

/** Lets in: by a link, by a password, or at once who is signed in. */
function Doors(): ReactElement {
  const [location, navigate] = useLocation();
  const [opened, setOpened] = useState<Opened>({ how: "opening" });
  const joining = location === "/join";

  const held = useRef<Sync | null>(null);
  const open = useCallback(async () => {
    setOpened({ how: "opening" });
    try {
      // The one from before would go on leading, for a session that has ended.
      await held.current?.close();
      held.current = await openSync({ base: "" });
      setOpened({ how: "in", sync: held.current });
    } catch (error) {
      held.current = null;
      if (error instanceof SignedOut) setOpened({ how: "out" });
      else setOpened({ how: "failed", error: error instanceof Error ? error : new Error(String(error)) });
    }
  }, []);

  useEffect(() => {
    if (!joining) void open();
  }, [joining, open]);

  const entered = (to = "/") => {
    navigate(to, { replace: true });
  };

  if (joining) return <Join onSignedIn={entered} />;
  switch (opened.how) {
    case "opening":
      return <Opening />;
    case "out":
      return <SignIn waiting={0} onSignedIn={() => void open()} />;
    case "failed":
      return <Unopened error={opened.error} again={() => void open()} />;
    case "in":
      return (
        <SyncProvider sync={opened.sync}>
          <FacesProvider>
            <Inside again={() => void open()} />
          </FacesProvider>
        </SyncProvider>
      );
  }
}

/** The places of who is signed in. When a session ends, one signs in again above what is kept. */
function Inside({ again }: { again(): void }): ReactElement {
  const [location] = useLocation();
  const status = useLive((s) => s.status(), []);
  const settings = useLive((s) => s.settings(), []);
  const language = settings?.language;
  useEffect(() => {
    if (language) void speak(bestLanguage([language]));
  }, [language]);
  if (status?.signedOut) return <SignIn ended waiting={status.waiting + status.refused} onSignedIn={again} />;
  return (
    <Shell>
      <Broken place={location}>
        <Switch>
          <Route path="/">{() => <Home />}</Route>
          <Route path="/inbox">{() => <Inbox part="mine" />}</Route>
          <Route path="/inbox/i-wait-for">{() => <Inbox part="theirs" />}</Route>
          <Route path="/inbox/to-read">{() => <Inbox part="read" />}</Route>
          <Route path="/inbox/one-by-one">{() => <OneByOne />}</Route>
          <Route path="/drafts">{() => <Drafts />}</Route>
          <Route path="/me">{() => <Me />}</Route>
          <Route path="/spaces">{() => <Spaces />}</Route>
          <Route path="/search">{() => <Search />}</Route>
          <Route path="/s/:space">{({ space }) => <Space key={space} space={space} />}</Route>
          <Route path="/s/:space/write">{({ space }) => <Write space={space} kind="topic" />}</Route>
          <Route path="/s/:space/decide">{({ space }) => <Write space={space} kind="decision" />}</Route>
          <Route path="/s/:space/ask">{({ space }) => <Write space={space} kind="checkin" />}</Route>
          <Route path="/s/:space/again">{({ space }) => <Again key={space} space={space} />}</Route>
          <Route path="/s/:space/c/:item">
            {({ space, item }) => <Collected key={`${space} ${item}`} space={space} id={item} />}
          </Route>
          <Route path="/s/:space/decisions">{({ space }) => <Decisions key={space} space={space} />}</Route>
          <Route path="/s/:space/t/:root">
            {({ space, root }) => <Thread key={`${space} ${root}`} space={space} root={root} />}
          </Route>
          <Route path="/s/:space/t/:root/:post">
            {({ space, root, post }) => <Thread key={`${space} ${root}`} space={space} root={root} post={post} />}
          </Route>
          <Route path="/s/:space/i/:item">{({ space, item }) => <Link space={space} item={item} />}</Route>
          <Route path="/p/:person">{({ person }) => <Person key={person} id={person} />}</Route>
          <Route path="/to">{() => <NewConversation />}</Route>
          <Route path="/to/:persons">{({ persons }) => <To persons={persons} />}</Route>
          <Route path="/hours">{() => <Hours />}</Route>
          <Route path="/settings/*?">{() => <Settings />}</Route>
          <Route path="/sign-in">{() => <Redirect to="/" replace />}</Route>
          <Route>{() => <Nowhere />}</Route>
        </Switch>
      </Broken>
    </Shell>
  );
}

/** Where one begins. */
function Home(): ReactElement {
  return <Today write={useWritePath()} />;
}

function Nowhere(): ReactElement {
  const t = useT();
  return (
    <Page name={t("app.nothingHere")} title={t("app.nothingHere")}>
      <Notice title={t("app.nothingHereWhy")} />
    </Page>
  );
}

/** Nothing can be shown: there is no server and nothing is kept, or a newer version was here. */
function Unopened({ error, again }: { error: Error; again(): void }): ReactElement {
  const t = useT();
  const newer = error instanceof NewerReplica;
  return (
    <div className={css.alone}>
      <Notice
        tone="wrong"
        title={t(newer ? "app.newer" : error instanceof Offline ? "app.noServer" : "app.broken")}
        action={<Button onClick={again}>{t("app.tryAgain")}</Button>}
      >
        {error instanceof Offline ? t("app.noServerWhy") : error.message}
      </Notice>
    </div>
  );
}

function Opening(): ReactElement {
  return (
    <div className={css.alone} aria-busy="true">
      <img src="/favicon.svg" alt="" width={44} height={44} className={css.mark} />
    </div>
  );
}
