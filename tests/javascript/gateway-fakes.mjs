// What a gateway is tested with: an API of the test's own, options, and a request.

import { once } from "node:events";
import http from "node:http";

export const PAGE = "https://app.example";
const CREATE = { name: "Aurora", generate: true };

/** An API that makes a character of each create. Gives its address, and the creates that it got. */
export async function fakeApi(test) {
  const creates = [];
  const server = http.createServer(async (request, response) => {
    const chunks = [];
    for await (const chunk of request) chunks.push(chunk);
    if (request.method === "POST") creates.push(JSON.parse(Buffer.concat(chunks)));
    const character = { id: `char_${creates.length}`, status: "ready" };
    response.writeHead(200, { "Content-Type": "application/json" }).end(JSON.stringify(character));
  });
  return { apiUrl: await listening(test, server), creates };
}

/** Has a server listen until the test ends. Gives its URL. */
export async function listening(test, server) {
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  test.after(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${server.address().port}`;
}

export const good = {
  apiKey: "al_live_0123",
  sealingSecrets: "a sealing secret of more than thirty-two bytes",
  origin: PAGE,
  enable: "generate",
  log: () => {},
};

export const create = (key, { headers } = {}) =>
  new Request(`${PAGE}/aurous/v1/characters`, {
    method: "POST",
    headers: {
      host: "app.example",
      origin: PAGE,
      "content-type": "application/json",
      "idempotency-key": key,
      ...headers,
    },
    body: JSON.stringify(CREATE),
  });
