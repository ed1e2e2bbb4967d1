import assert from "node:assert/strict";
import test from "node:test";

import { AurousError } from "../../pkg-template/aurous-error.js";
import { describeError, english, situations } from "../../pkg-template/describe.js";
import { codes, rows } from "./errors-doc.mjs";

const error = (fields) => new AurousError({ message: "for developers", retryable: false, ...fields });

test("every code of the documentation has a situation, and no other code has one", () => {
  assert.deepEqual(Object.keys(situations).sort(), codes.toSorted());
});

test("every situation has a text, and each is some code's or one of those of other errors", () => {
  const used = new Set([...Object.values(situations), "cancelled", "unexpected"]);
  assert.deepEqual(Object.keys(english).sort(), [...used].sort());
  for (const [situation, text] of Object.entries(english)) {
    assert.deepEqual(Object.keys(text), ["title", "whatHappened", "whatToDo"], situation);
    for (const part of Object.values(text)) {
      assert.match(part, /^[A-Z].{8}/, situation);
    }
  }
});

test("a person reads what the documentation says, whatever the code", () => {
  for (const { code, tell, spelled } of rows) {
    for (const name of spelled ? [code, spelled] : [code]) {
      const { whatHappened, whatToDo } = describeError(error({ code: name }));
      assert.equal(`${whatHappened} ${whatToDo}`, tell, name);
    }
  }
});

for (const [fields, situation] of [
  [{ status: 401 }, "signed_out"],
  [{ status: 413 }, "file_too_large"],
  [{ status: 429 }, "too_many_requests"],
  [{ status: 503 }, "service_problem"],
  [{ retryable: true }, "service_problem"],
  [{ kind: "network" }, "no_connection"],
  [{ kind: "timeout" }, "timed_out"],
  [{ kind: "input" }, "page_defect"],
  [{ kind: "config" }, "page_defect"],
  [{ kind: "upload" }, "upload_failed"],
  [{ status: 422 }, "server_defect"],
  [{ code: "constructor" }, "server_defect"],
  [{ code: undefined }, "server_defect"],
]) {
  test(`a code of next year goes by what else the error says: ${JSON.stringify(fields)}`, () => {
    assert.equal(describeError(error({ code: "code_of_next_year", ...fields })).situation, situation);
  });
}

test("a cancelled call and one that took too long are told apart", async () => {
  const late = AbortSignal.timeout(1);
  await new Promise((done) => late.addEventListener("abort", done));
  assert.equal(describeError(late.reason).situation, "timed_out");
  assert.equal(describeError(AbortSignal.abort().reason).situation, "cancelled");
  assert.ok(describeError(late.reason).retryable && describeError(AbortSignal.abort().reason).retryable);
});

test("anything else that was thrown is unexpected, and nothing throws", () => {
  for (const thrown of [new TypeError("x"), "text", "", 7, null, undefined, {}, { name: "toString" }, Symbol("s"), () => {}]) {
    const { situation, retryable } = describeError(thrown);
    assert.deepEqual([situation, retryable], ["unexpected", false]);
  }
});

test("an error that came from a worker as its JSON is described alike", () => {
  const sent = structuredClone(error({ code: "too_many_requests", retryable: true, retryAfterMs: 2000 }).toJSON());
  const { situation, retryable, retryAfterMs } = describeError(sent);
  assert.deepEqual([situation, retryable, retryAfterMs], ["too_many_requests", true, 2000]);
});

test("a page replaces the texts that it wants to, and keeps the others", () => {
  const texts = { file_empty: { title: "Leere Datei" } };
  const { title, whatToDo } = describeError(error({ code: "empty_file" }), texts);
  assert.deepEqual([title, whatToDo], ["Leere Datei", english.file_empty.whatToDo]);
  assert.equal(describeError(error({ code: "timeout" }), texts).title, english.timed_out.title);
});
