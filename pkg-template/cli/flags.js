// Reads command lines: each flag is the option's name with hyphens, `--upload-max-bytes` for `uploadMaxBytes`.

import { parseArgs } from "node:util";

import { UsageError } from "./usage-error.js";

/**
 * @typedef {"switch" | "number" | "list" | "text"} Kind
 * @typedef {(name: string) => Kind | undefined} KindOf Takes a name in camel case.
 */

/**
 * @param {string[]} argumentList
 * @param {KindOf} kindOf
 * @returns {{ options: Record<string, unknown>, positionals: string[] }} The options in camel case. A list is a
 *   repeated flag, or a text with commas.
 */
export function readFlags(argumentList, kindOf) {
  const flags = argumentList.filter((it) => /^--./.test(it)).map((it) => it.slice(2).split("=")[0]);
  const config = {};
  for (const flag of flags) {
    const kind = kindOf(camelOf(flag));
    if (!kind) throw new UsageError(`There is no flag --${flag}. See --help.`);
    config[flag] = { type: kind === "switch" ? "boolean" : "string", multiple: kind === "list" };
  }
  let parsed;
  try {
    parsed = parseArgs({ args: argumentList, options: config, allowPositionals: true });
  } catch (error) {
    throw new UsageError(`${error.message} See --help.`);
  }
  const options = {};
  for (const [flag, value] of Object.entries(parsed.values)) {
    const name = camelOf(flag);
    options[name] = valueOf(`--${flag}`, [value].flat().map(String), kindOf(name));
  }
  return { options, positionals: parsed.positionals };
}

/**
 * Reads variables of the environment: `AUROUS_GATEWAY_UPLOAD_MAX_BYTES` for `uploadMaxBytes`.
 *
 * @param {Record<string, string | undefined>} environment
 * @param {KindOf} kindOf
 */
export function readVariables(environment, kindOf) {
  const options = {};
  for (const [variable, text] of Object.entries(environment)) {
    const name = variable.startsWith(PREFIX) && camelOf(variable.slice(PREFIX.length).toLowerCase().replaceAll("_", "-"));
    const kind = name && kindOf(name);
    if (kind && text) options[name] = valueOf(variable, [text], kind);
  }
  return options;
}

const PREFIX = "AUROUS_GATEWAY_";

/** No message quotes a value: it may be a secret in the wrong place. */
function valueOf(what, texts, kind) {
  if (kind === "list") return texts.flatMap((it) => it.split(","));
  if (kind === "text") return texts.at(-1);
  if (kind === "switch") {
    if (!["true", "false"].includes(texts.at(-1))) throw new UsageError(`${what}: give true or false.`);
    return texts.at(-1) === "true";
  }
  const number = Number(texts.at(-1));
  if (!Number.isInteger(number) || number < 0) throw new UsageError(`${what}: give a whole number.`);
  return number;
}

const camelOf = (flag) => flag.replace(/-(.)/g, (_, letter) => letter.toUpperCase());

export const flagOf = (name) => `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
