// `createEmulator` of the built package: the API in process, called as by the SDK and as by hand.

import assert from "node:assert/strict";
import test from "node:test";

import { packaged, replace } from "./support.mjs";

const { createEmulator } = await packaged("testing.js");

const INIT = { filename: "front.jpg", extension: "jpg", content_type: "image/jpeg" };
const BYTES = new Uint8Array([0xff, 0xd8, 0xff, 0xe0]);

const post = (emulator, path, body, init) =>
  emulator.fetch(`${emulator.openUrl}/v1/characters${path}`, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(body),
    ...init,
  });

const ticket = async (emulator) => (await post(emulator, "/uploads/init", INIT)).json();

const put = ({ upload_url }, emulator, init) =>
  emulator.fetch(upload_url, { method: "PUT", headers: { "Content-Type": "image/jpeg" }, body: BYTES, ...init });

const steps = (emulator) => emulator.log().map(({ step, status }) => `${step} ${status}`);

test("the whole course of an upload runs without a network", async () => {
  const emulator = createEmulator();
  const minted = await ticket(emulator);
  assert.equal((await put(minted, emulator)).status, 200);
  assert.deepEqual(emulator.upload(minted.upload_id), BYTES);
  const { pose } = await (await post(emulator, "/uploads/classify", { upload_id: minted.upload_id })).json();
  const character = await (await post(emulator, "", { name: "Aurora", upload_ids: [minted.upload_id] })).json();
  assert.deepEqual([pose, character.status], ["front", "ready"]);
  assert.deepEqual(steps(emulator), ["init 201", "put 200", "classify 200", "create 201"]);
  const picture = await emulator.fetch(character.refs[0].url);
  assert.deepEqual(new Uint8Array(await picture.arrayBuffer()), BYTES);
});

test("the log has the headers that were sent, the length and the SHA-256", async () => {
  const emulator = createEmulator();
  await put(await ticket(emulator), emulator);
  const { headers, body_length, body_sha256, origin } = emulator.log()[1];
  assert.deepEqual(headers, [["content-type", "image/jpeg"]]);
  const hash = Buffer.from(await crypto.subtle.digest("SHA-256", BYTES)).toString("hex");
  assert.deepEqual({ body_length, body_sha256, origin }, { body_length: 4, body_sha256: hash, origin: "upload" });
});

test("the API asks for a key where the page would not have one", async () => {
  const emulator = createEmulator();
  const list = (headers) => emulator.fetch(`${emulator.apiUrl}/v1/characters`, { headers });
  assert.equal((await list({})).status, 401);
  assert.equal((await list({ "X-Api-Key": emulator.apiKey })).status, 200);
  assert.equal((await list(new Headers({ "X-Api-Key": emulator.apiKey }))).status, 200);
  emulator.changeKey({ key: emulator.apiKey, revoked: true });
  assert.equal((await list([["X-Api-Key", emulator.apiKey]])).status, 401);
  assert.equal(emulator.keys().length, 1);
});

test("a closed emulator has no API without a key", async () => {
  const emulator = createEmulator({ open: false });
  assert.equal((await emulator.fetch(`${emulator.openUrl}/v1/characters`)).status, 401);
});

test("every form of fetch's arguments makes the same request", async () => {
  const emulator = createEmulator();
  const { upload_url: url } = await ticket(emulator);
  const init = { method: "PUT", headers: { "Content-Type": "image/jpeg" } };
  const stream = () => new Blob([BYTES]).stream();
  for (const [input, more] of [
    [new Request(url, { ...init, body: BYTES })],
    [new Request(url, { ...init }), { body: BYTES }],
    [new URL(url), { ...init, body: BYTES.buffer }],
    [url, { ...init, body: new Blob([BYTES]) }],
    [url, { ...init, body: new DataView(BYTES.buffer) }],
    [url, { ...init, body: stream(), duplex: "half" }],
    [url, { method: "put", body: new File([BYTES], "a.jpg", { type: "image/jpeg" }) }],
    [url, { ...init, body: String.fromCharCode(1, 2, 3, 4) }],
  ]) {
    assert.equal((await emulator.fetch(input, more)).status, 200);
    assert.equal(emulator.log().at(-1).body_length, 4);
  }
});

test("a URL of another origin is refused by name", async () => {
  const emulator = createEmulator();
  await assert.rejects(emulator.fetch("https://app.example/api/me"), {
    name: "TypeError",
    message: /does not answer for https:\/\/app\.example\. Its API is https:\/\/api\.aurous\.test/,
  });
});

test("a made-up response takes the place of the true one", async () => {
  const emulator = createEmulator();
  emulator.inject({
    match: { step: "init" },
    fault: { status: 402, code: "balance_too_low", headers: { "Retry-After": "7" } },
  });
  const response = await post(emulator, "/uploads/init", INIT);
  assert.deepEqual([response.status, response.headers.get("Retry-After")], [402, "7"]);
  assert.equal((await response.json()).error.code, "balance_too_low");
  assert.equal((await post(emulator, "/uploads/init", INIT)).status, 201);
});

test("a reset rejects, and says whose doing it is", async () => {
  const emulator = createEmulator();
  for (const fault of ["reset_before_body", "reset_during_body", { reset_after_body: { processed: true } }]) {
    const minted = await ticket(emulator);
    emulator.inject({ match: { step: "put" }, fault });
    await assert.rejects(put(minted, emulator), { name: "TypeError", message: /reset \(a fault of the emulator's\)/ });
    assert.equal(emulator.log().at(-1).outcome, "reset");
    assert.equal(emulator.upload(minted.upload_id) !== undefined, typeof fault === "object", JSON.stringify(fault));
  }
});

test("what hangs is pending until its signal aborts it, with the signal's reason", async () => {
  const emulator = createEmulator();
  for (const fault of ["hang", "hang_during_body"]) {
    const minted = await ticket(emulator);
    emulator.inject({ match: { step: "put" }, fault });
    const leaving = new AbortController();
    const sent = put(minted, emulator, { signal: leaving.signal });
    setTimeout(() => leaving.abort("enough"));
    await assert.rejects(sent, (reason) => reason === "enough");
    assert.equal(emulator.log().at(-1).outcome, "hung");
  }
});

test("a body that hangs after the headers ends with its signal", async () => {
  const emulator = createEmulator();
  emulator.inject({ match: { step: "init" }, fault: "hang_after_headers" });
  const leaving = new AbortController();
  const response = await post(emulator, "/uploads/init", INIT, { signal: leaving.signal });
  assert.equal(response.status, 201);
  const read = response.text();
  leaving.abort("enough");
  await assert.rejects(read, (reason) => reason === "enough");
});

test("a truncated body breaks off after half of it", async () => {
  const emulator = createEmulator();
  emulator.inject({ match: { step: "init" }, fault: "truncate" });
  const response = await post(emulator, "/uploads/init", INIT);
  const reader = response.body.getReader();
  const { value } = await reader.read();
  assert.equal(value.length, Math.floor(Number(response.headers.get("Content-Length")) / 2));
  await assert.rejects(reader.read(), TypeError);
});

test("an answer without a body does not break off", async () => {
  const emulator = createEmulator();
  emulator.inject({ match: { step: "put" }, fault: "truncate" });
  const response = await put(await ticket(emulator), emulator);
  assert.equal(await response.text(), "");
});

test("a delayed PUT is stored although its client has left", async () => {
  const emulator = createEmulator();
  const minted = await ticket(emulator);
  emulator.inject({ match: { step: "put" }, fault: { delay_ms: 20 } });
  const leaving = new AbortController();
  const sent = put(minted, emulator, { signal: leaving.signal });
  while (emulator.log()[1]?.body_length !== BYTES.length) await new Promise(setImmediate);
  leaving.abort();
  await assert.rejects(sent, { name: "AbortError" });
  assert.equal(emulator.log()[1].outcome, "client_gone");
  while (!emulator.upload(minted.upload_id)) await new Promise(setImmediate);
});

test("a body that fails rejects with its error, and the log says that the client has gone", async () => {
  const emulator = createEmulator();
  const body = new ReadableStream({ pull: (controller) => controller.error(new Error("the disk is gone")) });
  await assert.rejects(post(emulator, "/uploads/init", INIT, { body, duplex: "half" }), /the disk is gone/);
  assert.equal(emulator.log()[0].outcome, "client_gone");
  await assert.rejects(post(emulator, "/uploads/init", INIT, { body: new FormData() }), /takes no FormData/);
});

test("a signal that has been aborted before sends nothing", async () => {
  const emulator = createEmulator();
  await assert.rejects(post(emulator, "/uploads/init", INIT, { signal: AbortSignal.abort("no") }), (it) => it === "no");
  assert.deepEqual(emulator.log(), []);
});

test("the listener on a signal is removed with the answer", async () => {
  const emulator = createEmulator();
  const { signal } = new AbortController();
  let listeners = 0;
  const counted = (name, by) => {
    const original = signal[name];
    signal[name] = (...all) => {
      listeners += by;
      return original.apply(signal, all);
    };
  };
  counted("addEventListener", 1);
  counted("removeEventListener", -1);
  emulator.inject({ match: { step: "init", nth: 2 }, fault: "reset_before_body" });
  await post(emulator, "/uploads/init", INIT, { signal });
  await post(emulator, "/uploads/init", INIT, { signal }).catch(() => {});
  assert.equal(listeners, 0);
});

test("the clock is advanced without waiting, and a URL expires", async () => {
  let real = 1_778_234_400_000;
  const emulator = createEmulator({ now: () => real });
  const minted = await ticket(emulator);
  emulator.advance(15 * 60_000);
  assert.equal(emulator.now(), real + 15 * 60_000);
  assert.equal((await put(minted, emulator)).status, 403);
  real += 1000;
  emulator.reset();
  assert.equal(emulator.now(), real);
});

test("emulators of one seed make the same keys, ids and signatures", async () => {
  const make = (seed) => createEmulator({ seed, now: () => 1_778_234_400_000 });
  assert.deepEqual(await ticket(make(7)), await ticket(make(7)));
  assert.notDeepEqual(await ticket(make(7)), await ticket(make(8)));
  assert.equal(make(7).apiKey, make(7).apiKey);
});

test("a reset brings back the settings of the start", async () => {
  const emulator = createEmulator({ settings: { synthesize_ms: 5, rate_limits: false } });
  emulator.changeSettings({ synthesize_ms: 9, cors: true });
  emulator.inject({ fault: "hang", times: null });
  emulator.reset();
  const { synthesize_ms, rate_limits, cors } = emulator.settings();
  assert.deepEqual({ synthesize_ms, rate_limits, cors }, { synthesize_ms: 5, rate_limits: false, cors: false });
  assert.deepEqual(emulator.faults(), []);
});

test("a limit is reached, and refills with the clock", async () => {
  const emulator = createEmulator({ now: () => 1_778_234_400_000 });
  const statuses = [];
  for (let call = 0; call < 61; call++) statuses.push((await post(emulator, "/uploads/init", INIT)).status);
  assert.deepEqual([statuses[59], statuses[60]], [201, 429]);
  emulator.advance(2000);
  assert.equal((await post(emulator, "/uploads/init", INIT)).status, 201);
});

test("an environment that lacks what fetch needs is told what, and which has it", (t) => {
  for (const name of ["TextDecoder", "ReadableStream"]) replace(t, globalThis, name, undefined);
  assert.throws(() => createEmulator(), /lacks TextDecoder, ReadableStream\. For Jest's jsdom, jest-fixed-jsdom has them/);
});

test("a file without arrayBuffer is read, as jsdom's in Jest", async (t) => {
  const file = new File([BYTES], "front.jpg", { type: "image/jpeg" });
  Object.defineProperty(file, "arrayBuffer", { value: undefined });
  replace(t, globalThis, "FileReader", class {
    async readAsArrayBuffer(read) {
      this.result = await read.slice().arrayBuffer();
      this.onloadend();
    }
  });
  const emulator = createEmulator();
  const minted = await ticket(emulator);
  await put(minted, emulator, { body: file });
  assert.deepEqual(emulator.upload(minted.upload_id), BYTES);
});

test("a wrong option names itself", () => {
  for (const [options, message] of [
    [{ seeds: 1 }, /`seeds`: there is no such option/],
    [{ seed: 1.5 }, /`seed`: give a whole number/],
    [{ apiUrl: "https://api.test/v1" }, /`apiUrl`: give an origin/],
    [{ uploadUrl: "uploads" }, /`uploadUrl`: give an origin/],
    [{ apiKeys: "al_live_1" }, /`apiKeys`: give a list of texts/],
    [{ now: 5 }, /`now`: give a function/],
    [{ settings: { ratelimits: true } }, /unknown field `ratelimits`, expected one of `cors`/],
  ]) {
    assert.throws(() => createEmulator(options), (error) => error instanceof TypeError && message.test(error.message));
  }
});

test("what is no fault is refused with the form of one", () => {
  const emulator = createEmulator();
  for (const [fault, message] of [
    [{ match: { step: "puts" }, fault: "hang" }, /send one or a list of/],
    [{ fault: { status: 99 } }, /99 is no status from 200 to 599/],
  ]) {
    assert.throws(() => emulator.inject(fault), (error) => error instanceof TypeError && message.test(error.message));
  }
  assert.deepEqual(emulator.faults(), []);
});
