// Catches what a place throws, so that nobody looks at a white page and the rest goes on.
import { Button } from "@mantine/core";
import { Component, type ReactElement, type ReactNode } from "react";
import css from "./Broken.module.css";
import { useT } from "./i18n";
import { Notice } from "./Notice";

/** Another `place` is tried anew. */
export class Broken extends Component<
  { children: ReactNode; place?: string },
  { error: Error | null; place?: string }
> {
  override state = { error: null as Error | null, place: this.props.place };

  static getDerivedStateFromError(error: Error): { error: Error } {
    return { error };
  }

  static getDerivedStateFromProps(
    { place }: { place?: string },
    state: { error: Error | null; place?: string },
  ): { error: null; place?: string } | null {
    return place === state.place ? null : { error: null, place };
  }

  override render(): ReactNode {
    return this.state.error ? <Sorry error={this.state.error} /> : this.props.children;
  }
}

function Sorry({ error }: { error: Error }): ReactElement {
  const t = useT();
  return (
    <div className={css.sorry}>
      <Notice
        tone="wrong"
        title={t("app.broken")}
        action={<Button onClick={() => window.location.reload()}>{t("app.reload")}</Button>}
      >
        <p>{t("app.brokenWhy")}</p>
        <code>{error.message}</code>
      </Notice>
    </div>
  );
}
