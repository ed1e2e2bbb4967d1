// A Redis for a test, and its clients.

import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import http from "node:http";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";

import { listening } from "./gateway-fakes.mjs";

/** Starts a Redis that ends with the test. Gives where it is, and how to end it earlier. */
export async function startRedis(test, settings = []) {
  const folder = await mkdtemp(join(tmpdir(), "aurous-redis-"));
  const port = await freePort();
  const flags = ["--port", `${port}`, "--bind", "127.0.0.1", "--save", "", "--dir", folder, ...settings];
  // It ends with this process, however that ends.
  const program = ["--pdeathsig", "KILL", "redis-server", ...flags];
  const redis = spawn("setpriv", program, { stdio: ["ignore", "pipe", "ignore"] });
  const ended = new Promise((resolve) => redis.once("close", resolve));
  const kill = () => {
    redis.kill("SIGKILL");
    return ended;
  };
  test.after(async () => {
    await kill();
    await rm(folder, { recursive: true });
  });
  await isReady(redis);
  return { url: `redis://127.0.0.1:${port}`, port, kill };
}

async function isReady(redis) {
  redis.once("error", () => {}); // It has no process then, and so no output.
  let output = "";
  for await (const line of createInterface(redis.stdout)) {
    if (line.includes("Ready to accept connections")) return redis.stdout.resume();
    output += `${line}\n`;
  }
  throw new Error(`redis-server does not run. Install it.\n${output}`);
}

export async function freePort() {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address();
  server.close();
  await once(server, "close");
  return port;
}

/** Speaks Upstash's REST form, and lets a client of `ioredis` carry out what it is asked. */
export const fakeUpstash = (test, client, token) =>
  listening(
    test,
    http.createServer(async (request, response) => {
      const answer = (status, body) => response.writeHead(status).end(JSON.stringify(body));
      const chunks = [];
      for await (const chunk of request) chunks.push(chunk);
      if (request.headers.authorization !== `Bearer ${token}`) {
        return answer(401, { error: `WRONGPASS invalid or missing auth token ${request.headers.authorization}` });
      }
      const [name, ...texts] = JSON.parse(Buffer.concat(chunks));
      client.call(name, ...texts).then(
        (result) => answer(200, { result }),
        ({ message }) => answer(400, { error: message }),
      );
    }),
  );
