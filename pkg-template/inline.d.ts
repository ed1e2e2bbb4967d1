/**
 * `aurous-web` with the WebAssembly inside the script, for setups that can't serve the file: the same
 * functions, a tenth more to download.
 *
 * ```ts
 * import { initUpload } from "aurous-web/inline";
 *
 * const ticket = await initUpload(new File([], "front.jpg"));
 * ```
 *
 * @packageDocumentation
 */
export * from "./index.js";
