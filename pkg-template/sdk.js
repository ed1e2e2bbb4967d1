// The package's functions. Their first call loads the wasm, not the import: so importing is safe in server
// rendering, in workers and in tests.

import * as core from "./aurous_web.js";
import { allCharactersBy } from "./all-characters.js";
import { loader } from "./load.js";
import { uploadAllBy } from "./upload-all.js";

/** Makes an entry's exports. `locate` gives the entry's own wasm; `remedy` says what to do where that fails. */
export function sdk(locate, remedy) {
  const init = loader(locate, remedy);
  const loaded = (run) => init().then(run);
  const createClient = (options) => {
    const listCharacters = (query, call) => loaded(() => core.listCharacters(query, call, options));
    return {
      initUpload: (source, call) => loaded(() => core.initUpload(source, call, options)),
      putFile: (target, file, call) => loaded(() => core.putFile(target, file, call, options)),
      classify: (upload, call) => loaded(() => core.classify(upload, call, options)),
      createCharacter: (request, call) => loaded(() => core.createCharacter(request, call, options)),
      upload: (file, call) => loaded(() => core.upload(file, call, options)),
      uploadAll: uploadAllBy(init, (file, call) => core.upload(file, call, options)),
      getCharacter: (character, call) => loaded(() => core.getCharacter(character, call, options)),
      waitForCharacter: (character, call) => loaded(() => core.waitForCharacter(character, call, options)),
      listCharacters,
      allCharacters: allCharactersBy(listCharacters),
      updateCharacter: (character, request, call) => loaded(() => core.updateCharacter(character, request, call, options)),
      deleteCharacter: (character, call) => loaded(() => core.deleteCharacter(character, call, options)),
      saveCharacter: (character, call) => loaded(() => core.saveCharacter(character, call, options)),
      regenerateRef: (character, request, call) => loaded(() => core.regenerateRef(character, request, call, options)),
      resynthesizeCharacter: (character, request, call) =>
        loaded(() => core.resynthesizeCharacter(character, request, call, options)),
    };
  };
  return { init, createClient, ...createClient() };
}
