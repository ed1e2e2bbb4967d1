import { createCharacter, upload } from "./sdk.js";

addEventListener("message", async ({ data: file }) => {
  try {
    const { ticket } = await upload(file);
    const character = await createCharacter({ name: "Aurora", upload_ids: [ticket.upload_id] });
    postMessage(character.status);
  } catch (error) {
    postMessage(String(error));
  }
});
