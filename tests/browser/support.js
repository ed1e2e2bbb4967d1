// What the tests need of JavaScript that is awkward to say in Rust.

export async function http(method, url, body) {
  const answer = await fetch(url, { method, body, headers: body ? { "content-type": "application/json" } : {} });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`${method} ${url}: ${answer.status} ${text}`);
  return text === "" ? undefined : JSON.parse(text);
}

// A real object of JavaScript's, from an expression.
export const evaluate = (expression) => (0, eval)(expression);

// The bodies of the API calls since the last call of this, as sent.
let bodies = [];
const realFetch = globalThis.fetch;
globalThis.fetch = async (request, ...rest) => {
  if (request instanceof Request && request.method === "POST") bodies.push(await request.clone().text());
  return realFetch(request, ...rest);
};
export function takeBodies() {
  const taken = bodies;
  bodies = [];
  return taken;
}

// A Blob of `size` bytes that begins as a JPEG does.
export function largeJpeg(size) {
  const header = new Uint8Array([0xff, 0xd8, 0xff, 0xe0, 0, 16, 0x4a, 0x46, 0x49, 0x46, 0, 1, 1, 0, 0, 1, 0, 1, 0, 0]);
  return new Blob([header, new Uint8Array(size - header.length)]);
}

// An abort signal that counts its listeners.
export function countedController() {
  const controller = new AbortController();
  const { signal } = controller;
  controller.listeners = 0;
  const add = signal.addEventListener.bind(signal);
  const remove = signal.removeEventListener.bind(signal);
  signal.addEventListener = (...args) => (controller.listeners++, add(...args));
  signal.removeEventListener = (...args) => (controller.listeners--, remove(...args));
  return controller;
}

// A clock that runs a hundred times as fast, and remembers what timers were asked for.
const real = {
  setTimeout: globalThis.setTimeout.bind(globalThis),
  clearTimeout: globalThis.clearTimeout.bind(globalThis),
  now: Date.now,
};
export function fastClock() {
  const FACTOR = 100;
  const start = real.now();
  const clock = { timers: [], pending: new Set() };
  globalThis.setTimeout = (callback, ms) => {
    clock.timers.push(ms);
    const id = real.setTimeout(() => (clock.pending.delete(id), callback()), ms / FACTOR);
    clock.pending.add(id);
    return id;
  };
  globalThis.clearTimeout = (id) => (clock.pending.delete(id), real.clearTimeout(id));
  Date.now = () => start + (real.now() - start) * FACTOR;
  return clock;
}
export function realClock() {
  Object.assign(globalThis, { setTimeout: real.setTimeout, clearTimeout: real.clearTimeout });
  Date.now = real.now;
}

// What the browser says of the network; without an argument, the truth.
export function sayOnline(online) {
  if (online === undefined) delete navigator.onLine;
  else Object.defineProperty(navigator, "onLine", { get: () => online, configurable: true });
  if (online) globalThis.dispatchEvent(new Event("online"));
}

// The next `times` requests, by fetch or XMLHttpRequest, go to a port where nobody listens.
let lost = 0;
const recordingFetch = globalThis.fetch;
const nowhere = "http://127.0.0.1:3/";
globalThis.fetch = (request, ...rest) =>
  lost > 0 && request instanceof Request && lost-- ? recordingFetch(nowhere) : recordingFetch(request, ...rest);
const realOpen = XMLHttpRequest.prototype.open;
XMLHttpRequest.prototype.open = function (method, url) {
  return realOpen.call(this, method, lost > 0 && lost-- ? nowhere : url);
};
export function loseRequests(times) {
  lost = times;
}
