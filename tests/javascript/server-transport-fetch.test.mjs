// The transport of Cloudflare Workers, in Node. What workerd itself does is tried where the worker runs.

import assert from "node:assert/strict";
import test from "node:test";

import { makeTransport } from "../../pkg-template/server/transport-fetch.js";
import { makePaceRule } from "./fake-pace-rule.mjs";
import { allClosed, answering, rawServer } from "./raw-server.mjs";
import { replace } from "./support.mjs";

/** Stands in for workerd's stream of a known length. */
class FixedLengthStream extends TransformStream {
  constructor(length) {
    const tell = (controller) => controller.error(new TypeError("the length is wrong"));
    super({
      transform(chunk, controller) {
        length -= chunk.length;
        length < 0 ? tell(controller) : controller.enqueue(chunk);
      },
      flush: (controller) => length && tell(controller),
    });
  }
}

function transport(test) {
  replace(test, globalThis, "FixedLengthStream", FixedLengthStream);
  return makeTransport();
}

const put = (test, server, options) =>
  transport(test).put({
    url: `${server.url}/file?signature=s3cret`,
    headers: [["Content-Type", "image/png"], ["Content-Length", "100000"]],
    length: 100_000,
    body: new Response(new Uint8Array(100_000)).body,
    timeoutMs: 30_000,
    idleTimeoutMs: 10_000,
    answerTimeoutMs: 10_000,
    minBytesPerSecond: 1,
    makePaceRule,
    ...options,
  });

const call = (test, server, options) =>
  transport(test).call({
    method: "POST",
    url: `${server.url}/v1/characters?x=1`,
    headers: [["X-Api-Key", "al_live_x"]],
    body: "{}",
    maxBytes: 1000,
    timeoutMs: 10_000,
    ...options,
  });

const nothing = () => {};

test("without a stream of a known length, it says what to do", () => {
  assert.throws(makeTransport, /export const runtime = "nodejs"/);
});

test("a PUT has its length, and arrives", async (test) => {
  const server = await rawServer(test, answering(200, { ETag: "e" }));
  const { status, headers, sent } = await put(test, server);
  assert.deepEqual([status, new Map(headers).get("etag"), sent], [200, "e", 100_000]);
  assert.equal(server.requests[0].received, 100_000);
});

for (const [what, length] of [["ends early", 100_001], ["is too long", 99_999]]) {
  test(`a body that ${what} never arrives whole`, async (test) => {
    const server = await rawServer(test, answering(200));
    assert.equal((await put(test, server, { length })).failure, "sender_gone");
    await allClosed(server);
    assert.ok(!server.requests.some((it) => it.isWhole));
  });
}

test("a sender that stands still is too slow", async (test) => {
  const server = await rawServer(test, nothing);
  assert.equal((await put(test, server, { body: new ReadableStream(), idleTimeoutMs: 20 })).failure, "sender_too_slow");
});

test("a host that does not answer times out", async (test) => {
  const server = await rawServer(test, nothing);
  assert.deepEqual(await put(test, server, { answerTimeoutMs: 300 }), { failure: "timed_out", sent: 100_000 });
  await allClosed(server);
});

test("a signal ends a PUT at once", async (test) => {
  const abort = new AbortController();
  const server = await rawServer(test, () => abort.abort());
  assert.equal((await put(test, server, { signal: abort.signal })).failure, "aborted");
  await allClosed(server);
});

test("a host that hangs up is unreachable for a PUT, and a lost connection for a call", async (test) => {
  const server = await rawServer(test, ({ socket }) => socket.destroy());
  assert.equal((await put(test, server)).failure, "unreachable");
  assert.equal((await call(test, server)).failure, "connection_lost");
});

test("no redirect is followed", async (test) => {
  const server = await rawServer(test, answering(307, { Location: "/elsewhere" }));
  assert.equal((await put(test, server)).status, 307);
  assert.equal((await call(test, server)).status, 307);
  assert.equal(server.requests.length, 2);
});

test("a call gets status, headers and body", async (test) => {
  const server = await rawServer(test, answering(201, { "X-RateLimit-Limit": "5" }, "{}"));
  const { status, headers, body } = await call(test, server);
  assert.deepEqual([status, new Map(headers).get("x-ratelimit-limit"), `${Buffer.from(body)}`], [201, "5", "{}"]);
  assert.equal(server.requests[0].line, "POST /v1/characters?x=1 HTTP/1.1");
});

test("a response that is too long is invalid, and has status and headers", async (test) => {
  const server = await rawServer(test, answering(429, { "Retry-After": "7" }, "x".repeat(1001)));
  const { failure, status, headers } = await call(test, server);
  assert.deepEqual([failure, status, new Map(headers).get("retry-after")], ["invalid", 429, "7"]);
});

for (const [what, begin] of Object.entries({
  nothing,
  "half a body": (request) => request.respond(200, { "Content-Length": 50 }, "{}"),
})) {
  test(`an API that sends ${what} times out`, async (test) => {
    const server = await rawServer(test, begin);
    assert.equal((await call(test, server, { timeoutMs: 50 })).failure, "timed_out");
  });
}
