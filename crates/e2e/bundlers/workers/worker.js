import wasm from "aurous-web/aurous_web_bg.wasm";
import { createClient, init } from "aurous-web/external";

await init(wasm);

export default {
  async fetch(request, { AUROUS_API_KEY, AUROUS_API_URL }) {
    const aurous = createClient({ apiKey: AUROUS_API_KEY, baseUrl: AUROUS_API_URL });
    const { ticket } = await aurous.upload(await request.blob());
    const character = await aurous.createCharacter({ name: "Aurora", upload_ids: [ticket.upload_id] });
    return new Response(character.status);
  },
};
