// The package's face: plain functions over the wasm, which is loaded by the first call and not by
// the import (so importing is safe in server rendering, in workers and in tests).

import load, * as core from "./aurous_web.js";
import { AurousError } from "./aurous-error.js";

export { AurousError, isAurousError } from "./aurous-error.js";

let loading;

export function init(source) {
  // The first caller wins. A failed load is forgotten, so the next call tries again.
  loading ??= load({ module_or_path: source }).then(
    () => undefined,
    (cause) => {
      loading = undefined;
      throw new AurousError(
        {
          code: "wasm_load_failed",
          kind: "config",
          step: "load",
          message:
            "The aurous-web WebAssembly could not be loaded. Check that aurous_web_bg.wasm is served beside the script " +
            "(status 200, type application/wasm), that the page's Content-Security-Policy allows 'wasm-unsafe-eval', " +
            "and that the network is there; or hand the file over yourself: init(url). The next call tries again.",
          retryable: true,
          attempts: 1,
        },
        cause,
      );
    },
  );
  return loading;
}

export function createClient(options) {
  const loaded = (run) => init().then(run);
  return {
    initUpload: (source, call) => loaded(() => core.initUpload(source, call, options)),
    putFile: (target, file, call) => loaded(() => core.putFile(target, file, call, options)),
    classify: (upload, call) => loaded(() => core.classify(upload, call, options)),
    createCharacter: (request, call) => loaded(() => core.createCharacter(request, call, options)),
    upload: (file, call) => loaded(() => core.upload(file, call, options)),
  };
}

export const { initUpload, putFile, classify, createCharacter, upload } = /* @__PURE__ */ createClient();
