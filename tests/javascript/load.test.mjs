import assert from "node:assert/strict";
import test from "node:test";

import { FINGERPRINT, WASM, replace, scripts, wasmWith } from "./support.mjs";

const OWN_REMEDY = "Do as the entry says.";
const REMEDY_FOR_A_SOURCE = "Give init() the aurous_web_bg.wasm of this package.";

/** Makes an entry: gives its `init`, and the modules that were started. */
async function entry(test, locate = () => WASM) {
  const load = await scripts(test);
  const { loader } = await load("load.js");
  const { started } = await load("aurous_web.js");
  return { init: loader(locate, OWN_REMEDY), started };
}

/** Has `fetch` answer at these addresses, and fail at any other. */
const serve = (test, answers) =>
  replace(test, globalThis, "fetch", async (it) => {
    const address = it.url ?? `${it}`;
    if (!answers[address]) {
      throw new TypeError("no answer");
    }
    return Object.defineProperty(answers[address](), "url", { value: address });
  });

const served = () => new Response(WASM, { headers: { "Content-Type": "application/wasm" } });

/** Has compiling fail, as where a policy or a server forbids it. */
function forbid(test) {
  const refuse = () => {
    throw new WebAssembly.CompileError("disallowed by embedder");
  };
  replace(test, WebAssembly, "compile", async () => refuse());
  replace(test, WebAssembly, "Module", new Proxy(WebAssembly.Module, { construct: refuse }));
}

const failure = async (promise) => {
  const error = await promise.then(
    () => assert.fail("it loaded"),
    (error) => error,
  );
  assert.deepEqual([error.code, error.kind, error.step, error.attempts], ["wasm_load_failed", "config", "load", 1]);
  assert.match(error.message, /^The WebAssembly of aurous-web was not loaded: /);
  assert.ok(!/secret/.test(error.message));
  return error;
};

for (const [name, source] of Object.entries({
  "an address": () => "https://cdn.example/a.wasm",
  "a URL": () => new URL("https://cdn.example/a.wasm"),
  "a Request": () => new Request("https://cdn.example/a.wasm"),
  "a Response": served,
  "a promise of a Response": async () => served(),
  "an ArrayBuffer": () => WASM.buffer,
  bytes: () => WASM,
  "bytes in the midst of a buffer": () => new Uint8Array([9, ...WASM, 9]).subarray(1, WASM.length + 1),
  "a DataView": () => new DataView(WASM.buffer),
  "a module": () => new WebAssembly.Module(WASM),
})) {
  test(`the wasm may be ${name}, of the entry and of init alike`, async (t) => {
    serve(t, { "https://cdn.example/a.wasm": served });
    const own = await entry(t, source);
    await own.init();
    assert.equal(own.started.length, 1);
    const given = await entry(t, () => assert.fail("the entry's own is not needed"));
    await given.init(source());
    assert.equal(given.started.length, 1);
  });
}

test("the first load wins, whatever a later one is given", async (t) => {
  const { init, started } = await entry(t);
  await Promise.all([init(), init("/nothing-is-here.wasm")]);
  await init(7);
  assert.equal(started.length, 1);
});

test("a load that failed is forgotten", async (t) => {
  const { init, started } = await entry(t);
  await failure(init(7));
  await init();
  assert.equal(started.length, 1);
});

for (const [source, what, retryable] of [
  [() => 7, "the source is not WebAssembly but Number.", true],
  [() => 1e12, "the source is not WebAssembly but Number.", true],
  [() => ({}), "the source is not WebAssembly but Object.", true],
  [() => new Uint8Array(8), "the source is not WebAssembly but Uint8Array.", true],
  [() => new ArrayBuffer(3), "the source is not WebAssembly but ArrayBuffer.", true],
  [() => Promise.reject(new Error("theirs")), "it could not be obtained: see `cause`.", true],
  [() => "https://cdn.example/gone.wasm?secret", "https://cdn.example/gone.wasm answered 404.", true],
  [() => "https://cdn.example/page.wasm?secret", "https://cdn.example/page.wasm is not WebAssembly but text/html.", true],
  [() => "https://cdn.example/silent.wasm?secret", "it was asked for, and no answer came.", true],
  [() => "https://cdn.example/broken.wasm?secret", "it was asked for, and no answer came.", true],
]) {
  test(`a message says what is wrong and what to do: ${what}`, async (t) => {
    serve(t, {
      "https://cdn.example/gone.wasm?secret": () => new Response("", { status: 404 }),
      "https://cdn.example/page.wasm?secret": () => new Response("<!doctype html>", { headers: { "Content-Type": "text/html" } }),
      "https://cdn.example/broken.wasm?secret": () => new Response(new ReadableStream({ pull: (it) => it.error(new TypeError()) })),
    });
    const own = await failure((await entry(t, source)).init());
    const given = await failure((await entry(t)).init(source()));
    for (const [error, remedy] of [
      [own, OWN_REMEDY],
      [given, REMEDY_FOR_A_SOURCE],
    ]) {
      assert.ok(error.message.includes(`: ${what} `), error.message);
      assert.ok(error.message.endsWith(`${remedy} The next call tries again.`), error.message);
      assert.equal(error.retryable, retryable);
    }
  });
}

test("the error has the status of an answer", async (t) => {
  serve(t, { "/a.wasm": () => new Response("", { status: 503 }) });
  assert.equal((await failure((await entry(t)).init("/a.wasm"))).status, 503);
});

test("the error has what was thrown as its cause", async (t) => {
  const thrown = new Error("theirs");
  const locate = () => {
    throw thrown;
  };
  assert.equal((await failure((await entry(t, locate)).init())).cause, thrown);
});

test("without a network the message says so", async (t) => {
  serve(t, {});
  replace(t, globalThis, "navigator", { onLine: false });
  const error = await failure((await entry(t)).init("/a.wasm"));
  assert.match(error.message, /this device is offline/);
  assert.equal(error.retryable, true);
});

for (const [name, bytes] of [
  ["of another version", wasmWith(`${FINGERPRINT}0`)],
  ["damaged", new Uint8Array([...WASM, 99])],
]) {
  test(`a wasm that is ${name} is not started`, async (t) => {
    const { init, started } = await entry(t);
    const error = await failure(init(bytes));
    assert.match(error.message, /it is damaged, or of another version than the script/);
    assert.deepEqual([error.retryable, started.length], [false, 0]);
  });
}

test("where a page's policy forbids compiling, the message names the policy", async (t) => {
  const { init } = await entry(t);
  replace(t, globalThis, "location", { href: "https://app.example/" });
  forbid(t);
  const error = await failure(init());
  assert.match(error.message, /Content-Security-Policy forbids it\. Add 'wasm-unsafe-eval' to its script-src\./);
  assert.equal(error.retryable, false);
});

test("where a server forbids compiling, the message says what to import, and that works", async (t) => {
  const { init, started } = await entry(t);
  const imported = new WebAssembly.Module(WASM);
  forbid(t);
  const error = await failure(init());
  assert.match(error.message, /import wasm from "aurous-web\/aurous_web_bg\.wasm"`\) and call init\(wasm\) first/);
  assert.equal(error.retryable, false);
  await init(imported);
  assert.deepEqual(started, [imported]);
});

test("a browser without WebAssembly says so", async (t) => {
  const { init } = await entry(t);
  replace(t, globalThis, "WebAssembly", undefined);
  assert.match((await failure(init())).message, /there is no WebAssembly here/);
});

test("an environment without TextDecoder says so, and names one that has it", async (t) => {
  const { init } = await entry(t);
  replace(t, globalThis, "TextDecoder", undefined);
  assert.match((await failure(init())).message, /there is no TextDecoder here\. For Jest's jsdom, jest-fixed-jsdom has it\./);
});
