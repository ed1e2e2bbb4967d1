// Reads the body of a request chunk by chunk: a web stream, or a stream of Node's.
//
// Neither `for await` nor `pipeTo` would do. They destroy the stream when they end early, and with it the
// connection, on which the refusal has yet to be sent.

/**
 * @typedef {object} BodyReader
 * @property {() => Promise<Uint8Array | undefined>} read The next chunk, or `undefined` at the end. Rejects
 *   where the body broke off.
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
  const reader = stream.getReader();
  return {
    read: async () => (await reader.read()).value,
    release: () => reader.releaseLock(),
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
