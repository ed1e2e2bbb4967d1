// Sends requests with `fetch`, on Cloudflare Workers. What differs there from `transport-node.js` (measured
// with workerd 2026-04-26):
// - A body has a length only as a `FixedLengthStream`. As another stream it goes chunked, whatever
//   Content-Length says, and upload hosts refuse that.
// - Why a request failed is not told: "Network connection lost." may be a refused connection, or one that
//   broke after the API had carried out the call. So a call is never `unreachable`.
// - Connections and names are the platform's. It keeps Workers out of private networks, and reconnects by
//   itself. `freshConnection`, `connectTimeoutMs` and `isPublicAddress` have no meaning.
// - Cloudflare adds headers of its own to each request: CF-Worker, CF-Connecting-IP and others.

import { carry } from "./carry.js";

/** @typedef {import("./transport-node.js").Transport} Transport */

/** How much of the upload host's response is read. */
const RELEASE_MAX_BYTES = 32 * 1024;

/** @returns {Transport} */
export function makeTransport() {
  if (typeof FixedLengthStream === "undefined") {
    throw new Error(
      "aurous-web/server cannot run here: this runtime's fetch cannot send a stream with its length. Run the route on Node, Bun, Deno or Cloudflare Workers (Next.js: export const runtime = \"nodejs\").",
    );
  }
  return { call, put: (put) => carry(put, open) };
}

async function call({ method, url, headers, body, maxBytes, timeoutMs, signal }) {
  const deadline = new AbortController();
  const timer = setTimeout(() => deadline.abort(), timeoutMs);
  const ended = signal ? AbortSignal.any([signal, deadline.signal]) : deadline.signal;
  try {
    const response = await fetch(url, { method, headers, body, redirect: "manual", signal: ended });
    const head = headOf(response);
    const read = await readAll(response, maxBytes);
    if (read) return { ...head, body: read };
    if (!ended.aborted) return { ...head, failure: "invalid" };
  } catch {
    // Why is not told.
  } finally {
    clearTimeout(timer);
  }
  return { failure: deadline.signal.aborted ? "timed_out" : "connection_lost" };
}

function open({ url, headers, length }, settle) {
  const { readable, writable } = new FixedLengthStream(length);
  const writer = writable.getWriter();
  const abort = new AbortController();
  // What fails here fails the fetch as well, which says so.
  const ignore = () => {};
  writer.closed.catch(ignore);
  const init = { method: "PUT", headers, body: readable, duplex: "half", redirect: "manual", signal: abort.signal };
  fetch(url, init).then(
    (response) => {
      settle(headOf(response));
      // Only then can its connection be used again.
      readAll(response, RELEASE_MAX_BYTES);
    },
    () => settle({ failure: "unreachable" }),
  );
  return {
    write: (chunk) => writer.write(chunk),
    end(chunk) {
      if (chunk) writer.write(chunk).catch(ignore);
      writer.close().catch(ignore);
    },
    destroy: () => abort.abort(),
  };
}

const headOf = ({ status, headers }) => ({ status, headers: [...headers] });

/** Returns the whole body. `undefined` where it is cut short or too long. */
async function readAll(response, maxBytes) {
  const chunks = [];
  let length = 0;
  const reader = response.body?.getReader();
  try {
    for (let it; reader && !(it = await reader.read()).done; ) {
      length += it.value.length;
      if (length > maxBytes) {
        reader.cancel().catch(() => {});
        return undefined;
      }
      chunks.push(it.value);
    }
  } catch {
    return undefined;
  }
  const whole = new Uint8Array(length);
  let at = 0;
  for (const chunk of chunks) {
    whole.set(chunk, at);
    at += chunk.length;
  }
  return whole;
}
