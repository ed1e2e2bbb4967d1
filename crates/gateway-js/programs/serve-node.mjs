// The handler as a server of Node's own, with the command line of the program `aurous-gateway`. AUROUS_PKG is
// the package's folder.

import { createServer } from "node:http";
import { pathToFileURL } from "node:url";

import { lineOf, optionsOf } from "./options.mjs";

const { createGateway, toNodeHandler } = await import(pathToFileURL(`${process.env.AUROUS_PKG}/server.js`));

const options = optionsOf(process.argv.slice(2), process.env);
const address = (server) => `127.0.0.1:${server.address().port}`;
const listening = (server, port = 0) =>
  new Promise((resolve) => server.listen(port, "127.0.0.1", () => resolve(server)));

// The port is known before the gateway is made: it answers for its own address, as the program does.
let handler;
const server = await listening(createServer((request, response) => handler(request, response)));
const admin = await listening(createServer((_, response) => response.end("")));
const gateway = createGateway({
  ...options,
  host: [options.host ?? [], address(server)].flat(),
  log: (line) => process.stderr.write(`${lineOf(line)}\n`),
});
handler = toNodeHandler(gateway);
console.log(
  JSON.stringify({ gateway: `http://${address(server)}${options.mount ?? "/aurous"}`, admin: `http://${address(admin)}` }),
);
