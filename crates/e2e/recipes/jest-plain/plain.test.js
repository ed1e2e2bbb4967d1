// In jsdom as Jest has it, which lacks most of what fetch needs.
import { listCharacters } from "aurous-web";
import { createEmulator } from "aurous-web/testing";

test("the first call says what the environment lacks", async () => {
  const message = expect.stringMatching(/there is no TextDecoder here\. For Jest's jsdom, jest-fixed-jsdom has it/);
  await expect(listCharacters()).rejects.toMatchObject({ code: "wasm_load_failed", message });
});

test("the emulator says what the environment lacks", () => {
  expect(createEmulator).toThrow(/lacks TextDecoder, TextEncoder, Response, ReadableStream\. For Jest's jsdom, jest-fixed-jsdom/);
});
