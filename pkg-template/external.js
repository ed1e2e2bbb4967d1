// The entry with the wasm in a file beside this script, where bundlers find it.

import { sdk } from "./sdk.js";

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
} = /* @__PURE__ */ sdk(
  () => new URL("./aurous_web_bg.wasm", import.meta.url),
  "Serve aurous_web_bg.wasm beside the script, give its place to init(), or import `aurous-web`, which has it inside.",
);
