// The rule for peers that are too slow, as crates/gateway/src/pace.rs has it for the program.

/**
 * Watches how fast a peer moves bytes. Only the time counts in which something waits for the peer. The peer
 * is too slow once it has moved nothing for `idleMs`, or has been waited for that long in all and is below
 * the lowest average rate.
 */
export class Pace {
  #idleMs;
  #bytesPerMs;
  #waitedMs = 0;
  #moved = 0;
  /** @type {number | undefined} */
  #waitingSince;
  #timer;

  /**
   * @param {number} idleMs
   * @param {number} minBytesPerSecond
   * @param {() => void} tooSlow
   */
  constructor(idleMs, minBytesPerSecond, tooSlow) {
    this.#idleMs = idleMs;
    this.#bytesPerMs = minBytesPerSecond / 1000;
    // One timer that looks again, instead of one for each chunk: a deadline only ever moves back.
    const look = () => {
      const leftMs = this.#leftMs();
      if (leftMs > 0) this.#timer = setTimeout(look, Math.ceil(leftMs));
      else tooSlow();
    };
    this.#timer = setTimeout(look, idleMs);
  }

  /** Notes that something waits for the peer. */
  wait() {
    this.#waitingSince ??= performance.now();
  }

  /**
   * Notes that the peer has moved bytes, so that nothing waits for it now.
   * @param {number} bytes
   */
  advance(bytes) {
    if (this.#waitingSince !== undefined) this.#waitedMs += performance.now() - this.#waitingSince;
    this.#waitingSince = undefined;
    this.#moved += bytes;
  }

  /** Forgets how fast the peer was. From here on it is waited for. */
  restart() {
    this.#waitedMs = 0;
    this.#moved = 0;
    this.#waitingSince = performance.now();
  }

  stop() {
    clearTimeout(this.#timer);
  }

  /** Returns the time until the peer is too slow, or would be if it were waited for from now on. */
  #leftMs() {
    const now = performance.now();
    const atMinRateMs = this.#moved / this.#bytesPerMs;
    const leftMs = Math.max(atMinRateMs, this.#idleMs) - this.#waitedMs;
    return (this.#waitingSince ?? now) + Math.min(leftMs, this.#idleMs) - now;
  }
}
