// Uploads several files: a queue around `upload`.

import { AurousError, isAurousError } from "./aurous-error.js";

/** Half of the connections that a browser opens to an HTTP/1.1 server. Each file may also be copied into memory. */
const DEFAULT_CONCURRENCY = 3;

/** More would wait in the browser, while their time limits run. */
const MAX_CONCURRENCY = 100;

/** Makes `uploadAll` of a function that loads the wasm, and one that then uploads a file. */
export const uploadAllBy = (load, upload) => async (files, given) => {
  // Copied before anything is waited for: a FileList empties when its input is reset. A text would be a list of
  // characters.
  const list = readArgument("files", "an array, a FileList or another iterable of files", () => isObject(files) && [...files]);
  const options = readArgument("options", "an object", () => isObject(given ?? {}) && { ...given });
  const { onProgress, concurrency, optionsFor, signal } = options;
  const width = readArgument("options.concurrency", `a whole number from 1 to ${MAX_CONCURRENCY}`, () => {
    const number = concurrency ?? DEFAULT_CONCURRENCY;
    return Number.isInteger(number) && number >= 1 && number <= MAX_CONCURRENCY && number;
  });
  const outcomes = [];
  const progress = progressOf(list, onProgress);

  const uploadAt = async (index) => {
    let joined;
    try {
      const own = readArgument("options.optionsFor", "a function that returns the options of a file", () => {
        const own = optionsFor?.(list[index], index) ?? {};
        return isObject(own) && own;
      });
      joined = joinSignals([signal, own.signal].filter((it) => it != null));
      const all = { ...options, ...own, signal: joined.signal };
      // Without a listener, the PUT is by `fetch`. A listener that is no function is refused by `upload`.
      const listeners = [onProgress, own.onProgress].filter((it) => it != null);
      all.onProgress = listeners.find((it) => typeof it !== "function");
      if (listeners.length && !all.onProgress) {
        all.onProgress = (event) => {
          progress.advance(index, event);
          notify(own.onProgress, event);
        };
      }
      outcomes[index] = { status: "fulfilled", value: await upload(list[index], all) };
    } catch (reason) {
      throwIfAborted(signal);
      outcomes[index] = { status: isAurousError(reason) ? "rejected" : "cancelled", reason };
    }
    joined?.release();
    progress.settle(index);
  };

  let next = 0;
  const work = async () => {
    while (next < list.length) {
      throwIfAborted(signal);
      await uploadAt(next++);
    }
  };
  await load();
  throwIfAborted(signal);
  await Promise.all(Array.from({ length: width }, work));
  if (list.length && outcomes.every(isFaultOfThePage)) {
    throw outcomes[0].reason;
  }
  return outcomes;
};

const isObject = (value) => typeof value === "object" && value !== null;

/** Returns what `read` returns, and refuses `false`. */
function readArgument(param, mustBe, read) {
  let cause;
  try {
    const value = read();
    if (value !== false) {
      return value;
    }
  } catch (thrown) {
    cause = thrown;
  }
  const message = `\`${param}\` must be ${mustBe}.`;
  throw new AurousError(
    { message, code: "invalid_argument", kind: "input", step: "init", param, retryable: false, attempts: 0 },
    cause,
  );
}

/** Returns whether a file failed by options, which would be the same for every file. */
const isFaultOfThePage = ({ status, reason }) =>
  status === "rejected" && (reason.kind === "config" || /^options\b/.test(reason.param));

function throwIfAborted(signal) {
  if (signal?.aborted) {
    throw signal.reason;
  }
}

/** Does what `AbortSignal.any` does, which browsers before 2024 lack. `upload` refuses a signal that is none. */
function joinSignals(signals) {
  const wrong = signals.find((it) => typeof it.addEventListener !== "function");
  if (signals.length < 2 || wrong) {
    return { signal: wrong ?? signals[0], release() {} };
  }
  const joined = new AbortController();
  for (const signal of signals) {
    const abort = () => joined.abort(signal.reason);
    signal.aborted ? abort() : signal.addEventListener("abort", abort, { signal: joined.signal });
  }
  // Ends the listeners: the file is done.
  return { signal: joined.signal, release: () => joined.abort() };
}

/** Sums the progress of all files. */
function progressOf(list, listener) {
  const parts = list.map((file) => ({ loaded: 0, total: Number(file?.size) || 0, fraction: 0 }));
  let [settled, fraction] = [0, 0];
  const sum = (value) => parts.reduce((total, part) => total + value(part), 0);
  // A file of whose bytes nothing is known counts as well.
  const weight = ({ total }) => total || 1;
  const report = () => {
    const done = sum((part) => part.fraction * weight(part)) / sum(weight);
    // The total of a file may grow.
    fraction = Math.max(fraction, done);
    const [loaded, total] = [sum((part) => part.loaded), sum((part) => part.total)];
    const underway = parts.filter((part) => part.isUnderWay);
    const waiting = underway.every((part) => part.waiting) ? underway[0]?.waiting : undefined;
    notify(listener, { loaded, total, fraction, settled, count: list.length, waiting });
  };
  return {
    advance(index, event) {
      // The last hundredth is the classification.
      parts[index] = { ...event, fraction: 0.99 * event.fraction, isUnderWay: true };
      report();
    },
    settle(index) {
      Object.assign(parts[index], { fraction: 1, isUnderWay: false });
      settled++;
      report();
    },
  };
}

/** Calls a listener of the page's. What it throws is an error of the page's own. */
function notify(listener, event) {
  try {
    listener?.(event);
  } catch (error) {
    globalThis.reportError?.(error);
  }
}
