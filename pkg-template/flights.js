// Identical creates at the same time, of a button that was clicked twice, are one.

/** Under way. */
const flights = new Set();

/**
 * Finds the create that is the same as this one, or begins it: then `signal` ends it. `result` is what the
 * caller gets, whose own signal is `callers`.
 */
export function board({ client, key, body, promise }, callers) {
  // Cancelled before it began: alone.
  if (callers?.aborted) {
    return { isNew: true, signal: callers, result: promise };
  }
  let flight = [...flights].find((it) => it.client === client && it.key === key && it.body === body);
  const isNew = !flight;
  if (isNew) {
    const controller = new AbortController();
    flight = { client, key, body, promise, controller, waiting: 0 };
    flights.add(flight);
    // From then on an identical create is another one.
    const land = () => flights.delete(flight);
    promise.then(land, land);
  }
  return { isNew, signal: flight.controller.signal, result: wait(flight, callers) };
}

/** The last one to stop waiting ends it. */
async function wait(flight, callers) {
  flight.waiting += 1;
  let cancel;
  const cancelled = new Promise((_, reject) => (cancel = () => reject(callers.reason)));
  callers?.addEventListener("abort", cancel);
  try {
    return await Promise.race([flight.promise, cancelled]);
  } finally {
    callers?.removeEventListener("abort", cancel);
    flight.waiting -= 1;
    if (!flight.waiting) {
      flights.delete(flight);
      flight.controller.abort();
    }
  }
}
