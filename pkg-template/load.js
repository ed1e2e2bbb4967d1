// Loads the wasm: once, by the first call.

import { initSync } from "./aurous_web.js";
import { AurousError } from "./aurous-error.js";

/** What kind of object it is: by its looks rather than by `instanceof`, which knows nothing of another realm. */
const tag = (value) => Object.prototype.toString.call(value).slice(8, -1);

const SERVE_IT =
  "Serve aurous_web_bg.wasm beside the script. A bundler that leaves the file out (esbuild, Rollup and Rolldown do) " +
  "needs `aurous-web/inline` instead, or a copy of the file and init(url).";

let loading;

/** `init` of an entry, whose wasm is where `locate` says. */
export const loader = (locate) => (source) =>
  // The first caller wins. A failed load is forgotten, so the next call tries again.
  (loading ??= load(source, locate).catch((error) => {
    loading = undefined;
    throw error;
  }));

async function load(source, locate) {
  if (typeof WebAssembly !== "object") {
    throw failed("there is no WebAssembly here.", "Some browsers turn it off in a mode for hardened security.");
  }
  const wasm = await read(await found(source, locate));
  try {
    const module = tag(wasm) === MODULE ? wasm : await WebAssembly.compile(wasm);
    // The build puts this into both, so that a script never calls a wasm of another version.
    if (!WebAssembly.Module.customSections(module, WASM_FINGERPRINT).length) {
      throw new Error(`no section ${WASM_FINGERPRINT}`);
    }
    initSync({ module });
  } catch (cause) {
    throw isForbidden()
      ? failed("the page's Content-Security-Policy forbids it.", "Add 'wasm-unsafe-eval' to its script-src.", { cause })
      : failed("the file is damaged, or of another version than the script.", "Serve both from the same copy of the package.", {
          cause,
        });
  }
}

async function found(source, locate) {
  let it;
  try {
    it = await (source ?? locate());
  } catch (cause) {
    throw source == null
      ? failed("its place is not known, or it could not be read or unpacked: see `cause`.", SERVE_IT, { cause })
      : failed("the promise that init was given rejected: see `cause`.", "", { cause, retryable: true });
  }
  if (!["String", "URL", "Request"].includes(tag(it))) {
    return it;
  }
  try {
    return await fetch(it);
  } catch (cause) {
    throw noAnswer(cause);
  }
}

// The bytes of what was found, or a module that it is.
async function read(it) {
  if (tag(it) === MODULE) {
    return it;
  }
  let bytes = it;
  let type = tag(it);
  let name = "what init was given";
  if (type === "Response") {
    // Its query may be a signature.
    name = it.url.split("?")[0] || name;
    type = it.headers.get("Content-Type");
    if (!it.ok) {
      throw failed(`${name} answered ${it.status}.`, SERVE_IT, { status: it.status, retryable: true });
    }
    try {
      bytes = await it.arrayBuffer();
    } catch (cause) {
      throw noAnswer(cause);
    }
  }
  if (!isWasm(bytes)) {
    throw failed(`${name} is no WebAssembly, but ${type}.`, SERVE_IT, { retryable: true });
  }
  return bytes;
}

const MODULE = "WebAssembly.Module";
const EMPTY_MODULE = new Uint8Array([0, 97, 115, 109, 1, 0, 0, 0]);

// Engines word what a policy forbids in their own ways, and WebKit lets one compile: but this much
// fails nowhere else.
function isForbidden() {
  try {
    new WebAssembly.Instance(new WebAssembly.Module(EMPTY_MODULE));
    return false;
  } catch {
    return true;
  }
}

function isWasm(it) {
  const isView = ArrayBuffer.isView(it);
  // Of anything else, `Uint8Array` makes an array of its own.
  if (!isView && !tag(it).endsWith("ArrayBuffer")) {
    return false;
  }
  const bytes = isView ? new Uint8Array(it.buffer, it.byteOffset, it.byteLength) : new Uint8Array(it);
  return EMPTY_MODULE.every((byte, index) => byte === bytes[index]);
}

function noAnswer(cause) {
  return globalThis.navigator?.onLine === false
    ? failed("this device is offline.", "", { cause, retryable: true })
    : failed(
        "it was asked for, and no answer came.",
        "Check the network, the connect-src of the page's Content-Security-Policy and, on another origin, the file's CORS headers.",
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
