// The one error class, of what fails in a call (host.js) and of a wasm that does not load (load.js).

// In the global symbol registry, so that an error of another copy of this package, or of another
// realm (an iframe's, say), is known too; `instanceof` knows neither.
const BRAND = Symbol.for("aurous-web.AurousError");

export class AurousError extends Error {
  constructor({ message, ...fields }, cause) {
    super(message, cause === undefined ? undefined : { cause });
    Object.assign(this, fields);
  }

  // `structuredClone` and `JSON.stringify` drop an error's message, and the clone its own fields.
  // No cause: it is another library's object, and what it holds is not ours to log.
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
