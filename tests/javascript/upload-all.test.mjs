import assert from "node:assert/strict";
import test from "node:test";

import { AurousError } from "../../pkg-template/aurous-error.js";
import { uploadAllBy } from "../../pkg-template/upload-all.js";
import { replace } from "./support.mjs";

const loaded = async () => {};
const file = (name, size = 100) => new File([new Uint8Array(size)], name);
const files = (count) => Array.from({ length: count }, (_, index) => file(`${index}`));
const refusal = (fields) => new AurousError({ message: "", kind: "input", ...fields });
const names = (outcomes) => outcomes.map(({ status, value, reason }) => [status, value ?? reason.code ?? reason]);

/** Uploads by hand: `started` holds the uploads under way, each with what it was given, and how to end it. */
function byHand() {
  const started = [];
  const upload = (file, options) =>
    new Promise((finish, fail) => {
      options.signal?.addEventListener("abort", () => fail(options.signal.reason));
      started.push({ file, options, finish: () => finish(file.name), fail });
    });
  return { started, uploadAll: uploadAllBy(loaded, upload) };
}

/** What the core reports of a PUT. */
const sent = (loaded, total, waiting) => ({ phase: "uploading", loaded, total, fraction: total && loaded / total, waiting });

/** Lets everything that is due run. */
const settle = () => new Promise((done) => setImmediate(done));

test("results come in the order of the files, whatever the order they end in", async () => {
  const { started, uploadAll } = byHand();
  const all = uploadAll(files(3));
  await settle();
  for (const upload of [...started].reverse()) {
    upload.finish();
    await settle();
  }
  assert.deepEqual(names(await all), [["fulfilled", "0"], ["fulfilled", "1"], ["fulfilled", "2"]]);
});

test("a file that fails has its error, and does not end the others", async () => {
  const { started, uploadAll } = byHand();
  const all = uploadAll(files(2));
  await settle();
  started[0].fail(refusal({ code: "empty_file", param: "file" }));
  started[1].finish();
  assert.deepEqual(names(await all), [["rejected", "empty_file"], ["fulfilled", "1"]]);
});

for (const [concurrency, expected] of [[undefined, 3], [null, 3], [1, 1], [5, 5], [100, 7]]) {
  test(`of seven files, ${expected} are under way at once where concurrency is ${concurrency}`, async () => {
    const { started, uploadAll } = byHand();
    const all = uploadAll(files(7), { concurrency });
    await settle();
    assert.equal(started.length, expected);
    started[0].finish();
    await settle();
    assert.equal(started.length, Math.min(7, expected + 1));
    while (started.some((it) => it.options)) {
      started.forEach((it) => (it.finish(), (it.options = undefined)));
      await settle();
    }
    assert.equal((await all).length, 7);
  });
}

for (const [name, list] of Object.entries({
  "an array": [file("a"), file("b")],
  "a set": new Set([file("a"), file("b")]),
  "a generator": (function* () {
    yield* [file("a"), file("b")];
  })(),
  "something like a FileList": { 0: file("a"), 1: file("b"), length: 2, [Symbol.iterator]: Array.prototype.values },
})) {
  test(`the files may be ${name}`, async () => {
    const uploadAll = uploadAllBy(loaded, async ({ name }) => name);
    assert.deepEqual(names(await uploadAll(list)), [["fulfilled", "a"], ["fulfilled", "b"]]);
  });
}

test("no files give no outcomes", async () => {
  const { uploadAll } = byHand();
  assert.deepEqual(await uploadAll([]), []);
});

test("a list that its input empties while the wasm loads was copied before", async () => {
  const list = [file("a")];
  const all = uploadAllBy(settle, async ({ name }) => name)(list);
  list.length = 0;
  assert.deepEqual(names(await all), [["fulfilled", "a"]]);
});

for (const [name, args, param] of [
  ["no files at all", [], "files"],
  ["null", [null], "files"],
  ["a number", [7], "files"],
  ["a text", ["photo.jpg"], "files"],
  ["a file that is in no list", [file("a")], "files"],
  ["a list that throws", [{ [Symbol.iterator]: () => assert.fail("theirs") }], "files"],
  ["options that are none", [[], 7], "options"],
  ["no file at a time", [[], { concurrency: 0 }], "options.concurrency"],
  ["half a file", [[], { concurrency: 1.5 }], "options.concurrency"],
  ["too many at a time", [[], { concurrency: 101 }], "options.concurrency"],
  ["a text of a number", [[], { concurrency: "3" }], "options.concurrency"],
  ["options of a file by no function", [files(1), { optionsFor: {} }], "options.optionsFor"],
  ["options of a file that are none", [files(1), { optionsFor: () => 7 }], "options.optionsFor"],
]) {
  test(`${name} is refused by name, before any upload`, async () => {
    const { started, uploadAll } = byHand();
    const error = await uploadAll(...args).catch((error) => error);
    assert.ok(error instanceof AurousError);
    assert.deepEqual([error.code, error.kind, error.param, error.attempts], ["invalid_argument", "input", param, 0]);
    assert.ok(error.message.startsWith(`\`${param}\` must be `));
    assert.equal(started.length, 0);
  });
}

test("a wrong option of every file rejects, and one of some files does not", async () => {
  const wrong = refusal({ code: "invalid_argument", param: "options.timeoutMs" });
  const uploadAll = uploadAllBy(loaded, async (_, { timeoutMs }) => (timeoutMs < 0 ? Promise.reject(wrong) : "sent"));
  await assert.rejects(uploadAll(files(2), { timeoutMs: -1 }), wrong);
  const optionsFor = (_, index) => ({ timeoutMs: index - 1 });
  assert.deepEqual(names(await uploadAll(files(2), { optionsFor })), [["rejected", "invalid_argument"], ["fulfilled", "sent"]]);
});

test("a wrong option of the client rejects", async () => {
  const wrong = refusal({ code: "invalid_option", kind: "config", param: "baseUrl" });
  await assert.rejects(uploadAllBy(loaded, () => Promise.reject(wrong))(files(2)), wrong);
});

test("files that are all refused are outcomes", async () => {
  const uploadAll = uploadAllBy(loaded, () => Promise.reject(refusal({ code: "empty_file", param: "file" })));
  assert.deepEqual(names(await uploadAll(files(2))), [["rejected", "empty_file"], ["rejected", "empty_file"]]);
});

test("a wasm that does not load rejects at once", async () => {
  const { started, uploadAll } = byHand();
  const failing = uploadAllBy(() => Promise.reject(refusal({ code: "wasm_load_failed" })), uploadAll);
  await assert.rejects(failing(files(9)), { code: "wasm_load_failed" });
  assert.equal(started.length, 0);
});

test("one signal cancels all, with its own reason, and nothing more begins", async () => {
  const { started, uploadAll } = byHand();
  const cancel = new AbortController();
  const all = uploadAll(files(9), { signal: cancel.signal });
  await settle();
  cancel.abort("enough");
  assert.equal(await all.catch((reason) => reason), "enough");
  await settle();
  assert.equal(started.length, 3);
});

test("a signal that was aborted before lets nothing begin, not even of no files", async () => {
  const { started, uploadAll } = byHand();
  for (const list of [files(2), []]) {
    assert.equal(await uploadAll(list, { signal: AbortSignal.abort("before") }).catch((reason) => reason), "before");
  }
  assert.equal(started.length, 0);
});

for (const signal of [undefined, new AbortController().signal]) {
  test(`a file's own signal cancels that file alone, ${signal ? "beside" : "without"} one for all`, async () => {
    const { started, uploadAll } = byHand();
    const removed = new AbortController();
    const optionsFor = (_, index) => (index === 0 ? { signal: removed.signal } : undefined);
    const all = uploadAll(files(2), { signal, optionsFor });
    await settle();
    removed.abort("removed");
    started[1].finish();
    assert.deepEqual(names(await all), [["cancelled", "removed"], ["fulfilled", "1"]]);
  });
}

test("one signal for all ends a file that has a signal of its own, and one aborted before ends it at once", async () => {
  const { uploadAll } = byHand();
  const [all, own] = [new AbortController(), new AbortController()];
  const options = { signal: all.signal, optionsFor: () => ({ signal: own.signal }) };
  const result = uploadAll(files(1), options);
  await settle();
  all.abort("all");
  assert.equal(await result.catch((reason) => reason), "all");
});

test("no listener is left on a signal", async () => {
  const { started, uploadAll } = byHand();
  const signals = [new AbortController().signal, new AbortController().signal];
  const left = signals.map(() => 0);
  signals.forEach((signal, index) => {
    const { addEventListener } = signal;
    signal.addEventListener = (type, listener, options) => {
      left[index]++;
      options.signal.addEventListener("abort", () => left[index]--);
      addEventListener.call(signal, type, listener, options);
    };
  });
  const all = uploadAll(files(1), { signal: signals[0], optionsFor: () => ({ signal: signals[1] }) });
  await settle();
  assert.deepEqual(left, [1, 1]);
  started[0].finish();
  await all;
  assert.deepEqual(left, [0, 0]);
});

for (const options of [{ signal: 7 }, { onProgress: 7 }, { optionsFor: () => ({ signal: 7 }), signal: AbortSignal.any([]) }]) {
  test(`what is no signal and no listener reaches the upload, which refuses it: ${JSON.stringify(options)}`, async () => {
    const seen = [];
    const uploadAll = uploadAllBy(loaded, async (_, { signal, onProgress }) => void seen.push(signal ?? onProgress));
    await uploadAll(files(1), options);
    assert.deepEqual(seen, [7]);
  });
}

test("without a listener the upload has none, and is sent by fetch", async () => {
  const seen = [];
  await uploadAllBy(loaded, async (_, { onProgress }) => void seen.push(onProgress))(files(2), {});
  assert.deepEqual(seen, [undefined, undefined]);
});

test("progress is one for all files, by bytes, and complete once the last one is done", async () => {
  const { started, uploadAll } = byHand();
  const events = [];
  const all = uploadAll([file("large", 300), file("small", 100)], { onProgress: (event) => events.push(event) });
  await settle();
  started[0].options.onProgress(sent(150, 300));
  const { fraction, ...bytes } = events.at(-1);
  assert.deepEqual(bytes, { loaded: 150, total: 400, settled: 0, count: 2, waiting: undefined });
  assert.ok(fraction > 0.36 && fraction < 0.38);
  started[0].options.onProgress(sent(300, 300));
  started[1].options.onProgress(sent(100, 100));
  assert.ok(events.at(-1).fraction < 1);
  started[0].finish();
  await settle();
  assert.ok(events.at(-1).fraction < 1);
  started[1].fail(refusal({ code: "upload_failed" }));
  await all;
  assert.deepEqual(events.at(-1), { loaded: 400, total: 400, fraction: 1, settled: 2, count: 2, waiting: undefined });
});

test("the fraction never runs backwards and is a number, whatever the files say of their size", async () => {
  const { started, uploadAll } = byHand();
  const fractions = [];
  const all = uploadAll([file("empty", 0), file("unknown", 0), 7], { onProgress: ({ fraction }) => fractions.push(fraction) });
  await settle();
  started[0].options.onProgress(sent(0, 0));
  started[1].options.onProgress(sent(900, 1000));
  started[1].options.onProgress(sent(900, 4000));
  started.forEach((it) => it.fail(refusal({ code: "empty_file" })));
  await all;
  assert.ok(fractions.every((it, index) => it >= (fractions[index - 1] ?? 0) && it <= 1), `${fractions}`);
  assert.equal(fractions.at(-1), 1);
});

test("progress says that all wait once each file under way does, and no longer once one goes on", async () => {
  const { started, uploadAll } = byHand();
  const waits = [];
  const all = uploadAll(files(2), { onProgress: ({ waiting }) => waits.push(waiting) });
  await settle();
  started[0].options.onProgress(sent(0, 100, "rate_limit"));
  started[1].options.onProgress(sent(10, 100));
  started[1].options.onProgress(sent(10, 100, "offline"));
  started[0].options.onProgress(sent(20, 100));
  started.forEach((it) => it.finish());
  await all;
  assert.deepEqual(waits, ["rate_limit", undefined, "rate_limit", undefined, "offline", undefined]);
});

test("a file's own options override the others, and its own listener hears of it alone", async () => {
  const { started, uploadAll } = byHand();
  const heard = [];
  const optionsFor = (given, index) => index === 1 && { classify: false, onProgress: (event) => heard.push([given.name, event.loaded]) };
  const all = uploadAll(files(2), { classify: true, maxRetries: 1, optionsFor: (...args) => optionsFor(...args) || undefined });
  await settle();
  assert.deepEqual(started.map(({ options }) => [options.classify, options.maxRetries]), [[true, 1], [false, 1]]);
  started[1].options.onProgress(sent(5, 100));
  started.forEach((it) => it.finish());
  await all;
  assert.deepEqual(heard, [["1", 5]]);
});

test("a listener that throws is reported to the page, and breaks nothing", async (t) => {
  const { started, uploadAll } = byHand();
  const reported = [];
  replace(t, globalThis, "reportError", (error) => reported.push(error));
  const throwing = () => {
    throw "theirs";
  };
  const all = uploadAll(files(1), { onProgress: throwing, optionsFor: () => ({ onProgress: throwing }) });
  await settle();
  started[0].options.onProgress(sent(5, 100));
  started[0].finish();
  assert.deepEqual(names(await all), [["fulfilled", "0"]]);
  assert.deepEqual(reported, ["theirs", "theirs", "theirs"]);
});
