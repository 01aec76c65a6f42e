// Texts as people write them, each by what is special about it. The editor must give every one of them back.

/** What the editor holds. */
export const HELD: Record<string, string> = {
  words: "Dear all,\n\nthe desk is open from nine to five.",
  "line breaks": "Ana Ribeiro\nRua do Carmo 7\n1200-093 Lisboa",
  "line breaks with blanks and backslashes": "one  \ntwo\\\nthree",
  headings: "# One\n\n## Two ##\n\n### Three `code`\n\n###### Six\n\nUnder\n=====\n\nBelow\n---",
  emphasis: "**bold**, *italic*, ~~gone~~, `code`, ***both***, **bold with *italic* in it**, __bold__ and _italic_",
  "emphasis over a line": "**one\ntwo** and three",
  "emphasis in words": "un*frigging*believable, snake_case_name, 2*3*4 and 2 * 3 * 4",
  "code with marks": "**`bold code`**, [`linked code`](https://example.org), `` a ` tick ``, ` `` `, `  `",
  escapes:
    "\\*not italic\\*, \\# no heading, 1\\. no list, \\[no link\\](x), a\\_b, \\`no code\\`, \\\\ and C:\\Users\\ana",
  "what only looks like marks": "a * b, x_y, 5 < 6 > 4, # 7, 3. place, [x], a|b, ~5 minutes, ~/bin, !important, -1",
  "beginnings that are none":
    "\\- no item\n\\+ none\n\\> no quote\n1986\\. A year\n\\# no heading\n\\---\n\\=\n\\| a | b |\n\\| --- | --- |",
  "character references": "5 &lt; 6 &amp; 7 &#233; &euro; &unknown; and \\&lt;",
  "a list": "- one\n- two\n- three",
  "a list with room": "- one\n\n- two\n\n  more of two\n\n- three",
  "nested lists": "- one\n  - one a\n    - deep\n  - one b\n- two\n  1. first\n  2. second",
  "ordered lists": "3. three\n4. four\n\n10) ten\n11) eleven",
  "two lists, one below the other": "- one\n- two\n\n* other\n* list\n\nText.\n\n1. a\n\n1) b",
  "items with code and quotes": "- run this\n  ```sh\n  make run\n  ```\n- then\n\n  > read it\n\n  and go",
  tasks: "- [ ] open\n- [x] done\n  - [ ] open *below*\n- plain",
  "ordered tasks": "1. [x] first\n2. [ ] second",
  "tasks with room": "- [x] done\n\n  and why\n\n- [ ] open",
  quotes: "> said\n> and said\n>\n> again\n>\n> > before that\n\nanswer",
  "a quote with everything":
    "> ## Head\n>\n> - one\n> - two\n>\n> ```js\n> const a = 1;\n> ```\n>\n> | a |\n> |---|\n> | 1 |",
  "a quote with a way back":
    "> **Ana Ribeiro**, [Monday 09:00](https://work.example.org/s/s1/t/i2/i3)\n>\n> Which shade?\n\nThe darker one.",
  fences:
    "```ts\nconst a: string = '<b>';\n\n\nif (a) {\n  b();\n}\n```\n\n````\n```\nfence in fence\n```\n````\n\n~~~\nwaves\n~~~",
  "indented code": "    four blanks\n      more\n\nwords",
  "a fence that is left open": "```\nnever closed",
  "an empty fence": "```\n```",
  rules: "above\n\n---\n\n***\n\nbelow",
  tables: "| Name | Price | |\n|:--|--:|:-:|\n| **Tea** | 2 | `a\\|b` |\n| [Milk](https://example.org) | | \\* |",
  "a table of one column": "| only |\n|---|\n| one |",
  links:
    'See [this](https://example.org "Title"), [there](</a path/x>), [here](/s/s1), [mail](mailto:ana@example.org) and [**bold** words](https://example.org/a_(b)).',
  "bare addresses": "https://example.org/a_b_c?d=e&f=g, www.example.org, <https://example.org/x>, ana@example.org.",
  "addresses that go nowhere": "[press](javascript:alert(1)) and [docs](readme.md)",
  images: '![a cat](https://pixels.example/cat.png) and ![](https://pixels.example/b.png "B")',
  names: "@Ana Ribeiro and **@Bo**, what do you think, @support-desk? Not ana@example.org.",
  emoji: "Done 🎉👩‍👩‍👧‍👦🏳️‍🌈 and :tada: at 10:30:45",
  Hebrew: "**שלום** לכולם, זה `קוד`\n\n- אחד\n- שניים",
  Arabic: "> مرحبا بالجميع\n\nهذا *مهم*.",
  Japanese: "これは**重要**です。**注意。**次へ。\n\n- 一\n- 二",
  Chinese: "这是**“重要”**的事。\n\n| 名称 | 价格 |\n|---|---|\n| 茶 | 二 |",
  "raw HTML":
    'A <b>bold</b> try.\n\n<div onclick="x()">\nin a *block*\n</div>\n\n<!-- note -->\n\n<script>alert(1)</script>',
  "a very long line": `${"word **bold** and `code` ".repeat(400)}end`,
  "a note of GitHub's": "> [!NOTE]\n> Useful.",
  "marks without an end": "**open and *never closed, `tick, [link](",
  "Slack's own marks": "*bold* _italic_ ~gone~ and 1 * 2",
  footnotes: "A claim[^1].\n\n[^1]: Its source, of which more is known.",
  nothing: "",
};

/** What it does not hold, and so leaves alone. */
export const UNHELD: Record<string, string> = {
  "addresses that are named elsewhere": "See [this][1].\n\n[1]: https://example.org",
  "an item that begins with code": "- ```\n  code\n  ```",
  "a picture in a link": "[![alt](https://a.example/b.png)](https://example.org)",
  "nesting that nobody means": `${"> ".repeat(200)}deep`,
};
