// The entry of pages and workers: the wasm lies beside this script, and bundlers find it there.

import { sdk } from "./sdk.js";

export { AurousError, isAurousError } from "./aurous-error.js";

export const { init, createClient, initUpload, putFile, classify, createCharacter, upload } = /* @__PURE__ */ sdk(
  () => new URL("./aurous_web_bg.wasm", import.meta.url),
);
