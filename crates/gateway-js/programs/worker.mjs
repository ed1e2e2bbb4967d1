// The worker of serve-workerd.mjs.

import { lineOf } from "./options.mjs";
import { createGateway } from "./server-workerd.js";

let gateway;

export default {
  fetch(request, { OPTIONS }, context) {
    gateway ??= createGateway({ ...OPTIONS, log: (line) => console.log(lineOf(line)) });
    return gateway(request, {
      // `IP:PORT`. On Cloudflare's network the header CF-Connecting-IP has the address.
      address: request.cf?.clientIp?.replace(/:\d+$/, ""),
      waitUntil: (promise) => context.waitUntil(promise),
    });
  },
};
