// The handler of the built package, before an API of the test's own.

import assert from "node:assert/strict";
import test from "node:test";

import { PAGE, create, fakeApi, good } from "./gateway-fakes.mjs";
import { packaged, replace } from "./support.mjs";

const { createGateway } = await packaged("server.js");

/** Reads the visitor's name from a cookie. */
const session = ({ headers }) => /user=(\w+)/.exec(headers.get("cookie"))?.[1] ?? null;

const get = (path, headers) => new Request(`${PAGE}/aurous${path}`, { headers: { host: "app.example", ...headers } });

const codeOf = async (response) => (await response.json()).error?.code;

/** A store in memory, whose marks move each time. */
function memory() {
  const entries = new Map();
  const held = (key) => entries.get(key) ?? null;
  return {
    read: async (keys) => keys.map(held),
    async write(changes) {
      if (!changes.every(({ key, expected }) => held(key) === expected)) return false;
      for (const { key, value } of changes) value === null ? entries.delete(key) : entries.set(key, value);
      return true;
    },
    move: async () => 0,
  };
}

test("wrong options are named all at once, with what to give, and no value", () => {
  const wrong = { ...good, origins: PAGE, uploadMaxBytes: "4500000", mount: "al_live_secret", session: undefined };
  assert.throws(() => createGateway(wrong), (error) => {
    assert.ok(error instanceof TypeError);
    assert.match(error.message, /`origins`: there is no such option/);
    assert.match(error.message, /`uploadMaxBytes`: it is a text. Give a whole number./);
    assert.match(error.message, /`mount`: it is not a path/);
    assert.match(error.message, /`sessionSecrets`: it is not set.*`allowAnonymous`/);
    assert.doesNotMatch(error.message, /al_live_secret|--|AUROUS_/);
    return true;
  });
  assert.throws(() => createGateway({ ...good, session: "alice" }), /`session` must be a function/);
  assert.throws(() => createGateway({ ...good, session, store: {} }), /`store` must have the functions/);
  assert.throws(() => createGateway(), /`apiKey`: it is not set/);
});

test("what the environment lacks is told at the first request, since a build has no environment", async () => {
  const gateway = createGateway({ ...good, session, apiKey: undefined });
  await assert.rejects(gateway(get("/v1/characters/char_1")), /`apiKey`: it is not set/);
});

test("a character is its visitor's, by the app's own cookies", async (test) => {
  const { apiUrl } = await fakeApi(test);
  const gateway = createGateway({ ...good, apiUrl, session });
  const alice = { cookie: "user=alice" };
  const made = await gateway(create("a-key-of-more-than-16", { headers: alice }));
  assert.equal(made.status, 200);
  const { id } = await made.json();
  assert.equal((await gateway(get(`/v1/characters/${id}`, alice))).status, 200);
  assert.equal(await codeOf(await gateway(get(`/v1/characters/${id}`, { cookie: "user=bob" }))), "gateway_id_not_found");
  assert.equal(await codeOf(await gateway(get(`/v1/characters/${id}`))), "gateway_session_missing");
});

test("a visitor may use the characters that the app names", async (test) => {
  const { apiUrl } = await fakeApi(test);
  const gateway = createGateway({ ...good, apiUrl, session: async () => ({ subject: "alice", characters: ["char_7"] }) });
  assert.equal((await gateway(get("/v1/characters/char_7"))).status, 200);
  assert.equal((await gateway(get("/v1/characters/char_8"))).status, 404);
});

for (const [what, wrong] of [
  ["throws", () => { throw new Error("the session store is down"); }],
  ["rejects", () => Promise.reject(new Error("the session store is down"))],
  ["gives a number", () => 42],
  ["gives a name that is none", () => "al\u200bice"],
]) {
  test(`a sign-in that ${what} fails the request, and the log says why`, async (test) => {
    const { apiUrl, creates } = await fakeApi(test);
    const lines = [];
    const gateway = createGateway({ ...good, apiUrl, session: wrong, log: (line) => lines.push(line) });
    const response = await gateway(create("a-key-of-more-than-16"));
    assert.equal(response.status, 500);
    assert.equal(await codeOf(response), "gateway_internal_error");
    assert.ok(lines.some(({ level, error }) => level === "error" && error instanceof Error));
    assert.equal(creates.length, 0);
  });
}

test("instances with one store make a character once", async (test) => {
  const { apiUrl, creates } = await fakeApi(test);
  const store = memory();
  const instances = [1, 2].map(() => createGateway({ ...good, apiUrl, session: () => "alice", store }));
  const bodies = [];
  for (const gateway of [...instances, ...instances]) {
    const response = await gateway(create("a-key-of-more-than-16"));
    bodies.push(await response.text());
  }
  assert.equal(creates.length, 1);
  assert.equal(new Set(bodies).size, 1);
});

for (const [what, broken] of [
  ["rejects", { read: () => Promise.reject(new Error("away")) }],
  ["gives something else", { read: async () => "nothing" }],
  ["does not write", { write: () => Promise.reject(new Error("away")) }],
]) {
  test(`a create is not sent while the store ${what}`, async (test) => {
    const { apiUrl, creates } = await fakeApi(test);
    const gateway = createGateway({ ...good, apiUrl, session: () => "alice", store: { ...memory(), ...broken } });
    const response = await gateway(create("a-key-of-more-than-16"));
    assert.equal(response.status, 503);
    assert.equal(await codeOf(response), "gateway_store_unavailable");
    assert.equal(creates.length, 0);
  });
}

test("the server is asked to wait for a create, whose visitor may leave", async (test) => {
  const { apiUrl, creates } = await fakeApi(test);
  const gateway = createGateway({ ...good, apiUrl, session: () => "alice" });
  const promises = [];
  const answer = gateway(create("a-key-of-more-than-16"), { waitUntil: (promise) => promises.push(promise) });
  await answer;
  assert.equal(promises.length, 1);
  await promises[0];
  assert.equal(creates.length, 1);
});

test("each answer has a line in the log, without anything of the visitor's", async () => {
  const lines = [];
  const gateway = createGateway({ ...good, session, log: (line) => lines.push(line) });
  const response = await gateway(get("/uploads/a-secret?x=y", { cookie: "user=alice" }));
  assert.equal(response.status, 405);
  assert.equal(response.headers.get("allow"), "PUT");
  const [{ requestId, ms, ...line }] = lines;
  assert.equal(requestId, response.headers.get("aurous-request-id"));
  assert.ok(ms >= 0);
  assert.deepEqual(line, {
    level: "info",
    message: "answered",
    method: "GET",
    route: "/aurous/uploads/{*token}",
    status: 405,
    code: "gateway_method_not_allowed",
    reason: null,
  });
});

test("without a log of the app's, problems alone are on the console", async (test) => {
  const printed = [];
  replace(test, console, "error", (...values) => printed.push(values.join(" ")));
  const gateway = createGateway({ ...good, log: undefined, session: () => 42 });
  await gateway(get("/v1/characters/char_1", { cookie: "user=alice" }));
  await gateway(get("/nothing"));
  for (let times = 0; times < 3; times++) await gateway(get("/v1/characters", { host: "localhost:3001" }));
  assert.equal(printed.length, 2);
  assert.match(printed[0], /^aurous-web\/server \{.*a step of the gateway failed/);
  assert.match(printed[1], /the request's host is neither that of an `origin` nor a `host`/);
});

test("a log that fails costs no request", async () => {
  const log = () => {
    throw new Error("the disk is full");
  };
  const gateway = createGateway({ ...good, session, log });
  assert.equal((await gateway(get("/v1/characters/char_1"))).status, 401);
});

test("a message names options, as the app knows them", async () => {
  const gateway = createGateway({ ...good, session: () => "alice" });
  const refused = await gateway(new Request(`${PAGE}/aurous/v1/characters`, { headers: { host: "app.example", origin: "https://evil.example" } }));
  const { error } = await refused.json();
  assert.match(error.message, /`origin`/);
  assert.doesNotMatch(error.message, /--/);
});

test("an answer without a body has none", async () => {
  const gateway = createGateway({ ...good, session: () => "alice" });
  const headers = { host: "app.example", origin: PAGE, "access-control-request-method": "POST" };
  const preflight = await gateway(new Request(`${PAGE}/aurous/v1/characters`, { method: "OPTIONS", headers }));
  assert.equal(preflight.status, 204);
  assert.equal(preflight.body, null);
  const head = await gateway(new Request(`${PAGE}/aurous/nothing`, { method: "HEAD", headers: { host: "app.example" } }));
  assert.deepEqual([head.status, head.body], [404, null]);
});
