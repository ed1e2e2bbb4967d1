// The emulator in JavaScript on two ports, one for each origin, for the conformance checks: strict, except that its
// limits don't end them early. AUROUS_PKG is the package's folder.

import { once } from "node:events";
import { createServer } from "node:http";
import { pathToFileURL } from "node:url";

const { createEmulator } = await import(pathToFileURL(`${process.env.AUROUS_PKG}/emulator.js`));

let handler;
async function listen() {
  const server = createServer((request, response) => handler(request, response));
  await once(server.listen(0, "127.0.0.1"), "listening");
  return `http://127.0.0.1:${server.address().port}`;
}

const [apiUrl, uploadUrl] = [await listen(), await listen()];
const settings = { rate_limits: false, synthesize_ms: 0, credits: 1_000_000 };
const { apiKey, nodeHandler } = createEmulator({ apiUrl, uploadUrl, settings, open: false });
handler = nodeHandler;
console.log(JSON.stringify({ api: apiUrl, upload: uploadUrl, key: apiKey }));
