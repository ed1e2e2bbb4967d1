import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import test from "node:test";

import { decode } from "../../pkg-template/decode.js";

// A test in xtask/src/build/text.rs compares the file with what the encoder writes.
const text = (await readFile(new URL("./every-byte.txt", import.meta.url), "utf8")).replace(/\n$/, "");
const everyByte = Array.from({ length: 256 }, (_, byte) => Array(1 + ((byte * 7) % 5)).fill(byte)).flat();

test("the encoder's text gives the encoder's bytes", () => {
  assert.deepEqual(decode(text), new Uint8Array(everyByte));
});

test("a text without bytes gives none", () => {
  assert.deepEqual(decode(text.slice(0, 256)), new Uint8Array());
});
