// The stores of the built package: each on its real engine, all by the same rules.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import test, { after } from "node:test";
import { setTimeout as pause } from "node:timers/promises";
import { inspect } from "node:util";

import { PAGE, create, fakeApi, good } from "./gateway-fakes.mjs";
import { fakeUpstash, freePort, startRedis } from "./redis.mjs";
import { folderOfPackage, packaged } from "./support.mjs";

const { createGateway } = await packaged("server.js");
const { ioredisStore, nodeRedisStore, upstashStore } = await packaged("server-stores.js");
const { AurousStoreObject, durableObjectStore } = await packaged("server-durable-object.js");

assert.ok(process.env.AUROUS_BUNDLERS, "AUROUS_BUNDLERS names no folder: run this with `cargo xtask test`");
const installed = createRequire(join(process.env.AUROUS_BUNDLERS, "package.json"));
const { Miniflare } = installed("miniflare");
const { Cluster, Redis } = installed("ioredis");
const { createClient, createCluster } = installed("redis");

const TOKEN = "AX-a-token-of-upstash";

const nothing = () => {};

function ioredis(test, { url }) {
  const client = new Redis(url);
  client.on("error", nothing);
  test.after(() => client.disconnect());
  return client;
}

async function nodeRedis(test, { url }, options) {
  const client = createClient({ url, ...options });
  client.on("error", nothing);
  await client.connect();
  test.after(() => client.destroy());
  return client;
}

/** Each opens a store until the test, or the file, ends. Gives it, and how to take its engine away. */
const STORES = {
  async "node-redis"(test, options) {
    const redis = await startRedis(test);
    return { store: nodeRedisStore(await nodeRedis(test, redis), options), takeAway: redis.kill };
  },

  async ioredis(test, options) {
    const redis = await startRedis(test);
    return { store: ioredisStore(ioredis(test, redis), options), takeAway: redis.kill };
  },

  async Upstash(test, options) {
    const redis = await startRedis(test);
    const url = await fakeUpstash(test, ioredis(test, redis), TOKEN);
    return { store: upstashStore({ url, token: TOKEN }, options), takeAway: redis.kill };
  },

  async "a Durable Object in workerd"(test, options) {
    const runtime = workerd();
    test.after(() => runtime.dispose().catch(nothing));
    const namespace = await runtime.getDurableObjectNamespace("STORE");
    return { store: durableObjectStore(namespace, options), takeAway: () => runtime.dispose() };
  },

  async "a Durable Object with a storage in memory"(test, options) {
    const object = new AurousStoreObject({ storage: memoryStorage() });
    let fetch = (url, init) => object.fetch(new Request(url, init));
    const namespace = { idFromName: (name) => name, get: () => ({ fetch: (...asked) => fetch(...asked) }) };
    const takeAway = () => (fetch = () => new Promise(nothing));
    return { store: durableObjectStore(namespace, options), takeAway };
  },
};

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

/** Gives two keys that belong together, and are no other test's. */
let count = 0;
const keys = () => [`of:{${++count}}`, `of:{${count}}:other`];

const change = (key, expected, value, ttlMs = 60_000) => ({ key, expected, value, ttlMs });

const SECOND_US = 1_000_000;
const move = (key, byUs, atMostUs, atLeastUs = 0) => ({ key, atLeastUs, byUs, atMostUs });

/** Waits until something holds. The test fails at its own deadline. */
async function until(holds) {
  while (!(await holds())) await pause(5);
}

for (const [name, open] of Object.entries(STORES)) {
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
    assert.equal(await store.write([change(key, null, "a secret value")]), true);
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

test("the stores of Redis put a prefix before each key, by default one of their own", async (test) => {
  const redis = await startRedis(test);
  const client = ioredis(test, redis);
  await ioredisStore(client).write([change("a{b}", null, "one")]);
  const store = nodeRedisStore(await nodeRedis(test, redis), { prefix: "app:" });
  await store.move([move("a{b}", SECOND_US, SECOND_US)]);
  assert.deepEqual((await client.keys("*")).sort(), ["app:a{b}", "aurous:a{b}"]);
});

for (const RESP of [2, 3]) {
  test(`a client of node-redis may speak RESP${RESP}`, async (test) => {
    const store = nodeRedisStore(await nodeRedis(test, await startRedis(test), { RESP }));
    assert.equal(await store.write([change("a{b}", null, "one")]), true);
    assert.deepEqual(await store.read(["a{b}", "b{b}"]), ["one", null]);
    assert.equal(await store.move([move("b{b}", SECOND_US, SECOND_US)]), 0);
  });
}

test("a cluster keeps the keys of one operation in one place", async (test) => {
  const busPort = `${await freePort()}`;
  const settings = ["--cluster-enabled", "yes", "--cluster-port", busPort, "--cluster-announce-ip", "127.0.0.1"];
  const { url, port } = await startRedis(test, settings);
  const node = ioredis(test, { url });
  await node.cluster("ADDSLOTSRANGE", 0, 16383);
  await until(async () => (await node.cluster("INFO")).includes("cluster_state:ok"));
  const byIoredis = new Cluster([{ host: "127.0.0.1", port }]);
  test.after(() => byIoredis.disconnect());
  const byNodeRedis = await createCluster({ rootNodes: [{ url }] }).connect();
  test.after(() => byNodeRedis.destroy());
  for (const store of [ioredisStore(byIoredis), nodeRedisStore(byNodeRedis)]) {
    const [key, other] = keys();
    assert.equal(await store.write([change(key, null, "one"), change(other, null, "two")]), true);
    assert.deepEqual(await store.read([key, other]), ["one", "two"]);
    assert.equal(await store.move([move(`${key}:a`, SECOND_US, SECOND_US), move(`${key}:b`, SECOND_US, SECOND_US)]), 0);
  }
});

test("wrong options are named, with what to give", () => {
  const names = (message) => ({ name: "TypeError", message });
  assert.throws(() => ioredisStore({}, { prefix: "{a}:" }), names(/`prefix` must be a text without braces. Give/));
  assert.throws(() => nodeRedisStore({}, { timeoutMs: 0 }), names(/`timeoutMs` must be a whole number .*. Give/));
  assert.throws(() => durableObjectStore({}, { timeoutMs: "1000" }), names(/`timeoutMs` must be a whole number/));
});

for (const [what, connection, expected] of [
  ["lacks its token", { token: undefined }, /: the store failed: `url` or `token` is not set\.$/],
  ["has a wrong token", { token: "AX-a-wrong-token" }, /: the store failed: Upstash answered 401 WRONGPASS\.$/],
  ["has an address that is none", { url: "upstash.example?token=AX" }, /: the store failed: ERR_INVALID_URL\.$/],
]) {
  test(`a store on Upstash that ${what} is made, and says so when it is asked`, async (test) => {
    const url = await fakeUpstash(test, { call: async () => [] }, TOKEN);
    const store = upstashStore({ url, token: TOKEN, ...connection });
    await assert.rejects(store.read(["a{b}"]), (error) => {
      assert.match(error.message, expected);
      assert.doesNotMatch(inspect(error, { depth: null }), /AX/);
      return true;
    });
  });
}

test("what Redis refuses is told by its code alone", async (test) => {
  const redis = await startRedis(test);
  const client = ioredis(test, redis);
  await client.lpush("aurous:a{b}", "a list");
  await assert.rejects(ioredisStore(client).write([change("a{b}", null, "a secret value")]), (error) => {
    assert.equal(error.message, "aurous-web/server/stores: the store failed: WRONGTYPE.");
    assert.doesNotMatch(inspect(error, { depth: null }), /secret|a\{b\}/);
    return true;
  });
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
