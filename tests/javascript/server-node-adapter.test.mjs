import assert from "node:assert/strict";
import { once } from "node:events";
import http from "node:http";
import net from "node:net";
import { Readable } from "node:stream";
import test from "node:test";

import { drain } from "../../pkg-template/server/drain.js";
import { toNodeHandler } from "../../pkg-template/server/node-adapter.js";
import { makeTransport } from "../../pkg-template/server/transport-node.js";
import { makePaceRule } from "./fake-pace-rule.mjs";
import { listening } from "./gateway-fakes.mjs";
import { rawServer } from "./raw-server.mjs";
import { replace } from "./support.mjs";

const LARGE = 50_000_000;

/** Starts a server whose only handler is this one. Gives its address. */
const serve = (test, handler) => listening(test, http.createServer(handler));

const serveGateway = (test, gateway) => serve(test, toNodeHandler(gateway));

/** Opens a connection, and sends this head. */
function connect(test, url, head) {
  const socket = net.connect(new URL(url).port, "127.0.0.1");
  test.after(() => socket.destroy());
  socket.on("error", () => {});
  socket.write([...head, "", ""].join("\r\n"));
  return socket;
}

async function answerOn(socket) {
  let text = "";
  for await (const bytes of socket) text += bytes;
  return text;
}

/** The body of a form, say: the part of Express's body parsers that matters. */
const parserOf = async (req) => {
  for await (const _ of req);
};

test("a gateway gets the request as the web has it, and the address of its sender", async (test) => {
  const url = await serveGateway(test, async (request, context) => {
    assert.equal(request.method, "POST");
    assert.equal(request.url, `${url}/aurous/v1/x?y=%20`);
    assert.equal(request.headers.get("host"), url.slice("http://".length));
    assert.equal(request.headers.get("cookie"), "a=b");
    assert.equal(request.headers.get("origin"), "https://app.example");
    assert.deepEqual(context, { address: "127.0.0.1" });
    return new Response(await request.text(), { status: 201 });
  });
  const headers = { Cookie: "a=b", Origin: "https://app.example" };
  const response = await fetch(`${url}/aurous/v1/x?y=%20`, { method: "POST", headers, body: "{}" });
  assert.deepEqual([response.status, await response.text()], [201, "{}"]);
});

test("where Express takes the mount off the path, a gateway gets the whole path", async (test) => {
  const gateway = toNodeHandler(async ({ url }) => new Response(url));
  const url = await serve(test, (req, res) => {
    req.originalUrl = req.url;
    req.url = "/v1/x";
    gateway(req, res);
  });
  assert.equal(await (await fetch(`${url}/aurous/v1/x`)).text(), `${url}/aurous/v1/x`);
});

test("a header that was sent twice has both values", async (test) => {
  const url = await serveGateway(test, async ({ headers }) => new Response(headers.get("content-type")));
  const head = ["GET / HTTP/1.1", "Host: x", "Content-Type: a/b", "Content-Type: c/d", "Connection: close"];
  assert.match(await answerOn(connect(test, url, head)), /a\/b, c\/d/);
});

test("a response has its status and all its headers", async (test) => {
  const answer = new Headers([["Vary", "Origin"], ["Set-Cookie", "a=1"], ["Set-Cookie", "b=2"]]);
  const url = await serveGateway(test, async () => new Response(null, { status: 204, headers: answer }));
  const { status, headers } = await fetch(url);
  assert.deepEqual([status, headers.get("vary"), headers.getSetCookie()], [204, "Origin", ["a=1", "b=2"]]);
});

test("a HEAD request has no body, and its response none", async (test) => {
  const url = await serveGateway(test, async ({ method, body }) => new Response(`${method}${body}`));
  const response = await fetch(url, { method: "HEAD" });
  assert.deepEqual([response.status, await response.text()], [200, ""]);
});

test("a method that the web does not have reaches the gateway as one that nothing has", async (test) => {
  const url = await serveGateway(test, async ({ method }) => Response.json({ method }));
  const answer = await answerOn(connect(test, url, ["TRACE / HTTP/1.1", "Host: x", "Connection: close"]));
  assert.match(answer, /^HTTP\/1\.1 200 [^]*\{"method":"UNKNOWN"\}/);
});

for (const [what, head] of Object.entries({
  "a host that is none": ["GET / HTTP/1.1", "Host: a b"],
  "a target that is no path": ["GET http://x/ HTTP/1.1", "Host: x"],
})) {
  test(`a request with ${what} is refused`, async (test) => {
    const url = await serveGateway(test, () => assert.fail("the gateway got it"));
    assert.match(await answerOn(connect(test, url, [...head, "Connection: close"])), /^HTTP\/1\.1 400 /);
  });
}

test("a host that does not read holds up the client", async (test) => {
  const host = await rawServer(test, ({ socket }) => socket.pause());
  const { put } = makeTransport({ connectTimeoutMs: 10_000, allowPrivateAddresses: true, isPublicAddress: () => true });
  const limits = { timeoutMs: 30_000, idleTimeoutMs: 10_000, answerTimeoutMs: 300, minBytesPerSecond: 1, makePaceRule };
  const url = await serveGateway(test, async ({ body }) => {
    const headers = [["Content-Length", `${LARGE}`]];
    return Response.json(await put({ url: host.url, headers, length: LARGE, body, ...limits }));
  });
  let taken = 0;
  async function* chunks() {
    for (; taken < LARGE; taken += 50_000) yield Buffer.alloc(50_000);
  }
  const socket = connect(test, url, ["PUT / HTTP/1.1", "Host: x", `Content-Length: ${LARGE}`]);
  Readable.from(chunks()).pipe(socket);
  const [answer] = await once(socket, "data");
  assert.match(`${answer}`, /timed_out/);
  assert.ok(taken < LARGE / 2, `${taken} bytes were taken`);
});

test("a client that goes away aborts the request's signal, and breaks its body off", async (test) => {
  let ended;
  const end = new Promise((resolve) => (ended = resolve));
  const url = await serveGateway(test, async ({ signal, body }) => {
    const gone = once(signal, "abort");
    socket.destroy();
    await gone;
    await assert.rejects(async () => {
      for await (const _ of body);
    });
    ended();
    return new Response();
  });
  const socket = connect(test, url, ["PUT / HTTP/1.1", "Host: x", "Content-Length: 5", "", "12"]);
  await end;
});

test("a request that was answered does not abort its signal", async (test) => {
  let signal;
  const url = await serveGateway(test, async (request) => {
    signal = request.signal;
    return new Response("done");
  });
  await (await fetch(url, { headers: { Connection: "close" } })).text();
  await new Promise((resolve) => setImmediate(resolve));
  assert.equal(signal.aborted, false);
});

test("a body that a parser has read is an error that says where to mount the gateway", async (test) => {
  const errors = [];
  const gateway = toNodeHandler(() => assert.fail("the gateway got it"));
  const url = await serve(test, async (req, res) => {
    await parserOf(req);
    gateway(req, res, (error) => {
      errors.push(error.message);
      res.end();
    });
  });
  await fetch(url, { method: "POST", body: "{}" });
  assert.match(errors[0], /Mount the gateway before express\.json\(\)/);
});

test("without `next`, an error is logged, and its text is not sent", async (test) => {
  const logged = [];
  replace(test, console, "error", (error) => logged.push(error.message));
  const url = await serveGateway(test, async () => {
    throw new Error("s3cret");
  });
  const response = await fetch(url);
  assert.deepEqual([response.status, await response.text(), logged], [500, "Internal Server Error", ["s3cret"]]);
});

test("a response to a body that was not read closes the connection", async (test) => {
  const url = await serveGateway(test, async () => new Response("no", { status: 401 }));
  const socket = connect(test, url, ["PUT / HTTP/1.1", "Host: x", "Content-Length: 500000"]);
  assert.match(await answerOn(socket), /^HTTP\/1\.1 401 [^]*Connection: close/);
});

test("once its body is drained, a refused request leaves its connection open", async (test) => {
  const url = await serveGateway(test, async ({ body }) => {
    assert.equal(await drain(body, { maxBytes: LARGE, timeoutMs: 10_000 }), true);
    return new Response("no", { status: 401 });
  });
  const { headers } = await fetch(url, { method: "PUT", body: new Uint8Array(500_000) });
  assert.equal(headers.get("connection"), "keep-alive");
});

test("a body is drained up to a size", async () => {
  const body = new Response(new Uint8Array(101)).body;
  assert.equal(await drain(body, { maxBytes: 100, timeoutMs: 10_000 }), false);
});

test("a body is drained for a time", async () => {
  assert.equal(await drain(new ReadableStream(), { maxBytes: 100, timeoutMs: 20 }), false);
});

test("a body that breaks off is not drained", async () => {
  const body = new ReadableStream({ start: (it) => it.error(new Error("gone")) });
  assert.equal(await drain(body, { maxBytes: 100, timeoutMs: 10_000 }), false);
});
