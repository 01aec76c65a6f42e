// A name that leads to the person's page.
import type { ReactElement, ReactNode } from "react";
import { Link } from "wouter";
import type { Id } from "../generated/types";
import css from "./PersonLink.module.css";

/** Looks like the words around it until one points at it. Of a group only the words. */
export function PersonLink({ id, children }: { id: Id; children: ReactNode }): ReactElement {
  if (!id.startsWith("p")) return <>{children}</>;
  return (
    <Link href={`/p/${id}`} className={css.name}>
      {children}
    </Link>
  );
}
