// Chooses the square of a picture that is shown: pulled, or moved by the arrow keys, and looked at closer.
import { Button, Modal } from "@mantine/core";
import { useEffect, useId, useRef, useState, type KeyboardEvent, type PointerEvent, type ReactElement } from "react";
import { useT } from "../../ui/i18n";
import { useFocusBack } from "../../ui/useFocusBack";
import parts from "./parts.module.css";
import css from "./Picture.module.css";
import { CLOSEST, cut, squareOf, within, type View } from "./square";

/** One press of an arrow key, in parts of the square. */
const STEP = 0.05;
const KEYS: Record<string, readonly [number, number]> = {
  ArrowLeft: [STEP, 0],
  ArrowRight: [-STEP, 0],
  ArrowUp: [0, STEP],
  ArrowDown: [0, -STEP],
};

/** The dialog. */
export function Crop(props: {
  picture: ImageBitmap;
  busy: boolean;
  take: (square: Blob) => void;
  close: () => void;
}): ReactElement {
  const { picture, busy, take, close } = props;
  const t = useT();
  useFocusBack();
  const label = useId();
  const shown = useRef<HTMLCanvasElement>(null);
  const [view, look] = useState<View>({ x: 0.5, y: 0.5, closer: 1 });
  const { width, height } = picture;
  useEffect(() => {
    const canvas = shown.current;
    const draw = canvas?.getContext("2d");
    if (!canvas || !draw) return;
    const { x, y, side } = squareOf(view, width, height);
    draw.fillStyle = "#fff";
    draw.fillRect(0, 0, canvas.width, canvas.height);
    draw.drawImage(picture, x, y, side, side, 0, 0, canvas.width, canvas.height);
  }, [picture, view, width, height]);

  /** Moves the picture by parts of the square. */
  const move = (right: number, down: number) =>
    look((now) => {
      const { side } = squareOf(now, width, height);
      return within({ ...now, x: now.x - (right * side) / width, y: now.y - (down * side) / height }, width, height);
    });
  const key = (event: KeyboardEvent) => {
    const by = KEYS[event.key];
    if (!by) return;
    event.preventDefault();
    move(by[0], by[1]);
  };
  const pull = (event: PointerEvent<HTMLElement>) => {
    if (event.buttons === 0) return;
    const { width: side } = event.currentTarget.getBoundingClientRect();
    move(event.movementX / side, event.movementY / side);
  };
  return (
    <Modal
      opened
      onClose={close}
      title={t("you.crop.title")}
      closeButtonProps={{ "aria-label": t("close"), size: 44, iconSize: 20 }}
      classNames={{ title: parts.dialogTitle, content: parts.dialog, header: parts.dialog, overlay: parts.veil }}
    >
      <div
        className={css.frame}
        role="group"
        tabIndex={0}
        data-autofocus
        aria-label={t("you.crop.move")}
        onKeyDown={key}
        onPointerDown={(event) => event.currentTarget.setPointerCapture(event.pointerId)}
        onPointerMove={pull}
      >
        <canvas ref={shown} width={560} height={560} />
        <span className={css.circle} aria-hidden="true" />
      </div>
      <label className={css.closer} htmlFor={label}>
        <span>{t("you.crop.closer")}</span>
        <input
          id={label}
          type="range"
          min={1}
          max={CLOSEST}
          step={0.05}
          value={view.closer}
          onChange={(event) => {
            const closer = Number(event.currentTarget.value);
            look((now) => within({ ...now, closer }, width, height));
          }}
        />
      </label>
      <div className={css.acts}>
        <Button loading={busy} onClick={() => void cut(picture, view).then(take)}>
          {t("you.crop.use")}
        </Button>
        <Button variant="default" onClick={close}>
          {t("cancel")}
        </Button>
      </div>
    </Modal>
  );
}
