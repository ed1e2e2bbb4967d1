// Measures the PUT of the gateway in Node beside a proxy route written by hand: `node put.mjs [PUTs]`.
//
// Each server runs in a process of its own, and so does the upload host. They take turns, since a machine is
// now slow and now fast, and the median of the turns counts.

import { fork } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import http from "node:http";
import { Readable } from "node:stream";

const BYTES = 10_000_000;
const CONCURRENCY = 4;
const TURNS = 5;
const SERVER = new URL("../../../pkg-template/server/", import.meta.url);

const roles = {
  /** The upload host: it reads, and answers. */
  host: async () => (req, res) => req.resume().on("end", () => res.end()),

  /** The route that one writes by hand, on what makes a web handler of it. */
  "by hand": async (host) => {
    const route = async (request) => {
      const headers = new Headers();
      for (const name of ["content-type", "content-length"]) headers.set(name, request.headers.get(name));
      const { status } = await fetch(host, { method: "PUT", headers, body: request.body, duplex: "half" });
      return new Response(null, { status });
    };
    return async (req, res) => {
      const { method, headers } = req;
      const request = new Request(`http://x${req.url}`, { method, headers, body: Readable.toWeb(req), duplex: "half" });
      const { status } = await route(request);
      res.writeHead(status).end();
    };
  },

  ours: async (host) => {
    const { toNodeHandler } = await import(new URL("node-adapter.js", SERVER));
    const { makeTransport } = await import(new URL("transport-node.js", SERVER));
    const { put } = makeTransport({ connectTimeoutMs: 10_000, allowPrivateAddresses: true });
    const limits = { timeoutMs: 3_600_000, idleTimeoutMs: 30_000, answerTimeoutMs: 60_000, minBytesPerSecond: 4096 };
    return toNodeHandler(async ({ headers: from, body, signal }) => {
      const headers = ["content-type", "content-length"].map((name) => [name, from.get(name)]);
      const length = Number(from.get("content-length"));
      const { status = 502 } = await put({ url: host, headers, length, body, signal, ...limits });
      return new Response(null, { status });
    });
  },
};

async function serve(role, host) {
  const server = http.createServer(await roles[role](host));
  server.listen(0, "127.0.0.1", () => process.send(`http://127.0.0.1:${server.address().port}/`));
  process.on("disconnect", () => process.exit());
}

async function start(role, host = "") {
  const child = fork(process.argv[1], [role, host]);
  const [url] = await once(child, "message");
  return { url, child };
}

const body = Buffer.alloc(BYTES, 1);
const agent = new http.Agent({ keepAlive: true });

async function put(url) {
  const headers = { "Content-Type": "image/png", "Content-Length": BYTES };
  const request = http.request(url, { method: "PUT", agent, headers });
  Readable.from(chunks()).pipe(request);
  const [response] = await once(request, "response");
  if (response.statusCode !== 200) throw new Error(`status ${response.statusCode}`);
  await once(response.resume(), "end");
}

function* chunks() {
  for (let at = 0; at < BYTES; at += 65_536) yield body.subarray(at, at + 65_536);
}

/** Sends so many PUTs. Returns megabytes a second. */
async function load(url, count) {
  const begun = performance.now();
  let left = count;
  const worker = async () => {
    while (left-- > 0) await put(url);
  };
  await Promise.all(Array.from({ length: CONCURRENCY }, worker));
  return (count * BYTES) / 1000 / (performance.now() - begun);
}

/** What the kernel says of a process (Linux): its CPU time in ms, and the most memory that it had, in MB. */
function used({ pid }) {
  const fields = readFileSync(`/proc/${pid}/stat`, "latin1").split(" ");
  const [, peak] = /VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "latin1"));
  return { cpuMs: (Number(fields[13]) + Number(fields[14])) * 10, peakMb: Math.round(peak / 1024) };
}

const median = (numbers) => [...numbers].sort((a, b) => a - b)[numbers.length >> 1];

async function measure(count) {
  const host = await start("host");
  const rivals = [];
  for (const name of ["by hand", "ours"]) {
    const server = await start(name, host.url);
    await load(server.url, CONCURRENCY * 4);
    rivals.push({ name, ...server, turns: [], cpuBefore: used(server.child).cpuMs });
  }
  for (let turn = 0; turn < TURNS; turn++) {
    for (const { url, turns } of rivals) turns.push(await load(url, count));
  }
  for (const { name, child, turns, cpuBefore } of rivals) {
    const { cpuMs, peakMb } = used(child);
    const cpu = ((cpuMs - cpuBefore) / (TURNS * count)).toFixed(1);
    console.log(`${name}: ${median(turns).toFixed(0)} MB/s, ${cpu} ms of CPU a PUT, at most ${peakMb} MB`);
  }
  const [byHand, ours] = rivals.map(({ turns }) => turns);
  console.log(`throughput: ${median(ours.map((it, turn) => it / byHand[turn])).toFixed(2)} of the route by hand`);
  process.exit();
}

const [role = "60", host] = process.argv.slice(2);
await (roles[role] ? serve(role, host) : measure(Number(role)));
