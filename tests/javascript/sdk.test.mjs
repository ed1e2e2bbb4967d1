import assert from "node:assert/strict";
import test from "node:test";

import { WASM, scripts } from "./support.mjs";

/** Each function of the wasm, with as many arguments as it takes beside its client's options. */
const GIVEN = {
  initUpload: [1, 2],
  putFile: [1, 2, 3],
  classify: [1, 2],
  createCharacter: [1, 2],
  upload: [1, 2],
  getCharacter: [1, 2],
  waitForCharacter: [1, 2],
  listCharacters: [1, 2],
  updateCharacter: [1, 2, 3],
  deleteCharacter: [1, 2],
  saveCharacter: [1, 2],
  regenerateRef: [1, 2, 3],
  resynthesizeCharacter: [1, 2, 3],
};

/** Makes an entry: gives its exports, the modules that were started, and one `asked` for each look at its wasm. */
async function entry(test, locate = () => WASM) {
  const load = await scripts(test);
  const { sdk } = await load("sdk.js");
  const { started } = await load("aurous_web.js");
  const asked = [];
  return { ...sdk(() => (asked.push(1), locate())), started, asked };
}

test("neither an entry nor a client loads anything before its first call", async (t) => {
  const { createClient, started, asked } = await entry(t);
  createClient({});
  assert.deepEqual([asked.length, started.length], [0, 0]);
});

test("first calls at the same time load once", async (t) => {
  const { classify, createClient, init, started, asked } = await entry(t);
  await Promise.all([classify("a"), createClient({}).classify("b"), init()]);
  assert.deepEqual([asked.length, started.length], [1, 1]);
});

test("each function passes on its arguments and the options of its client", async (t) => {
  const { createClient, ...functions } = await entry(t);
  const options = { baseUrl: "/elsewhere" };
  for (const [name, given] of Object.entries(GIVEN)) {
    assert.deepEqual(await functions[name](...given), [name, ...given, undefined]);
    assert.deepEqual(await createClient(options)[name](...given), [name, ...given, options]);
  }
});

test("uploadAll uploads each file with the options of its client", async (t) => {
  const { createClient, uploadAll } = await entry(t);
  const [alone] = await uploadAll([1]);
  assert.deepEqual([alone.value[0], alone.value[1], alone.value[3]], ["upload", 1, undefined]);
  const options = { baseUrl: "/elsewhere" };
  const [ofClient] = await createClient(options).uploadAll([1], { classify: true });
  assert.deepEqual([ofClient.value[2].classify, ofClient.value[3]], [true, options]);
});

test("a call whose load fails rejects, and the next one loads again", async (t) => {
  const results = [new Uint8Array(8), WASM];
  const { upload, started } = await entry(t, () => results.shift());
  await assert.rejects(upload(1), { code: "wasm_load_failed" });
  assert.deepEqual(await upload(1), ["upload", 1, undefined, undefined]);
  assert.equal(started.length, 1);
});

test("all calls use the wasm that init was given", async (t) => {
  const { init, upload, started, asked } = await entry(t);
  const module = await WebAssembly.compile(WASM);
  await init(module);
  await upload(1);
  assert.deepEqual([started, asked], [[module], []]);
});
