// `createGateway`: the shell around the gateway's core. It carries out the steps that the core names, and
// decides nothing.

import { Gateway, PaceRule, isPublicAddress } from "../aurous_gateway.js";
import { carryOut } from "./steps.js";
import { drain } from "./drain.js";
import { logProblems } from "./log.js";

/** What a gateway needs of the environment, and lacks where an app is built. */
const FROM_ENVIRONMENT = ["apiKey", "sealingSecrets", "sessionSecrets", "origin"];

/** Makes an entry's `createGateway`. `start` starts the wasm, once. */
export const gatewayMaker = (makeTransport, start) => (options) => {
  start();
  const { session, store, log = logProblems, ...plain } = Object(options);
  if (session !== undefined && typeof session !== "function") {
    throw new TypeError("aurous-web/server: `session` must be a function that takes the request.");
  }
  if (store !== undefined && !["read", "write", "move"].every((name) => typeof store?.[name] === "function")) {
    throw new TypeError("aurous-web/server: `store` must have the functions `read`, `write` and `move`.");
  }
  let core;
  try {
    const setup = { options: plain, hasSession: session !== undefined, hasStore: store !== undefined };
    core = new Gateway(setup, performance.now());
  } catch (problems) {
    const error = new TypeError(`aurous-web/server: the options are wrong.\n${problems.message}`);
    // A framework's build imports its routes without the environment of the server.
    if (FROM_ENVIRONMENT.some((name) => name in plain && plain[name] === undefined)) {
      return async () => {
        throw error;
      };
    }
    throw error;
  }
  const limits = core.limits();
  const shell = {
    limits,
    log: careful(log),
    session,
    store,
    transport: makeTransport({ ...limits, isPublicAddress }),
    makePaceRule: (idleMs, minBytesPerSecond) => new PaceRule(idleMs, minBytesPerSecond),
  };
  return async (request, context) => {
    try {
      return await respond(core, shell, request, Object(context));
    } catch (error) {
      shell.log({ level: "error", message: "the gateway failed: this is a bug", error });
      return new Response(null, { status: 500 });
    }
  };
};

/** A log of the app's that fails costs a line, and no request. */
const careful = (log) => (line) => {
  try {
    log(line);
  } catch {
    // There is no way left to say so.
  }
};

async function respond(core, shell, request, context) {
  const began = performance.now();
  const { method, url, headers } = request;
  const head = { method, url, headers: [...headers].flat(), peer: context.address, hasBody: hasBody(request) };
  const exchange = core.begin(head, began, Date.now());
  try {
    await carryOut(exchange, shell, request, context);
    if (request.signal.aborted) exchange.clientGone();
    else if (request.body) {
      const { drainedMaxBytes, drainTimeoutMs } = shell.limits;
      await drain(request.body, { maxBytes: drainedMaxBytes, timeoutMs: drainTimeoutMs });
    }
    const { status, headers, body, requestId, method, route, code, reason } = exchange.response(
      performance.now(),
      Date.now(),
    );
    const ms = Math.round(performance.now() - began);
    shell.log({ level: "info", message: "answered", requestId, method, route, status, code, reason, ms });
    const isEmpty = body === "" || request.method === "HEAD";
    return new Response(isEmpty ? null : body, { status, headers });
  } finally {
    exchange.free();
  }
}

/** Some servers make a body of nothing for each POST. */
function hasBody({ body, headers }) {
  const length = headers.get("content-length") ?? (headers.has("transfer-encoding") ? "unknown" : "0");
  return body !== null && length !== "0";
}
