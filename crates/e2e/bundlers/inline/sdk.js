export { createCharacter, upload } from "aurous-web/inline";
