// The place that a picture takes, and the previews that a browser may choose from.
import { expect, it } from "vitest";
import { isPicture, opensWhole, place, sidesOf, sources } from "../../src/ui/pictures";

const url = (width: number) => `/p?width=${width}`;

it("a picture takes its place before it is there, and no more than there is", () => {
  expect(place({ width: 4000, height: 3000 })).toEqual({ width: 420, height: 315 });
  expect(place({ width: 3000, height: 4000 })).toEqual({ width: 240, height: 320 });
  expect(place({ width: 200, height: 100 })).toEqual({ width: 200, height: 100 });
  expect(place({ width: 1, height: 1 })).toEqual({ width: 64, height: 48 });
  expect(place({ width: 400, height: 100_000 })).toEqual({ width: 64, height: 320 });
  expect(place(undefined)).toEqual({ width: 320, height: 240 });
});

it("the previews say how wide they are", () => {
  expect(sources({ width: 4000, height: 3000 }, url)).toBe(
    "/p?width=320 320w, /p?width=640 640w, /p?width=1280 1280w, /p?width=2048 2048w",
  );
  expect(sources({ width: 900, height: 600 }, url)).toBe("/p?width=320 320w, /p?width=640 640w, /p?width=1280 900w");
  expect(sources({ width: 100, height: 50 }, url)).toBe("/p?width=320 100w");
  expect(sources({ width: 400, height: 6000 }, url)).toBe(
    "/p?width=320 85w, /p?width=640 171w, /p?width=1280 341w, /p?width=2048 400w",
  );
  expect(sources(undefined, url)).toBe("/p?width=640 1x, /p?width=1280 2x");
});

it("what its author has not told, or told wrongly, is not known", () => {
  expect(sidesOf({ width: 3, height: 4 })).toEqual({ width: 3, height: 4 });
  for (const wrong of [
    {},
    { width: 3 },
    { width: 0, height: 4 },
    { width: -1, height: 4 },
    { width: null, height: 4 },
  ]) {
    expect(sidesOf(wrong)).toBeUndefined();
  }
});

it("what may move is opened as it is, unless that is much to load", () => {
  expect(opensWhole({ type: "image/gif", size: 90_000_000 })).toBe(true);
  expect(opensWhole({ type: "image/webp", size: 100 })).toBe(true);
  expect(opensWhole({ type: "image/webp", size: 90_000_000 })).toBe(false);
  expect(opensWhole({ type: "image/jpeg", size: 100 })).toBe(false);
});

it("what could run something is no picture", () => {
  for (const type of ["image/svg+xml", "text/html", "application/pdf", "", null, undefined]) {
    expect(isPicture(type === undefined ? {} : { type })).toBe(false);
  }
  expect(isPicture({ type: "image/jpeg" })).toBe(true);
});
