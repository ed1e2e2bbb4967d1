// A server that shows what is on the wire: it speaks to sockets, and parses no more than it must.

import { once } from "node:events";
import net from "node:net";

/**
 * Starts a server for the length of a test. `onRequest` gets each request once its head is there.
 *
 * A request has its `head`, its `socket`, `body()`, which counts what has come of the body, `whole`, a promise
 * of the whole body's end, and `respond(status, headers, body)`.
 */
export async function rawServer(test, onRequest) {
  const requests = [];
  const sockets = [];
  const server = net.createServer((socket) => {
    sockets.push(socket);
    socket.on("error", () => {});
    let request;
    let head = "";
    socket.on("data", (bytes) => {
      if (request?.isWhole ?? true) {
        head += bytes.toString("latin1");
        const end = head.indexOf("\r\n\r\n");
        if (end < 0) return;
        request = new RawRequest(socket, head.slice(0, end));
        requests.push(request);
        bytes = Buffer.from(head.slice(end + 4), "latin1");
        head = "";
        onRequest(request);
      }
      request.take(bytes.length);
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  test.after(() => {
    server.close();
    sockets.forEach((socket) => socket.destroy());
  });
  return { requests, sockets, url: `http://127.0.0.1:${server.address().port}` };
}

class RawRequest {
  received = 0;
  isWhole = false;

  constructor(socket, head) {
    this.socket = socket;
    [this.line, ...this.headers] = head.split("\r\n");
    this.length = Number(/content-length: (\d+)/i.exec(head)?.[1] ?? 0);
    this.whole = new Promise((resolve) => (this.end = resolve));
    this.closed = new Promise((resolve) => socket.on("close", resolve));
  }

  take(bytes) {
    this.received += bytes;
    if (this.received >= this.length) {
      this.isWhole = true;
      this.end();
    }
  }

  respond(status, headers = {}, body = "") {
    const lines = Object.entries({ "Content-Length": body.length, ...headers }).map((it) => it.join(": "));
    this.socket.write([`HTTP/1.1 ${status} Status`, ...lines, "", body].join("\r\n"));
  }
}

/** Answers each request with this status, once it is whole. */
export const answering = (status, headers, body) => async (request) => {
  await request.whole;
  request.respond(status, headers, body);
};

/** Waits until the connections of all requests are closed. */
export const allClosed = ({ requests }) => Promise.all(requests.map((it) => it.closed));
