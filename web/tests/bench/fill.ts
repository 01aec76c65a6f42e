// What is done in the page of a browser to measure how a long list scrolls.

/** Puts threads on the device as if they had been read, the newest first. */
export async function fill(of: { space: string; me: string; count: number }): Promise<void> {
  const { space, me, count } = of;
  const name = (await indexedDB.databases()).find((one) => one.name?.startsWith("meanwhile-p"))?.name as string;
  const store = await new Promise<IDBDatabase>((resolve) => {
    const open = indexedDB.open(name);
    open.onsuccess = () => resolve(open.result);
  });
  const id = (n: number) => `i${n.toString(32).padStart(26, "0").replaceAll("0", "w").replaceAll("1", "x")}`;
  // Newer than all that is there.
  const begin = Date.now() + count * 60_000;
  for (let from = 0; from < count; from += 2000) {
    await new Promise<void>((resolve, reject) => {
      const tx = store.transaction(["records", "order"], "readwrite", { durability: "relaxed" });
      for (let n = from; n < Math.min(count, from + 2000); n++) {
        const order = begin - n * 60_000;
        const at = new Date(order).toISOString();
        const seq = 10 * count - n;
        const record = {
          id: id(n),
          kind: "topic",
          threadId: id(n),
          seq,
          version: 1,
          origin: "said",
          title: `Thread ${n}: what is to be done about it`,
          excerpt: "In a sentence or two, what it is about and who is needed for it, and until when.",
          text: "",
          blobs: [],
          createdBy: me,
          createdAt: at,
          receivedAt: at,
          mentions: [],
          answers: {},
          groups: {},
          reactions: {},
        };
        const row = { account: space, type: "Item", id: id(n), record, order, seq, thread: id(n) };
        tx.objectStore("records").put(row);
        tx.objectStore("order").put({ space, id: id(n), order: -order, seq: -seq });
      }
      tx.oncomplete = () => resolve();
      tx.onerror = () => reject(tx.error as Error);
    });
  }
  store.close();
}

/** Scrolls by so much in each of so many frames. In how many of them was no row in the middle, and how far did it go? */
export async function scroll(by: { step: number; frames: number }): Promise<{ blank: number; top: number }> {
  const begin = window.scrollY;
  let blank = 0;
  for (let frame = 0; frame < by.frames; frame++) {
    window.scrollBy(0, by.step);
    await new Promise((drawn) => requestAnimationFrame(drawn));
    const column = document.querySelector("#main section")?.getBoundingClientRect();
    const seen = document.elementFromPoint((column?.left ?? 0) + 60, window.innerHeight / 2);
    const missing = !seen?.closest("[data-row], h2");
    if (missing) blank++;
  }
  const top = window.scrollY - begin;
  // What is still on its way is a part of it.
  await new Promise((rest) => setTimeout(rest, 300));
  return { blank, top };
}
