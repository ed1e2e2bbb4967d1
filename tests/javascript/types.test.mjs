import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import test from "node:test";

import { english } from "../../pkg-template/describe.js";
import { codes } from "./errors-doc.mjs";

const types = (file) => readFile(new URL(`../../pkg-template/${file}`, import.meta.url), "utf8");

/** The members of a union of texts. */
const members = (text, name) => {
  const [, union] = text.match(new RegExp(`export type ${name} =([^;]*);`));
  return [...union.matchAll(/"(\w+)"/g)].map(([, member]) => member);
};

test("the types list every code of the documentation, and no other", async () => {
  const text = await types("index.d.ts");
  const listed = ["SdkErrorCode", "ApiErrorCode", "GatewayErrorCode"].flatMap((name) => members(text, name));
  assert.deepEqual([...new Set(listed)].sort(), codes.toSorted());
});

test("the types list every situation", async () => {
  assert.deepEqual(members(await types("describe.d.ts"), "Situation"), Object.keys(english));
});
