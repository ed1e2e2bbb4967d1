// The entry for looking inside: the same code, unminified, and a wasm that has its names.

import { sdk } from "./sdk.js";

export { AurousError, isAurousError } from "./aurous-error.js";

export const { init, createClient, initUpload, putFile, classify, createCharacter, upload } = /* @__PURE__ */ sdk(
  () => new URL("./development_bg.wasm", import.meta.url),
);
