// The handler as a worker in workerd, with the command line of the program `aurous-gateway`. AUROUS_PKG is the
// package's folder, AUROUS_WORKERD the runtime.

import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

import { optionsOf } from "./options.mjs";

const listening = async (server) => {
  await once(server.listen(0, "127.0.0.1"), "listening");
  return server;
};
const program = (name) => fileURLToPath(new URL(name, import.meta.url));
const packaged = (name) => join(process.env.AUROUS_PKG, name);

const options = optionsOf(process.argv.slice(2), process.env);
// The worker answers for its own address, so the socket is there before the worker.
const socket = await listening(createServer());
const { port } = socket.address();
const admin = await listening(createServer((_, response) => response.end("")));
const host = [options.host ?? [], `127.0.0.1:${port}`].flat();

// workerd's own format: JSON's texts are texts there, too.
const text = JSON.stringify;
const config = `
using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [
    (name = "gateway", worker = (
      modules = [
        (name = "worker.mjs", esModule = embed ${text(program("worker.mjs"))}),
        (name = "options.mjs", esModule = embed ${text(program("options.mjs"))}),
        (name = "server-workerd.js", esModule = embed ${text(packaged("server-workerd.js"))}),
        (name = "aurous_gateway_bg.wasm", wasm = embed ${text(packaged("aurous_gateway_bg.wasm"))}),
      ],
      bindings = [(name = "OPTIONS", json = ${text(text({ ...options, host }))})],
      compatibilityDate = "2026-04-26",
    )),
    (name = "internet", network = (allow = ["public", "private"])),
  ],
  sockets = [(name = "gateway", http = (), service = "gateway")],
);
`;

const folder = mkdtempSync(join(tmpdir(), "aurous-workerd-"));
writeFileSync(join(folder, "config.capnp"), config);
const flags = ["--import-path=/", "--control-fd=3", "--socket-fd=gateway=4"];
// It ends with this program, however that ends. The worker's console is the log.
const workerd = spawn(
  "setpriv",
  ["--pdeathsig", "KILL", process.env.AUROUS_WORKERD, "serve", ...flags, join(folder, "config.capnp")],
  { stdio: ["ignore", 2, 2, "pipe", socket._handle.fd] },
);
socket.close();
workerd.on("exit", (code) => process.exit(code ?? 1));
await once(createInterface(workerd.stdio[3]), "line");
rmSync(folder, { recursive: true });
console.log(JSON.stringify({ gateway: `http://127.0.0.1:${port}`, admin: `http://127.0.0.1:${admin.address().port}` }));
