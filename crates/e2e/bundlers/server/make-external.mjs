// A server's code: from a picture to a character, straight to the API.
import { readFile } from "node:fs/promises";
import { createClient } from "aurous-web/external";

const aurous = createClient({ apiKey: process.env.AUROUS_API_KEY, baseUrl: process.env.AUROUS_API_URL });

export async function make() {
  const { ticket } = await aurous.upload(new Blob([await readFile(process.env.PICTURE)]));
  const character = await aurous.createCharacter({ name: "Aurora", upload_ids: [ticket.upload_id] });
  return character.status;
}

if (process.argv[1]?.endsWith("make-external.mjs")) console.log(await make());
