import { createClient } from "aurous-web";

const baseUrl = new URLSearchParams(location.search).get("gateway");

export const { createCharacter, upload } = createClient({ baseUrl });
