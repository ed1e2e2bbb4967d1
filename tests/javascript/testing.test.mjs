import assert from "node:assert/strict";
import test from "node:test";

import { rows } from "./errors-doc.mjs";
import { packaged } from "./support.mjs";

const { AurousError, isAurousError } = await packaged("index.js");
const { createAurousError } = await packaged("testing.js");
const CONDITIONAL = ["upload_failed", "invalid_response", "wasm_load_failed"];

test("an error made for a test is of the class that the package exports", () => {
  const error = createAurousError({ code: "empty_file" });
  assert.ok(error instanceof AurousError && isAurousError(error));
  assert.match(error.message, /empty_file/);
});

test("what is left out is as the documentation says of the code", () => {
  for (const { code, place, again } of rows) {
    const error = createAurousError({ code });
    const kind = /^[a-z]/.test(place) ? place.split(/\W/)[0] : code.startsWith("gateway_") ? "gateway" : "api";
    assert.equal(error.kind, kind, code);
    if (!CONDITIONAL.includes(code)) {
      assert.equal(error.retryable, again.startsWith("yes"), code);
    }
  }
});

test("what is given is kept, the cause apart", () => {
  const fields = { code: "of_next_year", message: "m", kind: "api", step: "put", status: 400, retryable: true, attempts: 3 };
  const cause = new Error("theirs");
  const error = createAurousError({ ...fields, cause });
  assert.deepEqual(error.toJSON(), { name: "AurousError", ...fields });
  assert.equal(error.cause, cause);
});
