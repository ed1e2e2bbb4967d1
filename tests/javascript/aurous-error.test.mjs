import assert from "node:assert/strict";
import test from "node:test";

import { AurousError, isAurousError } from "../../pkg-template/aurous-error.js";

const error = () => new AurousError({ message: "no picture", code: "empty_file", attempts: 0 }, new Error("theirs"));

test("an error has its message, its fields and its cause", () => {
  const { name, message, code, attempts, cause } = error();
  assert.deepEqual([name, message, code, attempts, cause.message], ["AurousError", "no picture", "empty_file", 0, "theirs"]);
  assert.ok(error() instanceof Error);
});

test("an error without a cause has no such field", () => {
  assert.ok(!("cause" in new AurousError({ message: "" })));
});

test("its JSON has the message, and not the cause", () => {
  const json = { name: "AurousError", message: "no picture", code: "empty_file", attempts: 0 };
  assert.deepEqual(JSON.parse(JSON.stringify(error())), json);
});

test("an error of another copy of the package is recognised, and any other error is not", async () => {
  const copy = await import("../../pkg-template/aurous-error.js?copy");
  const theirs = new copy.AurousError({ message: "" });
  assert.ok(!(theirs instanceof AurousError));
  assert.ok(isAurousError(theirs) && copy.isAurousError(error()));
  for (const other of [new Error("no"), {}, null, undefined, "text", error().toJSON()]) {
    assert.ok(!isAurousError(other));
  }
});
