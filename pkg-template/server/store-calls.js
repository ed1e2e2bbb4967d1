// What all stores have in common: options, a limit on time, and errors that hold nothing of the app's.

/** Reads the options of a store, and gives its prefix and `call`, which carries out an operation. */
export function storeCalls(entry, options) {
  const { prefix = "aurous:", timeoutMs = 1000 } = Object(options);
  if (typeof prefix !== "string" || /[{}]/.test(prefix)) {
    throw new TypeError(`${entry}: \`prefix\` must be a text without braces. Give "my-app:", for example.`);
  }
  if (!(Number.isInteger(timeoutMs) && timeoutMs > 0 && timeoutMs < 2 ** 31)) {
    throw new TypeError(`${entry}: \`timeoutMs\` must be a whole number of milliseconds. Give 1000, for example.`);
  }
  const call = async (operation) => {
    const deadline = new AbortController();
    const tooLate = new Promise((_, reject) => {
      deadline.signal.onabort = () => reject(new StoreError(`it took longer than ${timeoutMs} ms`));
    });
    // Clients of Redis wait for a connection for ever.
    const timer = setTimeout(() => deadline.abort(), timeoutMs);
    try {
      return await Promise.race([tooLate, operation(deadline.signal)]);
    } catch (error) {
      throw new Error(`${entry}: the store failed: ${reasonOf(error)}.`);
    } finally {
      clearTimeout(timer);
    }
  };
  return { prefix, call };
}

/** A failure whose message holds nothing that was sent. */
export class StoreError extends Error {}

/** Says what went wrong. Of other messages it takes a word: they may hold an address, or what was sent. */
function reasonOf(error) {
  if (error instanceof StoreError) return error.message;
  const { code, message, cause, constructor } = Object(error);
  return code ?? cause?.code ?? redisCode(message) ?? constructor.name;
}

/** The first word of what Redis says of an error: `WRONGPASS`, `READONLY`. */
export const redisCode = (message) => /^[A-Z]{2,}\b/.exec(message)?.[0];
