// Gives Node's own servers (`http.createServer`, Express, Connect, Fastify's middleware) a gateway, which
// takes a web Request.

import { bodyReader } from "./body-reader.js";

/** @typedef {(request: Request, context: { address?: string }) => Promise<Response>} Gateway */
/** @typedef {import("node:http").IncomingMessage} IncomingMessage */
/** @typedef {import("node:http").ServerResponse} ServerResponse */

/**
 * @param {Gateway} gateway
 * @returns {(req: IncomingMessage, res: ServerResponse, next?: (error: unknown) => void) => void}
 */
export function toNodeHandler(gateway) {
  return (req, res, next) => {
    handle(gateway, req, res).catch((error) => {
      if (next) return next(error);
      console.error(error);
      if (res.headersSent) res.destroy();
      else res.writeHead(500, { "Content-Type": "text/plain" }).end("Internal Server Error");
    });
  };
}

async function handle(gateway, req, res) {
  const clientGone = new AbortController();
  res.on("close", () => res.writableFinished || clientGone.abort());
  const request = toRequest(req, clientGone.signal);
  if (!request) {
    res.writeHead(400, { "Content-Length": 0 }).end();
    return;
  }
  const response = await gateway(request, { address: req.socket.remoteAddress });
  await write(response, req, res);
}

/** Returns the request as the web has it. `undefined` where it has no such form. */
function toRequest(req, signal) {
  const { socket, rawHeaders } = req;
  // A Request cannot have the method TRACE. The gateway refuses both, and in a form that the page can read.
  const method = req.method === "TRACE" ? "UNKNOWN" : req.method;
  // Express takes the path that the gateway is mounted at off `url`.
  const path = req.originalUrl ?? req.url;
  const scheme = socket.encrypted ? "https" : "http";
  const headers = new Headers();
  try {
    for (let at = 0; at < rawHeaders.length; at += 2) headers.append(rawHeaders[at], rawHeaders[at + 1]);
    if (!path.startsWith("/")) return undefined;
    const url = `${scheme}://${req.headers.host}${path}`;
    const body = hasBody(req) ? bodyOf(req) : undefined;
    return new Request(url, { method, headers, signal, body, duplex: "half" });
  } catch (error) {
    if (error instanceof TypeError) return undefined;
    throw error;
  }
}

function hasBody({ method, headers }) {
  if (method === "GET" || method === "HEAD") return false;
  return headers["transfer-encoding"] !== undefined || Number(headers["content-length"]) > 0;
}

/** Streams the body, and reads none of it before it is asked for. */
function bodyOf(req) {
  if (req.readableDidRead || req.readableEnded) {
    // A stream over it would never end.
    throw new Error(
      "aurous-web/server: the body of the request was read before the gateway got it. Mount the gateway before express.json() and other body parsers.",
    );
  }
  const reader = bodyReader(req);
  return new ReadableStream(
    {
      async pull(controller) {
        const chunk = await reader.read();
        if (chunk) controller.enqueue(chunk);
        else controller.close();
      },
      cancel: () => reader.release(),
    },
    { highWaterMark: 0 },
  );
}

async function write(response, req, res) {
  const body = new Uint8Array(await response.arrayBuffer());
  res.statusCode = response.status;
  for (const [name, value] of response.headers) {
    if (name !== "set-cookie") res.setHeader(name, value);
  }
  const cookies = response.headers.getSetCookie();
  if (cookies.length) res.setHeader("Set-Cookie", cookies);
  // Node reads on by itself only where none of a body has been read. Elsewhere the connection would stay open,
  // and its next request would never be seen.
  if (!req.complete) res.setHeader("Connection", "close");
  res.end(body);
}
