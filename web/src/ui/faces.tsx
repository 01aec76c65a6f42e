// Pictures of people, for wherever somebody is shown. One that was seen stays on this device, since it never changes
// under its id.
import { createContext, useContext, useMemo, useRef, useState, type ReactElement, type ReactNode } from "react";
import type { Id } from "../generated/types";
import { useLive, useSync } from "./live";
import { WIDTHS } from "./pictures";

interface Faces {
  urlOf(id: Id): string | undefined;
  /** Another number after each time without a network: what could not be loaded is asked for once more. */
  turn: number;
}

const Context = createContext<Faces>({ urlOf: () => undefined, turn: 0 });

/** Tells the screens below what people look like. */
export function FacesProvider({ children }: { children: ReactNode }): ReactElement {
  const sync = useSync();
  const faces = useLive((s) => s.faces(), []);
  const online = useLive((s) => s.status(), [])?.connection === "online";
  const turn = useRef(0);
  const was = useRef(online);
  if (online && !was.current) turn.current++;
  was.current = online;
  const now = turn.current;
  const value = useMemo(() => {
    const urlOf = (id: Id) => {
      const face = faces?.[id];
      return face && sync.previewUrl(face.account, face.blobId, "picture", WIDTHS[0]);
    };
    return { urlOf, turn: now };
  }, [faces, sync, now]);
  return <Context.Provider value={value}>{children}</Context.Provider>;
}

/** What somebody looks like, over what stands there else; nothing as long as it can't be had. */
export function Face({ id, className }: { id: Id; className?: string }): ReactElement | null {
  const { urlOf, turn } = useContext(Context);
  const url = urlOf(id);
  const [failed, fail] = useState<string>();
  const key = `${url} ${turn}`;
  if (!url || failed === key) return null;
  return (
    <img src={url} alt="" className={className} loading="lazy" decoding="async" onError={() => fail(key)} key={url} />
  );
}
