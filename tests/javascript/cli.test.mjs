// The commands of the built package, run as programs.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, mkdir, rm, symlink, writeFile } from "node:fs/promises";
import http from "node:http";
import { connect, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import test from "node:test";
import { setImmediate } from "node:timers/promises";

import { folderOfPackage } from "./support.mjs";

const CLI = join(folderOfPackage(), "cli.js");
const SECRET = "a secret of more than thirty-two bytes for tests";
const SECRETS = { AUROUS_API_KEY: "al_live_0123456789", AUROUS_SEALING_SECRETS: SECRET };

function start(test, argumentList, environment = {}) {
  const program = spawn(process.execPath, [CLI, ...argumentList], { env: { PATH: process.env.PATH, ...environment } });
  test.after(() => program.kill("SIGKILL"));
  const said = { out: "", error: "" };
  program.stdout.on("data", (text) => (said.out += text));
  program.stderr.on("data", (text) => (said.error += text));
  const ended = once(program, "close").then(([code]) => ({ code, ...said }));
  return { program, ended, firstLine: async () => (await once(createInterface(program.stdout), "line"))[0] };
}

const run = (test, ...all) => start(test, ...all).ended;

/** Starts `dev` on a free port. Gives its addresses, and a request of any kind to it. */
async function dev(test, ...flags) {
  const { program, ended, firstLine } = start(test, ["dev", "--port", "0", "--json", ...flags]);
  const addresses = JSON.parse(await firstLine());
  const ask = (path, headers = {}, method = "GET") =>
    new Promise((resolve, reject) => {
      // By hand: `fetch` sets Host itself, and resolves dots.
      const { hostname, port, host } = new URL(addresses.api);
      const request = http.request({ hostname, port, path, method, headers: { Host: host, ...headers } }, async (response) => {
        let body = "";
        for await (const text of response.setEncoding("utf8")) body += text;
        resolve({ status: response.statusCode, headers: response.headers, body });
      });
      request.on("error", reject).end();
    });
  return { addresses, ask, program, ended };
}

/** Makes a folder of files that goes with the test. */
async function folder(test, files) {
  const path = await mkdtemp(join(tmpdir(), "aurous-cli-"));
  test.after(() => rm(path, { recursive: true }));
  for (const [name, text] of Object.entries(files)) await writeFile(join(path, name), text);
  return path;
}

test("help and the version are told on standard output", async (t) => {
  for (const [flags, expected] of [
    [["--help"], /npx aurous-web dev \[folder\]/],
    [[], /npx aurous-web gateway/],
    [["dev", "--help"], /--synthesize-ms/],
    [["gateway", "--help"], /--listen ADDRESS:PORT/],
    [["--version"], /^\d+\.\d+\.\d+\n$/],
  ]) {
    const { code, out } = await run(t, flags);
    assert.equal(code, 0);
    assert.match(out, expected);
  }
});

test("a mistake on the command line is one sentence, and exit code 2", async (t) => {
  for (const [flags, expected] of [
    [["serve"], 'There is no command "serve". The commands are dev and gateway.\n'],
    [["dev", "--prot", "1"], "There is no flag --prot. See --help.\n"],
    [["dev", "--port", "x"], "--port: give a whole number.\n"],
    [["dev", "--origin", "http://a.test/"], "--origin: give scheme, host and port: http://192.168.0.7:5173.\n"],
    [["dev", "nowhere"], "There is no folder nowhere.\n"],
    [["gateway", "--origins", "x"], "There is no flag --origins. See --help.\n"],
    [["gateway", "--listen", "8080"], "--listen: give an address and a port: 127.0.0.1:8080, [::1]:8080.\n"],
    [["gateway", "--api-key", SECRET], "--api-key: secrets come from the environment alone. See --help.\n"],
  ]) {
    const { code, error } = await run(t, flags, SECRETS);
    assert.deepEqual({ code, error }, { code: 2, error: expected });
  }
});

test("a taken port is told with the flag that chooses another, and exit code 1", async (t) => {
  const { addresses } = await dev(t);
  const { port } = new URL(addresses.api);
  const next = Number(port) + 1;
  for (const [flags, remedy] of [
    [["dev", "--port", port], `npx aurous-web dev --port ${next}`],
    [["gateway", "--listen", `127.0.0.1:${port}`, "--origin", "https://a.test", "--allow-anonymous"], `--listen 127.0.0.1:${next}`],
  ]) {
    const { code, error } = await run(t, flags, SECRETS);
    const expected = `Port ${port} is taken. Stop what listens there, or choose another: ${remedy}\n`;
    assert.deepEqual({ code, error }, { code: 1, error: expected });
  }
});

test("Ctrl-C ends the dev server, also with a request that hangs on purpose", async (t) => {
  const { addresses, ask, program, ended } = await dev(t);
  const fault = JSON.stringify({ fault: "hang" });
  await fetch(`${addresses.control}/faults`, { method: "POST", body: fault });
  const hanging = ask("/v1/characters").catch(({ code }) => code);
  while (!(await (await fetch(`${addresses.control}/log`)).json()).length);
  program.kill("SIGINT");
  const { code, error } = await ended;
  assert.deepEqual({ code, error }, { code: 0, error: "" });
  assert.equal(await hanging, "ECONNRESET");
});

test("the dev server outlives clients that go in the middle, and names that no page has", async (t) => {
  const { addresses, ask, program, ended } = await dev(t);
  const { port } = new URL(addresses.api);
  const client = connect(port, "127.0.0.1");
  const head = ["POST /control/faults HTTP/1.1", `Host: localhost:${port}`, "Content-Length: 9", "Expect: 100-continue"];
  client.write(`${head.join("\r\n")}\r\n\r\n[`);
  // The server has begun to read the body.
  await once(client, "data");
  client.resetAndDestroy();
  await once(client, "close");
  const impossible = ask("/aurous/v1/characters", { Origin: "http://localhost:99999" });
  await assert.rejects(impossible, { code: "ECONNRESET" });
  assert.equal((await ask("/control/clock")).status, 200);
  program.kill("SIGINT");
  assert.equal((await ended).code, 0);
});

test("the dev server answers for this machine's names alone", async (t) => {
  const { addresses, ask } = await dev(t);
  const { port } = new URL(addresses.api);
  assert.equal((await ask("/control/", { Host: `localhost:${port}` })).status, 200);
  for (const Host of ["evil.test", `evil.test:${port}`, `localhost.evil.test:${port}`, `127.0.0.1.evil.test:${port}`]) {
    const { status, body } = await ask("/control/log", { Host });
    assert.deepEqual([status, body], [403, `Open http://localhost:${port} instead.\n`]);
  }
});

test("pages elsewhere have no access to the control routes", async (t) => {
  const { addresses, ask } = await dev(t);
  for (const headers of [
    { Origin: "https://evil.test" },
    { Origin: "null" },
    { Origin: "http://localhost:3000" },
    { "Sec-Fetch-Site": "cross-site" },
    { "Sec-Fetch-Site": "same-site" },
  ]) {
    for (const [path, method] of [["/control/keys", "GET"], ["/control/reset", "POST"], ["/control/addresses", "GET"]]) {
      assert.equal((await ask(path, headers, method)).status, 403, JSON.stringify([headers, path]));
    }
  }
  const link = { "Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "document" };
  assert.equal((await ask("/control/", link)).status, 200, "a link to the page");
  const form = { ...link, Origin: "https://evil.test" };
  assert.equal((await ask("/control/reset", form, "POST")).status, 403);
  const frame = { ...link, "Sec-Fetch-Dest": "iframe" };
  assert.equal((await ask("/control/", frame)).status, 403);
  const own = { Origin: addresses.api, "Sec-Fetch-Site": "same-origin" };
  assert.equal((await ask("/control/keys", own)).status, 200);
});

test("pages of this machine may call the gateway, and others once they are named", async (t) => {
  const { ask } = await dev(t, "--origin", "http://192.168.0.7:5173");
  const allowed = async (Origin) =>
    (await ask("/aurous/v1/characters", { Origin })).headers["access-control-allow-origin"];
  for (const origin of ["http://localhost:5173", "http://127.0.0.1:3000", "http://[::1]:8080", "http://192.168.0.7:5173"]) {
    assert.equal(await allowed(origin), origin);
  }
  for (const origin of ["https://evil.test", "http://localhost.evil.test", "http://192.168.0.8:5173", "null"]) {
    assert.equal(await allowed(origin), undefined, origin);
  }
});

test("a dev server's proxy may pass a page's calls on, with the Host that the page was opened with", async (t) => {
  const { ask } = await dev(t);
  for (const headers of [{}, { Origin: "http://localhost:5173" }]) {
    const { status } = await ask("/aurous/v1/characters", { Host: "localhost:5173", ...headers });
    assert.equal(status, 200);
  }
});

test("a folder's files are served, and nothing else of the disk", async (t) => {
  const site = await folder(t, { "index.html": "<!doctype html>", ".env": "AUROUS_API_KEY=1", "a b.js": "1" });
  const outside = await folder(t, { "secret.txt": "secret" });
  await symlink(join(outside, "secret.txt"), join(site, "link.txt"));
  await mkdir(join(site, "empty"));
  const { ask } = await dev(t, site);
  const page = await ask("/");
  assert.deepEqual([page.status, page.headers["content-type"]], [200, "text/html; charset=utf-8"]);
  assert.equal(page.headers["cross-origin-resource-policy"], "same-site", "no page elsewhere runs the folder's scripts");
  assert.equal((await ask("/a%20b.js?v=1")).headers["content-type"], "text/javascript; charset=utf-8");
  for (const path of ["/.env", "/%2eenv", "/link.txt", "/empty", "/empty/", "/../package.json", "/%2e%2e/x", "/%00", "/%"]) {
    assert.equal((await ask(path)).status, 404, path);
  }
  await mkdir(join(site, "a page"));
  await writeFile(join(site, "a page", "index.html"), "<!doctype html>");
  const { status, headers } = await ask("/a%20page?v=1");
  assert.deepEqual([status, headers.location], [302, "./a%20page/?v=1"]);
  assert.equal((await ask("/a%20page/?v=1")).status, 200);
  assert.equal((await ask("/index.html", {}, "POST")).status, 404);
  assert.match((await ask("/aurous-web/index.js")).headers["content-type"], /javascript/);
});

test("the emulator's settings are flags of the dev server", async (t) => {
  const flags = ["--synthesize-ms", "0", "--credits", "7", "--no-rate-limits", "--review-step", "--seed", "3"];
  const { addresses } = await dev(t, ...flags);
  const settings = await (await fetch(`${addresses.control}/config`)).json();
  const { synthesize_ms, credits, rate_limits, review_step } = settings;
  assert.deepEqual([synthesize_ms, credits, rate_limits, review_step], [0, 7, false, true]);
  assert.equal((await dev(t, "--seed", "3")).addresses.key, addresses.key);
});

test("wrong settings of the gateway are told as flags and variables, without a value", async (t) => {
  const flags = ["--origin", "https://app.example/path", "--max-uploads", "0"];
  const { code, error } = await run(t, ["gateway", ...flags], { AUROUS_API_KEY: "al_live_1" });
  assert.equal(code, 2);
  for (const expected of ["The settings are wrong.", "--origin:", "--max-uploads:", "AUROUS_SEALING_SECRETS:", "--allow-anonymous"]) {
    assert.ok(error.includes(expected), error);
  }
  assert.doesNotMatch(error, /app\.example\/path|al_live_1/);
});

test("a variable that is wrong is told by its name, without its value", async (t) => {
  for (const [variable, value, expected] of [
    ["AUROUS_GATEWAY_ALLOW_ANONYMOUS", "yes", "give true or false."],
    ["AUROUS_GATEWAY_MAX_UPLOADS", "many", "give a whole number."],
  ]) {
    const { code, error } = await run(t, ["gateway", "--origin", "https://a.test"], { ...SECRETS, [variable]: value });
    assert.deepEqual({ code, error }, { code: 2, error: `${variable}: ${expected}\n` });
  }
});

test("the gateway takes its settings from variables and flags, and lets requests end", async (t) => {
  const { program, ended, init } = await gateway(t, { delay_ms: 1500 });
  const asked = init("b.example");
  await asked.arrived();
  program.kill("SIGINT");
  while (await init("b.example").status.catch(() => undefined));
  // Once more, as on a terminal, where npx passes on what the gateway has had already.
  program.kill("SIGINT");
  assert.equal(await asked.status, 201);
  const { code, error } = await ended;
  assert.equal(code, 0);
  const line = JSON.parse(error.trim().split("\n").at(-1));
  assert.deepEqual([line.message, line.method, line.status], ["answered", "POST", 201]);
});

test("a second Ctrl-C ends the gateway without waiting for requests", async (t) => {
  const { program, ended, init } = await gateway(t, "hang");
  const asked = init("b.example");
  await asked.arrived();
  const isOver = asked.status.catch(({ code }) => code);
  let last;
  while (!last) {
    program.kill("SIGINT");
    last = await Promise.race([ended, setImmediate()]);
  }
  assert.equal(last.code, null, "the signal ended it, not the end of its patience");
  assert.equal(await isOver, "ECONNRESET");
});

test("the gateway answers for its own address, as the program does", async (t) => {
  const free = createServer().listen(0, "127.0.0.1");
  await once(free, "listening");
  const address = `127.0.0.1:${free.address().port}`;
  await once(free.close(), "close");
  const { init } = await gateway(t, { delay_ms: 0 }, address);
  assert.equal(await init(address).status, 201);
  assert.equal(await init("c.example").status, 403);
});

/** Starts a gateway to an emulator that has this fault for creating uploads. */
async function gateway(t, fault, listen = "127.0.0.1:0") {
  const { addresses } = await dev(t);
  const environment = {
    ...SECRETS,
    AUROUS_API_KEY: addresses.key,
    AUROUS_GATEWAY_API_URL: addresses.api,
    AUROUS_GATEWAY_UPLOAD_ORIGIN: addresses.upload,
    AUROUS_GATEWAY_ORIGIN: "https://a.example,https://b.example",
    AUROUS_GATEWAY_ALLOW_ANONYMOUS: "true",
  };
  const { program, ended, firstLine } = start(t, ["gateway", "--listen", listen, "--print-addresses"], environment);
  const url = JSON.parse(await firstLine()).gateway;
  const scripted = JSON.stringify({ match: { step: "init" }, fault });
  await fetch(`${addresses.control}/faults`, { method: "POST", body: scripted });

  const arrival = async () => {
    while (!(await (await fetch(`${addresses.control}/log`)).json()).length);
  };
  /** Asks for an upload. By hand: `fetch` sets Host itself. */
  const init = (Host) => {
    const headers = { Host, Origin: "https://b.example", "Content-Type": "application/json" };
    const request = http.request(`${url}/v1/characters/uploads/init`, { method: "POST", headers });
    const status = once(request, "response").then(([response]) => response.resume().statusCode);
    request.end(JSON.stringify({ filename: "front.jpg", extension: "jpg", content_type: "image/jpeg" }));
    // An answer before the request has arrived is a refusal.
    return { status, arrived: () => Promise.race([arrival(), status.then((it) => assert.fail(`${it}`))]) };
  };
  return { program, ended, init };
}
