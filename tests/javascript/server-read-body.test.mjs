// How the shell of the gateway reads a whole body.

import assert from "node:assert/strict";
import test from "node:test";

import { readBody } from "../../pkg-template/server/read-body.js";

const MAX_BYTES = 64 * 1024;
const limits = { bodyIdleTimeoutMs: 10_000, bodyMinBytesPerSecond: 1 };
const patient = () => ({ wait() {}, advance() {}, deadline() {}, free() {} });

const read = (...lengths) => {
  const chunks = lengths.map((length, nth) => new Uint8Array(length).fill(nth + 1));
  return readBody(ReadableStream.from(chunks), MAX_BYTES, limits, patient);
};

test("a body of chunks of any length is read whole, in order", async () => {
  const lengths = [1, 2047, 1, 5000, 10_000, 1, MAX_BYTES - 17_050];
  const { bytes } = await read(...lengths);
  const expected = Buffer.concat(lengths.map((length, nth) => Buffer.alloc(length, nth + 1)));
  assert.deepEqual(Buffer.from(bytes), expected);
});

test("a body that is larger than the limit by one byte is too long", async () => {
  assert.deepEqual(await read(MAX_BYTES, 1), { failure: "too_long" });
});

test("an empty body is no failure", async () => {
  assert.equal((await read()).bytes.length, 0);
});
