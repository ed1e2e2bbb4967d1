// The same entry in Node, whose `fetch` takes no file: URL.

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
  async () => (await import("node:fs/promises")).readFile(new URL("./aurous_web_bg.wasm", import.meta.url)),
  "Keep aurous_web_bg.wasm beside the script, or import `aurous-web`, which has it inside.",
);
