// Takes a request of the emulator's to its ending, whatever carries it.

/**
 * @param {import("../aurous_emulator.js").Exchange} exchange
 * @param {AsyncIterator<Uint8Array>} body
 * @param {() => number} now
 * @returns {Promise<string>} How the request ends: see `carryOut` in crates/emulator-js.
 * @throws What the body throws: then the client is gone.
 */
export async function run(exchange, body, now) {
  await read(exchange, body);
  const delayMs = exchange.received(now());
  if (delayMs) await new Promise((resolve) => setTimeout(resolve, delayMs));
  return exchange.carryOut(now());
}

async function read(exchange, body) {
  const reading = exchange.reading();
  if (reading === "nothing") return;
  try {
    // No `for await`: ending that early ends a connection.
    for (let piece; !(piece = await body.next()).done; ) {
      exchange.receive(piece.value);
      if (reading === "firstBytes") return;
    }
  } catch (error) {
    exchange.clientGone();
    throw error;
  }
}

/** Makes pairs of names and values in turn. */
export const pairsOf = (headers) =>
  Array.from({ length: headers.length / 2 }, (_, index) => headers.slice(2 * index, 2 * index + 2));
