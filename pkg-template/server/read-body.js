// Reads a whole body, within its limits.

import { bodyReader } from "./body-reader.js";
import { PaceWatch } from "./pace.js";

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
  const bytes = new Uint8Array(maxBytes);
  let length = 0;
  for (;;) {
    watch.wait();
    const chunk = await reader.read();
    if (!chunk) return { bytes: bytes.subarray(0, length) };
    watch.advance(chunk.length);
    if (length + chunk.length > maxBytes) return { failure: "too_long" };
    bytes.set(chunk, length);
    length += chunk.length;
  }
}
