// A link to a Space or a thread, by the name that it has now. Who may not know the name sees that there is a link.
import type { ReactElement, ReactNode } from "react";
import { Link } from "wouter";
import { useT } from "./i18n";
import { useLive } from "./live";
import { calledSo, isNameless, pathTo, type Reference } from "./references";

/** The link; `words` is what the text says. */
export function ReferenceLink(props: { to: Reference; words: string; children: ReactNode }): ReactElement {
  const { space, thread } = props.to;
  const t = useT();
  const called = useLive((s) => s.called([{ space, ...(thread && { thread }) }]), [space, thread])?.[0];
  // Until it is known what it is called, the words stand.
  const unnamed = called && (isNameless(props.words) || !called.member);
  const stands = unnamed ? t(thread ? "reference.thread" : "reference.space") : props.children;
  return (
    <Link href={pathTo({ space: called?.space ?? space, ...(thread && { thread }) })}>
      {called?.name ? <bdi>{calledSo(called.name)}</bdi> : stands}
    </Link>
  );
}
