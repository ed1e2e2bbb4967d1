import { init } from "aurous-web";

init("/aurous_web_bg.wasm");
export { createCharacter, upload } from "aurous-web";
