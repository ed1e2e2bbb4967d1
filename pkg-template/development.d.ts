/**
 * `aurous-web` with readable names, in its script and in its WebAssembly, for debuggers, profilers and
 * stack traces: the same functions and the same code, a third more to download.
 *
 * ```ts
 * import { initUpload } from "aurous-web/development";
 *
 * export const ticketFor = (file: File) => initUpload(file);
 * ```
 *
 * @packageDocumentation
 */
export * from "./index.js";
