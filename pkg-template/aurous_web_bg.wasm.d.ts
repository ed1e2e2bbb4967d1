/**
 * The WebAssembly file, for `init`. Cloudflare Workers import it as a module; most bundlers as its URL, where
 * their configuration says that it is an asset.
 */
declare const wasm: WebAssembly.Module | string;
export default wasm;
