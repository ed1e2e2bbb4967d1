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
