//! Coming in and going out: the doors under /auth/; and how the server is, for admins. Secrets travel in bodies and in the browser's cookie, never in an
//! address. Knows no screen and no replica.

import type { Id, UTCDate } from "../generated/types";

export * from "./devices";

/** The server's no (problem details, RFC 9457), or silence: `status` is 0 if it can't be reached. */
export class AuthProblem extends Error {
  override readonly name = "AuthProblem";

  constructor(
    readonly status: number,
    readonly title: string,
    /** Why, and what to do, in the server's words. */
    readonly detail: string,
    /** Seconds until it makes sense to try again. */
    readonly retryAfter?: number,
  ) {
    super(detail || title);
  }
}

/** What a link does: makes the first admin, lets somebody in, sets a new password, or lets several into a Space. */
export type LinkKind = "first" | "invitation" | "reset" | "space";

/** What the page behind a link may know before it is used. */
export interface LinkLook {
  kind: LinkKind;
  /** Null for the first admin. */
  name: string | null;
  /** Null if no address is known. */
  email: string | null;
  workspace: string;
  /** The Space that a link for several leads to. */
  space?: string | null;
}

/** The link by which several come into a Space, as its admins see it. */
export interface SpaceLink {
  role: "member" | "guest";
  /** How many it lets in, and how many have come by it. */
  most: number;
  came: number;
  expiresAt: UTCDate;
  createdAt: UTCDate;
  madeBy: Id;
  /** It lets somebody in now; not once who made it is no admin of the Space any more. */
  works: boolean;
}

/** Whoever just came in. */
export interface SignedIn {
  personId: Id;
  sessionId: Id;
  expiresAt: UTCDate;
}

/** A link that was made and not used; its secret is not in it. */
export interface OpenLink {
  personId: Id;
  kind: Exclude<LinkKind, "first" | "space">;
  createdAt: UTCDate;
  expiresAt: UTCDate | null;
}

/** How far those who were asked in have come. */
export interface Invited {
  links: OpenLink[];
  /** Persons who have never set a password. */
  withoutPassword: Id[];
}

/** A browser that is signed in. */
export interface Session {
  id: Id;
  /** What the browser says it is (User-Agent). */
  client: string;
  createdAt: UTCDate;
  expiresAt: UTCDate;
  /** The one that asks. */
  current: boolean;
}

/** How one of the things is that a server stands on. */
export interface Finding {
  /** What was looked at: `disk`, `database` and so on. */
  what: string;
  how: "good" | "look" | "bad";
  /** How it is, and what to do, in the server's words. */
  says: string;
  /** The command that mends it. */
  run?: string;
}

/** What the person behind a link says. */
export interface Redeeming {
  secret: string;
  password: string;
  name?: string;
  email?: string;
}

/** Whom the link is for. Does not use it up. */
export function look(secret: string): Promise<LinkLook> {
  return ask("POST", "/auth/link/look", { secret });
}

/** Whether somebody is signed in on this device; not where the server can't be asked. */
export function isSignedIn(): Promise<boolean> {
  return ask("GET", "/auth/sessions").then(
    () => true,
    () => false,
  );
}

/** Uses the link: sets the password and signs in. */
export function redeem(said: Redeeming): Promise<SignedIn> {
  return ask("POST", "/auth/link", { ...said });
}

/** Signs in on this device. */
export function signIn(email: string, password: string): Promise<SignedIn> {
  return ask("POST", "/auth/sign-in", { email, password });
}

/** Ends the session of this device. What is kept here is another matter: see `Sync.forget`. */
export function signOut(): Promise<void> {
  return ask("POST", "/auth/sign-out");
}

/**
 * Makes a one-time link for a person (admins). The one of that kind that was there ends. It can't be shown again. `mail`: it
 * goes to the person's address too.
 */
export async function makeLink(personId: Id, kind: OpenLink["kind"], mail = false): Promise<string> {
  const made = await ask<{ link: string }>("POST", "/auth/links", { personId, kind, ...(mail && { mail }) });
  return made.link;
}

/** Links that work and were not used yet, and who has not come in (admins). */
export async function links(): Promise<Invited> {
  const answer = await ask<{ list: OpenLink[]; withoutPassword?: Id[] }>("GET", "/auth/links");
  return { links: answer.list, withoutPassword: answer.withoutPassword ?? [] };
}

/** From then on that link does nothing (admins). */
export function endLink(personId: Id, kind: OpenLink["kind"]): Promise<void> {
  return ask("POST", "/auth/links/end", { personId, kind });
}

/** The link of a Space (its admins); null: there is none. */
export async function spaceLink(space: Id): Promise<SpaceLink | null> {
  return (await ask<{ link: SpaceLink | null }>("GET", `/auth/spaces/${space}/link`)).link;
}

/** Makes it; the one that was there ends. It can't be shown again. */
export async function makeSpaceLink(space: Id, wish: Pick<SpaceLink, "role" | "most" | "expiresAt">): Promise<string> {
  return (await ask<{ link: string }>("POST", `/auth/spaces/${space}/link`, { ...wish })).link;
}

/** From then on it does nothing. */
export function endSpaceLink(space: Id): Promise<void> {
  return ask("POST", `/auth/spaces/${space}/link/end`);
}

/** Joins the Space of such a link, as who is signed in; gives the Space. */
export async function joinSpace(secret: string): Promise<Id> {
  return (await ask<{ spaceId: Id }>("POST", "/auth/link/join", { secret })).spaceId;
}

/** Where one is signed in, the newest first. */
export async function sessions(): Promise<Session[]> {
  const answer = await ask<{ list: Session[] }>("GET", "/auth/sessions");
  return answer.list;
}

/** Ends one of one's own sessions; without an id all but this one. */
export function endSession(id?: Id): Promise<void> {
  return ask("POST", "/auth/sessions/end", id ? { id } : {});
}

/** Changes one's own password. All other sessions end. */
export function changePassword(old: string, next: string): Promise<void> {
  return ask("POST", "/auth/password", { old, new: next });
}

/** What a server stands on, and how that is (admins). */
export async function checks(): Promise<Finding[]> {
  return (await ask<{ findings: Finding[] }>("GET", "/health")).findings;
}

async function ask<T>(method: "GET" | "POST", path: string, body?: Record<string, unknown>): Promise<T> {
  const headers: Record<string, string> = { Accept: "application/json" };
  const init: RequestInit = { method, headers, credentials: "same-origin", cache: "no-store" };
  if (body) {
    headers["Content-Type"] = "application/json";
    init.body = JSON.stringify(body);
  }
  let response: Response;
  try {
    response = await fetch(path, init);
  } catch {
    throw new AuthProblem(0, "unreachable", "");
  }
  if (!response.ok) throw await problem(response);
  if (response.status === 204) return undefined as T;
  try {
    return (await response.json()) as T;
  } catch {
    // A proxy or a captive portal answered in the server's place, or the answer broke off.
    throw new AuthProblem(0, "unreachable", "");
  }
}

async function problem(response: Response): Promise<AuthProblem> {
  const said: unknown = await response.json().catch(() => null);
  const text = (key: string): string => {
    const value = said && typeof said === "object" ? (said as Record<string, unknown>)[key] : undefined;
    return typeof value === "string" ? value : "";
  };
  // What is no answer of our server comes from a proxy before it: the server itself is away.
  const gateway = [502, 503, 504].includes(response.status) && !text("title");
  const seconds = Number(response.headers.get("Retry-After"));
  return new AuthProblem(
    gateway ? 0 : response.status,
    text("title") || response.statusText,
    text("detail"),
    Number.isFinite(seconds) && seconds > 0 ? seconds : undefined,
  );
}
