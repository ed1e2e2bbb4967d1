// What the wasm has the browser do. Nothing is decided here: what a value may be, when a time is up and
// what an answer means say the Rust sources.

/** What a timer takes as its longest: as long or longer is for ever. */
const LONGEST_WAIT_MS = 2 ** 31 - 1;

/** What kind of object it is: by its looks rather than by `instanceof`, which knows nothing of another realm. */
export const tag = (value) => Object.prototype.toString.call(value).slice(8, -1);

const NAMED = { File: "a File", Blob: "a Blob", URL: "a URL", AbortSignal: "an AbortSignal" };

/** What a message calls a value: its type, never its content. */
export function describe(value) {
  if (value == null) {
    return `${value}`;
  }
  if (Array.isArray(value)) {
    return "an array";
  }
  return typeof value === "object" ? (NAMED[tag(value)] ?? "an object") : `a ${typeof value}`;
}

/** `undefined` where there is no such field, or it is `null`. */
export const field = (object, name) => object?.[name] ?? undefined;

/** Where a URL leads: seen from `base`, or from the page (outside of one, it has to be absolute). */
export function resolve(url, base) {
  const { document, location } = globalThis;
  const page = document?.baseURI ?? location?.href;
  // Nothing is relative to a blob: URL, which is where many bundlers start a worker from.
  return new URL(url, base ?? (page?.startsWith("blob:") ? location.origin : page));
}

/** Throws where HTTP doesn't allow one of them. */
export const headers = (init) => new Headers(init);

/** A document makes it a page; a `WorkerGlobalScope` with a location, a worker (servers that borrow its names have none). */
export const isBrowser = () =>
  typeof document === "object" || (typeof WorkerGlobalScope === "function" && typeof location === "object");

export const isOffline = () => globalThis.navigator?.onLine === false;

/** 128 random bits, in hexadecimal: `crypto.randomUUID` is missing in insecure contexts. */
export const randomKey = () =>
  Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");

/** What a listener throws is its page's to hear of, as from any event. */
export function tell(listener, event) {
  try {
    listener(event);
  } catch (thrown) {
    globalThis.reportError?.(thrown);
  }
}

/** As JSON text. Throws `{ path, cause }`: which field can't be written, as far as that is known. */
export function toJson(value) {
  let path;
  let cause;
  try {
    const text = JSON.stringify(value);
    if (typeof text === "string") {
      return text;
    }
  } catch (thrown) {
    cause = thrown;
    path = culprit(value, "", 8);
  }
  throw { path, cause };
}

/** The path of the innermost field that can't be written: its getter throws, or it is a BigInt or part of a circle. */
function culprit(value, path, depth) {
  for (const name of depth && typeof value === "object" ? Object.keys(value ?? {}) : []) {
    const inner = path ? `${path}.${name}` : name;
    let field;
    try {
      field = value[name];
      JSON.stringify(field);
    } catch {
      return culprit(field, inner, depth - 1) ?? inner;
    }
  }
}

/** Creates under way. */
const flights = new Set();

/** The create under way with this client, key and body, or a new one that has no `result` yet. */
export function flight(client, key, body) {
  for (const it of flights) {
    if (it.client === client && it.key === key && it.body === body) {
      return it;
    }
  }
  const controller = new AbortController();
  const it = { client, key, body, controller, signal: controller.signal, waiting: 0 };
  flights.add(it);
  return it;
}

/** What a new one comes to. From then on an identical create is another one. */
export function depart(flight, result) {
  const land = () => flights.delete(flight);
  flight.result = result;
  result.then(land, land);
}

const jobs = {
  /** The first bytes of a file. */
  async read(file, length) {
    const header = await file.slice(0, length).arrayBuffer();
    // To Chromium, a file that was deleted before its first read is an empty one, until it is read whole.
    return new Uint8Array(header.byteLength ? header : await file.arrayBuffer());
  },

  /** The same file, its bytes held in memory: what becomes of it on disk no longer matters. */
  copy: async (file) => new Blob([await file.arrayBuffer()]),

  ask: async (sessionToken) => sessionToken(),

  /** Sends a request, up to the end of its answer. The progress of a file's is told, where that is possible. */
  send: (request, file, signal, look) =>
    file && globalThis.XMLHttpRequest ? sendByXhr(request, file, signal, look) : sendByFetch(request, file, signal),

  /** For nothing but the time, or for the network. */
  wait: (isForOnline, _, signal) =>
    new Promise((resolve) => {
      if (isForOnline) {
        globalThis.addEventListener?.("online", resolve, { signal });
      }
    }),

  /** Waits for a shared create. The last one to stop waiting ends it. */
  join(flight, _, signal) {
    flight.waiting += 1;
    signal.addEventListener("abort", () => {
      flight.waiting -= 1;
      if (flight.waiting === 0) {
        flights.delete(flight);
        flight.controller.abort();
      }
    });
    return flight.result;
  },
};

/**
 * Does a job, until it is done, the caller cancels, or its time is up: `look(-1)` is asked after `ms`, and
 * says how many more, or a negative number.
 *
 * The job gets a signal of its own, never the caller's: WebKit's `fetch` rejects with its own `AbortError`
 * instead of the signal's reason. It is aborted in any case, which ends what nobody waits for any more.
 */
export async function perform(job, subject, detail, caller, ms, look) {
  if (caller?.aborted) {
    throw caller.reason;
  }
  const controller = new AbortController();
  let interrupt;
  // So that it doesn't matter how, or whether, an engine settles what it was told to abort.
  const interrupted = new Promise((_, reject) => (interrupt = reject));
  let timer;
  const wait = (ms) => {
    if (ms < 0) {
      interrupt();
    } else if (ms < LONGEST_WAIT_MS) {
      timer = setTimeout(() => wait(look(-1)), ms);
    }
  };
  const cancel = () => interrupt(caller.reason);
  caller?.addEventListener("abort", cancel);
  wait(ms);
  try {
    return await Promise.race([jobs[job](subject, detail, controller.signal, look), interrupted]);
  } finally {
    clearTimeout(timer);
    caller?.removeEventListener("abort", cancel);
    controller.abort();
  }
}

async function sendByFetch(request, body, signal) {
  // Not as options of `fetch`: pages wrap it, and pass on the request alone. Any option makes the copy forget
  // the referrer policy.
  const response = await fetch(new Request(request, { body, signal, referrerPolicy: request.referrerPolicy }));
  const { status, headers } = response;
  // Of a success, only an API call's body is of interest. What an engine says of one that is no JSON, or
  // breaks off, quotes it.
  const json = request.method === "PUT" && response.ok ? undefined : await response.json().catch(() => {});
  return answer(status, (name) => headers.get(name), json);
}

/**
 * The PUT over `XMLHttpRequest`, since `fetch` tells nothing of an upload's progress: `look(bytes)` is told.
 *
 * Its only header is the same one, and `withCredentials` stays false. On the page's own origin the browser
 * adds its cookies and the referrer all the same, and everywhere it follows redirects: nothing turns that
 * off. A gateway drops the former; a redirect is found out afterwards.
 */
function sendByXhr(request, file, signal, look) {
  return new Promise((resolve, reject) => {
    const xhr = new XMLHttpRequest();
    const { upload } = xhr;
    upload.onprogress = ({ loaded }) => look(loaded);
    // Whatever ended it: a load, an error, and in Safari an abort of its own making.
    xhr.onloadend = () => {
      if (!xhr.status) {
        reject();
        return;
      }
      // All at once: Chromium writes each one asked for that it may not show into the console.
      const headers = xhr.getAllResponseHeaders();
      const header = (name) => headers.match(new RegExp(`^${name}: *(.*)`, "im"))?.[1];
      let body;
      try {
        body = JSON.parse(xhr.responseText);
      } catch {}
      const isRedirected = xhr.responseURL && xhr.responseURL !== request.url.split("#")[0];
      resolve({ ...answer(xhr.status, header, body), isRedirected });
    };
    signal.addEventListener("abort", () => {
      upload.onprogress = xhr.onloadend = null;
      xhr.abort();
    });
    xhr.open(request.method, request.url);
    xhr.setRequestHeader("Content-Type", request.headers.get("Content-Type"));
    look(0);
    xhr.send(file);
  });
}

const answer = (status, header, body) => ({
  status,
  body,
  requestId: header("aurous-request-id"),
  retryAfter: header("retry-after"),
  gateway: header("aurous-gateway"),
});
