// Stores of several instances, on Redis or Valkey. The scripts are those of the program `aurous-gateway`.

import moveScript from "./redis/move.lua";
import writeScript from "./redis/write.lua";
import { StoreError, redisCode, storeCalls } from "./server/store-calls.js";

const ENTRY = "aurous-web/server/stores";

export const nodeRedisStore = (client, options) =>
  redisStore(options, {
    mget: (keys) => client.mGet(keys),
    evaluate: (script, keys, values) => client.eval(script, { keys, arguments: values }),
  });

export const ioredisStore = (client, options) =>
  redisStore(options, {
    mget: (keys) => client.mget(keys),
    evaluate: (script, keys, values) => client.eval(script, keys.length, ...keys, ...values),
  });

export function upstashStore({ url, token }, options) {
  const send = async (signal, ...command) => {
    // A framework's build imports its routes without the environment of the server.
    if (!url || !token) throw new StoreError("`url` or `token` is not set");
    const headers = { Authorization: `Bearer ${token}` };
    const response = await fetch(url, { method: "POST", headers, body: JSON.stringify(command), signal });
    const { result, error } = await response.json();
    if (!response.ok || error) throw new StoreError(`Upstash answered ${response.status} ${redisCode(error) ?? ""}`);
    return result;
  };
  return redisStore(options, {
    mget: (keys, signal) => send(signal, "MGET", ...keys),
    evaluate: (script, keys, values, signal) => send(signal, "EVAL", script, keys.length, ...keys, ...values),
  });
}

function redisStore(options, { mget, evaluate }) {
  const { prefix, call } = storeCalls(ENTRY, options);
  const named = (key) => prefix + key;
  /** Runs a script on entries, each of which has a key and values. */
  const run = async (script, entries, valuesOf) => {
    const keys = entries.map(({ key }) => named(key));
    const values = entries.flatMap(valuesOf).map(String);
    const result = await call((signal) => evaluate(script, keys, values, signal));
    // A client may be set to give numbers as texts.
    return Number(result ?? NaN);
  };
  return {
    read: (keys) => call((signal) => mget(keys.map(named), signal)),
    write: async (changes) =>
      (await run(writeScript, changes, ({ expected, value, ttlMs }) => [expected ?? "", value ?? "", ttlMs])) === 1,
    move: (moves) => run(moveScript, moves, ({ atLeastUs, byUs, atMostUs }) => [atLeastUs, byUs, atMostUs]),
  };
}
