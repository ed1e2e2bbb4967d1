// Runs a server until a signal ends it.

import { once } from "node:events";

import { UsageError } from "./usage-error.js";

/** How long requests may go on after the signal. */
const GRACE_MS = 30_000;

/** Signals this close together are one Ctrl-C: npx passes on what the terminal has sent already. */
const ONE_PRESS_MS = 1_000;

/** Listens, and gives the port. */
export async function listen(server, host, port, command) {
  try {
    await once(server.listen(port, host), "listening");
  } catch (error) {
    if (error.code !== "EADDRINUSE") throw new UsageError(`${host}:${port} cannot be listened on: ${error.message}`, 1);
    throw new UsageError(`Port ${port} is taken. Stop what listens there, or choose another: ${command(port + 1)}`, 1);
  }
  return server.address().port;
}

const SIGNALS = ["SIGINT", "SIGTERM"];

/** Waits for SIGINT or SIGTERM, then lets requests end. A second signal ends the program at once. */
export async function untilSignal(server, graceMs = GRACE_MS) {
  await new Promise((resolve) => {
    for (const signal of SIGNALS) process.on(signal, resolve);
  });
  setTimeout(() => SIGNALS.forEach((it) => process.removeAllListeners(it)), ONE_PRESS_MS).unref();
  const closed = once(server, "close");
  server.close();
  // A connection whose request has ended stays open for the next one.
  const idle = setInterval(() => server.closeIdleConnections(), 50);
  const late = setTimeout(() => server.closeAllConnections(), graceMs);
  await closed;
  clearInterval(idle);
  clearTimeout(late);
}
