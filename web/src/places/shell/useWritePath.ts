// Where Write leads.
import { useRoute } from "wouter";
import { useSpaces } from "./useSpaces";

/** Into the Space that one is in, else into the first; where there is none, to making one. */
export function useWritePath(): string {
  const spaces = useSpaces() ?? [];
  const [, inside] = useRoute("/s/:space/*?");
  const here = spaces.find((one) => one.id === inside?.space) ?? spaces[0];
  return here ? `/s/${here.id}/write` : "/settings/spaces";
}
