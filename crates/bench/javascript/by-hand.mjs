// The route that one writes by hand, without the gateway: it adds the API's key to calls, and passes PUTs on.
// It prints its address.

import { once } from "node:events";
import { createServer } from "node:http";
import { Readable } from "node:stream";

const { AUROUS_API_KEY, UPSTREAM } = process.env;

/** `POST /v1/…` is a call of the API's, `PUT /upload?…` an upload. */
async function route(request) {
  const { pathname, search } = new URL(request.url);
  const url = UPSTREAM + pathname + search;
  if (request.method === "PUT") {
    const headers = new Headers();
    for (const name of ["content-type", "content-length"]) headers.set(name, request.headers.get(name));
    const { status } = await fetch(url, { method: "PUT", headers, body: request.body, duplex: "half" });
    return new Response(null, { status });
  }
  const headers = { "Content-Type": "application/json", "X-Api-Key": AUROUS_API_KEY };
  const answer = await fetch(url, { method: "POST", headers, body: await request.text() });
  return new Response(await answer.text(), { status: answer.status, headers: { "Content-Type": "application/json" } });
}

/** What makes a server of Node's of it. */
async function handle(req, res) {
  const { method, headers } = req;
  const request = new Request(`http://x${req.url}`, { method, headers, body: Readable.toWeb(req), duplex: "half" });
  const response = await route(request);
  res.writeHead(response.status, Object.fromEntries(response.headers));
  res.end(Buffer.from(await response.arrayBuffer()));
}

const server = createServer(handle).listen(0, "127.0.0.1");
await once(server, "listening");
console.log(JSON.stringify({ gateway: `http://127.0.0.1:${server.address().port}` }));
