// The page that shows the requests seen and sets faults, and the control routes that it uses.

import { fileURLToPath } from "node:url";

import { staticFiles } from "./static-files.js";

/** Longer than any list of faults. */
const BODY_MAX_BYTES = 1_000_000;

/** Makes the handler of everything below `/control`. */
export function controlPage(emulator) {
  const page = staticFiles(fileURLToPath(new URL("control-page", import.meta.url)), { prefix: "/control/" });
  return async (request, response) => {
    if (isForeign(request)) return send(response, 403, "text/plain", "Pages elsewhere have no access.\n");
    const path = request.url.split("?")[0].slice("/control".length);
    if (path === "") return response.writeHead(302, { Location: "/control/" }).end();
    if (path === "/" || /^\/page\./.test(path)) return (await page)(request, response);
    if (path === "/addresses") {
      const { apiUrl: api, uploadUrl: upload, apiKey: key } = emulator;
      return send(response, 200, "application/json", JSON.stringify({ api, upload, key }));
    }
    const body = await readBody(request);
    if (!body) return send(response, 413, "text/plain", "The body is too long.\n");
    const { status, contentType, body: answer } = emulator.control(request.method, path, body);
    return send(response, status, contentType, answer);
  };
}

/** What is behind these routes is for this machine alone, and a page of the internet's may be open on it. */
function isForeign({ method, headers }) {
  const site = headers["sec-fetch-site"];
  // The user follows a link. The page that has it can't read what opens.
  if (method === "GET" && headers["sec-fetch-dest"] === "document") return false;
  const isOwnOrigin = [undefined, `http://${headers.host}`].includes(headers.origin);
  return !isOwnOrigin || !["same-origin", "none", undefined].includes(site);
}

async function readBody(request) {
  const chunks = [];
  let length = 0;
  for await (const chunk of request) {
    length += chunk.length;
    if (length > BODY_MAX_BYTES) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function send(response, status, contentType, body) {
  const headers = status === 204 ? {} : { "Content-Type": contentType };
  response.writeHead(status, { ...headers, "Cache-Control": "no-store" }).end(status === 204 ? undefined : body);
}
