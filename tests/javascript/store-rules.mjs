// The rules that hold for every store of a gateway's.

import assert from "node:assert/strict";
import { createRequire } from "node:module";
import { join } from "node:path";
import test, { after } from "node:test";
import { setTimeout as pause } from "node:timers/promises";
import { inspect } from "node:util";

import { create, fakeApi, good } from "./gateway-fakes.mjs";
import { packaged } from "./support.mjs";

const { createGateway } = await packaged("server.js");

assert.ok(process.env.AUROUS_BUNDLERS, "AUROUS_BUNDLERS names no folder: run this with `cargo xtask test`");

/** Loads a package that the tests have from npm. */
export const installed = createRequire(join(process.env.AUROUS_BUNDLERS, "package.json"));

export const nothing = () => {};

let count = 0;

/** Gives two keys that belong together, and are no other test's. */
export const keys = () => [`of:{${++count}}`, `of:{${count}}:other`];

export const change = (key, expected, value, ttlMs = 60_000) => ({ key, expected, value, ttlMs });

export const SECOND_US = 1_000_000;
export const move = (key, byUs, atMostUs, atLeastUs = 0) => ({ key, atLeastUs, byUs, atMostUs });

/** Waits until something holds. The test fails at its own deadline. */
export async function until(holds) {
  while (!(await holds())) await pause(5);
}

/**
 * Tests a store by the rules that hold for all. `open` opens one until the test, or the file, ends: it gives the store,
 * and how to take its engine away.
 */
export function testStore(name, open) {
  const opened = open({ after }, { timeoutMs: 30_000 }); // a busy machine is slow
  const storeTest = (what, run) =>
    test(`${name}: ${what}`, async (test) => {
      const { store } = await opened;
      await run(store, test);
    });

  storeTest("what was written is read", async (store) => {
    const [key, other] = keys();
    assert.deepEqual(await store.read([key, other]), [null, null]);
    assert.equal(await store.write([change(key, null, "a text, ü and 🙂")]), true);
    assert.deepEqual(await store.read([other, key]), [null, "a text, ü and 🙂"]);
    assert.equal(await store.write([change(key, "a text, ü and 🙂", "x".repeat(100_000))]), true);
    assert.deepEqual(await store.read([key]), ["x".repeat(100_000)]);
  });

  storeTest("all changes are made, or none where one expects something else", async (store) => {
    const [key, other] = keys();
    await store.write([change(key, null, "one")]);
    for (const wrong of [change(key, "two", "three"), change(key, null, "three")]) {
      assert.equal(await store.write([change(other, null, "made"), wrong]), false);
      assert.equal(await store.write([wrong, change(other, null, "made")]), false);
    }
    assert.equal(await store.write([change(key, "one", "two"), change(other, "gone", null)]), false);
    assert.deepEqual(await store.read([key, other]), ["one", null]);
    assert.equal(await store.write([change(key, "one", "two"), change(other, null, "made")]), true);
    assert.deepEqual(await store.read([key, other]), ["two", "made"]);
  });

  storeTest("a change to nothing takes the entry away", async (store) => {
    const [key] = keys();
    await store.write([change(key, null, "one")]);
    assert.equal(await store.write([change(key, "one", null)]), true);
    assert.deepEqual(await store.read([key]), [null]);
    assert.equal(await store.write([change(key, null, "two")]), true);
  });

  storeTest("a text expires", async (store) => {
    const [key, other] = keys();
    await store.write([change(key, null, "short", 50), change(other, null, "long")]);
    await until(async () => (await store.read([key]))[0] === null);
    assert.deepEqual(await store.read([other]), ["long"]);
    assert.equal(await store.write([change(key, null, "again")]), true);
  });

  storeTest("of many who change an entry at once, one wins", async (store) => {
    const [key] = keys();
    let held = null;
    for (let round = 0; round < 2; round++) {
      const values = Array.from({ length: 50 }, (_, index) => `${round}.${index}`);
      const won = await Promise.all(values.map((value) => store.write([change(key, held, value)])));
      const winners = values.filter((_, index) => won[index]);
      assert.equal(winners.length, 1);
      [held] = winners;
      assert.deepEqual(await store.read([key]), [held]);
    }
  });

  storeTest("all marks move, or none where one would be too far ahead", async (store) => {
    const [key, other] = keys();
    const take = move(key, 60 * SECOND_US, 100 * SECOND_US);
    assert.equal(await store.move([take]), 0);
    const waitUs = await store.move([move(other, 60 * SECOND_US, 100 * SECOND_US), take]);
    assert.ok(waitUs > 0 && waitUs <= 20 * SECOND_US, `${waitUs}`);
    assert.ok(Number.isSafeInteger(waitUs), `${waitUs}`);
    // The other one has not moved, or it could not move so far.
    assert.equal(await store.move([move(other, 100 * SECOND_US, 100 * SECOND_US)]), 0);
  });

  storeTest("the wait is that of the mark which waits longest", async (store) => {
    const [key, other] = keys();
    await store.move([move(key, 60 * SECOND_US, 60 * SECOND_US), move(other, 600 * SECOND_US, 600 * SECOND_US)]);
    const waitUs = await store.move([move(key, 0, 0), move(other, 0, 0)]);
    assert.ok(waitUs > 60 * SECOND_US && waitUs <= 600 * SECOND_US, `${waitUs}`);
  });

  storeTest("a mark that must be ahead is moved there, and never back", async (store) => {
    const [key] = keys();
    assert.equal(await store.move([move(key, 0, 100 * SECOND_US, 90 * SECOND_US)]), 0);
    assert.ok((await store.move([move(key, 20 * SECOND_US, 100 * SECOND_US)])) > 0);
    assert.equal(await store.move([move(key, 0, 100 * SECOND_US, 10 * SECOND_US)]), 0);
    assert.ok((await store.move([move(key, 20 * SECOND_US, 100 * SECOND_US)])) > 0);
  });

  storeTest("a mark moves once the wait is over, and so no faster than it may", async (store) => {
    const [key] = keys();
    const began = performance.now();
    for (let moved = 0; moved < 5; moved++) {
      await until(async () => {
        const waitUs = await store.move([move(key, SECOND_US / 10, SECOND_US / 5)]);
        assert.ok(waitUs <= SECOND_US / 10, `${waitUs}`);
        await pause(waitUs / 1000);
        return waitUs === 0;
      });
    }
    // Five steps of 100 ms, of which 200 ms may lie ahead. The clocks may differ a little.
    assert.ok(performance.now() - began > 250);
  });

  storeTest("of many who move a mark at once, as many move it as may", async (store) => {
    const [key] = keys();
    const waits = Array.from({ length: 50 }, () => store.move([move(key, 60 * SECOND_US, 601 * SECOND_US)]));
    assert.equal((await Promise.all(waits)).filter((waitUs) => waitUs === 0).length, 10);
  });

  storeTest("a create of one gateway is repeated by the other", async (store, test) => {
    const { apiUrl, creates } = await fakeApi(test);
    const gateways = [1, 2].map(() => createGateway({ ...good, apiUrl, session: () => "alice", store }));
    const key = `a-create-of-${keys()[0]}`;
    const responses = [];
    for (const gateway of gateways) responses.push(await gateway(create(key)));
    assert.deepEqual(responses.map(({ status }) => status), [200, 200]);
    const [first, second] = await Promise.all(responses.map((it) => it.text()));
    assert.equal(first, second);
    assert.equal(creates.length, 1);
  });

  test(`${name}: an operation fails in time where the store is away, and does not say where that is`, async (test) => {
    const { store, takeAway } = await open(test, { timeoutMs: 200 });
    const [key] = keys();
    await takeAway();
    const began = performance.now();
    const operations = [
      store.read([key]),
      store.write([change(key, "a secret value", "another")]),
      store.move([move(key, 1, 2)]),
    ];
    for (const { status, reason } of await Promise.allSettled(operations)) {
      assert.equal(status, "rejected");
      assert.match(reason.message, /^aurous-web\/server\/[-a-z]+: the store failed: .+\.$/);
      assert.doesNotMatch(inspect(reason, { depth: null }), /AX-a-token|127\.0\.0\.1|secret|of:\{/);
    }
    assert.ok(performance.now() - began < 5000);
  });
}
