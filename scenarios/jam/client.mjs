// An independent client (jmap-jam, written for mail servers) works with a Meanwhile server as it would with any other.
// Takes URL and TOKEN from the environment; ends with an error at the first thing that is not as RFC 8620 says.
//
// Three things it can't do, and does another way here:
// - it takes every Thread for that of a mail server, so the capability of ours has to be put in its place by hand;
// - its event source sends no token, so events are not asked for;
// - it looks for the primary account of mail alone, so ours is read from the session.
import assert from "node:assert/strict";
import JamClient from "jmap-jam";

const { URL: url, TOKEN: token } = process.env;
const workspace = "urn:meanwhile:jmap:workspace";
const entities = ["Space", "Item", "ItemVersion", "Submission", "Draft", "Membership", "Person"];
const jam = new JamClient({
  sessionUrl: `${url}/.well-known/jmap`,
  bearerToken: token,
  customCapabilities: Object.fromEntries(entities.map((entity) => [entity, workspace])),
});
jam.capabilities.set("Thread", workspace);

/** The error of a promise that must fail. */
const refusal = (promise) => promise.then((value) => assert.fail(JSON.stringify(value)), (error) => error);

const session = await jam.session;
assert.ok(session.capabilities["urn:ietf:params:jmap:core"].maxObjectsInGet > 0);
assert.ok(session.capabilities[workspace]);
const me = session.primaryAccounts[workspace];
assert.equal(session.accounts[me].isPersonal, true);

// Core/echo comes back as it went.
const hello = { hello: true, high: 5, list: [1, { deep: "ü" }] };
const [echo] = await jam.request(["Core/echo", hello]);
assert.deepEqual(echo, hello);

// A Space, made in one's own account.
const [made] = await jam.api.Space.set({ accountId: me, create: { s: { name: "From another client" } } });
const accountId = made.created.s.id;

// Create, query and get in one request, by a creation id and back references.
const [{ created, replied, found, read, threads }, meta] = await jam.requestMany((t) => {
  const created = t.Item.set({ accountId, create: { t: { kind: "topic", title: "Hello", text: "from jam" } } });
  const replied = t.Item.set({ accountId, create: { p: { kind: "post", parentId: "#t", text: "and an answer" } } });
  const found = t.Item.query({ accountId, sort: [{ property: "seq" }], calculateTotal: true });
  const read = t.Item.get({ accountId, ids: found.$ref("/ids"), properties: ["kind", "text", "threadId"] });
  const threads = t.Thread.get({ accountId, ids: read.$ref("/list/*/threadId") });
  return { created, replied, found, read, threads };
});
const topic = created.created.t.id;
assert.deepEqual(found.ids, [topic, replied.created.p.id]);
assert.equal(found.total, 2);
assert.deepEqual(read.list.map((item) => [item.kind, item.text, item.threadId]), [
  ["topic", "from jam", topic],
  ["post", "and an answer", topic],
]);
assert.equal(threads.list[0].posts, 1);
assert.equal(meta.sessionState, session.state);

// Creation ids go in with a request, and come back with it.
const post = { kind: "post", parentId: "#known", text: "by a creation id of a request before" };
const [, more] = await jam.request(["Item/set", { accountId, create: { q: post } }], { createdIds: { known: topic } });
assert.ok(more.createdIds.q);
assert.equal(more.createdIds.known, topic);

// What changed since, and a state that is none.
const [updated] = await jam.api.Item.set({ accountId, update: { [topic]: { title: "Hello again" } } });
assert.equal(updated.updated[topic].version, 2);
const [changes] = await jam.api.Item.changes({ accountId, sinceState: read.state });
assert.deepEqual(changes.updated, [topic]);
assert.deepEqual(changes.created, [more.createdIds.q]);
assert.equal(changes.hasMoreChanges, false);
const [nothing] = await jam.api.Item.changes({ accountId, sinceState: changes.newState });
assert.deepEqual([nothing.created, nothing.updated, nothing.destroyed], [[], [], []]);
assert.equal((await refusal(jam.api.Item.changes({ accountId, sinceState: "none" }))).type, "cannotCalculateChanges");
const stale = { accountId, ifInState: read.state, update: { [topic]: { title: "Too late" } } };
assert.equal((await refusal(jam.api.Item.set(stale))).type, "stateMismatch");

// A file, there and back.
const content = "part,price\nbolt,2\n";
const uploaded = await jam.uploadBlob(accountId, content);
assert.equal(uploaded.size, content.length);
const blobs = [{ blobId: uploaded.blobId, name: "prices.csv", type: "text/csv" }];
const [filed] = await jam.api.Item.set({ accountId, create: { f: { kind: "file", title: "Prices", blobs } } });
assert.ok(filed.created.f.id);
const file = { accountId, blobId: uploaded.blobId, mimeType: "text/plain", fileName: "prices.csv" };
assert.equal(await (await jam.downloadBlob(file)).text(), content);

// Undo.
const item = { kind: "post", parentId: topic, text: "On second thoughts …" };
const [sent] = await jam.api.Submission.set({ accountId: me, create: { u: { spaceId: accountId, sendIn: 60, item } } });
const undo = { [sent.created.u.id]: { undoStatus: "canceled" } };
const [undone] = await jam.api.Submission.set({ accountId: me, update: undo });
assert.ok(sent.created.u.id in undone.updated);

// Refusals: of a record, of a call, of a request.
const [refused] = await jam.api.Item.set({ accountId, create: { x: { kind: "post", text: "To whom?" } } });
assert.equal(refused.notCreated.x.type, "invalidProperties");
assert.equal((await refusal(jam.api.Item.get({ accountId: "s-nobodys" }))).type, "accountNotFound");
assert.equal((await refusal(jam.request(["Item/fly", { accountId }]))).type, "unknownMethod");
const [lost] = await refusal(
  jam.requestMany((t) => ({ lost: t.Item.get({ accountId, ids: t.Item.query({ accountId }).$ref("/ids") }) })),
);
assert.equal(lost.type, "invalidResultReference");
const other = await refusal(jam.request(["Core/echo", {}], { using: ["urn:example:other"] }));
assert.equal(other.type, "urn:ietf:params:jmap:error:unknownCapability");
const stranger = new JamClient({ sessionUrl: `${url}/jmap/session`, bearerToken: "nobody's" });
assert.equal((await stranger.session).status, 401);

const [destroyed] = await jam.api.Item.set({ accountId, destroy: [filed.created.f.id] });
assert.deepEqual(destroyed.destroyed, [filed.created.f.id]);
console.log("jmap-jam is content");
