// Pictures made by a real browser, as a camera or a drawing program would make them.
import type { Page } from "playwright-core";

/** What is painted: a landscape with an evening sky, so wide and so high, of one of three moods. */
export interface Painting {
  width: number;
  height: number;
  type: "image/jpeg" | "image/png" | "image/webp";
  mood?: 0 | 1 | 2;
}

/** The bytes of a painting. */
export async function paint(page: Page, painting: Painting): Promise<Buffer> {
  const base64 = await page.evaluate(async ({ width, height, type, mood = 0 }) => {
    const canvas = document.createElement("canvas");
    [canvas.width, canvas.height] = [width, height];
    const draw = canvas.getContext("2d") as CanvasRenderingContext2D;
    const colours = [
      ["#f3c98b", "#d9825b", "#3c5a63", "#24393f"],
      ["#bcd6e6", "#f0e3c8", "#5d7a57", "#2f4a3a"],
      ["#d8c7e3", "#f2b7a8", "#5b4a6b", "#2d2540"],
    ][mood] as [string, string, string, string];
    const sky = draw.createLinearGradient(0, 0, 0, height);
    sky.addColorStop(0, colours[0]);
    sky.addColorStop(1, colours[1]);
    draw.fillStyle = sky;
    draw.fillRect(0, 0, width, height);
    draw.fillStyle = "#fff3d6";
    draw.beginPath();
    draw.arc(width * 0.7, height * 0.4, Math.min(width, height) * 0.09, 0, Math.PI * 2);
    draw.fill();
    for (const [at, colour] of [
      [0.62, colours[2]],
      [0.78, colours[3]],
    ] as const) {
      draw.fillStyle = colour;
      draw.beginPath();
      draw.moveTo(0, height);
      for (let x = 0; x <= width; x += width / 60) {
        draw.lineTo(x, height * (at + 0.06 * Math.sin((x / width) * 9 + at * 20) + 0.02 * Math.sin((x / width) * 31)));
      }
      draw.lineTo(width, height);
      draw.fill();
    }
    const blob = await new Promise<Blob | null>((done) => canvas.toBlob(done, type, 0.9));
    const bytes = new Uint8Array(await (blob as Blob).arrayBuffer());
    let text = "";
    for (let i = 0; i < bytes.length; i += 8192) text += String.fromCharCode(...bytes.subarray(i, i + 8192));
    return btoa(text);
  }, painting);
  return Buffer.from(base64, "base64");
}

/** A JPEG that lies on its side, as a telephone keeps it, and says where it was taken. */
export function turned(jpeg: Buffer, words: string): Buffer {
  const tiff = Buffer.concat([
    Buffer.from("49492a000800000001001201030001000000060000000000000000", "hex"),
    Buffer.from(words),
  ]);
  const body = Buffer.concat([Buffer.from("Exif\0\0"), tiff]);
  const head = Buffer.from([0xff, 0xe1, (body.length + 2) >> 8, (body.length + 2) & 255]);
  return Buffer.concat([jpeg.subarray(0, 2), head, body, jpeg.subarray(2)]);
}
