import { readFile } from "node:fs/promises";
import { createClient } from "aurous-web";
import { expect, test } from "vitest";

// The emulator, with --open, in the gateway's place.
const aurous = createClient({ baseUrl: process.env.GATEWAY });
const picture = async () => new File([new Uint8Array(await readFile(process.env.PICTURE))], "front.jpg");

test.each([["fetch", undefined], ["XMLHttpRequest", () => {}]])("a picture becomes a character by %s", async (_, onProgress) => {
  const { ticket } = await aurous.upload(await picture(), { onProgress });
  const character = await aurous.createCharacter({ name: "Aurora", upload_ids: [ticket.upload_id] });
  expect(character.status).toBe("ready");
});
