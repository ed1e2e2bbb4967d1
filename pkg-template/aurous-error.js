// The one error class. The wasm makes an error where a call fails, load.js where the wasm does not load.

// In the global symbol registry, so that an error of another copy of this package, or of another realm (an
// iframe's, say), is recognised too: `instanceof` recognises neither.
const BRAND = Symbol.for("aurous-web.AurousError");

export class AurousError extends Error {
  constructor({ message, ...fields }, cause) {
    super(message, cause === undefined ? undefined : { cause });
    Object.assign(this, fields);
  }

  // `JSON.stringify` drops an error's message, `structuredClone` drops its own fields. The cause is left out:
  // it is another library's object, and may hold what must not be logged.
  toJSON() {
    return { name: this.name, message: this.message, ...this };
  }
}

// On the prototype, not on each error, so that neither is a field that toJSON spreads.
Object.defineProperty(AurousError.prototype, "name", { value: "AurousError" });
Object.defineProperty(AurousError.prototype, BRAND, { value: true });

export function isAurousError(value) {
  return typeof value === "object" && value !== null && value[BRAND] === true;
}
