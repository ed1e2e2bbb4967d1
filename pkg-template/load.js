// Loads the wasm: once, by the first call.

import { initSync } from "./aurous_web.js";
import { AurousError } from "./aurous-error.js";

const REMEDY_FOR_A_SOURCE = "Give init() the aurous_web_bg.wasm of this package.";

/** Returns the name of a value's class. `instanceof` fails for an object of another realm. */
const tag = (value) => Object.prototype.toString.call(value).slice(8, -1);

let loading;

/** Makes an entry's `init`. `locate` gives the entry's own wasm; `remedy` says what to do where that fails. */
export const loader = (locate, remedy) => (source) =>
  // The first caller wins. A failed load is forgotten, so the next call tries again.
  (loading ??= (source == null ? load(locate, remedy) : load(() => source, REMEDY_FOR_A_SOURCE)).catch((error) => {
    loading = undefined;
    throw error;
  }));

async function load(locate, remedy) {
  if (typeof WebAssembly !== "object") {
    throw failed("there is no WebAssembly here.", "Some browsers turn it off in a mode for hardened security.");
  }
  if (typeof TextDecoder !== "function") {
    throw failed("there is no TextDecoder here.", "For Jest's jsdom, jest-fixed-jsdom has it.");
  }
  const wasm = await read(await find(locate, remedy), remedy);
  try {
    const module = tag(wasm) === MODULE ? wasm : await WebAssembly.compile(wasm);
    // The build puts this into both, so that a script never calls a wasm of another version.
    if (!WebAssembly.Module.customSections(module, WASM_FINGERPRINT).length) {
      throw new Error(`no section ${WASM_FINGERPRINT}`);
    }
    initSync({ module });
  } catch (cause) {
    throw isForbidden()
      ? forbidden(cause)
      : failed("it is damaged, or of another version than the script.", "Take both from the same copy of the package.", {
          cause,
        });
  }
}

async function find(locate, remedy) {
  let it;
  try {
    it = await locate();
  } catch (cause) {
    throw failed("it could not be obtained: see `cause`.", remedy, { cause, retryable: true });
  }
  if (!["String", "URL", "Request"].includes(tag(it))) {
    return it;
  }
  try {
    return await fetch(it);
  } catch (cause) {
    throw noAnswer(remedy, cause);
  }
}

/** Returns a module as it is, and the bytes of anything else. */
async function read(it, remedy) {
  if (tag(it) === MODULE) {
    return it;
  }
  let type = tag(it);
  let name = "the source";
  if (type === "Response") {
    // Its query may be a signature.
    name = it.url.split("?")[0] || name;
    type = it.headers.get("Content-Type");
    if (!it.ok) {
      throw failed(`${name} answered ${it.status}.`, remedy, { status: it.status, retryable: true });
    }
    try {
      it = await it.arrayBuffer();
    } catch (cause) {
      throw noAnswer(remedy, cause);
    }
  }
  const bytes = bytesOf(it);
  if (!EMPTY_MODULE.every((byte, index) => byte === bytes[index])) {
    throw failed(`${name} is not WebAssembly but ${type}.`, remedy, { retryable: true });
  }
  return bytes;
}

/** Returns the bytes of a buffer or a view: V8 compiles no DataView. */
function bytesOf(it) {
  if (ArrayBuffer.isView(it)) {
    return new Uint8Array(it.buffer, it.byteOffset, it.byteLength);
  }
  // Of a number, `new Uint8Array` would make that many zeros.
  return tag(it).endsWith("ArrayBuffer") ? new Uint8Array(it) : [];
}

const MODULE = "WebAssembly.Module";
const EMPTY_MODULE = new Uint8Array([0, 97, 115, 109, 1, 0, 0, 0]);

/**
 * Returns whether WebAssembly is forbidden here. Each engine words that error in its own way, and WebKit still
 * compiles; but these two lines fail nowhere else.
 */
function isForbidden() {
  try {
    new WebAssembly.Instance(new WebAssembly.Module(EMPTY_MODULE));
    return false;
  } catch {
    return true;
  }
}

/** Pages and workers have a policy, and a location. Servers have neither, and some compile nothing at run time. */
const forbidden = (cause) =>
  globalThis.location
    ? failed("the page's Content-Security-Policy forbids it.", "Add 'wasm-unsafe-eval' to its script-src.", { cause })
    : failed(
        "WebAssembly may not be compiled at run time here.",
        'Import it (`import wasm from "aurous-web/aurous_web_bg.wasm"`) and call init(wasm) first.',
        { cause },
      );

function noAnswer(remedy, cause) {
  return globalThis.navigator?.onLine === false
    ? failed("this device is offline.", "", { cause, retryable: true })
    : failed(
        "it was asked for, and no answer came.",
        "Check the network, the connect-src of the page's Content-Security-Policy and, on another origin, the file's " +
          `CORS headers. ${remedy}`,
        { cause, retryable: true },
      );
}

function failed(what, remedy, { cause, status, retryable = false } = {}) {
  const message = ["The WebAssembly of aurous-web was not loaded:", what, remedy, "The next call tries again."]
    .filter(Boolean)
    .join(" ");
  return new AurousError(
    { message, code: "wasm_load_failed", kind: "config", step: "load", status, retryable, attempts: 1 },
    cause,
  );
}
