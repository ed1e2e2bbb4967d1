/**
 * `aurous-web` with the WebAssembly in a file beside the script, `aurous_web_bg.wasm`, for those who serve
 * that file themselves: the same functions, loaded in two requests.
 *
 * ```ts
 * import { initUpload } from "aurous-web/external";
 *
 * const ticket = await initUpload(new File([], "front.jpg"));
 * ```
 *
 * @packageDocumentation
 */
export * from "./index.js";
