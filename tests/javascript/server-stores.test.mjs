// The stores on Redis of the built package, on a real one.

import assert from "node:assert/strict";
import test from "node:test";
import { inspect } from "node:util";

import { fakeUpstash, freePort, startRedis } from "./redis.mjs";
import { SECOND_US, change, installed, keys, move, nothing, testStore, until } from "./store-rules.mjs";
import { packaged } from "./support.mjs";

const { ioredisStore, nodeRedisStore, upstashStore } = await packaged("server-stores.js");
const { Cluster, Redis } = installed("ioredis");
const { createClient, createCluster } = installed("redis");

const TOKEN = "AX-a-token-of-upstash";

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

testStore("node-redis", async (test, options) => {
  const redis = await startRedis(test);
  return { store: nodeRedisStore(await nodeRedis(test, redis), options), takeAway: redis.kill };
});

testStore("ioredis", async (test, options) => {
  const redis = await startRedis(test);
  return { store: ioredisStore(ioredis(test, redis), options), takeAway: redis.kill };
});

testStore("Upstash", async (test, options) => {
  const redis = await startRedis(test);
  const url = await fakeUpstash(test, ioredis(test, redis), TOKEN);
  return { store: upstashStore({ url, token: TOKEN }, options), takeAway: redis.kill };
});

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
  const options = { timeoutMs: 30_000 };
  for (const store of [ioredisStore(byIoredis, options), nodeRedisStore(byNodeRedis, options)]) {
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
