// Thirty tests of a page's upload flow on the emulator, without a network: they run as they are in vitest and in
// Jest. `timers.js` has the runner's fake timers.

import { createClient } from "aurous-web";
import { createAurousError, createEmulator } from "aurous-web/testing";

import { timers } from "./timers.js";

const JPEG = [0xff, 0xd8, 0xff, 0xe0, 1, 2, 3, 4];
const MINUTE = 60_000;

const emulator = createEmulator();
const aurous = createClient({ baseUrl: emulator.openUrl });
const picture = (name = "front.jpg") => new File([new Uint8Array(JPEG)], name, { type: "image/jpeg" });
const steps = () => emulator.log().map(({ step, status, outcome }) => `${step} ${status ?? outcome}`);
const logged = (step) => emulator.log().filter((request) => request.step === step);

/** Makes a character of one picture. */
async function make(file = picture(), options = {}) {
  const { ticket } = await aurous.upload(file, options);
  return aurous.createCharacter({ name: "Aurora", upload_ids: [ticket.upload_id] }, options);
}

/** Lets a call go through its waits in no time. */
async function inVirtualTime(call) {
  timers.useFakeTimers({ toFake: FAKED, doNotFake: REAL });
  const settled = call().then(
    (value) => ({ value }),
    (error) => ({ error }),
  );
  let end;
  settled.then((it) => (end = it));
  while (!end) await timers.advanceTimersByTimeAsync(500);
  if (end.error) throw end.error;
  return end.value;
}

/** vitest is told what to fake, Jest what not to: the SDK goes on in microtasks. */
const FAKED = ["setTimeout", "clearTimeout", "Date"];
const REAL = ["nextTick", "queueMicrotask", "setImmediate", "clearImmediate", "performance", "hrtime"];

const globals = { fetch: globalThis.fetch, XMLHttpRequest: globalThis.XMLHttpRequest };

beforeEach(() => {
  // Without XMLHttpRequest, a PUT with progress goes by fetch as well.
  Object.assign(globalThis, { fetch: emulator.fetch, XMLHttpRequest: undefined });
  emulator.reset();
});

afterEach(() => {
  timers.useRealTimers();
  Object.assign(globalThis, globals);
});

describe("an upload", () => {
  test("makes a character", async () => {
    const character = await make();
    expect(character).toMatchObject({ name: "Aurora", status: "ready" });
    expect(character.refs).toHaveLength(1);
    expect(steps()).toEqual(["init 201", "put 200", "create 201"]);
  });

  test("sends the file's bytes with its content type alone", async () => {
    await aurous.upload(picture());
    const [put] = logged("put");
    expect(put.headers).toEqual([["content-type", "image/jpeg"]]);
    expect(put.body_length).toBe(JPEG.length);
    expect(put.body_sha256).toMatch(/^[0-9a-f]{64}$/);
  });

  test("stores the bytes", async () => {
    const { ticket } = await aurous.upload(picture());
    expect([...emulator.upload(ticket.upload_id)]).toEqual(JPEG);
  });

  test("has the pose of the file's name", async () => {
    for (const pose of ["front", "side", "back", "portrait"]) {
      const { classification } = await aurous.upload(picture(`${pose}-1.jpg`), { classify: true });
      expect(classification.pose).toBe(pose);
    }
  });

  test("reports progress to its end", async () => {
    const fractions = [];
    await aurous.upload(picture(), { onProgress: ({ fraction }) => fractions.push(fraction) });
    expect(fractions.at(-1)).toBe(1);
  });

  test("of several pictures makes one character", async () => {
    const files = [picture("front.jpg"), picture("side.jpg")];
    const outcomes = await aurous.uploadAll(files, { classify: true });
    const upload_ids = outcomes.map(({ value }) => value.ticket.upload_id);
    const { refs } = await aurous.createCharacter({ name: "Aurora", upload_ids });
    expect(refs.map(({ pose }) => pose)).toEqual(["front", "side"]);
  });

  test("of a picture that is none is refused before any request", async () => {
    const file = new File([new Uint8Array([1, 2, 3, 4])], "notes.jpg", { type: "image/jpeg" });
    await expect(aurous.upload(file)).rejects.toMatchObject({ code: "unsupported_file_type" });
    expect(steps()).toEqual([]);
  });

  test("that is cancelled rejects with the signal's reason", async () => {
    emulator.inject({ match: { step: "put" }, fault: "hang" });
    const leaving = new AbortController();
    const upload = aurous.upload(picture(), { signal: leaving.signal });
    setTimeout(() => leaving.abort("cancelled"), 5);
    await expect(upload).rejects.toBe("cancelled");
  });
});

describe("a failure that may pass", () => {
  for (const [name, fault] of [
    ["503", { status: 503 }],
    ["a reset before the body", "reset_before_body"],
    ["a reset in the body", "reset_during_body"],
    ["a reset after the body", { reset_after_body: { processed: true } }],
  ]) {
    test(`of the PUT is tried again: ${name}`, async () => {
      emulator.inject({ match: { step: "put" }, fault });
      expect((await inVirtualTime(() => make())).status).toBe("ready");
      const [first, second] = logged("put");
      expect([first.fault !== null, second.status]).toEqual([true, 200]);
    });
  }

  for (const [name, fault] of [
    ["500", { status: 500 }],
    ["half an answer", "truncate"],
    ["a head without an end", "hang_after_headers"],
    ["a sign-in page", "not_json"],
    ["a late answer", { delay_ms: 4000 }],
  ]) {
    test(`of the ticket is tried again or waited for: ${name}`, async () => {
      emulator.inject({ match: { step: "init" }, fault });
      expect((await inVirtualTime(() => make())).status).toBe("ready");
      expect(logged("init")[0].fault).not.toBeNull();
    });
  }

  test("waits as long as Retry-After says", async () => {
    const fault = { status: 429, headers: { "Retry-After": "20" } };
    emulator.inject({ match: { step: "init" }, fault });
    await inVirtualTime(() => make());
    const [first, second] = logged("init");
    expect(second.time_ms - first.time_ms).toBeGreaterThanOrEqual(20_000);
  });

  test("ends in an error after enough attempts", async () => {
    emulator.inject({ match: { step: "classify" }, fault: { status: 503 }, times: null });
    const call = inVirtualTime(() => aurous.upload(picture(), { classify: true, maxRetries: 2 }));
    await expect(call).rejects.toMatchObject({ step: "classify", status: 503, retryable: true });
    expect(logged("classify")).toHaveLength(3);
  });
});

describe("what goes wrong for good", () => {
  test("no credits", async () => {
    emulator.changeSettings({ credits: 0 });
    const call = aurous.createCharacter({ name: "Aurora", generate: true, attributes: {} });
    await expect(call).rejects.toMatchObject({ code: "insufficient_credits", status: 402 });
  });

  test("a code of the test's own", async () => {
    emulator.inject({ match: { step: "create" }, fault: { status: 402, code: "balance_too_low" } });
    await expect(make()).rejects.toMatchObject({ code: "balance_too_low", step: "create" });
  });

  test("a file that is too large", async () => {
    emulator.changeSettings({ upload_max_bytes: 4 });
    await expect(aurous.upload(picture())).rejects.toMatchObject({ code: "upload_too_large", step: "put" });
  });

  test("an error that a mock of the SDK rejects with", () => {
    const error = createAurousError({ code: "too_many_requests", status: 429, retryAfterMs: 2000 });
    expect(error).toMatchObject({ name: "AurousError", retryable: true, retryAfterMs: 2000 });
  });
});

describe("time", () => {
  test("a stalled PUT, an expired URL and a lost answer still make one character", async () => {
    emulator.inject([
      { match: { step: "put" }, fault: "hang" },
      { match: { step: "create" }, fault: { reset_after_body: { processed: true } } },
    ]);
    const character = await inVirtualTime(async () => {
      const making = make();
      while (!logged("put").length) await timers.advanceTimersByTimeAsync(0);
      emulator.advance(15 * MINUTE);
      return making;
    });
    expect(steps()).toEqual([
      "init 201",
      "put hung",
      "put 403",
      "init 201",
      "put 200",
      "create reset",
      "create 201",
    ]);
    const { data } = await aurous.listCharacters();
    expect(data.map(({ id }) => id)).toEqual([character.id]);
  });

  test("a URL is valid for 15 minutes", async () => {
    const ticket = await aurous.initUpload(picture());
    emulator.advance(15 * MINUTE);
    await expect(aurous.putFile(ticket, picture())).rejects.toMatchObject({ code: "upload_url_expired" });
  });

  test("a synthesis ends without waiting", async () => {
    const made = await aurous.createCharacter({ name: "Aurora", generate: true, attributes: {} });
    expect(made.status).toBe("synthesizing");
    emulator.advance(30_000);
    const character = await aurous.waitForCharacter(made);
    expect(character.status).toBe("ready");
    expect(character.refs).toHaveLength(4);
  });

  test("a synthesis that fails says why", async () => {
    const attributes = { additional_details: "[fail]" };
    const made = await aurous.createCharacter({ name: "Aurora", generate: true, attributes });
    emulator.advance(30_000);
    const character = await aurous.waitForCharacter(made);
    expect(character.status).toBe("failed");
    expect(character.error_message).toBeTruthy();
  });

  test("limits refill", async () => {
    for (let call = 0; call < 60; call++) await aurous.initUpload(picture());
    const call = aurous.initUpload(picture(), { maxRetries: 0, deadlineMs: 100 });
    await expect(call).rejects.toMatchObject({ code: "too_many_requests" });
    emulator.advance(MINUTE);
    const { upload_id } = await inVirtualTime(() => aurous.initUpload(picture()));
    expect(upload_id).toMatch(/^upl_/);
  });
});

describe("the emulator itself", () => {
  test("makes the same ids of the same seed and time", async () => {
    const ids = [];
    for (let time = 0; time < 2; time++) {
      const { fetch, openUrl } = createEmulator({ seed: 7, now: () => 1_778_234_400_000 });
      globalThis.fetch = fetch;
      ids.push((await createClient({ baseUrl: openUrl }).initUpload(picture())).upload_id);
    }
    expect(ids[0]).toBe(ids[1]);
  });

  test("has teams that do not see one another", async () => {
    const { key } = emulator.changeKey({ team: "other" });
    const list = (apiKey) => emulator.fetch(`${emulator.apiUrl}/v1/characters`, { headers: { "X-Api-Key": apiKey } });
    expect((await (await list(key)).json()).data).toEqual([]);
    expect((await list("al_live_wrong")).status).toBe(401);
  });
});
