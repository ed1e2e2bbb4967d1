// Reads what is left of a request's body before a refusal is sent.
//
// A browser that gets a response while it is still sending sees the connection break and reports a network
// error: Firefox every time, WebKit often. No runtime waits by itself. Node, Deno.serve and Bun.serve send the
// response and read on; workerd sends it and closes the connection (measured with Node 20.20, Deno 2.9.6,
// Bun 1.4.5, workerd 2026-04-26).

import { bodyReader } from "./body-reader.js";

/**
 * Reads a body and throws it away. Returns whether its end came within the limits.
 * @param {ReadableStream<Uint8Array> | import("node:stream").Readable} body
 * @param {{ maxBytes: number, timeoutMs: number }} limits
 * @returns {Promise<boolean>}
 */
export async function drain(body, { maxBytes, timeoutMs }) {
  const reader = bodyReader(body);
  let timer;
  const tooLate = new Promise((resolve) => (timer = setTimeout(resolve, timeoutMs, false)));
  const read = async () => {
    let left = maxBytes;
    for (let chunk; (chunk = await reader.read()); ) {
      left -= chunk.length;
      if (left < 0) return false;
    }
    return true;
  };
  try {
    return await Promise.race([read(), tooLate]);
  } catch {
    return false;
  } finally {
    clearTimeout(timer);
    reader.release();
  }
}
