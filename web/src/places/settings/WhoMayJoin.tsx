// Whether a Space is open to every member of the workspace.
import type { ReactElement } from "react";
import type { Space } from "../../generated/types";
import { useT } from "../../ui/i18n";
import { Choice } from "./parts";

/** Who may join. */
export type WhoMay = Space["whoMayJoin"];

/** The choice, with what each means. */
export function WhoMayJoin(props: {
  labelledBy: string;
  value: WhoMay;
  onChange: (value: WhoMay) => void;
}): ReactElement {
  const t = useT();
  return (
    <Choice<WhoMay>
      {...props}
      options={(["members", "invited"] as const).map((value) => ({
        value,
        label: t(`spaces.who.${value}`),
        hint: t(`spaces.who.${value}.hint`),
      }))}
    />
  );
}
