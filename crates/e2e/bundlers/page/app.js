import { createCharacter, upload } from "./sdk.js";

const output = document.querySelector("output");

document.querySelector("input").addEventListener("change", async (event) => {
  try {
    const { ticket } = await upload(event.target.files[0]);
    const character = await createCharacter({ name: "Aurora", upload_ids: [ticket.upload_id] });
    output.textContent = character.status;
  } catch (error) {
    output.textContent = String(error);
  }
});
output.textContent = "pick a picture";
