// The emulator's `fetch`: requests and responses without a connection.
//
// It reads its arguments itself: files, signals and headers may be of another realm (jsdom's, happy-dom's), of
// which the runtime's own `Request` makes something else.

import { readFile } from "../read-file.js";
import { pairsOf, run } from "./run.js";

/** Makes a `fetch` of a function that begins an exchange. */
export const fetchBy = (begin, now) => (input, init) =>
  new Promise((resolve, reject) => {
    const { signal, body, ...head } = readRequest(input, Object(init));
    if (signal?.aborted) throw reasonOf(signal);
    const exchange = begin(head);
    // What an abort breaks off: first the request, then the body of its response.
    let breakOff = () => exchange.clientGone();
    const abort = () => {
      breakOff(reasonOf(signal));
      reject(reasonOf(signal));
    };
    signal?.addEventListener("abort", abort, { once: true });
    const answer = (ending) => {
      const { response, breakOff: breakOffResponse } = ENDINGS[ending](exchange);
      breakOff = breakOffResponse ?? (() => {});
      if (!breakOffResponse) signal?.removeEventListener("abort", abort);
      if (response) resolve(response);
    };
    run(exchange, piecesOf(body), now)
      .then(answer)
      .catch((error) => {
        breakOff = () => {};
        signal?.removeEventListener("abort", abort);
        reject(error);
      })
      .finally(() => exchange.free());
  });

/** How each ending of a request looks to a caller of `fetch`. */
const ENDINGS = {
  respond: (exchange) => ({ response: responseOf(exchange, exchange.body) }),
  respondTruncated(exchange) {
    const { body } = exchange;
    if (!body.length) return ENDINGS.respond(exchange);
    const half = new ReadableStream({
      start: (controller) => controller.enqueue(body.subarray(0, body.length / 2)),
      pull: (controller) => controller.error(failed("the connection ended in the middle of the body")),
    });
    return { response: responseOf(exchange, half) };
  },
  respondWithoutEnd(exchange) {
    let breakOff;
    const endless = new ReadableStream({ start: (controller) => (breakOff = (reason) => controller.error(reason)) });
    return { response: responseOf(exchange, endless), breakOff };
  },
  hang: () => ({ breakOff() {} }),
  reset() {
    throw failed("the connection was reset");
  },
};

function responseOf({ status, headers }, body) {
  const init = { status, headers: pairsOf(headers) };
  return new Response([204, 304].includes(status) ? null : body, init);
}

/** The error that `fetch` rejects with. The text is the emulator's: each browser has another. */
const failed = (what) => new TypeError(`fetch failed: ${what} (a fault of the emulator's)`);

const reasonOf = (signal) => signal.reason ?? new DOMException("This operation was aborted", "AbortError");

function readRequest(input, init) {
  const isRequest = typeof input === "object" && "url" in input;
  const request = isRequest ? input : {};
  const url = new URL(isRequest ? input.url : input, globalThis.location?.href);
  const method = (init.method ?? request.method ?? "GET").toUpperCase();
  const headers = listOf(init.headers ?? request.headers ?? []);
  const body = init.body ?? (isRequest && !["GET", "HEAD"].includes(method) ? input : null);
  const names = headers.filter((_, index) => index % 2 === 0);
  const type = typeOf(body);
  if (type && !names.includes("content-type")) headers.push("content-type", type);
  const { origin, pathname: path, search } = url;
  return { method, origin, path, query: search.slice(1), headers, body, signal: init.signal ?? request.signal };
}

/** Lists the names, in lower case, and values of headers in turn. */
function listOf(headers) {
  const pairs = headers[Symbol.iterator] ? [...headers] : Object.entries(headers);
  return pairs.flatMap(([name, value]) => [name.toLowerCase(), String(value).trim()]);
}

/** Returns the content type that `fetch` declares for a body by itself. */
function typeOf(body) {
  if (typeof body === "string") return "text/plain;charset=UTF-8";
  if (tag(body) === "URLSearchParams") return "application/x-www-form-urlencoded;charset=UTF-8";
  return isFile(body) ? body.type : undefined;
}

async function* piecesOf(body) {
  const bytes = await bytesOf(body);
  if (bytes.length) yield bytes;
}

async function bytesOf(body) {
  if (body == null) return new Uint8Array();
  if (ArrayBuffer.isView(body)) return new Uint8Array(body.buffer, body.byteOffset, body.byteLength);
  if (typeof body.arrayBuffer === "function" || isFile(body)) return new Uint8Array(await readFile(body));
  if (typeof body.getReader === "function") return new Uint8Array(await new Response(body).arrayBuffer());
  if (tag(body).endsWith("ArrayBuffer")) return new Uint8Array(body);
  if (tag(body) === "FormData") throw new TypeError("The emulator's fetch takes no FormData: the API has no use for it.");
  return new TextEncoder().encode(String(body));
}

/** Returns whether a value is a Blob of any realm. */
const isFile = (value) => typeof value?.slice === "function" && typeof value.size === "number";

const tag = (value) => Object.prototype.toString.call(value).slice(8, -1);
