// The emulator for Node's own server: `http.createServer(emulator.nodeHandler)`. Faults do to the connection what
// they do to the program's.

import { run } from "./run.js";

/** @typedef {import("node:http").IncomingMessage} IncomingMessage */
/** @typedef {import("node:http").ServerResponse} ServerResponse */

/**
 * Makes a handler of a function that begins an exchange.
 *
 * @param {{ api: string, upload: string }} urls A request whose `Host` is the upload host's is for that; each other
 *   one is for the API's origin, by whatever name it was asked for.
 * @returns {(request: IncomingMessage, response: ServerResponse) => void}
 */
export const nodeHandlerBy = (begin, now, urls) => async (request, response) => {
  const headers = request.rawHeaders.map((text, index) => (index % 2 ? text : text.toLowerCase()));
  const origin = `http://${request.headers.host}` === urls.upload ? urls.upload : urls.api;
  const [path, ...query] = request.url.split("?");
  const exchange = begin({ method: request.method, origin, path, query: query.join("?"), headers });
  let isOver = false;
  response.on("close", () => isOver || exchange.clientGone());
  const reply = await run(exchange, request.iterator({ destroyOnReturn: false }), now).then(
    (ending) => ({ ending, status: exchange.status, headers: exchange.headers, body: exchange.body }),
    () => undefined, // The client has gone in the middle of its body.
  );
  isOver = true;
  exchange.free();
  if (reply) ENDINGS[reply.ending](request.socket, response, reply);
};

const ENDINGS = {
  respond(_, response, { status, headers, body }) {
    const length = status === 204 ? [] : ["content-length", body.length];
    response.writeHead(status, [...headers, ...length]).end(body);
  },
  respondTruncated(socket, response, { status, headers, body }) {
    response.writeHead(status, headers).write(body.subarray(0, body.length / 2), () => socket.destroy());
  },
  respondWithoutEnd(_, response, { status, headers }) {
    response.writeHead(status, headers).flushHeaders();
  },
  hang() {},
  reset: (socket) => socket.resetAndDestroy(),
};
