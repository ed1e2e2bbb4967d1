// The entry for pages, workers and servers alike: the wasm is inside the script. The build writes
// wasm-text.js.

import { decode } from "./decode.js";
import { sdk } from "./sdk.js";
import text from "./wasm-text.js";

export { AurousError, isAurousError } from "./aurous-error.js";

export const {
  init,
  createClient,
  initUpload,
  putFile,
  classify,
  createCharacter,
  upload,
  uploadAll,
  getCharacter,
  waitForCharacter,
  listCharacters,
  allCharacters,
  updateCharacter,
  deleteCharacter,
  saveCharacter,
  regenerateRef,
  resynthesizeCharacter,
} = /* @__PURE__ */ sdk(() =>
  decode(text),
);
