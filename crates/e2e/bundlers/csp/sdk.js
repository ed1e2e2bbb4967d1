export { createCharacter, upload } from "/aurous-web/index.js";
