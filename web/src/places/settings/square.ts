// Which square of a picture is shown. Pure, but for the drawing of it.

/** The sides of the square that is kept, in pixels. */
export const SIDE = 512;
/** So many times closer than as a whole, at most. */
export const CLOSEST = 4;

/** The middle of the square, in parts of the picture's sides, and how close it is: 1 is the largest square. */
export interface View {
  x: number;
  y: number;
  closer: number;
}

/** The square in pixels of the picture. */
export function squareOf(
  { x, y, closer }: View,
  width: number,
  height: number,
): { x: number; y: number; side: number } {
  const side = Math.min(width, height) / closer;
  return { x: x * width - side / 2, y: y * height - side / 2, side };
}

/** The same view, moved so that the square lies in the picture. */
export function within(view: View, width: number, height: number): View {
  const closer = Math.min(CLOSEST, Math.max(1, view.closer));
  const half = Math.min(width, height) / closer / 2;
  const held = (at: number, side: number) => Math.min(1 - half / side, Math.max(half / side, at));
  return { x: held(view.x, width), y: held(view.y, height), closer };
}

/** The square as a file; what lies under what can be seen through is white. */
export function cut(picture: ImageBitmap, view: View): Promise<Blob> {
  const { x, y, side } = squareOf(view, picture.width, picture.height);
  const kept = Math.max(1, Math.min(SIDE, Math.round(side)));
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = kept;
  const draw = canvas.getContext("2d");
  if (!draw) return Promise.reject(new Error("this browser draws no pictures"));
  draw.fillStyle = "#fff";
  draw.fillRect(0, 0, kept, kept);
  draw.imageSmoothingQuality = "high";
  draw.drawImage(picture, x, y, side, side, 0, 0, kept, kept);
  return new Promise((resolve, reject) => {
    const done = (blob: Blob | null) => (blob ? resolve(blob) : reject(new Error("this browser wrote no picture")));
    canvas.toBlob(done, "image/jpeg", 0.9);
  });
}
