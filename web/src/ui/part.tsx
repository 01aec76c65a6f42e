// Parts of the app that are loaded when they are first shown. One that can't be loaded says so in its own place and can
// be tried again; React's own `lazy` would take the whole page along, and never try again.
import { Button } from "@mantine/core";
import { useCallback, useEffect, useState, type ComponentType, type ReactElement } from "react";
import { useT } from "./i18n";
import { Notice } from "./Notice";
import css from "./part.module.css";

/** A component that loads the real one; `meanwhile` stands in its place until then. */
export function part<P extends object>(
  load: () => Promise<ComponentType<P>>,
  meanwhile: ReactElement | null = null,
): (props: P) => ReactElement | null {
  let loaded: ComponentType<P> | undefined;
  return function Part(props: P): ReactElement | null {
    const [, show] = useState(false);
    const [failed, fail] = useState(false);
    const fetch = useCallback(() => {
      fail(false);
      load().then(
        (component) => {
          loaded = component;
          show(true);
        },
        () => fail(true),
      );
    }, []);
    useEffect(() => {
      if (!loaded) fetch();
    }, [fetch]);
    if (failed) return <Missing again={fetch} />;
    const Loaded = loaded;
    return Loaded ? <Loaded {...props} /> : meanwhile;
  };
}

function Missing({ again }: { again(): void }): ReactElement {
  const t = useT();
  return (
    <div className={css.missing}>
      <Notice tone="wrong" title={t("part.missing")} action={<Button onClick={again}>{t("app.tryAgain")}</Button>}>
        {t("part.missingWhy")}
      </Notice>
    </div>
  );
}
