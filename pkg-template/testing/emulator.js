// `createEmulator`: the shell around the emulator's core. The build writes aurous_emulator.js and
// emulator-wasm.js.

import { Emulator, initSync } from "../aurous_emulator.js";
import { decode } from "../decode.js";
import text from "../emulator-wasm.js";
import { fetchBy } from "./fetch.js";
import { nodeHandlerBy } from "./node-handler.js";

/** What Jest's jsdom lacks of a browser. */
const NEEDED = ["TextDecoder", "TextEncoder", "Headers", "Response", "ReadableStream"];

let isStarted = false;

function start() {
  const lacking = NEEDED.filter((name) => typeof globalThis[name] !== "function");
  if (lacking.length) {
    throw wrong(`this environment lacks ${lacking.join(", ")}. For Jest's jsdom, jest-fixed-jsdom has them: see docs/testing/jest.md.`);
  }
  if (!isStarted) initSync({ module: new WebAssembly.Module(decode(text)) });
  isStarted = true;
}

export function createEmulator(options) {
  const {
    apiUrl = "https://api.aurous.test",
    uploadUrl = "https://uploads.aurous.test",
    apiKeys = [],
    open = true,
    seed = 1,
    now = () => Date.now(),
    settings = {},
    ...others
  } = Object(options);
  for (const name of Object.keys(others)) {
    throw wrong(`\`${name}\`: there is no such option. Check its spelling.`);
  }
  check("apiKeys", Array.isArray(apiKeys) && apiKeys.every((it) => typeof it === "string"), "a list of texts");
  check("open", typeof open === "boolean", "true or false");
  check("seed", Number.isSafeInteger(seed) && seed >= 0, "a whole number");
  check("now", typeof now === "function", "a function that returns milliseconds since the epoch");
  const api = originOf("apiUrl", apiUrl);
  const upload = originOf("uploadUrl", uploadUrl);

  start();
  const core = new Emulator(api, upload, apiKeys, open, seed);
  const begin = ({ method, origin, path, query, headers }) => {
    try {
      return core.begin(method, origin, path, query || undefined, headers, now());
    } catch (error) {
      throw wrong(error.message);
    }
  };
  const control = (method, path, body = "") => {
    const bytes = typeof body === "string" ? new TextEncoder().encode(body) : body;
    const [status, contentType, answer] = core.control(method, path, bytes, now());
    return { status, contentType, body: answer };
  };
  const ask = (method, path, value) => {
    const { status, body } = control(method, path, value === undefined ? "" : JSON.stringify(value));
    const answer = body.length ? JSON.parse(new TextDecoder().decode(body)) : undefined;
    if (status >= 400) throw wrong(answer.error);
    return answer;
  };
  const clock = () => ask("GET", "/clock");
  const reset = () => {
    ask("POST", "/reset");
    ask("POST", "/config", settings);
  };

  ask("POST", "/config", settings);
  return {
    apiUrl: api,
    uploadUrl: upload,
    openUrl: `${api}/aurous`,
    apiKey: core.apiKey,
    fetch: fetchBy(begin, now),
    nodeHandler: nodeHandlerBy(begin, now, { api, upload }),
    control,
    log: () => ask("GET", "/log"),
    clearLog: () => ask("DELETE", "/log"),
    inject: (faults) => void ask("POST", "/faults", faults),
    faults: () => ask("GET", "/faults"),
    clearFaults: () => ask("DELETE", "/faults"),
    now: () => clock().now_ms,
    advance: (ms) => void ask("POST", "/clock", { advance_ms: ms }),
    settings: () => ask("GET", "/config"),
    changeSettings: (changes) => ask("POST", "/config", changes),
    keys: () => ask("GET", "/keys"),
    changeKey: (change) => ask("POST", "/keys", change),
    upload: (id) => {
      const { status, body } = control("GET", `/uploads/${id}`);
      return status === 200 ? body : undefined;
    },
    reset,
  };
}

function originOf(name, text) {
  let url;
  try {
    url = new URL(text);
  } catch {
    // Told below.
  }
  const isOrigin = url?.origin !== "null" && `${url?.origin}/` === url?.href;
  check(name, isOrigin, "an origin: scheme, host and, unless it is the default, port");
  return url.origin;
}

function check(name, isRight, expected) {
  if (!isRight) throw wrong(`\`${name}\`: give ${expected}.`);
}

const wrong = (what) => new TypeError(`aurous-web/testing: ${what}`);
