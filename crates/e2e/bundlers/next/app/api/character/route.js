import { createClient } from "aurous-web";

export async function POST(request) {
  const aurous = createClient({ apiKey: process.env.AUROUS_API_KEY, baseUrl: process.env.AUROUS_API_URL });
  const { ticket } = await aurous.upload(await request.blob());
  const character = await aurous.createCharacter({ name: "Aurora", upload_ids: [ticket.upload_id] });
  return new Response(character.status);
}
