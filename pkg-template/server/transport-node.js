// Sends requests with `node:http`, in Node, Bun and Deno. `fetch` would not do there, on any of them
// (measured with Node 20.20, Bun 1.4.5, Deno 2.9.6):
// - It adds headers to the PUT: Accept, Accept-Language, Accept-Encoding, User-Agent, Sec-Fetch-Mode.
// - Deno's drops Content-Length and sends the body chunked, and so takes a body that was cut short for whole.
// - It cannot refuse the address that a name resolves to, nor open a connection of its own.

import dns from "node:dns";
import http from "node:http";
import https from "node:https";

import { onceAny } from "./body-reader.js";
import { carry } from "./carry.js";

/** @typedef {import("./carry.js").HeaderList} HeaderList */

/**
 * @typedef {object} Call
 * @property {string} method
 * @property {string} url
 * @property {HeaderList} headers
 * @property {string | null} body
 * @property {boolean} freshConnection For a call that must not be lost: the API may be closing an idle
 *   connection, and then it is unknown whether it got the call.
 * @property {number} maxBytes The largest response.
 * @property {number} timeoutMs
 * @property {AbortSignal} [signal]
 */

/**
 * - `unreachable`: there was no connection, so nothing was sent.
 * - `connection_lost`: the API may have carried out the request.
 * - `timed_out`: the same.
 * - `invalid`: the response was cut short, or is larger than `maxBytes`. It has `status` and `headers`.
 *
 * There is no text with a failure: that of an error can hold addresses and the URL.
 * @typedef {{ status: number, headers: HeaderList, body: Uint8Array }
 *   | { failure: "unreachable" | "connection_lost" | "timed_out", reason?: import("./carry.js").Reason }
 *   | { failure: "invalid", status: number, headers: HeaderList }} CallResult
 */

/**
 * @typedef {object} TransportOptions
 * @property {number} connectTimeoutMs
 * @property {boolean} allowPrivateAddresses
 * @property {(address: string) => boolean} isPublicAddress False for a text that is no address, too.
 */

/**
 * @typedef {object} Transport
 * @property {(call: Call) => Promise<CallResult>} call
 * @property {(put: import("./carry.js").Put) => Promise<import("./carry.js").PutResult>} put
 */

/** How long a connection is kept for another request. After a longer time its other end may have closed it. */
const IDLE_CONNECTION_MS = 15_000;
const IDLE_CONNECTIONS = 32;
/** How much of the upload host's response is read, since only then its connection can be used again. */
const RELEASE_MAX_BYTES = 32 * 1024;
const RELEASE_TIMEOUT_MS = 1_000;

/** @param {TransportOptions} options @returns {Transport} */
export function makeTransport(options) {
  const pooled = agents({ keepAlive: true, maxFreeSockets: IDLE_CONNECTIONS, timeout: IDLE_CONNECTION_MS });
  const fresh = agents({ keepAlive: false });
  const lookup = options.allowPrivateAddresses ? undefined : publicLookup(options.isPublicAddress);

  function open(method, address, headers, isFresh) {
    const url = new URL(address);
    const isTls = url.protocol === "https:";
    const agent = (isFresh ? fresh : pooled)[url.protocol];
    const request = (isTls ? https : http).request(url, {
      method,
      agent,
      lookup,
      // As a list, so that Node adds none but Connection.
      headers: [["Host", url.host], ...headers].flat(),
      // Even where NODE_TLS_REJECT_UNAUTHORIZED says otherwise.
      rejectUnauthorized: true,
    });
    return watchConnection(request, isTls ? "secureConnect" : "connect", options.connectTimeoutMs);
  }

  return {
    call: (call) =>
      new Promise((resolve) => {
        let opened;
        try {
          opened = open(call.method, call.url, call.headers, call.freshConnection);
        } catch ({ code }) {
          return resolve({ failure: "unreachable", reason: code });
        }
        const { request, isConnected } = opened;
        const settle = (result) => {
          clearTimeout(deadline);
          call.signal?.removeEventListener("abort", abort);
          resolve(result);
          request.destroy();
        };
        const abort = () => settle({ failure: "connection_lost" });
        call.signal?.addEventListener("abort", abort);
        const deadline = setTimeout(settle, call.timeoutMs, { failure: "timed_out" });
        const answered = async (response) => {
          const head = headOf(response);
          const body = await readAll(response, call.maxBytes);
          settle(body ? { ...head, body } : { failure: "invalid", ...head });
        };
        const failed = (reason) => settle({ failure: isConnected() ? "connection_lost" : "unreachable", reason });
        listen(request, answered, failed);
        request.end(call.body ?? undefined);
        if (call.signal?.aborted) abort();
      }),

    put: (put) =>
      carry(put, (put, settle) => {
        const { request } = open("PUT", put.url, put.headers, false);
        // The host may refuse a head, however slowly the body comes.
        request.flushHeaders();
        const answered = (response) => {
          settle(headOf(response));
          releaseConnection(response);
        };
        listen(request, answered, (reason) => settle({ failure: "unreachable", reason }));
        return {
          write(chunk) {
            if (request.write(chunk)) return;
            return new Promise((resolve) => onceAny(request, ["drain", "close"], resolve));
          },
          end: (chunk) => request.end(chunk),
          destroy: () => request.destroy(),
        };
      }),
  };
}

function agents(options) {
  // No proxy from the environment. Deno, with NODE_USE_ENV_PROXY, uses one in every agent that does not say so.
  const direct = { ...options, proxyEnv: {} };
  return { "http:": new http.Agent(direct), "https:": new https.Agent(direct) };
}

/** Resolves names to public addresses alone: a name must not lead into the deployment's own network. */
function publicLookup(isPublicAddress) {
  return (name, options, done) =>
    dns.lookup(name, { ...options, all: true }, (error, found) => {
      const addresses = found?.filter(({ address }) => isPublicAddress(address)) ?? [];
      if (error) done(error);
      else if (!addresses.length) done(Object.assign(new Error("no public address"), { code: "PRIVATE_ADDRESS" }));
      else if (options.all) done(null, addresses);
      else done(null, addresses[0].address, addresses[0].family);
    });
}

/** Limits the time to connect, and tells whether there is a connection. */
function watchConnection(request, connectEvent, timeoutMs) {
  let isConnected = false;
  const tooLate = Object.assign(new Error("not connected in time"), { code: "CONNECT_TIMEOUT" });
  const timer = setTimeout(() => request.destroy(tooLate), timeoutMs);
  const connected = () => {
    isConnected = true;
    clearTimeout(timer);
  };
  request.on("socket", (socket) => {
    if (request.reusedSocket) connected();
    else socket.once(connectEvent, connected);
  });
  request.on("close", () => clearTimeout(timer));
  return { request, isConnected: () => isConnected };
}

/** Reports the response, or why there is none. A failure after the response is the response's own. */
function listen(request, answered, failed) {
  let isAnswered = false;
  const end = (reason) => isAnswered || failed(reason);
  request.on("response", (response) => {
    isAnswered = true;
    answered(response);
  });
  // An answer with status 101, which nothing here asks for.
  request.on("upgrade", (response, socket) => {
    isAnswered = true;
    socket.destroy();
    response.destroy();
    answered(response);
  });
  request.on("error", ({ code }) => end(code));
  request.on("close", () => end(undefined));
}

/** @returns {{ status: number, headers: HeaderList }} */
function headOf({ statusCode, rawHeaders }) {
  const headers = [];
  for (let at = 0; at < rawHeaders.length; at += 2) {
    headers.push([rawHeaders[at].toLowerCase(), rawHeaders[at + 1]]);
  }
  return { status: statusCode, headers };
}

/** Returns the whole body. `undefined` where it is cut short or too long. */
async function readAll(response, maxBytes) {
  const chunks = [];
  let length = 0;
  try {
    for await (const chunk of response) {
      length += chunk.length;
      if (length > maxBytes) return undefined;
      chunks.push(chunk);
    }
  } catch {
    return undefined;
  }
  return response.complete ? Buffer.concat(chunks, length) : undefined;
}

function releaseConnection(response) {
  let length = 0;
  const timer = setTimeout(() => response.destroy(), RELEASE_TIMEOUT_MS);
  response.on("data", (chunk) => (length += chunk.length) > RELEASE_MAX_BYTES && response.destroy());
  response.on("error", () => {});
  response.on("close", () => clearTimeout(timer));
}
