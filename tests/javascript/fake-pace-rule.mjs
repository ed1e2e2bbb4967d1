// A stand-in for the core's rule of pace, which `crates/gateway-core/src/pace.rs` tests.

/** A peer is too slow after `idleMs` of waiting, and each byte at the lowest rate buys its time. */
export function makePaceRule(idleMs, minBytesPerSecond) {
  let waited = 0;
  let moved = 0;
  let since;
  return {
    wait: (now) => (since ??= now),
    advance(bytes, now) {
      waited += since === undefined ? 0 : now - since;
      since = undefined;
      moved += bytes;
    },
    deadline: () => {
      const left = Math.max((moved / minBytesPerSecond) * 1000, idleMs) - waited;
      return since === undefined ? undefined : since + Math.min(left, idleMs);
    },
    free() {},
  };
}
