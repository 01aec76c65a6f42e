// What somebody wrote is shown, and never run.
import { renderToStaticMarkup } from "react-dom/server";
import { describe, expect, it, vi } from "vitest";
import { Markdown, safeAddress } from "../../src/ui/Markdown";

vi.stubGlobal("location", { origin: "https://work.example.org" });

const show = (text: string) => renderToStaticMarkup(<Markdown text={text} />).replace(/ class="[^"]*"/g, "");

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

  it("shows a named person as words, not as a link", () => {
    expect(show("[@Ana Ribeiro](mw:paaaaaaaaaaaaaaaaaaaaaaaaaa) look")).toBe(
      '<div><p dir="auto"><span>@Ana Ribeiro</span> look</p></div>',
    );
  });

  it("shows plain text the same way with and without the parser", () => {
    for (const text of ["one", "one\ntwo", "one\n\ntwo\nthree", "at 9:30, (yes); 5 % – “fine” 😀"]) {
      const parsed = show(`${text}\n\n**x**`).replace('<p dir="auto"><strong>x</strong></p>', "");
      expect(show(text).replaceAll("\n", "")).toBe(parsed.replaceAll("\n", ""));
    }
  });

  it("keeps tables, task lists, code and quotes", () => {
    const html = show("| a | b |\n|---|---|\n| 1 | 2 |\n\n- [x] done\n- [ ] open\n\n> said\n\n```\ncode <b>\n```");
    for (const part of ["<table>", "<td>2</td>", 'data-on="true"', "<blockquote>", "code &lt;b&gt;"]) {
      expect(html).toContain(part);
    }
  });

  it("does not parse what is far too long, and shows all of it", () => {
    const html = show(`**${"a".repeat(300 * 1024)}**`);
    expect(html).toContain("**aaa");
    expect(html.length).toBeGreaterThan(300 * 1024);
  });
});
