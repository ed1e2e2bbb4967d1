// Controls and observes the page under test: its clock, its network, its abort signals. Both the suites
// beside this file and crates/e2e load it.

const real = {
  setTimeout: globalThis.setTimeout.bind(globalThis),
  clearTimeout: globalThis.clearTimeout.bind(globalThis),
  now: Date.now,
  fetch: globalThis.fetch.bind(globalThis),
};

// --- The clock

/**
 * Runs time `speed` times as fast from now on. Returns a record of the timers that are set from now on:
 * `timers` has the delay of each, `pending` maps those that have neither fired nor been cleared to their
 * delays.
 */
export function startClock(speed) {
  const start = real.now();
  const clock = { timers: [], pending: new Map() };
  globalThis.setTimeout = (callback, ms = 0) => {
    clock.timers.push(ms);
    const id = real.setTimeout(() => (clock.pending.delete(id), callback()), ms / speed);
    clock.pending.set(id, ms);
    return id;
  };
  globalThis.clearTimeout = (id) => (clock.pending.delete(id), real.clearTimeout(id));
  Date.now = () => start + (real.now() - start) * speed;
  return clock;
}

export const fastClock = () => startClock(100);

export function realClock() {
  Object.assign(globalThis, { setTimeout: real.setTimeout, clearTimeout: real.clearTimeout });
  Date.now = real.now;
}

/** Waits for one turn of the event loop, in real time. */
export const nextTurn = () => new Promise((resolve) => real.setTimeout(resolve, 0));

// --- Requests

/** Counts the requests so far, lost ones included. */
export let requestCount = 0;

/** Nothing listens on this port. Not 9, which browsers refuse to connect to. */
const CLOSED_PORT = "http://127.0.0.1:3/";
let lost = 0;
let bodies = [];

const loseOne = () => lost > 0 && lost-- > 0;

// The SDK may call `fetch(request)` or `fetch(url, init)`.
globalThis.fetch = async (input, init) => {
  const url = input.url ?? String(input);
  if (new URL(url, location).pathname.endsWith(".wasm")) {
    return real.fetch(input, init); // loads the SDK; not a request that the SDK makes
  }
  if ((init?.method ?? input.method) === "POST") {
    bodies.push(init ? (init.body ?? "") : await input.clone().text());
  }
  requestCount++;
  return loseOne() ? real.fetch(CLOSED_PORT, { signal: init?.signal ?? input.signal }) : real.fetch(input, init);
};

const { open, send } = XMLHttpRequest.prototype;
XMLHttpRequest.prototype.open = function (method, url) {
  return open.call(this, method, loseOne() ? CLOSED_PORT : url);
};
XMLHttpRequest.prototype.send = function (body) {
  requestCount++;
  return send.call(this, body);
};

/** Sends the next `times` requests to a closed port, by fetch or XMLHttpRequest. */
export function loseRequests(times) {
  lost = times;
}

/** Returns the bodies of the POSTs by fetch since the last call. */
export function takeBodies() {
  const taken = bodies;
  bodies = [];
  return taken;
}

/** Makes a request of the test's own, which is neither counted nor lost. */
export async function http(method, url, body) {
  const answer = await real.fetch(url, { method, body, headers: body ? { "content-type": "application/json" } : {} });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`${method} ${url}: ${answer.status} ${text}`);
  return text === "" ? undefined : JSON.parse(text);
}

// --- The network's state, and listeners

/** Returns the set of the listeners that `target` has from now on for events of `type`. */
function recordListeners(target, type) {
  const listeners = new Set();
  const add = target.addEventListener.bind(target);
  const remove = target.removeEventListener.bind(target);
  target.addEventListener = (added, listener, options) => {
    if (added === type) {
      listeners.add(listener);
      const forget = () => listeners.delete(listener);
      options?.signal?.addEventListener("abort", forget);
      if (options?.once) add(type, forget, { once: true });
    }
    add(added, listener, options);
  };
  target.removeEventListener = (removed, listener, options) => {
    if (removed === type) listeners.delete(listener);
    remove(removed, listener, options);
  };
  return listeners;
}

const onlineListeners = recordListeners(globalThis, "online");

/** Sets what the browser reports of the network; without an argument, it reports the truth again. */
export function sayOnline(online) {
  if (online === undefined) delete navigator.onLine;
  else Object.defineProperty(navigator, "onLine", { get: () => online, configurable: true });
  if (online) globalThis.dispatchEvent(new Event("online"));
}

export const isWaitingForNetwork = () => onlineListeners.size > 0;

/** Makes an AbortController that counts its signal's listeners. */
export function countedController() {
  const controller = new AbortController();
  const listeners = recordListeners(controller.signal, "abort");
  return Object.defineProperty(controller, "listeners", { get: () => listeners.size });
}

/** Counts the timers and listeners that remain. A call that has ended leaves none. */
export const leftovers = (clock, controller) => clock.pending.size + onlineListeners.size + controller.listeners;

// --- Values

/** Evaluates an expression, for JavaScript values that Rust can't make. */
export const evaluate = (expression) => (0, eval)(expression);

/** Makes a Blob of `size` bytes that begins as a JPEG does. */
export function largeJpeg(size) {
  const header = new Uint8Array([0xff, 0xd8, 0xff, 0xe0, 0, 16, 0x4a, 0x46, 0x49, 0x46, 0, 1, 1, 0, 0, 1, 0, 1, 0, 0]);
  return new Blob([header, new Uint8Array(size - header.length)]);
}
