// What the browser tells and does for a call. Nothing is decided here: what a value may be, when a time is
// up and what an answer means say the Rust sources.

import { AurousError } from "./aurous-error.js";
import { board } from "./flights.js";
import { sendByFetch, sendByXhr } from "./send.js";

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

/** One call: its arguments, what it came to so far, and the job under way for it. */
export class Host {
  /** Of each path whose type was told, what stood there: it is looked at once, so what was held against a rule is what is used. */
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
      return type(path in this.values ? this.values[path] : (this.values[path] = this.look(path)));
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
    // The next answer is another one.
    this.values = Object.fromEntries(Object.entries(this.values).filter(([path]) => !path.startsWith("answer.")));
    const { sent } = this;
    const body = sent.method === "PUT" ? this.file : this.body;
    const byXhr = isTold && globalThis.XMLHttpRequest;
    this.answer = await (byXhr ? sendByXhr(sent, body, signal, say) : sendByFetch(sent, body, signal));
  }

  /** Whether this create is a new one: not the same as another that is under way. */
  board() {
    const { client, body, values, promise } = this;
    const flight = board({ client, body, promise, key: values["options.idempotencyKey"] }, values["options.signal"]);
    this.signal = flight.signal;
    this.promise = flight.result;
    return flight.isNew;
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
