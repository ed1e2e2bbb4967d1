// The entry for Cloudflare Workers, which compile no wasm at run time: it is imported.

import module from "./aurous_gateway_bg.wasm";

import { initSync } from "./aurous_gateway.js";
import { gatewayMaker } from "./server/gateway.js";
import { makeTransport } from "./server/transport-fetch.js";

export { toNodeHandler } from "./server/node-adapter.js";

export const createGateway = /* @__PURE__ */ gatewayMaker(makeTransport, () => {
  initSync({ module });
});
