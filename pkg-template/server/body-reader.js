// Reads the body of a request chunk by chunk: a web stream, or a stream of Node's.
//
// Neither `for await` nor `pipeTo` would do. They destroy the stream when they end early, and with it the
// connection, on which the refusal has yet to be sent.

const WORKERD_BUFFER_BYTES = 256 * 1024;

/**
 * @typedef {object} BodyReader
 * @property {() => Promise<Uint8Array | undefined>} read The next chunk, or `undefined` at the end. Rejects
 *   where the body broke off. A chunk is valid until the next but one is read.
 * @property {() => void} release Leaves the rest of the body to the next reader.
 */

/**
 * @param {ReadableStream<Uint8Array> | import("node:stream").Readable} body
 * @returns {BodyReader}
 */
export function bodyReader(body) {
  return "getReader" in body ? webReader(body) : nodeReader(body);
}

/** @param {ReadableStream<Uint8Array>} stream @returns {BodyReader} */
function webReader(stream) {
  if (typeof FixedLengthStream !== "undefined") return workerdReader(stream);
  const reader = stream.getReader();
  return {
    read: async () => (await reader.read()).value,
    release: () => reader.releaseLock(),
  };
}

/**
 * workerd cannot release a reader while a read is under way. So all readers of a stream are one, and the next
 * one gets what the last one has asked for.
 * @type {WeakMap<ReadableStream, () => Promise<Uint8Array | undefined>>}
 */
const workerdReads = new WeakMap();

/** @param {ReadableStream<Uint8Array>} stream @returns {BodyReader} */
function workerdReader(stream) {
  if (!workerdReads.has(stream)) workerdReads.set(stream, shared(workerdRead(stream)));
  const read = workerdReads.get(stream);
  let isReleased = false;
  return {
    async read() {
      const chunk = await read();
      if (isReleased) throw new Error("the reader was released");
      return chunk;
    },
    release: () => void (isReleased = true),
  };
}

/** Makes calls at the same time one call. */
function shared(call) {
  let underWay;
  return () => (underWay ??= call().finally(() => (underWay = undefined)));
}

/**
 * Reads into large buffers. Workers have little CPU time, and workerd gives 4 KB a read otherwise: 10 MB took
 * 204 ms of it that way, and 13 ms this way. With new buffers for each read the memory grew by 60 MB.
 * @param {ReadableStream<Uint8Array>} stream
 */
function workerdRead(stream) {
  let reader;
  try {
    reader = stream.getReader({ mode: "byob" });
  } catch {
    // It was made by a script, as a stream without bytes.
    reader = stream.getReader();
    return async () => (await reader.read()).value;
  }
  let next = new ArrayBuffer(WORKERD_BUFFER_BYTES);
  let afterNext = new ArrayBuffer(WORKERD_BUFFER_BYTES);
  return async () => {
    const { done, value } = await reader.read(new Uint8Array(next));
    if (done) return undefined;
    next = afterNext;
    afterNext = value.buffer;
    return value;
  };
}

/** @param {import("node:stream").Readable} stream @returns {BodyReader} */
function nodeReader(stream) {
  let stopWaiting = () => {};
  return {
    async read() {
      for (;;) {
        // Before `read()`, which gives null for an aborted request, too.
        if (stream.errored ?? (stream.destroyed && !stream.readableEnded)) {
          throw stream.errored ?? new Error("the body broke off");
        }
        const chunk = stream.read();
        if (chunk) return chunk;
        if (stream.readableEnded) return undefined;
        await new Promise((resolve) => {
          stopWaiting = onceAny(stream, ["readable", "end", "error", "close"], resolve);
        });
      }
    },
    release: () => stopWaiting(),
  };
}

/**
 * Calls `listener` at the first of these events. Returns how to stop listening.
 * @param {import("node:events").EventEmitter} emitter
 * @param {string[]} events
 * @param {() => void} listener
 */
export function onceAny(emitter, events, listener) {
  const stop = () => events.forEach((event) => emitter.off(event, happened));
  const happened = () => {
    stop();
    listener();
  };
  events.forEach((event) => emitter.on(event, happened));
  return stop;
}
