// The entry for Node, Deno and Bun: the wasm is inside the script, so no bundler of a framework can lose it.
// The build writes gateway-wasm.js.

import { Buffer } from "node:buffer";
import { inflateRawSync } from "node:zlib";

import { initSync, kindOfOption as kindOf } from "./aurous_gateway.js";
import deflated from "./gateway-wasm.js";
import { gatewayMaker } from "./server/gateway.js";
import { makeTransport } from "./server/transport-node.js";

export { toNodeHandler } from "./server/node-adapter.js";

const start = () => {
  const module = new WebAssembly.Module(inflateRawSync(Buffer.from(deflated, "base64")));
  initSync({ module });
};

export const createGateway = /* @__PURE__ */ gatewayMaker(makeTransport, start);

/** For the command line: returns `switch`, `number`, `list` or `text`, or nothing where there is no such option. */
export function kindOfOption(name) {
  start();
  return kindOf(name);
}
