// Reads what somebody pastes to invite people: one person per line, the address behind the name. Pure.
import type { Person } from "../../generated/types";
import { isAddress } from "../join/wording";

/** Somebody to be invited. */
export interface Invitee {
  name: string;
  email?: string;
  /** The line of the text, from 1. */
  line: number;
}

/** A line that nobody is invited by, and why. */
export type Problem = { line: number; text: string } & (
  | { why: "noName" }
  | { why: "email" | "emailTwice"; email: string }
  | { why: "twice" | "guestEmail"; name: string }
  | { why: "known"; email: string; name: string }
);

/** What comes of a text. */
export interface Reading {
  invitees: Invitee[];
  problems: Problem[];
  /** Names that somebody in the workspace has already: allowed, and worth a look. */
  same: string[];
}

/** How names and addresses are compared. */
function key(text: string): string {
  return text.trim().replace(/\s+/g, " ").toLowerCase();
}

/** `maja.lind@example.org` is probably Maja Lind; she can say so herself when she comes in. */
function nameOf(email: string): string {
  const words = (email.split("@")[0] ?? "").split(/[._+-]+/).filter(Boolean);
  return words.map((word) => word.slice(0, 1).toLocaleUpperCase() + word.slice(1)).join(" ");
}

/** Name and what stands for an address: `Maja <m@x.org>`, `Maja, m@x.org`, `Maja;m@x.org`, a tab, or an address alone. */
function split(text: string): { name: string; email?: string } {
  const angle = /^(.*?)[,;]?\s*<([^<>]*)>[,;]?$/.exec(text);
  if (angle) return { name: unquote(angle[1] ?? ""), email: (angle[2] ?? "").trim() };
  const parts = text.split(/[,;\t]/).map((part) => part.trim());
  const last = parts.at(-1) ?? "";
  // "Lind, Maja" is a name; what has an @, or a dot and no blank, is meant as an address.
  const meant = last.includes("@") || (parts.length > 1 && /^\S+\.\S+$/.test(last));
  if (!meant) return { name: unquote(parts.filter(Boolean).join(", ")) };
  if (parts.length > 1) return { name: unquote(parts.slice(0, -1).filter(Boolean).join(", ")), email: last };
  const blank = /^(.*)\s(\S+@\S*)$/.exec(last);
  if (blank) return { name: unquote(blank[1] ?? ""), email: blank[2] };
  return { name: "", email: last };
}

function unquote(text: string): string {
  return text
    .trim()
    .replace(/^"(.*)"$/, "$1")
    .trim();
}

/** Who is to be invited. Guests need an address, since saying one later would tell them who else is here. */
export function readInvitees(text: string, people: readonly Person[], role: Person["role"]): Reading {
  const reading: Reading = { invitees: [], problems: [], same: [] };
  const byEmail = new Map(people.filter((p) => p.email).map((p) => [key(p.email ?? ""), p.name]));
  const names = new Set(people.filter((p) => !p.deactivatedAt).map((p) => key(p.name)));
  const seen = new Set<string>();
  text.split(/\r?\n/).forEach((raw, index) => {
    const line = index + 1;
    if (!raw.trim()) return;
    const found = split(raw.trim());
    const email = found.email || undefined;
    const name = found.name || (email && isAddress(email) ? nameOf(email) : "");
    const refuse = (problem: Problem) => void reading.problems.push(problem);
    if (email && !isAddress(email)) return refuse({ line, text: raw, why: "email", email });
    if (!name) return refuse({ line, text: raw, why: "noName" });
    if (email && byEmail.has(key(email))) {
      return refuse({ line, text: raw, why: "known", email, name: byEmail.get(key(email)) ?? "" });
    }
    if (email && seen.has(`<${key(email)}`)) return refuse({ line, text: raw, why: "emailTwice", email });
    if (!email && role === "guest") return refuse({ line, text: raw, why: "guestEmail", name });
    // Two of one name may be two persons if an address tells them apart.
    const same = `${key(name)}${email ? `<${key(email)}` : ""}`;
    if (seen.has(same)) return refuse({ line, text: raw, why: "twice", name });
    seen.add(same);
    if (email) seen.add(`<${key(email)}`);
    if (names.has(key(name)) && !reading.same.includes(name)) reading.same.push(name);
    reading.invitees.push(email ? { name, email, line } : { name, line });
  });
  return reading;
}
