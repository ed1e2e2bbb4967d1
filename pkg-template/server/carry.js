// Carries the body of a PUT to the upload host: the part that both transports share. It knows the limits on
// time and size, and nothing of how a request is sent.

import { bodyReader } from "./body-reader.js";
import { PaceWatch } from "./pace.js";

/** @typedef {string | undefined} Reason For a log: a code such as ECONNREFUSED. */
/** @typedef {[name: string, value: string][]} HeaderList Names are in lower case in what upstream sent. */

/**
 * @typedef {object} Put
 * @property {string} url
 * @property {HeaderList} headers All that is sent beside what HTTP itself needs.
 * @property {number} length The length that the body must have.
 * @property {ReadableStream<Uint8Array> | import("node:stream").Readable} body
 * @property {number} timeoutMs The longest time of the whole PUT.
 * @property {number} idleTimeoutMs The longest time that the sender may stand still.
 * @property {number} answerTimeoutMs The longest time that the host may stand still, and may take to answer.
 * @property {number} minBytesPerSecond The lowest average rate of both.
 * @property {import("./pace.js").MakePaceRule} makePaceRule
 * @property {AbortSignal} [signal]
 */

/**
 * - `unreachable`: there is no answer, since there was no connection or it broke.
 * - `timed_out`: the host took too long.
 * - `sender_too_slow`: the body came too slowly.
 * - `sender_gone`: the body broke off, ended early or went on beyond its length.
 * - `aborted`: the signal ended it.
 * @typedef {"unreachable" | "timed_out" | "sender_too_slow" | "sender_gone" | "aborted"} PutFailure
 */

/**
 * `sent` is how much of the body went to the host before it answered. A host that answers before it has the
 * whole body has not stored it, whatever its status says.
 *
 * There is no text with a failure: that of an error can hold the URL, which is signed.
 * @typedef {{ status: number, headers: HeaderList }} Answer
 * @typedef {{ failure: PutFailure, reason?: Reason }} Failed
 * @typedef {(Answer | Failed) & { sent: number }} PutResult
 */

/**
 * A request that is being sent.
 * @typedef {object} Upstream
 * @property {(chunk: Uint8Array) => Promise<unknown> | void} write Resolves once there is room for more.
 * @property {(chunk?: Uint8Array) => void} end Sends the last chunk.
 * @property {() => void} destroy Breaks the request off. Does nothing once it has its answer.
 */

/**
 * @param {Put} put
 * @param {(put: Put, settle: (end: Answer | Failed) => void) => Upstream} open
 * @returns {Promise<PutResult>}
 */
export async function carry(put, open) {
  const { length, signal } = put;
  if (signal?.aborted) return { failure: "aborted", sent: 0 };

  const reader = bodyReader(put.body);
  let sent = 0;
  let settle;
  const settled = new Promise((resolve) => (settle = resolve));
  const fail = (/** @type {PutFailure} */ failure) => settle({ failure });

  const abort = () => fail("aborted");
  signal?.addEventListener("abort", abort);
  const deadline = setTimeout(fail, put.timeoutMs, "timed_out");
  const watch = (idleMs, failure) =>
    new PaceWatch(() => put.makePaceRule(idleMs, put.minBytesPerSecond), idleMs, () => fail(failure));
  const sender = watch(put.idleTimeoutMs, "sender_too_slow");
  const host = watch(put.answerTimeoutMs, "timed_out");
  const upstream = begin(put, open, settle);
  let isOver = false;

  async function receive() {
    sender.wait();
    const chunk = await reader.read();
    sender.advance(chunk?.length ?? 0);
    return chunk;
  }

  async function send(chunk) {
    sent += chunk.length;
    host.wait();
    await upstream.write(chunk);
    host.advance(chunk.length);
  }

  async function pump() {
    let received = 0;
    // What completes the body is sent once its end has come. So a body that is too long never arrives whole.
    let held;
    for (let chunk; (chunk = await receive()) && !isOver; ) {
      received += chunk.length;
      if (received > length) break;
      if (received === length) held ??= chunk;
      else await send(chunk).catch(() => (isOver = true)); // `open` says why.
    }
    if (isOver) return;
    if (received !== length) return fail("sender_gone");
    sent = length;
    host.restart();
    upstream.end(held);
  }

  pump().catch(() => fail("sender_gone"));
  const end = await settled;
  isOver = true;
  const whatWasSent = sent;
  signal?.removeEventListener("abort", abort);
  clearTimeout(deadline);
  sender.stop();
  host.stop();
  reader.release();
  if (end.failure || sent < length) upstream.destroy();
  return { ...end, sent: whatWasSent };
}

/** Opens the request. What throws here has sent nothing. */
function begin(put, open, settle) {
  try {
    return open(put, settle);
  } catch ({ code }) {
    settle({ failure: "unreachable", reason: code });
    return { write() {}, end() {}, destroy() {} };
  }
}
