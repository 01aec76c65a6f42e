// Keys as somebody wants them, on this device: single ones on or off, and others in the place of those of the table.
import { useSyncExternalStore } from "react";
import { ACTS, KEYS, type Act, type Key } from "./keyTable";

const SINGLE = "meanwhile-single-keys";
const OWN = "meanwhile-keys";
const told = new Set<() => void>();
/** A letter or a sign, with Shift before a letter; or two after another. */
const CHOSEN = /^(shift\+)?[^\s]( (shift\+)?[^\s])?$/u;

function kept(name: string): string | null {
  try {
    return localStorage.getItem(name);
  } catch {
    return null;
  }
}

function keep(name: string, value: string | null): void {
  try {
    if (value === null) localStorage.removeItem(name);
    else localStorage.setItem(name, value);
  } catch {
    // Without storage all stays as the table has it.
  }
  told.forEach((tell) => tell());
}

/** Whether single keys do something on this device. */
export const singleKeys = (): boolean => kept(SINGLE) !== "off";

/** Switches them on or off, on this device. */
export const setSingleKeys = (on: boolean): void => keep(SINGLE, on ? null : "off");

let read: { text: string | null; own: Partial<Record<Act, string>> } = { text: null, own: {} };

/** What was chosen; what can't be is as if nothing were. */
function own(): Partial<Record<Act, string>> {
  const text = kept(OWN);
  if (text === read.text) return read.own;
  let found: unknown;
  try {
    found = JSON.parse(text ?? "{}");
  } catch {
    found = {};
  }
  const pairs = ACTS.flatMap(([act]) => {
    const key = (found as Partial<Record<Act, unknown>> | null)?.[act];
    return typeof key === "string" && CHOSEN.test(key) && canChoose(act) ? [[act, key]] : [];
  });
  read = { text, own: Object.fromEntries(pairs) as Partial<Record<Act, string>> };
  return read.own;
}

/** The key that was chosen for an act. */
export const ownKey = (act: Act): string | undefined => own()[act];

const stays = (key: string) => key.startsWith("mod+") || key === "escape";

/** Whether an act can have another key: one that the app hears, and that is no key of the browser. */
export const canChoose = (act: Act): boolean => {
  const { native, keys }: Key = KEYS[act];
  return !native && keys.some((key) => !stays(key));
};

/** The keys of an act: what was chosen takes the place of the single ones. */
export function keysOf(act: Act): readonly string[] {
  const { keys }: Key = KEYS[act];
  const chosen = own()[act];
  return chosen === undefined ? keys : [chosen, ...keys.filter(stays)];
}

/** Why a key can't be that of an act: it is none that can be chosen, or it means something else in the same part. */
export function refusal(act: Act, key: string): "noKey" | Act | null {
  if (!CHOSEN.test(key)) return "noKey";
  const here = KEYS[act] as Key;
  const meet = (other: Key) =>
    [here, other].some(({ where }) => where.includes("everywhere")) ||
    other.where.some((part) => here.where.includes(part));
  // The first of two is nothing by itself.
  const same = (one: string) => one === key || one.startsWith(`${key} `) || key.startsWith(`${one} `);
  return ACTS.find(([name, other]) => name !== act && meet(other) && keysOf(name).some(same))?.[0] ?? null;
}

/** Gives an act another key; null: that of the table. It is not looked at whether it may. */
export function chooseKey(act: Act, key: string | null): void {
  const { [act]: _, ...others } = own();
  const usual = key === null || (KEYS[act] as Key).keys.filter((one) => !stays(one)).join() === key;
  const next = usual ? others : { ...others, [act]: key };
  keep(OWN, Object.keys(next).length > 0 ? JSON.stringify(next) : null);
}

/** All as the table has it. */
export const forgetKeys = (): void => keep(OWN, null);

function follow(tell: () => void): () => void {
  told.add(tell);
  return () => void told.delete(tell);
}

/** Whether single keys are on, followed. */
export const useSingleKeys = (): boolean => useSyncExternalStore(follow, singleKeys);

/** What was chosen, followed. */
export const useOwnKeys = (): Partial<Record<Act, string>> => useSyncExternalStore(follow, own);
