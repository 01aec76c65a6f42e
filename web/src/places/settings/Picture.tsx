// One's own picture: chosen, cut to a square on this device, and only then uploaded, so that nothing else of it leaves,
// not even where it was taken.
import { Button } from "@mantine/core";
import { useEffect, useRef, useState, type ReactElement } from "react";
import { Avatar } from "../../ui/Avatar";
import { useLanguage, useT } from "../../ui/i18n";
import { useSync } from "../../ui/live";
import { bytes } from "../../ui/time";
import { useAct } from "./act";
import { Crop } from "./Crop";
import { Row, Wrong } from "./parts";
import css from "./Picture.module.css";

/** More bytes are not read: a browser may give up on them without a word. */
const MOST = 40_000_000;

/** The row of it. `save` is given the blob, or null. */
export function Picture(props: {
  name: string;
  has: boolean;
  save: (blobId: string | null) => Promise<unknown>;
}): ReactElement {
  const { name, has, save } = props;
  const t = useT();
  const sync = useSync();
  const language = useLanguage();
  const act = useAct();
  const input = useRef<HTMLInputElement>(null);
  const button = useRef<HTMLButtonElement>(null);
  const [picture, open] = useState<ImageBitmap | null>(null);
  const [said, say] = useState("");
  useEffect(() => () => picture?.close(), [picture]);

  const read = async (file: File) => {
    say("");
    const size = bytes(file.size, language);
    if (file.size > MOST) {
      act.say(t("you.picture.large", { name: file.name, size, most: bytes(MOST, language) }));
      return;
    }
    act.say(undefined);
    try {
      open(await createImageBitmap(file));
    } catch {
      act.say(t("you.picture.none", { name: file.name }));
    }
  };
  const take = async (square: Blob) => {
    if (await act.run(async () => save(await sync.upload(square)))) say(t("you.picture.saved"));
    open(null);
    button.current?.focus();
  };
  const remove = async () => {
    if (await act.run(() => save(null))) say(t("you.picture.removed"));
    button.current?.focus();
  };
  return (
    <Row label={t("you.picture")} hint={t("you.picture.hint")}>
      <div className={css.picture}>
        <Avatar id={sync.me} name={name} size={72} />
        <div className={css.acts}>
          <Button ref={button} variant="default" loading={act.busy} onClick={() => input.current?.click()}>
            {t(has ? "you.picture.other" : "you.picture.choose")}
          </Button>
          {has && (
            <Button variant="subtle" disabled={act.busy} onClick={() => void remove()}>
              {t("you.picture.remove")}
            </Button>
          )}
        </div>
        <input
          ref={input}
          type="file"
          hidden
          accept="image/*"
          aria-label={t("you.picture")}
          onChange={(event) => {
            const file = event.currentTarget.files?.[0];
            // The same file can be chosen again.
            event.currentTarget.value = "";
            if (file) void read(file);
          }}
        />
      </div>
      <Wrong>{act.wrong}</Wrong>
      <p className={css.said} role="status">
        {said}
      </p>
      {picture && (
        <Crop picture={picture} busy={act.busy} take={(square) => void take(square)} close={() => open(null)} />
      )}
    </Row>
  );
}
