// `aurous-web gateway`: the handler of aurous-web/server as a small server.

import { createServer } from "node:http";
import { isIP, isIPv6 } from "node:net";

import { createGateway, kindOfOption, toNodeHandler } from "../server.js";
import { flagOf, readFlags, readVariables } from "./flags.js";
import { listen, untilSignal } from "./serve.js";
import { UsageError } from "./usage-error.js";

const HELP = `npx aurous-web gateway: the gateway to the Aurous API, as a small server

  export AUROUS_API_KEY=al_live_…
  export AUROUS_SEALING_SECRETS=…     32 random bytes or more, kept: openssl rand -hex 32
  export AUROUS_SESSION_SECRETS=…     the same: your backend signs session tokens with it (or --allow-anonymous)
  npx aurous-web gateway --origin https://app.example

  --origin ORIGIN          a page that may ask; repeat it, or separate several by commas
  --listen ADDRESS:PORT    default 127.0.0.1:8080
  --print-addresses        print one line of JSON once the gateway listens

All other flags are the settings of docs/gateway.md. Each is also a variable: --max-uploads is
AUROUS_GATEWAY_MAX_UPLOADS. Ctrl-C lets requests end, a second one does not wait.
`;

/** The flags that are the server's own. */
const OWN = { listen: "text", printAddresses: "switch", help: "switch" };
const kindOf = (name) => OWN[name] ?? kindOfOption(name);

const SECRETS = { AUROUS_API_KEY: "apiKey", AUROUS_SEALING_SECRETS: "sealingSecrets", AUROUS_SESSION_SECRETS: "sessionSecrets" };

export async function gateway(argumentList, environment) {
  const { options: flags, positionals } = readFlags(argumentList, kindOf);
  if (flags.help) return process.stdout.write(HELP);
  if (positionals.length) throw new UsageError(`"gateway" takes flags alone. See --help.`);
  for (const name of Object.values(SECRETS)) {
    // Every user of the machine sees command lines.
    if (name in flags) throw new UsageError(`${flagOf(name)}: secrets come from the environment alone. See --help.`);
  }
  const { listen: address = "127.0.0.1:8080", printAddresses, ...options } = {
    ...readVariables(environment, kindOf),
    ...flags,
  };
  for (const [variable, name] of Object.entries(SECRETS)) options[name] = environment[variable];

  const { host, port } = readAddress(address);
  const name = isIPv6(host) ? `[${host}]` : host;
  // As the program: a request for the bare address comes by no foreign name, so it cannot be DNS rebinding.
  if (isIP(host) && port) options.host = [options.host ?? [], `${name}:${port}`].flat();
  const server = createServer(toNodeHandler(make({ ...options, log: printLine })));
  // A PUT may take longer than Node's five minutes: the gateway has limits of its own for bodies.
  server.requestTimeout = 0;
  // Longer than proxies keep a connection, so that none sends a request on one that is being closed.
  server.keepAliveTimeout = 75_000;
  const actual = await listen(server, host, port, (it) => `--listen ${name}:${it}`);
  const url = `http://${name}:${actual}${options.mount ?? "/aurous"}`;
  console.log(printAddresses ? JSON.stringify({ gateway: url }) : `The gateway answers at ${url}. Ctrl-C stops it.`);
  await untilSignal(server);
}

function make(options) {
  // Here, what the environment lacks is wrong at once.
  const given = Object.entries(options).filter(([, value]) => value !== undefined);
  try {
    return createGateway(Object.fromEntries(given));
  } catch (error) {
    const variables = Object.fromEntries(Object.entries(SECRETS).map(([variable, name]) => [name, variable]));
    const message = error.message.replace(/`([a-zA-Z0-9]+)`/g, (_, name) => variables[name] ?? flagOf(name));
    throw new UsageError(message.replace("aurous-web/server: the options are wrong.", "The settings are wrong."));
  }
}

function readAddress(text) {
  const [, host, port] = /^(.+):(\d{1,5})$/.exec(text) ?? [];
  if (!host || Number(port) > 65_535) throw new UsageError("--listen: give an address and a port: 127.0.0.1:8080, [::1]:8080.");
  return { host: host.replace(/^\[(.*)\]$/, "$1"), port: Number(port) };
}

/** Writes a line of the log as JSON. */
function printLine({ error, ...fields }) {
  const text = error === undefined ? {} : { error: String(error) };
  process.stderr.write(`${JSON.stringify({ time: new Date().toISOString(), ...fields, ...text })}\n`);
}
