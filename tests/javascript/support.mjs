// Loads the scripts of pkg-template beside a fake of the glue that a build writes.

import { cp, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

const TEMPLATE = new URL("../../pkg-template/", import.meta.url);
const FAKE_CORE = new URL("./fake-core.js", import.meta.url);

/** What the build puts into both the script and the wasm. */
export const FINGERPRINT = "f1";
globalThis.WASM_FINGERPRINT = FINGERPRINT;

/** Gives an `import` of copies that this test has for itself: a module keeps its state. */
export async function scripts(test) {
  const folder = await mkdtemp(join(tmpdir(), "aurous-web-"));
  test.after(() => rm(folder, { recursive: true }));
  await cp(TEMPLATE, folder, { recursive: true });
  await cp(FAKE_CORE, join(folder, "aurous_web.js"));
  await writeFile(join(folder, "wasm-text.js"), "export default \"\";\n");
  return (file) => import(pathToFileURL(join(folder, file)));
}

export const folderOfPackage = () => process.env.AUROUS_PKG ?? new URL("../../pkg", import.meta.url).pathname;

/** Imports an entry of the built package. */
export const packaged = (entry) => import(pathToFileURL(join(folderOfPackage(), entry)));

/** Replaces a property of `object` until the test ends. */
export function replace(test, object, name, value) {
  const before = Object.getOwnPropertyDescriptor(object, name);
  test.after(() => (before ? Object.defineProperty(object, name, before) : delete object[name]));
  Object.defineProperty(object, name, { value, configurable: true, writable: true });
}

/** Makes the smallest wasm with a custom section of this name. */
export function wasmWith(section) {
  const name = new TextEncoder().encode(section);
  return new Uint8Array([0, 97, 115, 109, 1, 0, 0, 0, 0, name.length + 1, name.length, ...name]);
}

export const WASM = wasmWith(FINGERPRINT);
