// Ids as the server makes them (docs/protocol/basics.md): a letter and a UUID in lower-case base32, final from the
// beginning. Does not know what they stand for.
import { blake3 } from "@noble/hashes/blake3.js";
import type { Id } from "../generated/types";

const ALPHABET = "abcdefghijklmnopqrstuvwxyz234567";
const DAY = 86_400_000;

function base32(bytes: Uint8Array): string {
  let [out, held, bits] = ["", 0, 0];
  for (const byte of bytes) {
    held = (held << 8) | byte;
    for (bits += 8; bits >= 5; bits -= 5) out += ALPHABET[(held >> (bits - 5)) & 31];
    held &= 0xff;
  }
  return bits > 0 ? out + ALPHABET[(held << (5 - bits)) & 31] : out;
}

function unbase32(text: string): Uint8Array<ArrayBuffer> {
  const out = new Uint8Array((text.length * 5) >> 3);
  let [held, bits, at] = [0, 0, 0];
  for (const letter of text) {
    held = ((held << 5) | ALPHABET.indexOf(letter)) & 0xfff;
    bits += 5;
    if (bits >= 8 && at < out.length) out[at++] = (held >> (bits -= 8)) & 0xff;
  }
  return out;
}

function written(letter: string, uuid: Uint8Array, version: 7 | 8): Id {
  uuid[6] = ((uuid[6] ?? 0) & 0x0f) | (version << 4);
  uuid[8] = ((uuid[8] ?? 0) & 0x3f) | 0x80;
  return letter + base32(uuid);
}

/** A fresh id (UUIDv7). The time in it is cut to the day, since it would tell the hour of writing. */
export function freshId(letter: string, now: number): Id {
  const uuid = crypto.getRandomValues(new Uint8Array(16));
  const day = Math.floor(Math.max(now, 0) / DAY) * DAY;
  new DataView(uuid.buffer).setUint16(0, Math.floor(day / 2 ** 32));
  new DataView(uuid.buffer).setUint32(2, day % 2 ** 32);
  return written(letter, uuid, 7);
}

/** The id of the direct Space of these persons (UUIDv8), the same whoever computes it. */
export function directId(workspace: Id, persons: readonly Id[]): Id {
  const uuids = [...new Set(persons)].map((person) => unbase32(person.slice(1)));
  uuids.sort(compare);
  const parts = [new TextEncoder().encode("meanwhile direct"), unbase32(workspace.slice(1)), ...uuids];
  const all = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  parts.reduce((at, part) => (all.set(part, at), at + part.length), 0);
  return written("d", blake3(all).slice(0, 16), 8);
}

function compare(a: Uint8Array, b: Uint8Array): number {
  const at = a.findIndex((byte, i) => byte !== b[i]);
  return at < 0 ? 0 : (a[at] ?? 0) - (b[at] ?? 0);
}

/** The id of the Follow of a thread, or of a Space. */
export function followId(of: Id): Id {
  return `f${of.slice(1)}`;
}
