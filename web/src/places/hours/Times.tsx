// The times of day at which things arrive, where one has chosen some.
import { Button } from "@mantine/core";
import { IconX } from "@tabler/icons-react";
import type { ReactElement } from "react";
import { IconButton } from "../../ui/IconButton";
import parts from "../settings/parts.module.css";
import css from "./Hours.module.css";
import { MOST, oneMoreTime, type DaySpan } from "./week";
import type { Reader } from "./wording";

/** There is at least one; without any, things arrive at any time. */
export function Times(props: {
  times: string[];
  week: DaySpan[][];
  change: (times: string[]) => void;
  reader: Reader;
}): ReactElement {
  const { times, week, change, reader } = props;
  const { t } = reader;
  return (
    <>
      <div className={css.spans}>
        {times.map((time, at) => (
          <div key={at} className={css.span}>
            <input
              type="time"
              aria-label={t("hours.time")}
              value={time}
              onChange={({ currentTarget: { value } }) => change(times.map((old, i) => (i === at ? value : old)))}
            />
            {times.length > 1 && (
              <IconButton
                icon={IconX}
                label={t("hours.timeLess", { time })}
                onClick={() => change(times.filter((_, i) => i !== at))}
              />
            )}
          </div>
        ))}
      </div>
      {times.length < MOST && (
        <div className={parts.buttons}>
          <Button variant="default" onClick={() => change([...times, oneMoreTime(times, week)])}>
            {t("hours.timeMore")}
          </Button>
        </div>
      )}
    </>
  );
}
