import { getConnInfo } from "@hono/node-server/conninfo";
import { createGateway } from "aurous-web/server";
import { Hono } from "hono";

const gateway = createGateway({
  apiKey: process.env.AUROUS_API_KEY,
  sealingSecrets: process.env.AUROUS_SEALING_SECRETS,
  origin: process.env.APP_ORIGIN ?? ["http://localhost:3000", "http://localhost:5173"],
  allowAnonymous: true, // or `session`: who has signed in
  apiUrl: process.env.AUROUS_API_URL, // the emulator's; unset in production, as the next one
  uploadOrigin: process.env.AUROUS_UPLOAD_ORIGIN,
});

export const app = new Hono();
app.all("/aurous/*", (c) => gateway(c.req.raw, { address: getConnInfo(c).remote.address }));
