// The emulator behind Node's own server: faults reach the connection.

import assert from "node:assert/strict";
import { once } from "node:events";
import http from "node:http";
import net from "node:net";
import test from "node:test";

import { packaged } from "./support.mjs";

const { createEmulator } = await packaged("testing.js");

const INIT = JSON.stringify({ filename: "front.jpg", extension: "jpg", content_type: "image/jpeg" });

/** Serves an emulator on a port of its own, both origins in one. */
async function serve(test) {
  let handler;
  const server = http.createServer((request, response) => handler(request, response));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  test.after(() => {
    server.closeAllConnections();
    server.close();
  });
  const url = `http://127.0.0.1:${server.address().port}`;
  const emulator = createEmulator({ apiUrl: url, uploadUrl: url });
  handler = emulator.nodeHandler;
  return emulator;
}

/** Asks for a ticket over a socket of its own; gives what came, and the error that ended it. */
async function askRaw({ apiUrl }, body = INIT) {
  const socket = net.connect(new URL(apiUrl).port, "127.0.0.1");
  const head = `POST /aurous/v1/characters/uploads/init HTTP/1.1\r\nHost: x\r\nContent-Length: ${INIT.length}\r\n\r\n`;
  socket.write(head + body);
  let text = "";
  let error;
  socket.on("data", (bytes) => (text += bytes));
  socket.on("error", ({ code }) => (error = code));
  const ended = new Promise((resolve) => socket.on("close", () => resolve({ text, error })));
  return { socket, ended, text: () => text };
}

const until = async (satisfied) => {
  while (!satisfied()) await new Promise(setImmediate);
};

test("an upload goes through one port", async (t) => {
  const emulator = await serve(t);
  const minted = await fetch(`${emulator.openUrl}/v1/characters/uploads/init`, { method: "POST", body: INIT });
  assert.equal(minted.status, 201);
  const { upload_id, upload_url } = await minted.json();
  const put = await fetch(upload_url, { method: "PUT", headers: { "Content-Type": "image/jpeg" }, body: "bytes" });
  assert.equal(put.status, 200);
  assert.equal(new TextDecoder().decode(emulator.upload(upload_id)), "bytes");
  assert.deepEqual(emulator.log().map(({ origin, step }) => [origin, step]), [["open", "init"], ["upload", "put"]]);
});

test("a preflight has neither a body nor its length", async (t) => {
  const emulator = await serve(t);
  const response = await fetch(`${emulator.openUrl}/v1/characters`, { method: "OPTIONS" });
  assert.deepEqual([response.status, response.headers.get("Content-Length")], [204, null]);
});

test("a target that no URL has is answered, and a path stays as it was sent", async (t) => {
  const emulator = await serve(t);
  for (const target of ["*", "http://x/y", "/v1/../v1/characters?a?b"]) {
    const socket = net.connect(new URL(emulator.apiUrl).port, "127.0.0.1");
    socket.end(`OPTIONS ${target} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`);
    const [head] = await once(socket.setEncoding("utf8"), "data");
    assert.match(head, /^HTTP\/1.1 401 /);
    const { path, query } = emulator.log().at(-1);
    assert.equal([path, query].filter(Boolean).join("?"), target);
  }
});

test("a reset connection is reset", async (t) => {
  const emulator = await serve(t);
  for (const fault of ["reset_before_body", "reset_during_body", { reset_after_body: { processed: false } }]) {
    emulator.inject({ fault });
    const { ended } = await askRaw(emulator);
    assert.deepEqual(await ended, { text: "", error: "ECONNRESET" });
  }
});

test("a truncated response ends in the middle of its body", async (t) => {
  const emulator = await serve(t);
  emulator.inject({ fault: "truncate" });
  const { text } = await (await askRaw(emulator)).ended;
  const [head, body] = text.split("\r\n\r\n");
  assert.equal(body.length, Math.floor(Number(/content-length: (\d+)/i.exec(head)[1]) / 2));
});

test("a response that hangs after its headers has none of its body", async (t) => {
  const emulator = await serve(t);
  emulator.inject({ fault: "hang_after_headers" });
  const { socket, text } = await askRaw(emulator);
  await until(() => text().endsWith("\r\n\r\n"));
  assert.match(text(), /^HTTP\/1.1 201 /);
  assert.equal(emulator.log()[0].outcome, "hung");
  socket.destroy();
});

test("a request that hangs gets nothing", async (t) => {
  const emulator = await serve(t);
  for (const fault of ["hang", "hang_during_body"]) {
    emulator.inject({ fault });
    const { socket, text } = await askRaw(emulator);
    await until(() => emulator.log().at(-1)?.outcome === "hung");
    assert.equal(text(), "");
    emulator.clearLog();
    socket.destroy();
  }
});

test("a client that leaves in the middle of its body is gone", async (t) => {
  const emulator = await serve(t);
  const { socket } = await askRaw(emulator, INIT.slice(0, 9));
  await until(() => emulator.log()[0]?.body_length === 9);
  socket.destroy();
  await until(() => emulator.log()[0].outcome === "client_gone");
});
