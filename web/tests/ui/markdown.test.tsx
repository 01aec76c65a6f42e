// What somebody wrote is shown, and never run.
import { renderToStaticMarkup } from "react-dom/server";
import { describe, expect, it, vi } from "vitest";
import { Router } from "wouter";
import { Markdown, safeAddress } from "../../src/ui/Markdown";

vi.stubGlobal("location", { origin: "https://work.example.org" });

const show = (text: string) => {
  const page = (
    <Router ssrPath="/">
      <Markdown text={text} />
    </Router>
  );
  return renderToStaticMarkup(page).replace(/ class="[^"]*"/g, "");
};

describe("Markdown", () => {
  it("shows HTML as the words it is", () => {
    const html = show('<img src=x onerror="alert(1)"><script>alert(2)</script>\n\n**bold**');
    expect(html).not.toMatch(/<img|<script/);
    expect(html).toContain("<strong>bold</strong>");
  });

  it.each([
    "javascript:alert(1)",
    "JaVaScRiPt:alert(1)",
    " javascript:alert(1)",
    "data:text/html,<script>1</script>",
    "vbscript:x",
    "//evil.example/x",
    "/\\\\evil.example/x",
    "/\\evil.example/x",
    "blob:https://work.example.org/1",
  ])("makes no link of %s", (url) => {
    expect(safeAddress(url)).toBe("");
    expect(show(`[press](${url.replaceAll(" ", "%20")})`)).not.toContain("href");
  });

  it("loads no picture of another server, and keeps its address as a link", () => {
    const html = show("![cat](https://pixels.example/cat.png)");
    expect(html).not.toContain("<img");
    expect(html).toContain('href="https://pixels.example/cat.png"');
  });

  it("lets links to other servers know nothing of where they come from", () => {
    expect(show("[there](https://example.org)")).toContain('rel="noopener noreferrer nofollow"');
  });

  it("shows a named person as a way to that person's page, and a group as words", () => {
    const [person, group] = [`p${"a".repeat(26)}`, `g${"a".repeat(26)}`];
    expect(show(`[@Ana Ribeiro](mw:${person}) look`)).toBe(
      `<div><p dir="auto"><span><a href="/p/${person}">@Ana Ribeiro</a></span> look</p></div>`,
    );
    expect(show(`[@sales](mw:${group}) look`)).toBe('<div><p dir="auto"><span>@sales</span> look</p></div>');
  });

  it("shows a new line as a new line", () => {
    expect(show("one\ntwo\n\nthree")).toMatch(/one<br\/>two.*<\/p>.*<p dir="auto">three/);
  });

  it("keeps tables, task lists, code and quotes", () => {
    const html = show("| a | b |\n|---|---|\n| 1 | 2 |\n\n- [x] done\n- [ ] open\n\n> said\n\n```\ncode <b>\n```");
    for (const part of ["<table>", '<td dir="auto">2</td>', 'data-on="true"', "<blockquote>", "code &lt;b&gt;"]) {
      expect(html).toContain(part);
    }
  });

  it("draws a task as a box and its words, and the marks of neither", () => {
    const words = show("- [x] done\n- [ ] *open*\n\n1. [x] loose\n\n   more").replace(/<[^>]+>/g, "|");
    expect(words).not.toMatch(/\[|\]/);
    expect(words.split("|").filter(Boolean)).toEqual(["done", "open", "loose", "more"]);
  });

  it("says what character references mean, and leaves unknown ones alone", () => {
    const text = show("5 &lt; 6 &amp; 7 &#233; &#x1F600; &nothing; &#xD800; `&amp;`").replace(/<[^>]+>/g, "");
    expect(text).toBe("5 &lt; 6 &amp; 7 é 😀 &amp;nothing; \ufffd &amp;amp;");
  });

  it("does not go under in nesting that nobody means", () => {
    for (const text of [
      "> ".repeat(5000) + "deep",
      "- ".repeat(3000) + "deep",
      "*".repeat(20_000),
      "[".repeat(20_000),
    ]) {
      expect(show(text).length).toBeGreaterThan(0);
    }
  });

  it("does not parse what is far too long, and shows all of it", () => {
    const html = show(`**${"a".repeat(300 * 1024)}**`);
    expect(html).toContain("**aaa");
    expect(html.length).toBeGreaterThan(300 * 1024);
  });
});
