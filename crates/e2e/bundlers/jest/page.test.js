import { readFile } from "node:fs/promises";
import { createClient } from "aurous-web";

// The emulator, with --open, in the gateway's place.
const aurous = createClient({ baseUrl: process.env.GATEWAY });

test("a picture becomes a character", async () => {
  const picture = new File([await readFile(process.env.PICTURE)], "front.jpg");
  const { ticket } = await aurous.upload(picture);
  const character = await aurous.createCharacter({ name: "Aurora", upload_ids: [ticket.upload_id] });
  expect(character.status).toBe("ready");
});
