import assert from "node:assert/strict";
import test from "node:test";

import { scripts } from "./support.mjs";

/** Makes `allCharacters` of these pages, and lists what each page was asked with. */
async function of(test, pages) {
  const load = await scripts(test);
  const { allCharactersBy } = await load("all-characters.js");
  const asked = [];
  const listCharacters = async (query, options) => (asked.push([query, options]), pages[asked.length - 1]);
  return { allCharacters: allCharactersBy(listCharacters), asked };
}

const collect = async (characters) => {
  const all = [];
  for await (const character of characters) all.push(character);
  return all;
};

test("all pages come one after another, from where each says that the next begins", async (t) => {
  const { allCharacters, asked } = await of(t, [
    { data: [1, 2], has_more: true, next_cursor: "b" },
    { data: [3], has_more: false, next_cursor: null },
  ]);
  const options = { timeoutMs: 5 };
  assert.deepEqual(await collect(allCharacters({ limit: 2 }, options)), [1, 2, 3]);
  assert.deepEqual(asked, [
    [{ limit: 2 }, options],
    [{ limit: 2, starting_after: "b" }, options],
  ]);
});

test("a page is asked for when its first character is", async (t) => {
  const { allCharacters, asked } = await of(t, [{ data: [1], has_more: true, next_cursor: "b" }, { data: [2], has_more: false }]);
  const characters = allCharacters();
  assert.equal(asked.length, 0);
  assert.deepEqual(await characters.next(), { value: 1, done: false });
  assert.equal(asked.length, 1);
  await characters.return();
  assert.equal(asked.length, 1);
});

test("a page that does not say where the next one begins is the last", async (t) => {
  const { allCharacters } = await of(t, [{ data: [1], has_more: true, next_cursor: null }]);
  assert.deepEqual(await collect(allCharacters()), [1]);
});

test("a query at fault reaches listCharacters as it is, which names it", async (t) => {
  const { allCharacters, asked } = await of(t, [{ data: [], has_more: false }]);
  await collect(allCharacters(5));
  assert.deepEqual(asked, [[5, undefined]]);
});
