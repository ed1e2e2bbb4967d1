// How a backend in Node mints a session token: with node:crypto alone.
// AUROUS_SESSION_SECRETS=… node node.mjs SUBJECT
import { createHmac } from "node:crypto";

export function mintSessionToken(secret, subject) {
  const part = (value) => Buffer.from(JSON.stringify(value)).toString("base64url");
  const expiresAt = Math.floor(Date.now() / 1000) + 10 * 60;
  const claims = { aud: "aurous-gateway", sub: subject, exp: expiresAt };
  const signed = `${part({ alg: "HS256", typ: "JWT" })}.${part(claims)}`;
  return `${signed}.${createHmac("sha256", secret).update(signed).digest("base64url")}`;
}

const secret = process.env.AUROUS_SESSION_SECRETS.split(/[,\n]/)[0].trim();
console.log(mintSessionToken(secret, process.argv[2]));
