// The plain functions over the wasm, which is loaded by the first call and not by the import (so
// importing is safe in server rendering, in workers and in tests).

import * as core from "./aurous_web.js";
import { loader } from "./load.js";

/** What an entry exports; its wasm is where `locate` says. */
export function sdk(locate) {
  const init = loader(locate);
  const loaded = (run) => init().then(run);
  const createClient = (options) => ({
    initUpload: (source, call) => loaded(() => core.initUpload(source, call, options)),
    putFile: (target, file, call) => loaded(() => core.putFile(target, file, call, options)),
    classify: (upload, call) => loaded(() => core.classify(upload, call, options)),
    createCharacter: (request, call) => loaded(() => core.createCharacter(request, call, options)),
    upload: (file, call) => loaded(() => core.upload(file, call, options)),
  });
  return { init, createClient, ...createClient() };
}
