// A store of several instances, in a Durable Object of Cloudflare's. It imports nothing of Cloudflare's: the object
// answers requests in JSON.

import { StoreError, storeCalls } from "./server/store-calls.js";

/** What has expired is not read, so there is no hurry to take it away. */
const SWEEP_EVERY_MS = 3_600_000;

/** The most keys that a storage takes away at once. */
const PAGE = 128;

export function durableObjectStore(namespace, options) {
  const { call } = storeCalls("aurous-web/server/durable-object", options);
  const ask = (operation, asked) =>
    call(async () => {
      const object = namespace.get(namespace.idFromName("aurous"));
      const body = JSON.stringify({ operation, asked });
      const response = await object.fetch("https://store.invalid/", { method: "POST", body });
      if (!response.ok) throw new StoreError(`the object answered ${response.status}`);
      return response.json();
    });
  return {
    read: (keys) => ask("read", keys),
    write: (changes) => ask("write", changes),
    move: (moves) => ask("move", moves),
  };
}

export class AurousStoreObject {
  #storage;

  constructor({ storage }) {
    this.#storage = storage;
  }

  async fetch(request) {
    const { operation, asked } = await request.json();
    return Response.json(await this.#storage.transaction((entries) => OPERATIONS[operation](entries, asked)));
  }

  async alarm() {
    let last;
    do {
      last = await this.#storage.transaction((entries) => sweepPage(entries, last));
    } while (last !== undefined);
    const isEmpty = (await this.#storage.list({ limit: 1 })).size === 0;
    if (!isEmpty) await this.#storage.setAlarm(Date.now() + SWEEP_EVERY_MS);
  }
}

/** Takes away what has expired of the entries that come after a key. Returns the last key, where more may follow. */
async function sweepPage(entries, startAfter) {
  const page = await entries.list({ limit: PAGE, startAfter });
  const keys = [...page.keys()];
  await entries.delete(keys.filter((key) => hasExpired(page.get(key))));
  return keys[PAGE - 1];
}

const OPERATIONS = {
  read: valuesOf,

  async write(entries, changes) {
    const held = await valuesOf(entries, changes.map(({ key }) => key));
    if (changes.some(({ expected }, index) => expected !== held[index])) return false;
    await keep(entries, changes.map(({ key, value, ttlMs }) => ({ key, value, untilMs: Date.now() + ttlMs })));
    return true;
  },

  async move(entries, moves) {
    const held = await valuesOf(entries, moves.map(({ key }) => key));
    const nowUs = Date.now() * 1000;
    const marks = moves.map(({ atLeastUs, byUs }, index) => Math.max(held[index] ?? 0, nowUs + atLeastUs) + byUs);
    const waitUs = Math.max(...moves.map(({ atMostUs }, index) => marks[index] - nowUs - atMostUs));
    if (waitUs > 0) return waitUs;
    await keep(entries, moves.map(({ key }, index) => ({ key, value: marks[index], untilMs: marks[index] / 1000 })));
    return 0;
  },
};

async function valuesOf(entries, keys) {
  const held = await entries.get(keys);
  return keys.map((key) => (hasExpired(held.get(key)) ? null : held.get(key).value));
}

/** Keeps values until their time, and sees to it that they go then. */
async function keep(entries, kept) {
  for (const { key, value, untilMs } of kept) {
    await (value === null ? entries.delete(key) : entries.put(key, { value, untilMs }));
  }
  if ((await entries.getAlarm()) === null) await entries.setAlarm(Date.now() + SWEEP_EVERY_MS);
}

/** Nothing is as good as something that has expired. */
const hasExpired = (entry) => !(Date.now() < entry?.untilMs);
