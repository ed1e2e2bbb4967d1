// What the browser tells and does for a call. Nothing is decided here: what a value may be, when a time is
// up and what an answer means say the Rust sources.

import { AurousError } from "./aurous-error.js";

/** What a timer takes as its longest: as long or longer is for ever. */
const LONGEST_WAIT_MS = 2 ** 31 - 1;

/** What `perform` resolves to, beside a number of bytes. */
const DONE = -1;
const THREW = -2;
const TIMER_FIRED = -3;

/** What kind of object it is: by its looks rather than by `instanceof`, which knows nothing of another realm. */
export const tag = (value) => Object.prototype.toString.call(value).slice(8, -1);

const NAMED = { File: "a File", Blob: "a Blob", URL: "a URL", AbortSignal: "an AbortSignal" };

/** What a message calls a value: its type, never its content. */
function type(value) {
  if (value == null) {
    return `${value}`;
  }
  if (Array.isArray(value)) {
    return "an array";
  }
  return typeof value === "object" ? (NAMED[tag(value)] ?? "an object") : `a ${typeof value}`;
}

/** Creates under way. */
const flights = new Set();

/** One call: its arguments, what it came to so far, and the job under way for it. */
export class Host {
  /** Of each path whose type was told, what stood there: what was held against a rule is what is used. */
  values = {};
  events = [];

  constructor(subject, file, options, client) {
    Object.assign(this, { subject, file, options: options ?? undefined, client: client ?? undefined });
    this.promise = new Promise((resolve, reject) => Object.assign(this, { resolve, reject }));
  }

  look(path) {
    const value = path.split(".").reduce((it, name) => it?.[name], this);
    return path.includes(".") ? (value ?? undefined) : value;
  }

  /** The type of what stands at a path, as messages call it; empty where looking at it threw. */
  type(path) {
    try {
      return type((this.values[path] = this.look(path)));
    } catch (cause) {
      this.cause = cause;
      return "";
    }
  }

  /** What stands at a path; `undefined` where looking at it throws. */
  get(path) {
    try {
      return path in this.values ? this.values[path] : this.look(path);
    } catch {}
  }

  text(path) {
    const value = this.get(path);
    return typeof value === "string" ? value : undefined;
  }

  number(path) {
    const value = this.get(path);
    return Array.isArray(value) ? value.length : /number|boolean/.test(typeof value) ? +value : NaN;
  }

  /** Throws where HTTP doesn't allow one of them. */
  get headers() {
    return Object.fromEntries(new Headers(this.values["client.headers"]));
  }

  newHeaders() {
    return new Headers(this.values.headers);
  }

  /** A document makes it a page; a `WorkerGlobalScope` with a location, a worker (servers that borrow its names have none). */
  get isBrowser() {
    return typeof document === "object" || (typeof WorkerGlobalScope === "function" && typeof location === "object");
  }

  get isOffline() {
    return globalThis.navigator?.onLine === false;
  }

  get blobSize() {
    return this.file.size;
  }

  /** The page's, or 128 random bits, in hexadecimal (`crypto.randomUUID` is missing in insecure contexts). */
  get idempotencyKey() {
    const random = () => Array.from(crypto.getRandomValues(new Uint8Array(16)), hex).join("");
    return this.values["options.idempotencyKey"] ?? (this.randomKey ??= random());
  }

  /** Puts a URL, seen from the root, at `name`; the first one is the base, seen from the page (outside of one, it has to be absolute). */
  resolveUrl(url, name) {
    const { document, location } = globalThis;
    const page = document?.baseURI ?? location?.href;
    // Nothing is relative to a blob: URL, which is where many bundlers start a worker from.
    const from = this.root ? `${this.root}/` : page?.startsWith("blob:") ? location.origin : page;
    try {
      const { origin, pathname } = (this[name] = new URL(url, from));
      this.root ??= (origin + pathname).replace(/\/+$/, "");
      return true;
    } catch {
      return false;
    }
  }

  /** Makes JSON of the subject: the body. Gives the path of the field at fault, where that fails. */
  writeSubject() {
    try {
      this.write(this.subject);
      return typeof this.body === "string" ? undefined : "";
    } catch (cause) {
      this.cause = cause;
      return culprit(this.subject, "", 8) ?? "";
    }
  }

  write(body) {
    this.body = JSON.stringify(body);
  }

  writeUploadId(path) {
    this.write({ upload_id: this.get(path) });
  }

  /** Makes the next request one to a path below the root, or without one a PUT to the target. */
  request(path, headers) {
    this.sent = path
      ? { url: this.root + path, method: "POST", headers, credentials: this.values["client.credentials"] }
      : { url: this.target.href, method: "PUT", headers, credentials: "omit", referrerPolicy: "no-referrer" };
  }

  /** What a listener throws is its page's to hear of, as from any event. */
  tell(event) {
    const listener = this.values["options.onProgress"];
    try {
      listener(event);
    } catch (thrown) {
      globalThis.reportError?.(thrown);
    }
  }

  /** The answer is a step's result. */
  keep(step) {
    this[step] = this.result = this.answer.body;
    if (step === "init") {
      this.init.upload_url = this.target.href;
    }
  }

  finish(image) {
    this.stop();
    this.resolve(image ? { ticket: this.init, image, classification: this.classify ?? null } : this.result);
  }

  /** With `isQuoted`, what the answer says of an error is passed on. */
  fail(code, kind, message, step, param, isQuoted, status, retryAfterMs, retryable, attempts) {
    this.stop();
    const said = (name) => (isQuoted && this.text(`answer.body.error.${name}`)) || undefined;
    const fields = {
      code,
      kind,
      message,
      step,
      status: status || undefined,
      type: said("type"),
      param: param ?? said("param"),
      requestId: (status && this.text("answer.requestId")) || said("request_id"),
      docUrl: said("doc_url"),
      retryAfterMs: retryAfterMs >= 0 ? retryAfterMs : undefined,
      retryable,
      attempts,
    };
    this.reject(new AurousError(fields, this.cause));
  }

  /**
   * Begins a job (without a name: goes on with the one under way), and resolves to what happens next; after
   * `ms`, that the timer fired. When the caller cancels it resolves to nothing, and the call rejects with the
   * signal's reason.
   *
   * The job gets a signal of its own, never the caller's: WebKit's `fetch` rejects with its own `AbortError`
   * instead of the signal's reason. It is aborted in any case, which ends what nobody waits for any more.
   */
  async perform(job, amount, ms) {
    const signal = this.signal ?? this.values["options.signal"];
    // So that it doesn't matter how, or whether, an engine settles what it was told to abort.
    const cancel = () => {
      this.stop();
      this.events = [];
      this.reject(signal.reason);
      this.wake?.();
    };
    if (signal?.aborted) {
      return cancel();
    }
    if (job) {
      this.begin(job, amount);
    }
    if (ms < LONGEST_WAIT_MS) {
      this.timer ??= setTimeout(this.fire, ms);
    }
    signal?.addEventListener("abort", cancel);
    if (!this.events.length) {
      await new Promise((resolve) => (this.wake = resolve));
    }
    signal?.removeEventListener("abort", cancel);
    return this.events.shift();
  }

  begin(job, amount) {
    this.stop();
    const { signal } = (this.controller = new AbortController());
    this.events = [];
    const say = (event) => {
      if (!signal.aborted) {
        this.events.push(event);
        this.wake?.();
      }
    };
    this.fire = () => {
      this.timer = undefined;
      say(TIMER_FIRED);
    };
    this[job](amount, signal, say).then(
      () => say(DONE),
      (cause) => {
        if (!signal.aborted) {
          this.cause = cause;
          say(THREW);
        }
      },
    );
  }

  stop() {
    clearTimeout(this.timer);
    this.timer = undefined;
    this.controller?.abort();
  }

  /** The first bytes of the file. */
  async read(length) {
    const header = await this.file.slice(0, length).arrayBuffer();
    // To Chromium, a file that was deleted before its first read is an empty one, until it is read whole.
    this.header = new Uint8Array(header.byteLength ? header : await this.file.arrayBuffer());
  }

  /** The same file, its bytes held in memory: what becomes of it on disk no longer matters. */
  async copy() {
    this.file = new Blob([await this.file.arrayBuffer()]);
  }

  async ask() {
    this.cause = undefined;
    const sessionToken = this.values["client.sessionToken"];
    this.token = await sessionToken();
  }

  /** For nothing but the time, or for the network. */
  wait(isForOnline, signal) {
    return new Promise((resolve) => {
      if (isForOnline) {
        globalThis.addEventListener?.("online", resolve, { signal });
      }
    });
  }

  /** Sends the request, up to the end of its answer. With `isTold`, how much of the file was sent. */
  async send(isTold, signal, say) {
    this.cause = undefined;
    this.answer = await (isTold && globalThis.XMLHttpRequest ? this.sendByXhr(signal, say) : this.sendByFetch(signal));
  }

  async sendByFetch(signal) {
    const { url, ...options } = this.sent;
    const isPut = options.method === "PUT";
    const body = isPut ? this.file : this.body;
    // A redirect is an error: `fetch` would carry the key, the token and the body along to wherever it points.
    const response = await fetch(new Request(url, { ...options, body, signal, redirect: "error" }));
    const { status, headers } = response;
    // Of a success, only an API call's body is of interest. What an engine says of one that is no JSON, or
    // breaks off, quotes it.
    const json = isPut && response.ok ? undefined : await response.json().catch(() => {});
    return answer(status, (name) => headers.get(name), json);
  }

  /**
   * The PUT over `XMLHttpRequest`, since `fetch` tells nothing of an upload's progress.
   *
   * Its only header is the same one, and `withCredentials` stays false. On the page's own origin the browser
   * adds its cookies and the referrer all the same, and everywhere it follows redirects: nothing turns that
   * off. A gateway drops the former; a redirect is found out afterwards.
   */
  sendByXhr(signal, say) {
    const { url, method, headers } = this.sent;
    return new Promise((resolve, reject) => {
      const xhr = new XMLHttpRequest();
      const { upload } = xhr;
      upload.onprogress = ({ loaded }) => say(loaded);
      // Whatever ended it: a load, an error, and in Safari an abort of its own making.
      xhr.onloadend = () => {
        if (!xhr.status) {
          reject();
          return;
        }
        // All at once: Chromium writes each one asked for that it may not show into the console.
        const lines = xhr.getAllResponseHeaders();
        const header = (name) => lines.match(new RegExp(`^${name}: *(.*)`, "im"))?.[1];
        let body;
        try {
          body = JSON.parse(xhr.responseText);
        } catch {}
        const isRedirected = !!xhr.responseURL && xhr.responseURL !== url.split("#")[0];
        resolve({ ...answer(xhr.status, header, body), isRedirected });
      };
      signal.addEventListener("abort", () => {
        upload.onprogress = xhr.onloadend = null;
        xhr.abort();
      });
      xhr.open(method, url);
      xhr.setRequestHeader("Content-Type", headers.get("Content-Type"));
      say(0);
      xhr.send(this.file);
    });
  }

  /** Whether this create is a new one: not the same as another that is under way. */
  board() {
    const { client, body, values, promise } = this;
    const key = values["options.idempotencyKey"];
    const signal = values["options.signal"];
    // Cancelled before it began: alone.
    if (signal?.aborted) {
      return true;
    }
    let flight = [...flights].find((it) => it.client === client && it.key === key && it.body === body);
    const isNew = !flight;
    if (isNew) {
      const controller = new AbortController();
      flight = { client, key, body, controller, promise, waiting: 0 };
      flights.add(flight);
      // From then on an identical create is another one.
      const land = () => flights.delete(flight);
      promise.then(land, land);
      this.signal = controller.signal;
    }
    this.promise = wait(flight, signal);
    return isNew;
  }
}

/** Waits for a shared create. The last one to stop waiting ends it. */
async function wait(flight, signal) {
  flight.waiting += 1;
  let cancel;
  const cancelled = new Promise((_, reject) => (cancel = () => reject(signal.reason)));
  signal?.addEventListener("abort", cancel);
  try {
    return await Promise.race([flight.promise, cancelled]);
  } finally {
    signal?.removeEventListener("abort", cancel);
    flight.waiting -= 1;
    if (!flight.waiting) {
      flights.delete(flight);
      flight.controller.abort();
    }
  }
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

const hex = (byte) => byte.toString(16).padStart(2, "0");

const answer = (status, header, body) => ({
  status,
  body,
  requestId: header("aurous-request-id"),
  retryAfter: header("retry-after"),
  retryDate: Date.parse(header("retry-after")),
  gateway: header("aurous-gateway"),
});
