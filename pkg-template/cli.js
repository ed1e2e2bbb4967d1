#!/usr/bin/env node
// The commands of the package: `npx aurous-web dev` and `npx aurous-web gateway`.

import { readFile } from "node:fs/promises";

import { UsageError } from "./cli/usage-error.js";

const HELP = `aurous-web: the browser SDK for the Aurous Labs character API

  npx aurous-web dev [folder]   an emulated API and a gateway to it, for development; no key, no credits
  npx aurous-web gateway        the gateway to the real API, as a small server

  npx aurous-web dev --help     the options of a command
  npx aurous-web --version
`;

async function main([command, ...argumentList]) {
  switch (command) {
    case "dev":
      return (await import("./cli/dev.js")).dev(argumentList);
    case "gateway":
      return (await import("./cli/gateway.js")).gateway(argumentList, process.env);
    case "--version": {
      const manifest = await readFile(new URL("package.json", import.meta.url), "utf8");
      return console.log(JSON.parse(manifest).version);
    }
    case undefined:
    case "--help":
      return process.stdout.write(HELP);
    default:
      throw new UsageError(`There is no command "${command}". The commands are dev and gateway.`);
  }
}

try {
  await main(process.argv.slice(2));
} catch (error) {
  if (!(error instanceof UsageError)) throw error;
  console.error(error.message);
  process.exitCode = error.exitCode;
}
