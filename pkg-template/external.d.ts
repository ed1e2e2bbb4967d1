/**
 * `aurous-web` with the WebAssembly in a file, `aurous_web_bg.wasm`, that you serve beside the script: the
 * same functions, loaded in two requests.
 *
 * ```ts
 * import { initUpload } from "aurous-web/external";
 *
 * export const ticketFor = (file: File) => initUpload(file);
 * ```
 *
 * @packageDocumentation
 */
export * from "./index.js";
