import assert from "node:assert/strict";
import dns from "node:dns";
import { once } from "node:events";
import net from "node:net";
import { Readable } from "node:stream";
import test from "node:test";

import { makeTransport } from "../../pkg-template/server/transport-node.js";
import { makePaceRule } from "./fake-pace-rule.mjs";
import { allClosed, answering, rawServer } from "./raw-server.mjs";
import { replace } from "./support.mjs";

const CHUNK = 64 * 1024;
/** More than the buffers of a loopback connection, which grow to some 5 MB. */
const LARGE = 50_000_000;

const transport = (options) =>
  makeTransport({ connectTimeoutMs: 10_000, allowPrivateAddresses: true, isPublicAddress: () => true, ...options });

const put = (server, options) => {
  const { length = 100_000 } = options ?? {};
  return transport().put({
    url: `${server.url}/file?signature=s3cret`,
    headers: [["Content-Type", "image/png"], ["Content-Length", `${length}`]],
    length,
    body: bytes(length),
    timeoutMs: 30_000,
    idleTimeoutMs: 10_000,
    answerTimeoutMs: 10_000,
    minBytesPerSecond: 1,
    makePaceRule,
    ...options,
  });
};

const call = (server, options, transportOptions) =>
  transport(transportOptions).call({
    method: "POST",
    url: `${server.url}/v1/characters?x=1`,
    headers: [["X-Api-Key", "al_live_x"], ["Content-Length", "2"]],
    body: "{}",
    freshConnection: false,
    maxBytes: 1000,
    timeoutMs: 10_000,
    ...options,
  });

/** Makes a body of this length that notes how much of it was asked for. */
function bytes(length, taken = { bytes: 0 }) {
  const pull = (controller) => {
    const next = Math.min(CHUNK, length - taken.bytes);
    if (!next) return controller.close();
    taken.bytes += next;
    controller.enqueue(new Uint8Array(next));
  };
  return new ReadableStream({ pull }, { highWaterMark: 0 });
}

/** Makes a body that begins, and goes on when it is told to. */
function bodyByHand() {
  let controller;
  const body = new ReadableStream({ start: (it) => void (controller = it) });
  return { body, send: (length) => controller.enqueue(new Uint8Array(length)), controller };
}

/** What Node's servers have for a body. */
const ofNode = (stream) => Readable.fromWeb(stream);

const text = (result) => ({ ...result, body: `${Buffer.from(result.body)}` });
const nothing = () => {};

test("a PUT has its headers alone on the wire, and those of HTTP itself", async (test) => {
  const server = await rawServer(test, answering(200, { ETag: "e" }));
  assert.deepEqual(await put(server), { status: 200, headers: [["content-length", "0"], ["etag", "e"]], sent: 100_000 });
  const [{ line, headers, received }] = server.requests;
  assert.equal(line, "PUT /file?signature=s3cret HTTP/1.1");
  const host = `Host: ${server.url.slice("http://".length)}`;
  assert.deepEqual(headers, [host, "Content-Type: image/png", "Content-Length: 100000", "Connection: keep-alive"]);
  assert.equal(received, 100_000);
});

test("a PUT of nothing is a request without a body", async (test) => {
  const server = await rawServer(test, answering(200));
  assert.equal((await put(server, { length: 0 })).status, 200);
});

for (const [kind, make] of Object.entries({ "web stream": (it) => it, "stream of Node's": ofNode })) {
  test(`a host that does not read holds up the sender of a ${kind}`, async (test) => {
    const server = await rawServer(test, ({ socket }) => socket.pause());
    const taken = { bytes: 0 };
    const result = await put(server, { length: LARGE, body: make(bytes(LARGE, taken)), answerTimeoutMs: 300 });
    assert.equal(result.failure, "timed_out");
    assert.ok(taken.bytes < LARGE / 4, `${taken.bytes} bytes were read`);
    server.sockets[0].resume();
    await allClosed(server);
  });

  test(`a ${kind} that ends early never arrives whole`, async (test) => {
    const server = await rawServer(test, answering(200));
    const result = await put(server, { length: 100_001, body: make(bytes(100_000)) });
    assert.equal(result.failure, "sender_gone");
    await allClosed(server);
    assert.ok(!server.requests.some((it) => it.isWhole));
  });

  test(`a ${kind} that is too long never arrives whole`, async (test) => {
    const server = await rawServer(test, answering(200));
    const result = await put(server, { length: 2 * CHUNK, body: make(bytes(2 * CHUNK + 1)) });
    assert.equal(result.failure, "sender_gone");
    await allClosed(server);
    assert.ok(!server.requests.some((it) => it.isWhole));
  });

  test(`a ${kind} that breaks off ends the PUT`, async (test) => {
    const server = await rawServer(test, nothing);
    const { body, send, controller } = bodyByHand();
    const result = put(server, { length: LARGE, body: make(body) });
    send(CHUNK);
    send(CHUNK);
    await until(() => server.requests[0]?.received);
    controller.error(new Error("gone"));
    assert.equal((await result).failure, "sender_gone");
    await allClosed(server);
  });

  test(`a sender of a ${kind} that stands still is too slow, and the rest of the body can be read`, async (test) => {
    const server = await rawServer(test, nothing);
    const { body, send, controller } = bodyByHand();
    const stream = make(body);
    send(CHUNK);
    assert.equal((await put(server, { body: stream, idleTimeoutMs: 50 })).failure, "sender_too_slow");
    send(5);
    controller.close();
    let rest = 0;
    for await (const chunk of stream) rest += chunk.length;
    assert.equal(rest, 5);
  });

  test(`an answer to a part of a ${kind} tells so, and the rest of the body can be read`, async (test) => {
    const server = await rawServer(test, (request) => request.respond(403));
    const { body, send, controller } = bodyByHand();
    const stream = make(body);
    send(CHUNK);
    send(CHUNK);
    const result = await put(server, { length: 3 * CHUNK, body: stream });
    assert.equal(result.status, 403);
    assert.ok(result.sent < 3 * CHUNK, `${result.sent}`);
    send(CHUNK);
    controller.close();
    let rest = 0;
    for await (const chunk of stream) rest += chunk.length;
    assert.ok(rest >= CHUNK, `${rest}`);
    await allClosed(server);
  });
}

test("a sender below the lowest rate is too slow, whatever it sends in time", async (test) => {
  const server = await rawServer(test, nothing);
  const { body, send } = bodyByHand();
  const dripping = setInterval(send, 10, 1);
  test.after(() => clearInterval(dripping));
  const result = await put(server, { body, idleTimeoutMs: 200, minBytesPerSecond: 10_000 });
  assert.equal(result.failure, "sender_too_slow");
});

test("a sender below the idle limit that is fast enough may take longer than that", async (test) => {
  const server = await rawServer(test, answering(200));
  const { body, send, controller } = bodyByHand();
  let left = 60;
  const dripping = setInterval(() => (left-- > 0 ? send(1000) : (clearInterval(dripping), controller.close())), 10);
  assert.equal((await put(server, { length: 60_000, body, idleTimeoutMs: 300, minBytesPerSecond: 1000 })).status, 200);
});

test("a host that has the file and does not answer has the time for an answer, and no more", async (test) => {
  const server = await rawServer(test, nothing);
  assert.deepEqual(await put(server, { answerTimeoutMs: 300 }), { failure: "timed_out", sent: 100_000 });
  await allClosed(server);
});

test("a PUT has a limit in all", async (test) => {
  const server = await rawServer(test, nothing);
  assert.equal((await put(server, { timeoutMs: 50 })).failure, "timed_out");
});

test("a signal ends a PUT at once, upstream too", async (test) => {
  const server = await rawServer(test, nothing);
  const { body, send } = bodyByHand();
  const abort = new AbortController();
  const result = put(server, { length: LARGE, body, signal: abort.signal });
  send(CHUNK);
  send(CHUNK);
  await until(() => server.requests[0]?.received);
  abort.abort();
  assert.equal((await result).failure, "aborted");
  await allClosed(server);
});

test("a signal that has been aborted lets nothing out", async (test) => {
  const server = await rawServer(test, nothing);
  assert.deepEqual(await put(server, { signal: AbortSignal.abort("text") }), { failure: "aborted", sent: 0 });
  assert.equal(server.sockets.length, 0);
});

test("a PUT to no host is unreachable, and says nothing of where that was", async (test) => {
  const result = await put({ url: await closedPort(test) });
  assert.deepEqual([result.failure, result.reason], ["unreachable", "ECONNREFUSED"]);
  assert.ok(!/s3cret|127\.0/.test(JSON.stringify(result)));
});

for (const [what, hangUp] of Object.entries({
  "hangs up": ({ socket }) => socket.destroy(),
  "resets the connection": ({ socket }) => socket.resetAndDestroy(),
  "answers with what is no HTTP": ({ socket }) => socket.end("no HTTP\r\n\r\n"),
})) {
  test(`a host that ${what} is unreachable for a PUT, and a lost connection for a call`, async (test) => {
    const server = await rawServer(test, hangUp);
    assert.equal((await put(server)).failure, "unreachable");
    assert.equal((await call(server)).failure, "connection_lost");
  });
}

test("a host that switches protocols has answered, and the connection ends", async (test) => {
  const upgrade = "HTTP/1.1 101 X\r\nConnection: Upgrade\r\nUpgrade: x\r\n\r\n";
  const server = await rawServer(test, ({ socket }) => socket.write(upgrade));
  assert.equal((await put(server)).status, 101);
  assert.equal((await call(server)).status, 101);
  await allClosed(server);
});

test("a POST that says that it has no body is not sent chunked", async (test) => {
  const server = await rawServer(test, answering(200));
  await call(server, { headers: [["Content-Length", "0"]], body: null });
  const [{ headers }] = server.requests;
  assert.deepEqual(headers.slice(1), ["Content-Length: 0", "Connection: keep-alive"]);
});

test("a PUT whose body has yet to come has its head upstream, and what there is of the body", async (test) => {
  const server = await rawServer(test, nothing);
  const { body, send, controller } = bodyByHand();
  const result = put(server, { body });
  await until(() => server.requests[0]);
  send(1000);
  await until(() => server.requests[0].received === 1000);
  controller.error(new Error("gone"));
  await result;
});

test("no redirect is followed", async (test) => {
  const server = await rawServer(test, answering(307, { Location: "/elsewhere" }));
  assert.equal((await put(server)).status, 307);
  assert.equal((await call(server)).status, 307);
  assert.equal(server.requests.length, 2);
});

test("a connection is used again, for PUTs and for calls", async (test) => {
  const server = await rawServer(test, answering(200, {}, "x".repeat(100)));
  const { call: ask } = transport();
  for (const _ of [1, 2, 3]) {
    const it = { method: "GET", url: server.url, headers: [], body: null, maxBytes: 100, timeoutMs: 10_000 };
    assert.equal((await ask({ ...it, freshConnection: false })).status, 200);
    await until(() => true);
  }
  assert.equal(server.sockets.length, 1);
});

test("a call that must not be lost has a connection of its own", async (test) => {
  const server = await rawServer(test, answering(200));
  const { call: ask } = transport();
  for (const freshConnection of [false, true, true]) {
    const it = { method: "GET", url: server.url, headers: [], body: null, maxBytes: 100, timeoutMs: 10_000 };
    assert.equal((await ask({ ...it, freshConnection })).status, 200);
    await until(() => true);
  }
  assert.equal(server.sockets.length, 3);
  const connections = server.requests.map(({ headers }) => headers.at(-1));
  assert.deepEqual(connections, ["Connection: keep-alive", "Connection: close", "Connection: close"]);
});

test("a call has its headers alone, and gets status, headers and body", async (test) => {
  const server = await rawServer(test, answering(201, { "X-RateLimit-Limit": "5" }, "{}"));
  const expected = { status: 201, headers: [["content-length", "2"], ["x-ratelimit-limit", "5"]], body: "{}" };
  assert.deepEqual(text(await call(server)), expected);
  const [{ line, headers }] = server.requests;
  assert.equal(line, "POST /v1/characters?x=1 HTTP/1.1");
  assert.deepEqual(headers.slice(1), ["X-Api-Key: al_live_x", "Content-Length: 2", "Connection: keep-alive"]);
});

test("a response that is too long is invalid, and has status and headers", async (test) => {
  const server = await rawServer(test, answering(429, { "Retry-After": "7" }, "x".repeat(1001)));
  const { failure, status, headers } = await call(server);
  assert.deepEqual([failure, status, headers[1]], ["invalid", 429, ["retry-after", "7"]]);
});

test("a response that is cut short is invalid", async (test) => {
  const server = await rawServer(test, (request) => {
    request.respond(200, { "Content-Length": 50 }, "{}");
    request.socket.end();
  });
  const { failure, status } = await call(server);
  assert.deepEqual([failure, status], ["invalid", 200]);
});

for (const [what, begin] of Object.entries({
  nothing: nothing,
  "half a head": ({ socket }) => socket.write("HTTP/1.1 200 OK\r\n"),
  "half a body": (request) => request.respond(200, { "Content-Length": 50 }, "{}"),
})) {
  test(`an API that sends ${what} times out`, async (test) => {
    const server = await rawServer(test, begin);
    assert.deepEqual(await call(server, { timeoutMs: 50 }), { failure: "timed_out" });
    await allClosed(server);
  });
}

for (const [what, wrong] of Object.entries({
  "a URL that is none": { url: "s3cret" },
  "a header that none can have": { headers: [["X", "s3cret\n"]] },
})) {
  test(`with ${what}, nothing is sent, and nothing of it is told`, async (test) => {
    const server = await rawServer(test, nothing);
    for (const result of [await call(server, wrong), await put(server, wrong)]) {
      assert.equal(result.failure, "unreachable");
      assert.ok(!JSON.stringify(result).includes("s3cret"));
    }
    assert.equal(server.sockets.length, 0);
  });
}

test("a call to no host is unreachable", async (test) => {
  assert.deepEqual(await call({ url: await closedPort(test) }), { failure: "unreachable", reason: "ECONNREFUSED" });
});

test("a name that does not resolve in time is unreachable", async (test) => {
  replace(test, dns, "lookup", nothing);
  const options = { connectTimeoutMs: 50, allowPrivateAddresses: false };
  assert.deepEqual(await call({ url: "http://api.test" }, {}, options), { failure: "unreachable", reason: "CONNECT_TIMEOUT" });
});

test("a name without a public address is refused, and nothing is sent", async (test) => {
  const server = await rawServer(test, nothing);
  resolveTo(test, ["10.0.0.7", "127.0.0.1"]);
  const url = server.url.replace("127.0.0.1", "upload.test");
  const options = { allowPrivateAddresses: false, isPublicAddress: () => false };
  assert.deepEqual(await call({ url }, {}, options), { failure: "unreachable", reason: "PRIVATE_ADDRESS" });
  assert.equal(server.sockets.length, 0);
});

test("of a name's addresses the public ones alone are used", async (test) => {
  const server = await rawServer(test, answering(200));
  resolveTo(test, ["127.0.0.2", "127.0.0.1"]);
  const url = server.url.replace("127.0.0.1", "upload.test");
  const options = { allowPrivateAddresses: false, isPublicAddress: (it) => it === "127.0.0.1" };
  assert.equal((await call({ url }, {}, options)).status, 200);
  assert.match(server.requests[0].headers[0], /^Host: upload\.test:\d+$/);
});

function resolveTo(test, addresses) {
  const found = addresses.map((address) => ({ address, family: 4 }));
  replace(test, dns, "lookup", (_name, _options, done) => done(null, found));
}

async function closedPort(test) {
  const server = net.createServer();
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address();
  server.close();
  await once(server, "close");
  return `http://127.0.0.1:${port}`;
}

/** Waits until this holds, while everything else goes on. */
async function until(holds) {
  const giveUp = Date.now() + 10_000;
  do {
    assert.ok(Date.now() < giveUp, "it never came to hold");
    await new Promise((resolve) => setImmediate(resolve));
  } while (!holds());
}
