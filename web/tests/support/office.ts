// A lively workspace for pictures: six people in five zones, with things said over the last days. The days are real: the
// server runs on a clock that is set back (Debian's faketime), and is started again for each.
import { ask, send, works, workspaceOf } from "./ask";
import { Server, type TestPerson } from "./server";

/** A line of the play: who says what, in answer to which earlier line. */
interface Line {
  by: string;
  as: string;
  title?: string;
  text: string;
  to?: string;
  space?: string;
  react?: Record<string, string[]>;
}

const PEOPLE: Array<[name: string, zone: string]> = [
  ["Ana Ribeiro", "Europe/Lisbon"],
  ["Yuki Tanaka", "Asia/Tokyo"],
  ["Kofi Mensah", "Africa/Accra"],
  ["Maja Novak", "Europe/Zagreb"],
  ["Priya Raman", "Asia/Kolkata"],
  ["Bo Lindqvist", "Europe/Stockholm"],
];

const SPACES: Array<[name: string, purpose: string]> = [
  ["Checkout redesign", "One page instead of four, and nobody asked twice for the same thing."],
  ["Handbook", "How we do things here, and why."],
  ["Release 4.2", "What is in it, what is not, and who says when it is done."],
];

const DAYS: Array<{ back: string; lines: Line[] }> = [
  {
    back: "-147h",
    lines: [
      {
        by: "Priya Raman",
        as: "notes",
        space: "Release 4.2",
        title: "What goes into the release notes",
        text: "A first list is attached below. Please add what your customers will notice, in their words and not in ours.",
      },
      {
        by: "Maja Novak",
        as: "cover",
        space: "Handbook",
        title: "Who covers whom in December",
        text: "Write your days into this thread until the first of December. I make the table from it; nobody needs to answer anybody here.",
      },
    ],
  },
  {
    back: "-99h",
    lines: [
      {
        by: "Ana Ribeiro",
        as: "postcode",
        space: "Checkout redesign",
        title: "Do we need the postcode?",
        text: "The card form asks for a postcode although only **two of our five** payment partners check it. I looked at three months of abandoned carts:\n\n| Country | Left at postcode | Partner checks it |\n|---|---|---|\n| Portugal | 4.1 % | no |\n| UK | 0.6 % | yes |\n| Japan | 2.8 % | no |\n\nMy proposal: show the field only where the partner checks it. Nothing changes for the UK.\n\n- [x] Legal has read it\n- [ ] Support knows what to answer",
        react: { "👍": ["Kofi Mensah", "Maja Novak"] },
      },
      { by: "Bo Lindqvist", as: "cover-bo", to: "cover", text: "21 to 27 December. Kofi knows the build." },
    ],
  },
  {
    back: "-73h",
    lines: [
      {
        by: "Kofi Mensah",
        as: "postcode-kofi",
        to: "postcode",
        text: "I agree with the direction. One thing I would not want to lose: the fraud score uses the postcode when it is there. It enters at `risk.score(card, address)`, and falls back to the country when it is empty.",
      },
    ],
  },
  {
    back: "-53h",
    lines: [
      {
        by: "Yuki Tanaka",
        as: "postcode-yuki",
        to: "postcode",
        text: "For Japan the postcode fills in the address, so people *like* typing it. Could we keep it there as a shortcut and make it optional?",
        react: { "🎉": ["Ana Ribeiro"] },
      },
      {
        by: "Yuki Tanaka",
        as: "fonts",
        space: "Checkout redesign",
        title: "The receipt in Japanese breaks its lines in odd places",
        text: "Only in the PDF, not on the page. I think the font has no rules for it.",
      },
    ],
  },
  {
    back: "-26h",
    lines: [
      {
        by: "Maja Novak",
        as: "copy",
        space: "Checkout redesign",
        title: "Words for the empty cart",
        text: "Three tries, all shorter than what we have. Take the one that you would say to a friend.",
      },
      {
        by: "Priya Raman",
        as: "notes-priya",
        to: "notes",
        text: "Thank you, that is all I needed. I put them in order of how often people asked.",
      },
    ],
  },
  {
    back: "-3h",
    lines: [
      {
        by: "Bo Lindqvist",
        as: "postcode-bo",
        to: "postcode",
        text: "> falls back to the country when it is empty\n\nThat is fine for us: [@Kofi Mensah](mw:Kofi Mensah) and I tried it with last month's cards, and nothing moved by more than a tenth of a percent.",
        react: { "👀": ["Ana Ribeiro"], "👍": ["Yuki Tanaka"] },
      },
    ],
  },
];

/** The workspace, and the ids of its lines by their names. */
export interface Office {
  server: Server;
  people: Map<string, TestPerson>;
  spaces: Map<string, string>;
  ids: Map<string, string>;
}

/** Opens the office and plays its days; today goes on by the machine's own clock. */
export async function openOffice(): Promise<Office> {
  const server = await Server.start();
  const people = new Map<string, TestPerson>();
  for (const [i, [name]] of PEOPLE.entries()) people.set(name, await server.person(name, i === 0 ? "admin" : "member"));
  const person = (name: string) => people.get(name) as TestPerson;
  const ana = person("Ana Ribeiro");
  const spaces = new Map<string, string>();
  const emails = PEOPLE.flatMap(([name]) => ["--member", person(name).email]);
  for (const [name, purpose] of SPACES) {
    const made = await server.order("space", "add", "--name", name, ...emails);
    const id = String(made["spaceId"]);
    spaces.set(name, id);
    await ask(server, ana, [["Space/set", { accountId: id, update: { [id]: { purpose } } }, "0"]]);
  }
  for (const [name, zone] of PEOPLE) await works(server, person(name), { zone });
  const workspace = await workspaceOf(server, ana);
  const admin = await server.order("token", "new", "--person", ana.email, "--scope", "read,write,admin");
  await ask(server, { ...ana, token: String(admin["token"]) }, [
    ["Workspace/set", { accountId: workspace, update: { [workspace]: { name: "Harbour" } } }, "0"],
  ]);

  const ids = new Map<string, string>();
  const homes = new Map<string, string>();
  for (const { back, lines } of DAYS) {
    await server.stop();
    await server.restart(back);
    for (const line of lines) {
      const space = line.to ? (homes.get(line.to) as string) : (spaces.get(line.space ?? "") as string);
      const text = line.text.replaceAll(/mw:([A-Z][^)]*)/g, (_, name: string) => `mw:${person(name).id}`);
      const item = line.to
        ? { kind: "post", parentId: ids.get(line.to), text }
        : { kind: "topic", title: line.title, text };
      const id = await send(server, person(line.by), space, item);
      for (const [emoji, names] of Object.entries(line.react ?? {})) {
        for (const name of names) {
          const by = person(name);
          await ask(server, by, [
            ["Item/set", { accountId: space, update: { [id]: { [`reactions/${emoji}/${by.id}`]: true } } }, "0"],
          ]);
        }
      }
      ids.set(line.as, id);
      homes.set(line.as, space);
    }
  }
  await server.stop();
  await server.restart();
  return { server, people, spaces, ids };
}
