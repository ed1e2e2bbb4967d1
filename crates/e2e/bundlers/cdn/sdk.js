export { createCharacter, upload } from "/npm/aurous-web@1/esm.js";
