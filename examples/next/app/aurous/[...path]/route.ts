import { createGateway } from "aurous-web/server";
import { after } from "next/server";

const gateway = createGateway({
  apiKey: process.env.AUROUS_API_KEY,
  sealingSecrets: process.env.AUROUS_SEALING_SECRETS,
  origin: process.env.APP_ORIGIN ?? "http://localhost:3000",
  allowAnonymous: true, // or `session`: who has signed in
  apiUrl: process.env.AUROUS_API_URL, // the emulator's; unset in production, as the next one
  uploadOrigin: process.env.AUROUS_UPLOAD_ORIGIN,
});
const handle = (request: Request) => gateway(request, { waitUntil: after });

export { handle as DELETE, handle as GET, handle as OPTIONS, handle as PATCH, handle as POST, handle as PUT };
