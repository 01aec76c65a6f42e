// Every word of the catalogues is said somewhere. Reads the sources.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { en } from "../../src/locales/en";

const SOURCES = join(import.meta.dirname, "../../src");

/** All hand-written sources but the catalogues themselves. */
function sources(): string {
  const paths = readdirSync(SOURCES, { recursive: true }).map(String);
  const wanted = paths.filter((path) => /\.tsx?$/.test(path) && !/^(locales|generated)\//.test(path));
  return wanted.map((path) => readFileSync(join(SOURCES, path), "utf8")).join("\n");
}

/** Those of the keys that no literal and no template names. */
function unsaid(keys: string[], text: string): string[] {
  const literals = new Set([...text.matchAll(/"([\w.]+)"/g)].map(([, literal]) => literal));
  const templates = [...text.matchAll(/`([a-z]\w*\.[^`\s]*\$\{[^`]*)`/g)].map(([, template]) => {
    const parts = (template as string).split(/\$\{[^}]*\}/).map((part) => part.replaceAll(".", "\\."));
    return new RegExp(`^${parts.join("\\w+")}$`);
  });
  return keys.filter((key) => !literals.has(key) && !templates.some((template) => template.test(key)));
}

it("every word of the catalogues is said somewhere", () => {
  expect(unsaid(Object.keys(en), sources())).toEqual([]);
});

it("a word that is named by nobody is found", () => {
  const text = 't("a.said") + t(`b.${kind}.name`)';
  expect(unsaid(["a.said", "a.unsaid", "b.one.name", "b.one.other"], text)).toEqual(["a.unsaid", "b.one.other"]);
});
