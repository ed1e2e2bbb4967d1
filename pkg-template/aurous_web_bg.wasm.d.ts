/**
 * The WebAssembly file, to give to `init`. Cloudflare Workers import it as a module; most bundlers, told
 * that it is an asset, as the file's URL.
 */
declare const wasm: WebAssembly.Module | string;
export default wasm;
