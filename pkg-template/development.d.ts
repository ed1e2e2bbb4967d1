/**
 * `aurous-web` with readable names, in its script and in its WebAssembly (`development_bg.wasm`), for
 * debuggers, profilers and stack traces: the same functions, the same code, a third more to download. For
 * pages and workers.
 *
 * ```ts
 * import { initUpload } from "aurous-web/development";
 *
 * const ticket = await initUpload(new File([], "front.jpg"));
 * ```
 *
 * @packageDocumentation
 */
export * from "./index.js";
