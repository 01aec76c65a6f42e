// A mail relay for stories in the browser: takes what is sent to it, and finds the links in it.
import { createServer, type AddressInfo, type Server, type Socket } from "node:net";

/** The relay. */
export class Relay {
  /** All that it took, whole. */
  readonly taken: string[] = [];
  readonly #server: Server;
  #told: () => void = () => {};

  private constructor() {
    this.#server = createServer((socket) => this.#talk(socket));
  }

  /** Opens one on a free port. */
  static async open(): Promise<Relay> {
    const relay = new Relay();
    await new Promise<void>((there) => relay.#server.listen(0, "127.0.0.1", there));
    return relay;
  }

  /** As the server is told of it. */
  get url(): string {
    return `smtp://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** The mail in which something stands, once it is there; its lines are whole. */
  async mail(words: string): Promise<string> {
    for (;;) {
      const found = this.taken.map(whole).find((mail) => mail.includes(words));
      if (found) return found;
      await new Promise<void>((told) => (this.#told = told));
    }
  }

  close(): void {
    this.#server.close();
  }

  #talk(socket: Socket): void {
    let held = "";
    let data: string | undefined;
    const say = (line: string) => socket.write(`${line}\r\n`);
    say("220 relay.example");
    socket.on("error", () => {});
    socket.on("data", (piece) => {
      held += piece.toString("latin1");
      for (let end = held.indexOf("\r\n"); end >= 0; end = held.indexOf("\r\n")) {
        const line = held.slice(0, end);
        held = held.slice(end + 2);
        if (data !== undefined && line !== ".") data += `${line}\r\n`;
        else if (data !== undefined) {
          this.taken.push(data);
          data = undefined;
          say("250 taken");
          this.#told();
        } else if (/^DATA/i.test(line)) {
          data = "";
          say("354 go on");
        } else if (/^QUIT/i.test(line)) {
          say("221 bye");
          socket.end();
        } else say("250 ok");
      }
    });
  }
}

/** Without the soft breaks of quoted-printable. */
function whole(mail: string): string {
  return mail.replace(/=\r\n/g, "").replaceAll("=3D", "=");
}

/** The first address in a mail that begins so. */
export function linkIn(mail: string, begins: string): string {
  const found = mail.split(/[\s<>"]/).find((word) => word.startsWith(begins));
  if (!found) throw new Error(`${begins} is not in ${mail}`);
  return found;
}
