// The entry for setups that can't serve the wasm: it is inside this script.

import deflated from "./deflated-wasm.js";
import { sdk } from "./sdk.js";

export { AurousError, isAurousError } from "./aurous-error.js";

export const { init, createClient, initUpload, putFile, classify, createCharacter, upload } = /* @__PURE__ */ sdk(() => {
  const bytes = Uint8Array.from(atob(deflated), (character) => character.charCodeAt(0));
  return new Response(new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate-raw")));
});
