// `aurous-web dev`: one server on one port with an emulated API, a gateway to it, a page to control it, and the
// files of a folder.

import { randomBytes, randomInt } from "node:crypto";
import { createServer } from "node:http";
import { fileURLToPath } from "node:url";

import { createEmulator } from "../emulator.js";
import { createGateway, toNodeHandler } from "../server.js";
import { controlPage } from "./control-page.js";
import { readFlags } from "./flags.js";
import { openBrowser } from "./open-browser.js";
import { listen, untilSignal } from "./serve.js";
import { staticFiles } from "./static-files.js";
import { UsageError } from "./usage-error.js";

const HELP = `npx aurous-web dev [folder]: an emulated Aurous API and a gateway to it, for development

  folder               its files are served at /, beside the gateway
  --port PORT          default 8787; 0 takes a free one
  --origin ORIGIN      a page that may ask, beside all on this machine: http://192.168.0.7:5173
  --open               open the page in a browser
  --json               print one line of JSON when ready, in place of the text

The emulator's settings (docs/emulator.md):
  --seed N                       makes the same ids and keys each time
  --synthesize-ms MS             how long a synthesis takes: default 30000
  --review-step                  a synthesis ends in "reviewing"
  --credits N                    default 1000
  --upload-max-bytes BYTES       default 10000000
  --upload-url-ttl-ms MS         default 900000
  --cors                         the API and the upload host send CORS headers
  --no-rate-limits
  --no-idempotency-on-create
  --no-client-reference-id-echo
`;

const KINDS = {
  port: "number",
  origin: "list",
  open: "switch",
  json: "switch",
  help: "switch",
  seed: "number",
  synthesizeMs: "number",
  reviewStep: "switch",
  credits: "number",
  uploadMaxBytes: "number",
  uploadUrlTtlMs: "number",
  cors: "switch",
  noRateLimits: "switch",
  noIdempotencyOnCreate: "switch",
  noClientReferenceIdEcho: "switch",
};

export async function dev(argumentList) {
  const { options, positionals } = readFlags(argumentList, (name) => KINDS[name]);
  if (options.help) return process.stdout.write(HELP);
  if (positionals.length > 1) throw new UsageError("Give one folder. See --help.");
  const [folder] = positionals;
  const { origin: origins = [] } = options;
  if (!origins.every(isOrigin)) throw new UsageError("--origin: give scheme, host and port: http://192.168.0.7:5173.");
  const files = folder && (await staticFiles(folder));
  const modules = await staticFiles(fileURLToPath(new URL("..", import.meta.url)), { prefix: "/aurous-web/" });

  let handler;
  const server = createServer((request, response) => {
    handler(request, response).catch((error) => {
      // A client may go at any time.
      if (!request.destroyed) console.error(error);
      response.destroy();
    });
  });
  const port = await listen(server, "127.0.0.1", options.port ?? 8787, (it) => `npx aurous-web dev --port ${it}`);
  // Without a pause, since a control page that is open asks as soon as the port answers.
  const { emulator, handle } = makeSite({ port, files, modules, origins, ...emulatorOptions(options) });
  handler = handle;

  const site = `http://localhost:${port}`;
  const start = folder ? `${site}/` : `${site}/control/`;
  if (options.json) {
    const { apiUrl: api, uploadUrl: upload, apiKey: key } = emulator;
    console.log(JSON.stringify({ gateway: `${site}/aurous`, api, upload, control: `${api}/control`, key }));
  } else {
    console.log(banner(site, folder, emulator));
  }
  if (options.open) openBrowser(start);
  // A request that hangs on purpose never ends.
  await untilSignal(server, 500);
}

function emulatorOptions({ seed = randomInt(2 ** 47), ...flags }) {
  const settings = {
    synthesize_ms: flags.synthesizeMs,
    review_step: flags.reviewStep,
    credits: flags.credits,
    upload_max_bytes: flags.uploadMaxBytes,
    upload_url_ttl_ms: flags.uploadUrlTtlMs,
    cors: flags.cors,
    rate_limits: flags.noRateLimits && false,
    honour_idempotency_key_on_create: flags.noIdempotencyOnCreate && false,
    echo_client_reference_id: flags.noClientReferenceIdEcho && false,
  };
  return { seed, settings };
}

/** Makes the handler of all that one port serves, and the emulator behind it. */
function makeSite({ port, files, modules, origins, seed, settings }) {
  // Literal, so that the key of the gateway's calls stays on this machine whatever `localhost` is.
  const url = `http://127.0.0.1:${port}`;
  const emulator = createEmulator({ apiUrl: url, uploadUrl: url, open: false, seed, settings });
  const hosts = ["localhost", "127.0.0.1", "[::1]"].map((host) => `${host}:${port}`);
  const gatewayOf = gateways(emulator, hosts, origins);
  const control = controlPage(emulator);

  const handle = async (request, response) => {
    // A page elsewhere whose name leads to this machine has another host. A proxy of a dev server's has its own port.
    if (!IS_LOCAL.test(`http://${request.headers.host}`)) return refuse(response, 403, `Open http://localhost:${port} instead.`);
    const path = request.url.split("?")[0];
    if (path === "/aurous" || path.startsWith("/aurous/")) return gatewayOf(request)(request, response);
    if (/^\/(v1|storage|upload)\//.test(path)) return emulator.nodeHandler(request, response);
    if (path === "/control" || path.startsWith("/control/")) return control(request, response);
    if (path.startsWith("/aurous-web/")) return modules(request, response);
    if (files) return files(request, response);
    if (path === "/") return response.writeHead(302, { Location: "/control/" }).end();
    return refuse(response, 404, "There is nothing here. `npx aurous-web dev .` serves this folder's files.");
  };
  return { emulator, handle };
}

/**
 * Finds the handler of a request: a gateway for each page's origin, since a gateway knows its origins from the start.
 * All pages on this machine are let in, whatever their port.
 */
function gateways(emulator, hosts, origins) {
  const sealingSecrets = randomBytes(32).toString("hex");
  const made = new Map();
  return ({ headers }) => {
    const asked = `http://${headers.host}`;
    const { origin = asked } = headers;
    const key = IS_LOCAL.test(origin) || origins.includes(origin) ? origin : asked;
    if (!made.has(key)) {
      const gateway = createGateway({
        apiKey: emulator.apiKey,
        sealingSecrets,
        origin: key,
        host: hosts,
        allowAnonymous: true,
        enable: ["list", "update", "delete", "regenerate", "resynthesize", "generate"],
        apiUrl: emulator.apiUrl,
        uploadOrigin: emulator.uploadUrl,
        subjectShare: "1/1",
      });
      made.set(key, toNodeHandler(gateway));
    }
    return made.get(key);
  };
}

/** A browser sends the origin in this form, and no other. */
function isOrigin(text) {
  try {
    return new URL(text).origin === text;
  } catch {
    return false;
  }
}

const IS_LOCAL = /^https?:\/\/(localhost|[a-z0-9-]+\.localhost|127\.0\.0\.1|\[::1\])(:\d{1,5})?$/;

function refuse(response, status, text) {
  response.writeHead(status, { "Content-Type": "text/plain; charset=utf-8" }).end(`${text}\n`);
}

const banner = (site, folder, { apiUrl, apiKey }) => `The Aurous API, emulated, and a gateway to it.

  In a page of your dev server's:

    import { createClient } from "aurous-web";

    const aurous = createClient({ baseUrl: "${site}/aurous" });
    const { ticket } = await aurous.upload(file);
    const character = await aurous.createCharacter({ name: "Aurora", upload_ids: [ticket.upload_id] });

  Requests, faults and the clock: ${site}/control/
  ${folder ? `The files of ${folder}: ${site}/` : `A folder's files: npx aurous-web dev folder`}
  A gateway of your own: AUROUS_API_URL=${apiUrl} AUROUS_UPLOAD_ORIGIN=${apiUrl} AUROUS_API_KEY=${apiKey}

Poses come from the file's name: front-1.jpg is a front. Ctrl-C stops.`;
