// `llms.txt` of the built package, which an editor's assistant begins with.

import assert from "node:assert/strict";
import { existsSync, readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import test from "node:test";

import { folderOfPackage } from "./support.mjs";

const folder = folderOfPackage();
const text = readFileSync(join(folder, "llms.txt"), "utf8");
const links = [...text.matchAll(/\]\(([^)]+)\)/g)].map(([, target]) => target);

test("each of its links leads to a file of the package", () => {
  assert.deepEqual(links.filter((target) => !existsSync(join(folder, target))), []);
});

test("it lists every document and every entry's types", () => {
  const documents = readdirSync(join(folder, "docs"), { recursive: true }).filter((it) => it.endsWith(".md"));
  const { exports } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
  const types = ["index", "describe", "server", "server-stores", "server-durable-object", "testing"].map((it) => `./${it}.d.ts`);
  assert.deepEqual(types.filter((it) => !Object.values(exports).some((entry) => entry.types === it)), []);
  const expected = [...documents.map((it) => `docs/${it}`), ...types.map((it) => it.slice(2))];
  assert.deepEqual(expected.filter((it) => !links.includes(it)), []);
});
