export { createCharacter, upload } from "aurous-web/external";
