// Builds a worker as wrangler does, by esbuild, with wasm files as modules, and sends it a picture.
import { readFile } from "node:fs/promises";
import { build } from "esbuild";
import { Miniflare } from "miniflare";

const [worker] = process.argv.slice(2);
const { AUROUS_API_KEY, AUROUS_API_URL, PICTURE } = process.env;

await build({
  entryPoints: [worker],
  bundle: true,
  format: "esm",
  outdir: "dist",
  conditions: ["workerd", "worker", "browser"],
  loader: { ".wasm": "copy" },
  logLevel: "warning",
});
const runtime = new Miniflare({
  modules: true,
  modulesRoot: "dist",
  scriptPath: `dist/${worker}`,
  modulesRules: [{ type: "CompiledWasm", include: ["**/*.wasm"] }],
  compatibilityDate: "2026-01-01",
  bindings: { AUROUS_API_KEY, AUROUS_API_URL },
});
try {
  const answer = await runtime.dispatchFetch("http://worker/", { method: "POST", body: await readFile(PICTURE) });
  console.log(await answer.text());
} finally {
  await runtime.dispose();
}
