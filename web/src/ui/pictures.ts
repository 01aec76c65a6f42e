// Pictures: which are shown, how large they stand in a thread, and which previews of the server fit. Nothing jumps when
// they come, because their place is known before.

/** What every browser shows. */
const SHOWN = new Set(["image/png", "image/jpeg", "image/gif", "image/webp", "image/avif"]);

/** What may move: a preview of it is a still. */
const MOVING = new Set(["image/gif", "image/webp", "image/png", "image/avif"]);

/** The widths of previews that the server makes, and how many times as high as that one may be. */
export const WIDTHS = [320, 640, 1280, 2048] as const;
const HEIGHT = 4;

/** As large as a picture stands in a thread, at most and at least. */
const MOST = { width: 420, height: 320 };
const LEAST = { width: 64, height: 48 };

/** Of pictures whose size nobody has told. */
const UNKNOWN = { width: 320, height: 240 };

/** In place of a preview a file is loaded whole only if it has no more bytes. */
const SMALL = 8_000_000;

/** Width and height in pixels, as people see it. */
export interface Sides {
  width: number;
  height: number;
}

interface File {
  type?: string | null;
  size?: number | null;
  width?: number | null;
  height?: number | null;
}

/** Whether a file is shown as a picture, by what it calls itself. */
export function isPicture({ type }: File): boolean {
  return type != null && SHOWN.has(type);
}

/** Whether the server makes previews of such a file. */
export function hasPreview({ type }: File): boolean {
  return type !== "image/avif";
}

/** Whether the file itself may be loaded where a preview does not do. */
export function isSmall({ size }: File): boolean {
  return size == null || size <= SMALL;
}

/** Whether a picture is opened as it is, since it may move. */
export function opensWhole(file: File): boolean {
  return (
    file.type === "image/gif" || !hasPreview(file) || (file.type != null && MOVING.has(file.type) && isSmall(file))
  );
}

/** The sides that its author has told. */
export function sidesOf({ width, height }: File): Sides | undefined {
  return width && height && width > 0 && height > 0 ? { width, height } : undefined;
}

/** The place that a picture takes in a thread, in CSS pixels. */
export function place(sides: Sides | undefined): Sides {
  if (!sides) return UNKNOWN;
  const by = Math.min(1, MOST.width / sides.width, MOST.height / sides.height);
  return {
    width: Math.max(LEAST.width, Math.round(sides.width * by)),
    height: Math.max(LEAST.height, Math.round(sides.height * by)),
  };
}

/** How wide the preview of that width is. */
function wide({ width, height }: Sides, most: number): number {
  return Math.max(1, Math.round(width * Math.min(1, most / width, (most * HEIGHT) / height)));
}

/** The previews that a browser may choose from: `srcset`, by their widths where the picture's is known. */
export function sources(sides: Sides | undefined, url: (width: number) => string): string {
  if (!sides) return `${url(640)} 1x, ${url(1280)} 2x`;
  const all = WIDTHS.map((width) => [url(width), wide(sides, width)] as const);
  // From where on they are the picture's own size there is nothing to choose.
  const until = all.findIndex(([, width]) => width === sides.width);
  const some = until < 0 ? all : all.slice(0, until + 1);
  return some.map(([address, width]) => `${address} ${width}w`).join(", ");
}

/** The sides of a picture on this device; undefined if it is none that this browser can show. */
export async function measured(file: Blob): Promise<Sides | undefined> {
  if (!isPicture(file)) return undefined;
  const url = URL.createObjectURL(file);
  try {
    return await new Promise((resolve) => {
      const picture = new Image();
      picture.onload = () => resolve(sidesOf({ width: picture.naturalWidth, height: picture.naturalHeight }));
      picture.onerror = () => resolve(undefined);
      picture.src = url;
    });
  } finally {
    URL.revokeObjectURL(url);
  }
}
