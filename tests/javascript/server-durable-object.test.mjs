// The store in a Durable Object of the built package: in workerd, and with a storage in memory.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import test from "node:test";
import { setTimeout as pause } from "node:timers/promises";

import { create, fakeApi, good } from "./gateway-fakes.mjs";
import { freePort } from "./redis.mjs";
import { SECOND_US, change, installed, move, nothing, testStore } from "./store-rules.mjs";
import { folderOfPackage, packaged } from "./support.mjs";

const { AurousStoreObject, durableObjectStore } = await packaged("server-durable-object.js");
const { Miniflare } = installed("miniflare");

/** A worker with the object, and two gateways that share it. */
function workerd({ port = 0, ...bindings } = {}) {
  const packed = (type, path) => ({ type, path, contents: readFileSync(join(folderOfPackage(), path)) });
  const contents = `
    import { createGateway } from "./server-workerd.js";
    import { durableObjectStore } from "./server-durable-object.js";
    export { AurousStoreObject } from "./server-durable-object.js";
    let gateways;
    export default {
      fetch(request, { OPTIONS, STORE }, context) {
        const store = durableObjectStore(STORE);
        gateways ??= [1, 2].map(() => createGateway({ ...OPTIONS, session: () => "alice", store }));
        const waitUntil = (promise) => context.waitUntil(promise);
        return gateways[request.headers.get("gateway")](request, { waitUntil });
      },
    };
  `;
  return new Miniflare({
    modules: [
      { type: "ESModule", path: "worker.mjs", contents },
      packed("ESModule", "server-workerd.js"),
      packed("ESModule", "server-durable-object.js"),
      packed("CompiledWasm", "aurous_gateway_bg.wasm"),
    ],
    compatibilityDate: "2026-04-01",
    durableObjects: { STORE: { className: "AurousStoreObject", useSQLite: true } },
    bindings,
    port,
    cf: false, // Nothing is asked of Cloudflare.
  });
}

/** What Cloudflare keeps for an object. Other calls come between any two of its own, but within a transaction. */
function memoryStorage() {
  const entries = new Map();
  let alarm = null;
  let last = Promise.resolve();
  const storage = {
    entries,
    async get(keys) {
      await pause(0);
      return new Map(keys.filter((key) => entries.has(key)).map((key) => [key, entries.get(key)]));
    },
    async put(key, value) {
      await pause(0);
      entries.set(key, structuredClone(value));
    },
    async delete(keys) {
      await pause(0);
      [keys].flat().forEach((key) => entries.delete(key));
    },
    async list({ limit, startAfter = "" }) {
      const keys = [...entries.keys()].sort().filter((key) => key > startAfter);
      return new Map(keys.slice(0, limit).map((key) => [key, entries.get(key)]));
    },
    getAlarm: async () => alarm,
    setAlarm: async (at) => void (alarm = at),
    transaction(closure) {
      const done = last.then(() => closure(storage));
      last = done.catch(nothing);
      return done;
    },
    /** Forgets the alarm, as the one that rings it does. */
    takeAlarm: () => [alarm, (alarm = null)][0],
  };
  return storage;
}

testStore("a Durable Object in workerd", async (test, options) => {
  const runtime = workerd();
  test.after(() => runtime.dispose().catch(nothing));
  const namespace = await runtime.getDurableObjectNamespace("STORE");
  return { store: durableObjectStore(namespace, options), takeAway: () => runtime.dispose() };
});

testStore("a Durable Object with a storage in memory", async (test, options) => {
  const object = new AurousStoreObject({ storage: memoryStorage() });
  let fetch = (url, init) => object.fetch(new Request(url, init));
  const namespace = { idFromName: String, get: () => ({ fetch: (...asked) => fetch(...asked) }) };
  const takeAway = () => (fetch = () => new Promise(nothing));
  return { store: durableObjectStore(namespace, options), takeAway };
});

test("a wrong option is named, with what to give", () => {
  const expected = { name: "TypeError", message: /`timeoutMs` must be a whole number of milliseconds. Give/ };
  assert.throws(() => durableObjectStore({}, { timeoutMs: "1000" }), expected);
});

test("an object forgets what has expired, and rings again while there is something left", async (test) => {
  test.mock.timers.enable({ apis: ["Date"] });
  const storage = memoryStorage();
  const object = new AurousStoreObject({ storage });
  const fetch = (url, init) => object.fetch(new Request(url, init));
  const store = durableObjectStore({ idFromName: String, get: () => ({ fetch }) });
  // More than a page of them.
  for (let index = 0; index < 150; index++) await store.write([change(`short{${index}}`, null, "text", 1000)]);
  await store.write([change("long{a}", null, "text", 7_200_000)]);
  await store.move([move("mark{a}", SECOND_US, SECOND_US)]);
  assert.equal(storage.entries.size, 152);

  const ring = async () => {
    test.mock.timers.setTime(storage.takeAlarm());
    await object.alarm();
  };
  await ring();
  assert.deepEqual([...storage.entries.keys()], ["long{a}"]);
  await ring();
  assert.equal(storage.entries.size, 0);
  assert.equal(storage.takeAlarm(), null);
});

test("two gateways of a worker in workerd share creates through a Durable Object", async (test) => {
  const { apiUrl, creates } = await fakeApi(test);
  const { log, ...options } = good;
  const port = await freePort();
  const host = `127.0.0.1:${port}`;
  const runtime = workerd({ port, OPTIONS: { ...options, apiUrl, host } });
  test.after(() => runtime.dispose());
  await runtime.ready;
  const bodies = [];
  for (const gateway of ["0", "1"]) {
    const { headers, body } = create("a-key-of-more-than-16", { headers: { host, gateway } });
    const sent = { method: "POST", headers, body: await new Response(body).text() };
    const response = await fetch(`http://${host}/aurous/v1/characters`, sent);
    assert.equal(response.status, 200);
    bodies.push(await response.text());
  }
  assert.equal(bodies[0], bodies[1]);
  assert.equal(creates.length, 1);
});
