// Put on a page by tests of what trying again does: time that runs faster, requests that are lost, and a
// network that comes and goes. What the SDK leaves behind can be counted.

const real = {
  setTimeout: setTimeout.bind(globalThis),
  clearTimeout: clearTimeout.bind(globalThis),
  now: Date.now,
  fetch: fetch.bind(globalThis),
  open: XMLHttpRequest.prototype.open,
  send: XMLHttpRequest.prototype.send,
};
const timers = new Map(); // how long each was asked to take
let others = new Set();
const ours = () => [...timers].filter(([id]) => !others.has(id));
let [factor, lost, online] = [1, 0, true];
let nowhere = "http://127.0.0.1:9/";

globalThis.setTimeout = (callback, ms = 0) => {
  const id = real.setTimeout(() => (timers.delete(id), callback()), ms / factor);
  timers.set(id, ms);
  return id;
};
globalThis.clearTimeout = (id) => (timers.delete(id), real.clearTimeout(id));

// A request that is lost goes to a port where nobody listens.
const isLost = () => lost > 0 && lost-- > 0;
let sent = 0;
globalThis.fetch = (request, ...rest) => {
  sent++;
  const goesNowhere = request instanceof Request && isLost();
  return goesNowhere ? real.fetch(nowhere, { signal: request.signal }) : real.fetch(request, ...rest);
};
XMLHttpRequest.prototype.send = function (body) {
  sent++;
  return real.send.call(this, body);
};
XMLHttpRequest.prototype.open = function (method, url) {
  return real.open.call(this, method, isLost() ? nowhere : url);
};

Object.defineProperty(navigator, "onLine", { get: () => online, configurable: true });
let listening = 0;
for (const [name, by] of [["addEventListener", 1], ["removeEventListener", -1]]) {
  const own = globalThis[name].bind(globalThis);
  globalThis[name] = (type, listener, options) => {
    if (type === "online") {
      listening += by;
      // Ends it as well.
      options?.signal?.addEventListener("abort", () => (listening -= by));
    }
    return own(type, listener, options);
  };
}

globalThis.hurry = {
  /** From now on, time runs so many times as fast. */
  by(times) {
    factor = times;
    const began = real.now();
    Date.now = () => began + (real.now() - began) * factor;
  },
  /** The next `times` requests reach nobody; `port` is closed. */
  lose(times, port) {
    lost = times;
    nowhere = `http://127.0.0.1:${port}/`;
  },
  /** What the browser says of the network. Coming back is told to those who wait for it. */
  sayOnline(now) {
    online = now;
    if (online) dispatchEvent(new Event("online"));
  },
  /** Whether somebody waits for the network. */
  get waitsForOnline() {
    return listening > 0;
  },
  /** A signal that counts its listeners. */
  countedController() {
    const controller = new AbortController();
    const { signal } = controller;
    let count = 0;
    for (const [name, by] of [["addEventListener", 1], ["removeEventListener", -1]]) {
      const own = signal[name].bind(signal);
      signal[name] = (...all) => ((count += by), own(...all));
    }
    Object.defineProperty(controller, "listeners", { get: () => count });
    return controller;
  },
  /** Requests so far. */
  get sent() {
    return sent;
  },
  /** From now on, timers that are set already count for nothing: WebKit's driver has some on the page. */
  mark() {
    others = new Set(timers.keys());
  },
  /** The longest timer that is set, in milliseconds. */
  get longestTimer() {
    return Math.max(...ours().map(([, ms]) => ms));
  },
  /** Timers, listeners: what must be gone when a call has ended. */
  leftovers: () => ours().length + listening,
  /** Waits for a task of the browser's, in real time. */
  turn: () => new Promise((done) => real.setTimeout(done, 0)),
};
