// Reads a whole body, within its limits.

import { bodyReader } from "./body-reader.js";
import { PaceWatch } from "./pace.js";

/**
 * The room that a body has at first. With room for the largest body, 64 KB, V8 collects garbage every 150 calls:
 * it counts what stands outside of its heap.
 */
const FIRST_BYTES = 2048;

/**
 * @returns {Promise<{ bytes: Uint8Array } | { failure: "too_long" | "sender_too_slow" | "sender_gone" }>}
 */
export async function readBody(body, maxBytes, { bodyIdleTimeoutMs, bodyMinBytesPerSecond }, makePaceRule) {
  if (!body) return { bytes: new Uint8Array() };
  const reader = bodyReader(body);
  let watch;
  const tooSlow = new Promise((resolve) => {
    const makeRule = () => makePaceRule(bodyIdleTimeoutMs, bodyMinBytesPerSecond);
    watch = new PaceWatch(makeRule, bodyIdleTimeoutMs, () => resolve({ failure: "sender_too_slow" }));
  });
  try {
    return await Promise.race([readAll(reader, maxBytes, watch), tooSlow]);
  } catch {
    return { failure: "sender_gone" };
  } finally {
    watch.stop();
    reader.release();
  }
}

async function readAll(reader, maxBytes, watch) {
  let bytes = new Uint8Array(FIRST_BYTES);
  let length = 0;
  for (;;) {
    watch.wait();
    const chunk = await reader.read();
    if (!chunk) return { bytes: bytes.subarray(0, length) };
    watch.advance(chunk.length);
    const end = length + chunk.length;
    if (end > maxBytes) return { failure: "too_long" };
    if (end > bytes.length) {
      const larger = new Uint8Array(2 * end);
      larger.set(bytes);
      bytes = larger;
    }
    bytes.set(chunk, length);
    length = end;
  }
}
