// A large file on its way to the server, piece by piece, by tus 1.0 (docs/protocol/uploads.md). It goes on where the server
// says that it is; who calls keeps the bytes and the address, and tries again. Knows no command and no storage.
import type { Id } from "../generated/types";
import { Refusal } from "./api";
import { Busy, SignedOut, type Client } from "./jmap";

/** Larger files go in pieces; smaller ones in one request, which costs less. Bytes. */
export const LARGE = 5_000_000;
/** The first piece, and what a piece may become. A line shows by itself how much it takes in a second or two. */
const [FIRST, LEAST, MOST] = [1 << 20, 256 << 10, 16 << 20];
/** Milliseconds within which the next piece is larger, and after which it is smaller. */
const [QUICK, SLOW] = [1000, 4000];

/** How far an upload is. */
export interface Going {
  /** Its address at the server. */
  url: string;
  /** Bytes that the server has for good. */
  sent: number;
}

/**
 * Sends what the server does not have yet, and gives the blobId. `keep` is told how far it is; where it gives false, nobody
 * wants the file any more: then the upload is given up, and there is no blobId.
 */
export async function inPieces(
  client: Client,
  file: { bytes: Blob; type: string; size: number },
  held: Going | undefined,
  keep: (going: Going) => Promise<boolean>,
  signal: AbortSignal,
): Promise<Id | undefined> {
  const asked = (method: string, url: string, headers: Record<string, string> = {}, body?: Blob) =>
    client.ask(client.address(url), { method, headers: { "tus-resumable": "1.0.0", ...headers }, body, signal });
  let url = held?.url;
  let answer: Response | undefined = url ? await asked("HEAD", url).catch(unlessGone) : undefined;
  if (!answer) {
    const metadata = `filetype ${btoa(encodeURI(file.type || "application/octet-stream"))}`;
    answer = await asked("POST", "/upload", { "upload-length": String(file.size), "upload-metadata": metadata });
    url = answer.headers.get("location") ?? "";
  }
  for (let piece = FIRST; ;) {
    const blob = answer.headers.get("upload-blob-id");
    if (blob) return blob;
    const sent: number = Number(answer.headers.get("upload-offset"));
    if (!(await keep({ url: url!, sent }))) {
      await asked("DELETE", url!).catch(unlessGone);
      return undefined;
    }
    // All is there: somebody else is making a file of it.
    if (sent >= file.size) throw new Busy("the upload is not a file yet");
    const headers = { "content-type": "application/offset+octet-stream", "upload-offset": String(sent) };
    const begun = performance.now();
    answer = await asked("PATCH", url!, headers, file.bytes.slice(sent, sent + piece)).catch(unlessElsewhere);
    answer ??= await asked("HEAD", url!);
    const took = performance.now() - begun;
    piece = took < QUICK ? Math.min(piece * 2, MOST) : took > SLOW ? Math.max(piece / 2, LEAST) : piece;
  }
}

/** An upload that is over is begun anew. */
function unlessGone(error: unknown): undefined {
  if (!(error instanceof Refusal) || error instanceof SignedOut || error.status !== 404) throw error;
}

/** Another request was quicker, one of before a reload perhaps. */
function unlessElsewhere(error: unknown): undefined {
  if (error instanceof Refusal && error.status === 409) return;
  // Over since it was asked for: the next try begins anew.
  if (error instanceof Refusal && error.status === 404) throw new Busy(error.message);
  throw error;
}
