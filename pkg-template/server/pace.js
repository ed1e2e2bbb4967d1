// Watches how fast a peer moves bytes.

/**
 * The rule: `crates/gateway-core/src/pace.rs`. Times are in milliseconds.
 * @typedef {object} PaceRule
 * @property {(now: number) => void} wait Something waits for the peer.
 * @property {(bytes: number, now: number) => void} advance The peer has moved bytes.
 * @property {() => number | undefined} deadline From then on the peer is too slow.
 * @property {() => void} free
 *
 * @typedef {(idleMs: number, minBytesPerSecond: number) => PaceRule} MakePaceRule
 */

/** Calls back once a peer is too slow. */
export class PaceWatch {
  #makeRule;
  #rule;
  #timer;

  /**
   * @param {() => PaceRule} makeRule
   * @param {number} idleMs
   * @param {() => void} tooSlow
   */
  constructor(makeRule, idleMs, tooSlow) {
    this.#makeRule = makeRule;
    this.#rule = makeRule();
    // One timer that looks again, instead of one for each chunk: a deadline only ever moves back.
    const look = () => {
      const now = performance.now();
      const leftMs = (this.#rule.deadline() ?? now + idleMs) - now;
      if (leftMs > 0) this.#timer = setTimeout(look, Math.ceil(leftMs));
      else tooSlow();
    };
    this.#timer = setTimeout(look, idleMs);
  }

  /** Notes that something waits for the peer. */
  wait() {
    this.#rule.wait(performance.now());
  }

  /**
   * Notes that the peer has moved bytes, so that nothing waits for it now.
   * @param {number} bytes
   */
  advance(bytes) {
    this.#rule.advance(bytes, performance.now());
  }

  /** Forgets how fast the peer was. From here on it is waited for. */
  restart() {
    this.#rule.free();
    this.#rule = this.#makeRule();
    this.wait();
  }

  stop() {
    clearTimeout(this.#timer);
    this.#rule.free();
  }
}
